"""DIP: the filters it is asked with, its pages, and answers that are not as described."""

import re

import pytest

from pipeline.errors import FetchError, InputError
from pipeline.fetching.dip import KEY_PAGE, Query, listings, parameters
from pipeline.fetching.web import Manners, Unreachable, Web
from tests.dip_server import KEY, PARAMETERS, body, serving

HOST = frozenset({"127.0.0.1"})


@pytest.fixture
def server():
    with serving() as held:
        held.add("20/6700", "Fachkräftestrategie der Bundesregierung", urheber=["BMAS", "BMWK"])
        held.add("20/6701", "Bericht zur Lage der Cluster")
        held.add("20/6702", "Entwurf eines Gründungsgesetzes", drucksachetyp="Gesetzentwurf")
        held.add("19/4001", "Fachkräfte in der Pflege", datum="2018-09-03", urheber=["Fraktion X"])
        held.add("20/104", "Protokoll der 104. Sitzung", resource="plenarprotokoll", urheber=[])
        yield held


def ask(server, *, key=KEY, **filters):
    with Web(Manners(pause=0.0, attempts=2, timeout=1.0), trusted=HOST) as web:
        return list(listings(web, Query(**filters), key=key, api=f"{server.address}/api/v1"))


def numbers(found):
    return [wanted.facts["number"] for listing in found for wanted in listing.wanted]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"periods": (20,)}, ["20/6700", "20/6701", "20/6702"]),
        ({"periods": (19, 20)}, ["20/6700", "20/6701", "20/6702", "19/4001"]),
        ({"kind": "Gesetzentwurf"}, ["20/6702"]),
        ({"initiators": ("BMAS", "BMWK")}, ["20/6700"]),
        ({"initiators": ("BMAS", "Fraktion X")}, []),
        ({"titles": ("Fachkräfte", "Cluster")}, ["20/6700", "20/6701", "19/4001"]),
        ({"since": "2020-01-01", "titles": ("Fachkräfte",)}, ["20/6700"]),
        ({"until": "2018-12-31"}, ["19/4001"]),
        ({"resource": "plenarprotokoll", "periods": (20,)}, ["20/104"]),
    ],
)
def test_every_filter_reaches_the_api(server, filters, expected):
    assert numbers(ask(server, **filters)) == expected


def test_pages_follow_each_other_and_the_key_stays_in_the_header(server):
    found = ask(server, periods=(19, 20))
    assert [(page.total, len(page.wanted)) for page in found] == [(4, 2), (4, 2)]
    assert len(server.asked) == 2
    assert all(
        KEY not in path and headers["Authorization"] == f"ApiKey {KEY}" for path, headers in server.asked
    )


def test_all_parameters_are_those_of_the_description():
    query = Query(
        periods=(20,), kind="k", initiators=("i",), titles=("t",), since="2022-01-01", until="2022-12-31"
    )
    assert {name for name, _ in parameters(query)} <= PARAMETERS["drucksache"]
    query = Query(resource="plenarprotokoll", periods=(20,), since="2022-01-01", until="2022-12-31")
    assert {name for name, _ in parameters(query)} <= PARAMETERS["plenarprotokoll"]


def test_the_metadata_of_a_document_become_facts(server):
    ((wanted, *_), *_) = (page.wanted for page in ask(server, kind="Gesetzentwurf"))
    assert wanted.facts == {
        "title": "Entwurf eines Gründungsgesetzes",
        "doc_type": "gesetzentwurf",
        "issuer": "Bundesregierung",
        "date": "2023-05-11",
        "wahlperiode": "20",
        "parliament": "bt",
        "url": f"{server.address}/btd/20/6702.pdf",
        "license": "official work, § 5 UrhG",
        "number": "20/6702",
        "drucksachetyp": "Gesetzentwurf",
        "dip": f"{server.address}/api/v1/drucksache/1002",
    }
    assert (wanted.id, wanted.file) == ("drucksache/1002", "bt-drucksache-20-6702-1002.pdf")
    assert wanted.version == "2023-05-12T10:00:00+02:00"


def test_a_cursor_that_never_rests_ends_with_the_number_found(server):
    server.endless = True
    assert numbers(ask(server, periods=(20,))) == ["20/6700", "20/6701", "20/6702"]
    assert len(server.asked) <= 3


@pytest.mark.parametrize("key", ["", "falsch"])
def test_without_a_good_key_it_is_said_where_one_is(server, key):
    with pytest.raises((InputError, FetchError)) as caught:
        ask(server, key=key, periods=(20,))
    assert KEY_PAGE in str(caught.value) and "falsch" not in str(caught.value)


@pytest.mark.parametrize(
    "answer", [b"<html>Wartung</html>", b'{"numFound": 3, "documents": [{"id"', b"[]", b"{}"]
)
def test_an_answer_that_is_no_page_is_asked_for_again_and_then_said(server, answer):
    server.faults["/api/v1/drucksache"] = [body(answer)]
    assert len(numbers(ask(server, periods=(20,)))) == 3
    server.faults["/api/v1/drucksache"] = [body(answer)] * 2
    with pytest.raises(Unreachable, match="not as described"):
        ask(server, periods=(20,))


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        ({}, "would fetch all there is"),
        ({"resource": "plenarprotokoll", "kind": "Antrag"}, "protocols have no kind"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused_before_it_is_sent(server, filters, says):
    with pytest.raises(InputError, match=says):
        ask(server, **filters)
    assert not server.asked


def test_a_filter_that_the_api_does_not_understand_is_said(server):
    server.faults["/api/v1/drucksache"] = [lambda handler: handler.send(400, b"{}")]
    with pytest.raises(InputError, match="does not understand a filter; check --kind"):
        ask(server, kind="Brief")


def test_nothing_in_an_answer_leads_a_file_to_another_folder(server):
    server.lists["drucksache"] = []
    server.add("20/1", "Papier", id="../../.ssh/x", herausgeber="../BT" * 99)
    ((wanted,),) = (page.wanted for page in ask(server, titles=("Papier",)))
    assert re.fullmatch(r"[0-9a-z-]{1,210}\.pdf", wanted.file)


def test_an_answer_without_end_is_left(server, monkeypatch):
    monkeypatch.setattr("pipeline.fetching.web.MOST", 100)
    with pytest.raises(FetchError, match="is larger than"):
        ask(server, periods=(20,))


@pytest.mark.parametrize("day", ["foo", "2022-1-3", "20220103", "2022-02-30", "31.01.2022"])
@pytest.mark.parametrize("end", ["since", "until"])
def test_a_date_that_is_none_is_refused_before_the_server_is_asked(day, end):
    with pytest.raises(InputError, match=f"{day!r} is no day; write it as 2022-01-31"):
        parameters(Query(**{end: day}))
