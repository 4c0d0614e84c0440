"""Corpora and outputs in an object store, behind addresses, on this machine."""

import json
import os
import re
import shutil
import time

import pyarrow.fs
import pytest
from moto.server import ThreadedMotoServer

from pipeline import places, store
from pipeline.errors import InputError
from pipeline.store import MARKER


@pytest.fixture(scope="module")
def server():
    """A server that speaks S3, on this machine."""
    held = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    held.start()
    yield "http://{}:{}".format(*held.get_host_and_port())
    held.stop()


@pytest.fixture
def bucket(server, monkeypatch, request):
    for name, value in {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }.items():
        monkeypatch.setenv(name, value)
    name = re.sub(r"[^a-z]+", "-", request.node.name.lower())[:60].strip("-")
    system, path = pyarrow.fs.FileSystem.from_uri(f"s3://{name}?allow_bucket_creation=true")
    system.create_dir(path)
    return f"s3://{name}"


def write(place, content):
    system, path = pyarrow.fs.FileSystem.from_uri(place)
    with system.open_output_stream(path) as stream:
        stream.write(content)


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != places.ORIGIN
    }


def test_documents_come_once_and_follow_their_place(bucket, tmp_path):
    write(f"{bucket}/papiere/a.md", b"eins")
    write(f"{bucket}/papiere/unter/b.md", b"zwei")
    folder, warnings = places.brought(f"{bucket}/papiere", tmp_path / "here")
    assert (files(folder), warnings) == ({"a.md": b"eins", "unter/b.md": b"zwei"}, ())
    before = {path: path.stat().st_ino for path in folder.rglob("*.md")}
    time.sleep(1.1)  # the store counts in seconds
    write(f"{bucket}/papiere/a.md", b"neu")
    write(f"{bucket}/papiere/c.md", b"drei")
    system, root = pyarrow.fs.FileSystem.from_uri(f"{bucket}/papiere")
    system.delete_file(f"{root}/unter/b.md")
    places.brought(f"{bucket}/papiere", folder)
    assert files(folder) == {"a.md": b"neu", "c.md": b"drei"}
    assert places.origin(folder) == f"{bucket}/papiere"
    places.brought(f"{bucket}/papiere", folder)
    after = {path: path.stat().st_ino for path in folder.rglob("*.md")}
    assert after[folder / "a.md"] != before[folder / "a.md"]


def test_what_has_not_changed_is_not_brought_again(bucket, tmp_path):
    write(f"{bucket}/papiere/a.md", b"eins")
    folder, _ = places.brought(f"{bucket}/papiere", tmp_path / "here")
    inode = (folder / "a.md").stat().st_ino
    places.brought(f"{bucket}/papiere", folder)
    assert (folder / "a.md").stat().st_ino == inode


def test_what_another_process_is_copying_is_left_to_it(bucket, tmp_path):
    write(f"{bucket}/papiere/a.md", b"eins")
    folder = tmp_path / "here"
    folder.mkdir()
    living, dead = (folder / f"a.md{store.TEMPORARY}{number}" for number in (os.getppid(), 2**22 + 1))
    for path in (living, dead, folder / f"x{store.TEMPORARY}alt"):
        path.touch()
    places.brought(f"{bucket}/papiere", folder)
    assert sorted(files(folder)) == ["a.md", living.name]


def output(folder):
    (folder / "tables").mkdir(parents=True)
    (folder / "tables" / "documents.parquet").write_bytes(b"rows")
    for name in ("report.html", "politikspur.duckdb", "concepts.toml", "open_themes.toml"):
        (folder / name).write_text(name)
    (folder / "cache").mkdir()
    (folder / "cache" / "x").write_text("stays here")
    (folder / MARKER).write_text(json.dumps({"run_key": "k", "sizes": {"documents.parquet": 4}}))
    return folder


def test_an_output_goes_and_comes_back_without_its_cache(bucket, tmp_path):
    out = output(tmp_path / "out")
    places.put(out, f"{bucket}/daten/out")
    (tmp_path / "back" / "search").mkdir(parents=True)
    (tmp_path / "back" / "search" / "state.json").write_text("{}")
    back = places.taken(f"{bucket}/daten/out", tmp_path / "back")
    assert (back / "search" / "state.json").is_file()  # an index is not made anew for each question
    shutil.rmtree(back / "search")
    assert files(back) == {name: data for name, data in files(out).items() if not name.startswith("cache")}


