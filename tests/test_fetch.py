"""Fetching: files whole and as described, nothing asked for twice, one line for what fails."""

import csv
import hashlib
import json

import pytest

from pipeline import fetch as module
from pipeline.corpus import find_sources
from pipeline.errors import InputError
from pipeline.fetch import fetch, first
from pipeline.fetching import Listing, Wanted
from pipeline.fetching.web import Manners, Web
from tests.dip_server import body, pdf, serving, short, status

HOST = frozenset({"127.0.0.1"})


@pytest.fixture
def server():
    with serving() as held:
        for name in ("a", "b", "c"):
            held.files[f"/{name}.pdf"] = pdf(f"Papier {name}. ")
        yield held


def wanted(server, name, **more):
    facts = {"title": f"Papier {name}", "doc_type": "strategie", "date": "2023-05-11", "license": "frei"}
    address = f"{server.address}/{name}.pdf"
    return Wanted(**{"id": name, "file": f"{name}.pdf", "address": address, "facts": facts} | more)


def bring(folder, *documents, again=False, largest=10**6, observe=lambda *_: None, attempts=2, whole=False):
    with Web(Manners(pause=0.0, attempts=attempts, timeout=1.0), trusted=HOST) as web:
        listings = [Listing(total=len(documents), wanted=documents)]
        return fetch(listings, folder, web, largest=largest, again=again, observe=observe, whole=whole)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def test_run_finds_the_files_and_what_is_known_about_them(server, tmp_path):
    done = bring(tmp_path / "out", wanted(server, "b"), wanted(server, "a"))
    assert (done.new, done.known, done.failures) == (2, 0, ())
    found = find_sources(tmp_path / "out")
    assert not found.warnings
    assert [(s.path, s.sha256) for s in found.sources] == [
        (f"{name}.pdf", sha256(server.files[f"/{name}.pdf"])) for name in "ab"
    ]
    known = found.sources[0].manifest
    assert known["title"] == "Papier a" and known["date"] == "2023-05-11" and known["license"] == "frei"


def test_what_is_there_is_not_asked_for_again(server, tmp_path):
    bring(tmp_path, wanted(server, "a"))
    done = bring(tmp_path, wanted(server, "a"), wanted(server, "b"))
    assert (done.new, done.known) == (1, 1)
    assert [path for path, _ in server.asked] == ["/a.pdf", "/b.pdf"]


def test_a_file_that_was_lost_or_changed_by_hand_comes_again(server, tmp_path):
    bring(tmp_path, wanted(server, "a"), wanted(server, "b"))
    (tmp_path / "a.pdf").unlink()
    (tmp_path / "b.pdf").write_bytes(b"%PDF-")
    assert bring(tmp_path, wanted(server, "a"), wanted(server, "b")).hashes == {
        name: sha256(server.files[f"/{name}.pdf"]) for name in "ab"
    }
    assert (tmp_path / "b.pdf").read_bytes() == server.files["/b.pdf"]


def test_a_new_version_is_asked_for_on_condition(server, tmp_path):
    server.etags["/a.pdf"] = '"1"'
    bring(tmp_path, wanted(server, "a", version="1"))
    done = bring(tmp_path, wanted(server, "a", version="2"))
    assert server.asked[-1][1]["If-None-Match"] == '"1"' and (done.new, done.known) == (0, 1)
    bring(tmp_path, wanted(server, "a", version="2"))
    assert len(server.asked) == 2
    server.etags["/a.pdf"], server.files["/a.pdf"] = '"2"', pdf("Neue Fassung. ")
    assert bring(tmp_path, wanted(server, "a", version="3")).new == 1
    assert (tmp_path / "a.pdf").read_bytes() == server.files["/a.pdf"]


