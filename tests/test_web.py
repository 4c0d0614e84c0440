"""The door to the web: politeness, patience, and what it refuses."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from pipeline.errors import FetchError
from pipeline.fetching import web as module
from pipeline.fetching.web import Manners, Refused, Unreachable, Web
from tests import dip_server
from tests.dip_server import body, cut, serving, slow, status

PATIENT = Manners(pause=0.0, attempts=3, timeout=1.0)
HOST = frozenset({"127.0.0.1"})


@pytest.fixture
def server():
    with serving() as held:
        held.files["/a.pdf"] = dip_server.pdf("Wettbewerb")
        yield held


def text(response):
    return response.read()


def fetch(server, path="/a.pdf", *, manners=PATIENT, trusted=HOST, waits=None):
    with Web(manners, trusted=trusted, sleep=(waits if waits is not None else []).append) as web:
        return web.ask(server.address + path, text)


@pytest.mark.parametrize("fault", [status(500), status(503), status(429), slow, cut])
def test_a_passing_fault_is_asked_again(server, fault):
    server.faults["/a.pdf"] = [fault, fault]
    assert fetch(server) == server.files["/a.pdf"]
    assert len(server.asked) == 3


@pytest.mark.parametrize("fault", [status(500), slow, cut])
def test_patience_ends(server, fault):
    server.faults["/a.pdf"] = [fault] * 10
    with pytest.raises(Unreachable, match="after 3 attempts; run the same command again later"):
        fetch(server)
    assert len(server.asked) == 3


def test_waits_double_and_a_server_may_ask_for_longer_ones(server):
    server.faults["/a.pdf"] = [status(500), status(429, Retry_After="30"), status(503, Retry_After="bald")]
    waits = []
    manners = Manners(pause=2.0, attempts=4, timeout=1.0)
    fetch(server, manners=manners, waits=waits)
    backoff = [wait for wait in waits if wait >= 4]
    assert backoff == [4.0, 30.0, 16.0]


def test_requests_keep_their_distance(server):
    waits = []
    with Web(Manners(pause=5.0), trusted=HOST, sleep=waits.append) as web:
        web.ask(server.address + "/a.pdf", text)
        web.ask(server.address + "/a.pdf", text)
    (wait,) = waits
    assert 0 < wait <= 5


def test_each_redirect_takes_its_turn(server):
    server.faults["/alt.pdf"] = [status(301, Location="/neu.pdf")]
    server.faults["/neu.pdf"] = [status(302, Location="/a.pdf")]
    waits = []
    fetch(server, "/alt.pdf", manners=Manners(pause=5.0), waits=waits)
    assert len(waits) == 2 and all(0 < wait <= 10 for wait in waits)


def test_a_date_may_say_how_long_to_wait(server):
    later = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
    server.faults["/a.pdf"] = [status(503, Retry_After=later)]
    with pytest.raises(Unreachable, match=r"asks to wait for 7\d\d\d s"):
        fetch(server)
    assert len(server.asked) == 1


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_may_lead_on_within_its_host(server, code):
    server.faults["/alt.pdf"] = [status(code, Location="/a.pdf")]
    assert fetch(server, "/alt.pdf") == server.files["/a.pdf"]


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("https://anderswo.example/a.pdf", "redirects to another host"),
        ("http://localhost:{port}/a.pdf", "redirects to another host"),
        ("http://127.0.0.1:1/a.pdf", "redirects to another host"),
        ("http://10.0.0.1/a.pdf", "redirects to another host"),
        ("/alt.pdf", "redirects more than 5 times"),
    ],
)
def test_a_redirect_elsewhere_is_refused(server, location, says):
    port = server.address.rsplit(":", 1)[1]
    server.faults["/alt.pdf"] = [status(302, Location=location.format(port=port))] * 20
    with pytest.raises(FetchError, match=says):
        fetch(server, "/alt.pdf")
    assert {path for path, _ in server.asked} == {"/alt.pdf"}


def test_an_address_must_be_https_and_public(server):
    with pytest.raises(FetchError, match="is not https"):
        fetch(server, trusted=frozenset())
    for host in ("127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]"):
        with pytest.raises(FetchError, match="is not a public address"), Web(PATIENT) as web:
            web.ask(f"https://{host}/a.pdf", text)
    assert not server.asked


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f.1"])
def test_a_name_of_a_private_address_is_seen_on_the_connection(server, host):
    port = server.address.rsplit(":", 1)[1]
    with pytest.raises(FetchError, match=r"is not a public address \((127|::1)"), Web(PATIENT) as web:
        web.ask(f"https://{host}:{port}/a.pdf", text)
    assert not server.asked


def test_a_final_answer_is_not_asked_for_again(server):
    with pytest.raises(Refused, match="answers with status 404") as caught:
        fetch(server, "/fehlt.pdf")
    assert caught.value.status == 404 and len(server.asked) == 1


def test_a_file_is_shown_when_it_has_passed_its_check(server, tmp_path):
    def check(path, received):
        assert path.read_bytes() == server.files["/a.pdf"] and not place.exists()
        if refuse:
            raise FetchError("a.pdf", "is refused", "…")

    place = tmp_path / "a.pdf"
    with Web(PATIENT, trusted=HOST) as web:
        refuse = True
        with pytest.raises(FetchError, match="is refused"):
            web.download(server.address + "/a.pdf", place, check=check, largest=10**6)
        assert not list(tmp_path.iterdir())
        refuse = False
        received = web.download(server.address + "/a.pdf", place, check=check, largest=10**6)
    assert received.size == place.stat().st_size == len(server.files["/a.pdf"])


@pytest.mark.parametrize("announced", [True, False])
def test_a_file_that_is_too_large_is_refused(server, tmp_path, announced):
    def unannounced(handler):
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(b"x" * 3_000_000)
        handler.close_connection = True

    server.faults["/a.pdf"] = [body(b"x" * 3_000_000) if announced else unannounced]
    with pytest.raises(FetchError, match="is larger than 1 MB"), Web(PATIENT, trusted=HOST) as web:
        web.download(server.address + "/a.pdf", tmp_path / "a", check=lambda *_: None, largest=10**6)
    assert not list(tmp_path.iterdir())


def test_an_answer_that_drips_for_ever_is_left(server, tmp_path):
    def drip(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        for _ in range(200):
            handler.wfile.write(b"x")
            time.sleep(0.05)

    server.faults["/a.pdf"] = [drip] * 2
    manners, began = Manners(pause=0.0, attempts=2, longest_answer=0.2), time.monotonic()
    with pytest.raises(Unreachable, match="needs more than"), Web(manners, trusted=HOST) as web:
        web.download(server.address + "/a.pdf", tmp_path / "a", check=lambda *_: None, largest=10**6)
    assert time.monotonic() - began < 8


@pytest.mark.parametrize(
    "address",
    [
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:7f00:1::",
        "::127.0.0.1", "::ffff:10.0.0.1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1",
        "::", "ff02::1", "ff0e::1", "2001:db8::1", "3fff::1", "5f00::1", "0.0.0.0", "100.64.0.1",
        "169.254.169.254", "192.0.0.192", "198.18.0.1", "203.0.113.1", "224.0.0.1",
        "239.255.255.250", "255.255.255.255",
    ],
)  # fmt: skip
def test_no_address_that_leads_into_a_network_of_ones_own_is_public(address):
    assert not module._is_public(address)


@pytest.mark.parametrize(
    "address",
    ["193.17.243.1", "2a00:1450:4001::1", "2606:4700::1111", "64:ff9b::c111:f301", "::ffff:8.8.8.8"],
)
def test_addresses_of_the_internet_are_public(address):
    assert module._is_public(address)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_compressed_answer_is_refused_before_it_is_unpacked(server, tmp_path, coding):
    server.faults["/a.pdf"] = [lambda handler: handler.send(200, b"x" * 99, Content_Encoding=coding)]
    with pytest.raises(FetchError, match=f"is compressed \\({coding}\\)"), Web(PATIENT, trusted=HOST) as web:
        web.download(server.address + "/a.pdf", tmp_path / "a", check=lambda *_: None, largest=10**6)
    assert server.asked[0][1]["Accept-Encoding"] == "identity"


def test_an_answer_that_is_read_at_once_is_bounded(server, monkeypatch):
    monkeypatch.setattr(module, "MOST", 1_000)
    server.files["/a.json"] = b"x" * 3_000
    with pytest.raises(FetchError, match="is larger than"), Web(PATIENT, trusted=HOST) as web:
        web.ask(server.address + "/a.json", web.body)
    server.files["/a.json"] = b"x" * 999
    with Web(PATIENT, trusted=HOST) as web:
        assert web.ask(server.address + "/a.json", web.body) == b"x" * 999


@pytest.mark.parametrize(
    "location",
    [
        "https://[::1",
        "http://a:99999999/",
        "https://a b/",
        "//\udcc3\udca4\udcff/",
        "https://xn--\udcff/",
        "http://[v1.a]/",
        "javascript:1",
    ],
)
def test_a_redirect_to_nonsense_is_one_line(server, location):
    def lead(handler):
        handler.wfile.write(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ")
        handler.wfile.write(location.encode("utf-8", "surrogateescape") + b"\r\n\r\n")
        handler.close_connection = True

    server.faults["/a.pdf"] = [lead] * 9
    with pytest.raises(FetchError) as told:
        fetch(server)
    assert len(str(told.value).splitlines()) == 1


@pytest.mark.parametrize("wait", ["\u00b2", "9" * 400, "-1", "Mon, 99 Foo 99999 99:99:99 +9999", "nan", ""])
def test_a_server_may_ask_for_any_nonsense_of_a_wait(server, wait):
    server.faults["/a.pdf"] = [status(503, Retry_After=wait)] * 3
    with pytest.raises(Unreachable):
        fetch(server)


@pytest.mark.parametrize("etag", ['"\u00fc"', "x" * 10_000])
def test_an_etag_that_no_header_may_hold_is_forgotten(server, tmp_path, etag):
    server.faults["/a.pdf"] = [lambda handler: handler.send(200, server.files["/a.pdf"], ETag=etag)]
    with Web(PATIENT, trusted=HOST) as web:
        received = web.download(
            server.address + "/a.pdf", tmp_path / "a", check=lambda *_: None, largest=10**6
        )
    assert received.etag == ""


def test_no_error_tells_what_an_address_keeps_secret(server):
    secret = server.address.replace("http://", "http://wer:geheim@")
    server.faults["/a.pdf"] = [status(500)] * 9
    told = []
    for address, trusted in (
        (secret + "/a.pdf?key=geheim", HOST),
        (secret + "/fehlt.pdf?key=geheim", HOST),
        (secret + "/a.pdf?key=geheim", frozenset()),
        ("https://wer:geheim@a b/?key=geheim", HOST),
        ("https://wer:geheim@10.0.0.1/?key=geheim", frozenset()),
    ):
        with pytest.raises(FetchError) as caught, Web(PATIENT, trusted=trusted, sleep=lambda s: None) as web:
            web.ask(address, text)
        told.append(str(caught.value))
    assert not [line for line in told if "geheim" in line]
