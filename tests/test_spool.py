"""Records that wait in a file: as many, in the same order, the same."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from pipeline.clean import clean
from pipeline.errors import MachineError
from pipeline.reading.spool import Spool, spooled
from pipeline.records import Page
from pipeline.split import split
from tests.builders_pages import body, line, page

PAGES = [page([line(f"Abschnitt {n}")], n) for n in range(1, 21)]


def test_a_short_sequence_is_a_tuple():
    assert spooled(Page, iter(PAGES), room=21) == tuple(PAGES)


@pytest.mark.parametrize("room", [0, 3, 20])
def test_a_long_sequence_holds_the_same_records(room):
    found = spooled(Page, iter(PAGES), room=room)
    assert isinstance(found, Spool)
    assert (len(found), list(found)) == (20, PAGES)
    assert (found[0], found[4], found[-1]) == (PAGES[0], PAGES[4], PAGES[-1])
    assert (found[2:6], found[-2:]) == (PAGES[2:6], PAGES[-2:])
    with pytest.raises(IndexError):
        found[20]


def test_a_sequence_can_be_read_twice_at_once():
    found = spooled(Page, iter(PAGES), room=2)
    assert [(a.number, b.number) for a, b in zip(found, found, strict=True)] == [(n, n) for n in range(1, 21)]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's disk that is always full")
@pytest.mark.parametrize("n", [1, 20_000], ids=["when it is flushed", "when it is written"])
def test_a_full_folder_of_temporary_files_is_told_as_such(monkeypatch, n):
    monkeypatch.setattr("tempfile.TemporaryFile", partial(Path("/dev/full").open, "r+b"))
    with pytest.raises(MachineError, match=r"folder of temporary files: .*No space left"):
        spooled(Page, (PAGES[0] for _ in range(n)), room=0)


def test_a_missing_folder_of_temporary_files_is_told_as_such(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "fehlt"))
    with pytest.raises(MachineError, match=r"No such file or directory.*make room"):
        spooled(Page, iter(PAGES), room=0)


def test_an_error_of_the_records_stays_what_it_is():
    with pytest.raises(FileNotFoundError):
        spooled(Page, (page([line(path.read_text())]) for path in [Path("fehlt")]), room=0)


def test_a_long_document_is_read_like_a_short_one(monkeypatch):
    note = [line("1 Vgl. den Bericht der Länder.", 70, 760, size=7)]
    pages = [page([line("Programm", 70, 30), *body(8, 100), *note], n) for n in range(1, 8)]
    short = split(clean(pages))
    for room in (
        "clean.PAGES",
        "split.PARTS",
        "split.SENTENCES",
        "reading.notes.PARTS",
        "reading.roles.PARTS",
    ):
        monkeypatch.setattr(f"pipeline.{room}", 2)
    long = split(clean(pages))
    assert isinstance(long.passages, Spool) and not isinstance(short.passages, Spool)
    assert (list(long.passages), list(long.sentences), long.pages, long.dropped) == (
        list(short.passages), list(short.sentences), short.pages, short.dropped,
    )  # fmt: skip