def test_again_asks_for_what_is_there_and_looks_into_it(server, tmp_path):
    server.etags["/a.pdf"] = '"1"'
    bring(tmp_path, wanted(server, "a"))
    assert bring(tmp_path, wanted(server, "a"), again=True).known == 1
    assert "If-None-Match" in server.asked[-1][1]
    whole = (tmp_path / "a.pdf").read_bytes()
    (tmp_path / "a.pdf").write_bytes(b"x" * len(whole))
    bring(tmp_path, wanted(server, "a"), again=True)
    assert (tmp_path / "a.pdf").read_bytes() == whole


@pytest.mark.parametrize("kind", ["sha256", "md5"])
def test_a_file_that_is_not_the_one_described_is_refused(server, tmp_path, kind):
    data = server.files["/a.pdf"]
    told = {"sha256": sha256(data), "md5": hashlib.md5(data).hexdigest()}[kind]
    assert bring(tmp_path / "good", wanted(server, "a", **{kind: told})).new == 1
    server.files["/a.pdf"] = pdf("Andere Fassung. ")
    (failure,) = bring(tmp_path / "bad", wanted(server, "a", **{kind: told})).failures
    assert "is not the file that its source describes" in failure and told in failure
    assert [path.name for path in (tmp_path / "bad").glob("*.pdf")] == []


def test_a_new_hash_in_the_registry_brings_the_file_again(server, tmp_path):
    server.etags["/a.pdf"] = '"1"'
    bring(tmp_path, wanted(server, "a"))
    server.files["/a.pdf"] = pdf("Neue Fassung. ")
    done = bring(tmp_path, wanted(server, "a", sha256=sha256(server.files["/a.pdf"])))
    assert done.new == 1 and "If-None-Match" not in server.asked[-1][1]


@pytest.mark.parametrize(
    ("faults", "says"),
    [
        ([short] * 2, "sends a truncated PDF after 2 attempts"),
        ([body(b"<html>Nicht gefunden</html>")], "is not a PDF"),
        ([body(b"")], "is not a PDF"),
        ([status(404)], "answers with status 404"),
        ([status(302, Location="https://anderswo.example/a.pdf")], "redirects to another host"),
    ],
)
def test_what_fails_is_one_line_and_the_rest_comes(server, tmp_path, faults, says):
    server.faults["/a.pdf"] = faults
    done = bring(tmp_path, wanted(server, "a"), wanted(server, "b"))
    (failure,) = done.failures
    assert says in failure and "/a.pdf: " in failure and ";" in failure and done.new == 1
    assert sorted(path.name for path in tmp_path.glob("*.pdf")) == ["b.pdf"]
    assert [row.split(",")[0] for row in (tmp_path / "manifest.csv").read_text().splitlines()] == [
        "file",
        "b.pdf",
    ]


def test_a_file_cut_short_once_comes_whole_the_next_time(server, tmp_path):
    server.faults["/a.pdf"] = [short]
    assert bring(tmp_path, wanted(server, "a")).new == 1
    assert (tmp_path / "a.pdf").read_bytes() == server.files["/a.pdf"]


def test_a_document_without_an_address_is_said(server, tmp_path):
    done = bring(tmp_path, wanted(server, "a", address=""))
    assert done.failures == ("a: has no PDF; look for it in a library",)


def test_a_server_that_does_not_answer_is_left_alone_and_others_are_not(server, tmp_path):
    names = [f"x{n}" for n in range(5)]
    for name in names:
        server.faults[f"/{name}.pdf"] = [status(503)] * 9
    with serving() as other:
        other.files["/z.pdf"] = pdf("Papier z. ")
        documents = [wanted(server, name) for name in names]
        done = bring(tmp_path, *documents, wanted(other, "z"), attempts=1)
    assert done.new == 1 and len(done.failures) == 5 and len(server.asked) == module.MISSES
    assert "was not requested" in done.failures[-1]


def test_damaged_files_are_no_fault_of_their_server(server, tmp_path):
    names = "xyza"
    server.files |= {f"/{name}.pdf": b"%PDF-1.4 abgebrochen" for name in names[:-1]}
    done = bring(tmp_path, *(wanted(server, name) for name in names), attempts=1)
    assert done.new == 1 and all("truncated" in failure for failure in done.failures)


