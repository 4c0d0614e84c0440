"""`politikspur fetch` as a user meets it."""

import csv
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline import places
from pipeline.cli import app
from pipeline.commands.arguments import places_of_run
from pipeline.commands.fetch import _name, reading
from pipeline.fetching import Listing, Wanted, registries
from tests.dip_server import KEY, pdf, serving
from tests.test_cli import alone


@pytest.fixture
def server():
    with serving() as held:
        held.add("20/6700", "Fachkräftestrategie der Bundesregierung")
        held.add("20/6701", "Bericht zur Lage der Cluster")
        held.add("20/6702", "Entwurf eines Gründungsgesetzes", drucksachetyp="Gesetzentwurf")
        yield held


def dip(server, folder, *words):
    api = ("--api", f"{server.address}/api/v1", "--trust", "127.0.0.1", "--pause", "0", "--to", folder)
    return alone("fetch", "dip", "--period", "20", *api, *words, env={"POLITIKSPUR_DIP_KEY": KEY})


def test_papers_of_dip_come_with_their_metadata(server, tmp_path):
    done = dip(server, tmp_path, "--kind", "Unterrichtung")
    assert done.returncode == 0, done.stderr
    assert f"{tmp_path}: 2 new, 0 there before, 0 failed" in done.stdout
    with (tmp_path / "manifest.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["number"], row["wahlperiode"], row["drucksachetyp"]) for row in rows] == [
        ("20/6700", "20", "Unterrichtung"),
        ("20/6701", "20", "Unterrichtung"),
    ]
    assert all((tmp_path / row["file"]).is_file() for row in rows)
    assert KEY not in (tmp_path / "manifest.csv").read_text("utf-8") + done.stdout + done.stderr


def test_a_list_fetches_nothing(server, tmp_path):
    done = dip(server, tmp_path / "out", "--list", "--limit", "2")
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 2
    assert "Fachkräftestrategie" in done.stdout and "2 documents" in done.stderr
    assert not (tmp_path / "out").exists() and len(server.asked) == 1


def test_what_failed_is_said_and_the_exit_code_says_so(server, tmp_path):
    del server.files["/btd/20/6701.pdf"]
    done = dip(server, tmp_path)
    assert done.returncode == 1 and "2 new, 0 there before, 1 failed" in done.stdout
    assert "answers with status 404; check the address" in done.stderr


def test_without_a_key_it_is_said_where_to_get_one(tmp_path):
    done = alone("fetch", "dip", "--period", "20", "--to", tmp_path, env={})
    assert done.returncode == 1 and len(done.stderr.strip().splitlines()) == 1
    assert "needs a key; set POLITIKSPUR_DIP_KEY" in done.stderr


def test_a_private_address_in_a_registry_is_refused_and_nothing_is_filled_in(tmp_path):
    entry = (
        "id,title,doc_type,issuer,date,period,number,address,licence,source,verified,sha256\n"
        "x,Titel,strategie,Bundesregierung,2018-09-03,bt19,,https://127.0.0.1:9/x.pdf,frei,erfunden,no,\n"
    )
    (tmp_path / registries.FILE).write_text(entry, "utf-8")
    done = alone("fetch", tmp_path, "--to", tmp_path / "out", "--pause", "0")
    assert done.returncode == 1 and "is not a public address (127.0.0.1)" in done.stderr
    assert (tmp_path / registries.FILE).read_text("utf-8") == entry


def test_a_registry_refuses_the_filters_of_dip(root):
    done = alone("fetch", root / "corpora" / "federal", "--list", "--kind", "Antrag", env={})
    assert done.returncode == 1 and "filters are those of `dip`" in done.stderr


def test_a_registry_is_listed_without_asking_anyone(root):
    done = alone("fetch", root / "corpora" / "federal", "--list", env={})
    assert done.returncode == 0 and len(done.stdout.splitlines()) >= 60


def test_registries_of_two_folders_have_folders_of_their_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b.2"):
        (tmp_path / name).mkdir()
        for file in (registries.FILE, "liste.csv"):
            (tmp_path / name / file).touch()
    given = ("dip", "a", "b.2", "a/registry.csv", "b.2/registry.csv", "a/liste.csv", "b.2/liste.csv")
    assert [_name(source) for source in given] == ["dip", "a", "b.2", "a", "b.2", "a-liste", "b.2-liste"]


@pytest.fixture
def listed(server, tmp_path, monkeypatch):
    """A function that fetches a list of addresses on the server; lists name public hosts only."""
    monkeypatch.chdir(tmp_path)
    paths = sorted(server.files)

    def listing(path):
        found = [Wanted(id=one, file=Path(one).name, address=server.address + one, facts={"url": one})
                 for one in path.read_text().split()]  # fmt: skip
        return Listing(total=len(found), wanted=tuple(found))

    def listed(*words, name="liste.txt", n=3):
        Path(name).write_text("\n".join(paths[:n]))
        asked = ["fetch", name, "--trust", "127.0.0.1", "--pause", "0", *words]
        return CliRunner().invoke(app, asked)

    monkeypatch.setattr("pipeline.fetching.addresses.listing", listing)
    return listed


def test_a_list_is_fetched_to_where_run_has_it_and_looked_at_again(server, listed):
    place = Path("build/liste-documents")
    done = listed()
    assert f"{place}: 3 new, 0 there before" in done.stdout
    assert "Read them: politikspur run liste.txt" in done.stdout
    server.files["/btd/20/6701.pdf"] = pdf("Neue Fassung. ")
    assert "0 new, 3 there before" in listed().stdout and len(server.asked) == 3
    assert "1 new, 2 there before" in listed("--again").stdout
    assert (place / "6701.pdf").read_bytes() == server.files["/btd/20/6701.pdf"]
    assert places.origin(place) == str(Path("liste.txt").resolve())


def test_what_leaves_a_list_leaves_its_folder_but_no_other(server, listed, tmp_path):
    place = Path("build/liste-documents")
    listed()
    listed("--limit", "1")
    assert len([*place.glob("*.pdf")]) == 3
    listed(n=2)
    assert sorted(path.name for path in place.glob("*.pdf")) == ["6700.pdf", "6701.pdf"]
    (tmp_path / "b").mkdir()
    other = listed(name="b/liste.txt", n=1)
    assert other.exit_code == 1 and "holds the documents of" in str(other.exception)
    assert len([*place.glob("*.pdf")]) == 2
    Path("liste.txt").unlink()
    assert "0 new, 1 there before" in listed(name="b/liste.txt", n=1).stdout, "the list was moved"
    dip(server, tmp_path / "mixed")
    assert "Read them: politikspur run mixed" in listed("--to", "mixed", n=1).stdout
    assert len([*(tmp_path / "mixed").glob("*.pdf")]) == 4, "others' documents stay"


def test_a_list_is_listed_without_asking_anyone(server, listed):
    done = listed("--list")
    assert done.exit_code == 0 and len(done.stdout.splitlines()) == 3 and not server.asked
    refused = listed("--kind", "Antrag")
    assert refused.exit_code == 1 and "is a list, and the filters are those of `dip`" in str(
        refused.exception
    )


@pytest.mark.parametrize(
    "place", ["build/fetched/papiere", "build/papiere", "./build/meine papiere", "papiere", "."]
)
def test_the_command_to_read_them_has_an_output_of_its_own(tmp_path, monkeypatch, place):
    (tmp_path / place).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(tmp_path)
    _, _, corpus, *more = shlex.split(reading(Path(place)))
    found = places_of_run(corpus, *(more[1:] or [""]))
    assert found.corpus.resolve() == Path(place).resolve() != found.out.resolve()