def test_a_half_written_output_is_never_read(bucket, tmp_path, monkeypatch):
    out = output(tmp_path / "out")
    places.put(out, f"{bucket}/out")
    monkeypatch.setattr(places, "PUBLISHED", ("tables/*.parquet", "missing/../nothing", "report.html"))
    (out / "tables" / "documents.parquet").write_bytes(b"other rows")
    real = places.Path.open

    def cut(self, *arguments, **named):
        if self.name == "report.html":
            raise OSError("the line is cut")
        return real(self, *arguments, **named)

    monkeypatch.setattr(places.Path, "open", cut)
    with pytest.raises(InputError, match="the line is cut"):
        places.put(out, f"{bucket}/out")
    monkeypatch.setattr(places.Path, "open", real)
    with pytest.raises(InputError, match="holds no finished run"):
        places.taken(f"{bucket}/out", tmp_path / "back")


def test_tables_of_another_run_than_the_marker_says_are_refused(bucket, tmp_path):
    places.put(output(tmp_path / "out"), f"{bucket}/out")
    write(f"{bucket}/out/tables/documents.parquet", b"more rows")
    with pytest.raises(InputError, match=r"documents\.parquet is not the one of run\.json"):
        places.taken(f"{bucket}/out", tmp_path / "back")


@pytest.mark.parametrize("place", ["s3://nirgends-da/papiere", "gopher://alt/papiere"])
def test_a_place_that_cannot_be_used_is_one_line(bucket, tmp_path, place):
    with pytest.raises(InputError) as told:
        places.brought(place, tmp_path / "here")
    assert len(str(told.value).splitlines()) == 1


def test_folders_and_their_addresses_are_used_as_they_are(tmp_path):
    (tmp_path / "Meine Papiere").mkdir()
    assert places.brought(str(tmp_path), tmp_path / "x") == (tmp_path, ())
    address = (tmp_path / "Meine Papiere").as_uri()
    assert places.brought(address, tmp_path / "x") == (tmp_path / "Meine Papiere", ())
    assert places.taken(address, tmp_path / "x") == tmp_path / "Meine Papiere"


def test_a_list_of_addresses_is_fetched(tmp_path, monkeypatch):
    def fetch(listings, folder, web, *, whole, **named):
        assert whole  # what leaves the list leaves the corpus
        told.extend(one.address for listing in listings for one in listing.wanted)
        return Fetched(
            new=1, known=0, failures=("https://b.example/b.pdf: is gone; look elsewhere",), hashes={}
        )

    from pipeline.fetch import Fetched

    told, failure = [], "https://b.example/b.pdf: is gone; look elsewhere"
    monkeypatch.setattr("pipeline.fetch.fetch", fetch)
    (tmp_path / "here").mkdir()
    (tmp_path / "liste.txt").write_text("# Papiere\nhttps://a.example/a.pdf\n\nhttps://b.example/b.pdf\n")
    folder, warnings = places.brought(str(tmp_path / "liste.txt"), tmp_path / "here")
    assert folder == tmp_path / "here"
    assert told == ["https://a.example/a.pdf", "https://b.example/b.pdf"]
    assert warnings == (failure,) and places.origin(folder) == str(tmp_path / "liste.txt")


def test_what_is_put_anew_while_it_is_copied_is_refused(bucket, tmp_path, monkeypatch):
    out = output(tmp_path / "out")
    places.put(out, f"{bucket}/out")
    mirror = places._mirror

    def meanwhile(place, folder, **more):
        mirror(place, folder, **more)
        (out / MARKER).write_text(json.dumps({"run_key": "l", "sizes": {"documents.parquet": 4}}))
        places.put(out, f"{bucket}/out")

    monkeypatch.setattr(places, "_mirror", meanwhile)
    with pytest.raises(InputError, match="was replaced while it was copied; repeat"):
        places.taken(f"{bucket}/out", tmp_path / "back")


@pytest.mark.parametrize(
    "marker",
    [
        [],
        {},
        {"sizes": 3},
        {"sizes": {"../../x": 1}},
        {"sizes": {"/etc/passwd": 1}},
    ],
)
def test_a_marker_of_another_hand_is_refused(bucket, tmp_path, marker):
    places.put(output(tmp_path / "out"), f"{bucket}/out")
    write(f"{bucket}/out/{MARKER}", json.dumps(marker).encode())
    with pytest.raises(InputError):
        places.taken(f"{bucket}/out", tmp_path / "back")


def test_the_keys_in_an_address_are_not_told(bucket, tmp_path):
    with pytest.raises(InputError) as told:
        places.brought("s3://schluessel:geheim@nirgends-da/papiere?region=x", tmp_path / "here")
    assert "geheim" not in str(told.value) and "s3://nirgends-da/papiere" in str(told.value)