def test_a_fetch_that_was_killed_goes_on_where_it_was(server, tmp_path):
    class Killed(BaseException):
        pass

    def kill(done, total):
        if done == 2:
            raise Killed

    documents = [wanted(server, name) for name in "abc"]
    with pytest.raises(Killed):
        bring(tmp_path, *documents, observe=kill)
    assert len((tmp_path / "manifest.csv").read_text().splitlines()) == 3
    journal = tmp_path / module.JOURNAL
    journal.write_bytes(journal.read_bytes() + b'{"id": "c", "fil')
    (tmp_path / "c.pdf.tmp-1").write_bytes(b"%PDF-")
    done = bring(tmp_path, *documents)
    assert (done.new, done.known) == (1, 2) and [path for path, _ in server.asked] == [
        "/a.pdf",
        "/b.pdf",
        "/c.pdf",
    ]
    assert [json.loads(line)["id"] for line in journal.read_text().splitlines()] == ["a", "b", "c"]
    assert not list(tmp_path.glob("*.tmp-*"))


def test_a_fetch_that_brought_nothing_can_be_done_again(server, tmp_path):
    server.faults["/a.pdf"] = [status(404)]
    assert bring(tmp_path, wanted(server, "a")).new == 0
    assert bring(tmp_path, wanted(server, "a")).new == 1


def test_a_folder_gathers_what_several_fetches_bring(server, tmp_path):
    bring(tmp_path, wanted(server, "a"))
    bring(tmp_path, wanted(server, "b"))
    assert len((tmp_path / "manifest.csv").read_text().splitlines()) == 3


def test_what_a_list_no_longer_names_leaves_a_folder_that_is_the_list(server, tmp_path):
    bring(tmp_path, wanted(server, "a"), wanted(server, "b"))
    (tmp_path / "eigenes.pdf").write_bytes(server.files["/c.pdf"])
    server.faults["/c.pdf"] = [status(404)]
    bring(tmp_path, wanted(server, "b"), wanted(server, "c"), whole=True)
    assert sorted(path.name for path in tmp_path.glob("*.pdf")) == ["b.pdf", "eigenes.pdf"]
    assert [json.loads(line)["id"] for line in (tmp_path / module.JOURNAL).read_text().splitlines()] == ["b"]
    assert len((tmp_path / "manifest.csv").read_text().splitlines()) == 2


@pytest.mark.parametrize("whole", [False, True])
def test_what_people_write_into_the_manifest_stays_and_the_rest_follows_its_source(server, tmp_path, whole):
    bring(tmp_path, wanted(server, "a"), wanted(server, "b"))
    (tmp_path / "eigenes.pdf").write_bytes(server.files["/c.pdf"])
    edited = (
        "Datei;Titel;Typ;Herausgeber;Datum;Gewicht\n"
        "a.pdf;Papier a;strategie;Verband für Übergänge;24.11.2021;2\n"
        "b.pdf;Papier b;strategie;;2023-05-11;\neigenes.pdf;Eigenes;;;2020-01-02;\n"
    )
    (tmp_path / "manifest.csv").write_bytes(edited.encode("cp1252"))
    new = {name: {"title": f"Neu {name}", "doc_type": "strategie", "date": "2023-05-11"} for name in "ab"}
    for _ in range(2):
        bring(tmp_path, *(wanted(server, name, facts=new[name]) for name in "ab"), whole=whole)
    told = {source.path: source.manifest for source in find_sources(tmp_path).sources}
    assert [told["a.pdf"][name] for name in ("title", "issuer", "date", "weight")] == [
        "Neu a",
        "Verband für Übergänge",
        "2021-11-24",
        "2",
    ]
    assert (told["b.pdf"]["title"], told["b.pdf"].get("issuer")) == ("Neu b", None)
    assert (told["eigenes.pdf"]["title"], told["eigenes.pdf"]["date"]) == ("Eigenes", "2020-01-02")


def test_a_fetch_that_ends_before_its_manifest_leaves_no_edits_that_no_one_made(
    server, tmp_path, monkeypatch
):
    bring(tmp_path, wanted(server, "a"), wanted(server, "b"))
    manifest = tmp_path / "manifest.csv"
    manifest.write_text(manifest.read_text("utf-8").replace("Papier b", "Von Hand"), "utf-8")

    def full(*_):
        raise OSError(28, "No space left on device")

    for title in ("Neu", "Neuer"):
        with monkeypatch.context() as patch, pytest.raises(InputError, match="No space"):
            patch.setattr(module, "_write_manifest", full)
            bring(tmp_path, *(wanted(server, name, facts={"title": title}) for name in "ab"))
    bring(tmp_path, *(wanted(server, name, facts={"title": "Neuester"}) for name in "ab"))
    told = {source.path: source.manifest["title"] for source in find_sources(tmp_path).sources}
    assert told == {"a.pdf": "Neuester", "b.pdf": "Von Hand"}
    assert len((tmp_path / module.JOURNAL).read_text().splitlines()) == 2


def test_a_manifest_that_cannot_be_read_is_not_written_over(server, tmp_path):
    bring(tmp_path, wanted(server, "a"))
    (tmp_path / "manifest.csv").write_text("Akte;Datum\na.pdf;2021\n")
    with pytest.raises(InputError, match="has no column `file`"):
        bring(tmp_path, wanted(server, "a"))
    assert (tmp_path / "manifest.csv").read_text().startswith("Akte;")


def test_a_manifest_of_another_hand_is_not_written_over(server, tmp_path):
    (tmp_path / "manifest.csv").write_text("file,title\nx.pdf,Von Hand\n", "utf-8")
    with pytest.raises(InputError, match="did not write; give another --to"):
        bring(tmp_path, wanted(server, "a"))
    assert "Von Hand" in (tmp_path / "manifest.csv").read_text("utf-8")


def test_a_folder_that_cannot_be_written_is_said_in_one_line(server, tmp_path):
    (tmp_path / "a.pdf").mkdir()
    (tmp_path / "a.pdf" / "b").touch()
    with pytest.raises(InputError, match="cannot be written"):
        bring(tmp_path, wanted(server, "a"))


def test_progress_counts_documents(server, tmp_path):
    told = []
    bring(tmp_path, wanted(server, "a"), wanted(server, "b"), observe=lambda *at: told.append(at))
    assert told == [(0, 2), (1, 2), (2, 2)]


def test_a_limit_ends_a_list_without_asking_for_more():
    def pages():
        for n in range(3):
            assert n < 2, "asked for a page that nobody needs"
            documents = tuple(Wanted(id=f"{n}{k}", file="", address="", facts={}) for k in range(2))
            yield Listing(total=6, wanted=documents)

    assert [(page.total, len(page.wanted)) for page in first(pages(), 3)] == [(3, 2), (3, 1)]
    assert len(list(first(iter([Listing(total=6, wanted=())]), 0))) == 1


@pytest.mark.parametrize(
    "title", ['=HYPERLINK("http://boese.example")', "+1", "-1", "@SUM(A1)", "'=1", "\t=1", "Es = 1"]
)
def test_no_spreadsheet_takes_a_title_for_a_formula_and_run_reads_it_as_it_was(server, tmp_path, title):
    facts = {"title": title, "doc_type": "strategie"}
    bring(tmp_path / "out", wanted(server, "a", facts=facts))
    with (tmp_path / "out" / "manifest.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["title"][0] not in "=+-@\t"
    assert find_sources(tmp_path / "out").sources[0].manifest["title"] == title.strip()


def test_an_id_of_the_source_leads_to_no_other_folder(server, tmp_path):
    with pytest.raises(InputError, match="is not the name of a file"):
        bring(tmp_path / "out", wanted(server, "a", file="../a.pdf"))
    assert not (tmp_path / "a.pdf").exists()
