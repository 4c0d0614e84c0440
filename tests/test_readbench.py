"""The bench of the reader: both tables, and what is needed for them."""

from __future__ import annotations

import json

import pytest

from pipeline.clean import clean
from pipeline.commands.lab import bench_read
from pipeline.errors import InputError
from pipeline.read import read_pages
from pipeline.reading import readbench
from pipeline.reading.pagescore import Score, load, score
from pipeline.split import page_text, passages
from tests.pdf_writer import paragraph, write

ROWS = ["Die Bundesregierung stärkt die Forschung und fördert den Mittelstand in allen Ländern."] * 20

TRUTH = {
    "file": "0.pdf", "page": 2, "lines": [], "furniture": [], "hyphen_words": [],
    "paras": [{"type": "para", "text": " ".join(f"bbb {row}" for row in ROWS)}],
}  # fmt: skip
MEASURES = Score.__struct_fields__


@pytest.fixture
def corpus(tmp_path):
    for n in range(2):
        words = [chr(97 + at) * 3 for at in range(readbench.SKIPPED + readbench.PAGES)]
        pages = [paragraph(70, 100, [f"{word} {row}" for row in ROWS]) for word in words]
        write(tmp_path / f"{n}.pdf", pages)
    return tmp_path


def test_prints_the_speed_of_every_reader(corpus, monkeypatch):
    monkeypatch.setattr(readbench, "_readers", lambda: {"politikspur": readbench._politikspur})
    printed: list[str] = []
    (corpus / "0.json").write_text(json.dumps(TRUTH))
    readbench.bench(corpus, corpus, printed.append)
    assert printed[0].split() == ["quality", "on", "1", "pages", *MEASURES]
    assert printed[1].split() == ["politikspur", *["0.0000"] * 4, "1.0000", *["0.0000"] * 2]
    assert printed[2] == "" and printed[3].startswith("speed on 40 pages")
    assert printed[4].startswith("politikspur")


@pytest.mark.parametrize("truth", [False, True])
def test_the_command_measures_quality_on_pages_that_belong_to_the_pdfs(truth, corpus, monkeypatch, capsys):
    monkeypatch.setattr(readbench, "_readers", lambda: {"politikspur": readbench._politikspur})
    monkeypatch.setattr(readbench, "PAGES", 1)
    (corpus / "0.json").write_text(json.dumps(TRUTH))
    bench_read(truth=corpus if truth else None, pdf=corpus)
    printed = [line.split("  ")[0] for line in capsys.readouterr().out.splitlines()]
    speed = ["speed on 2 pages, one process", "politikspur"]
    assert printed == (["quality on 1 pages", "politikspur", "", *speed] if truth else speed)


def test_pdfs_may_stand_beside_their_reference_pages(corpus, tmp_path_factory, monkeypatch):
    monkeypatch.setattr(readbench, "_readers", lambda: {"politikspur": readbench._politikspur})
    (corpus / "0.json").write_text(json.dumps(TRUTH))
    printed: list[str] = []
    other = tmp_path_factory.mktemp("andere")
    write(other / "kurz.pdf", [paragraph(70, 100, ROWS)])
    readbench.bench(corpus, other, printed.append)
    assert printed[0].startswith("quality on 1 pages")
    (corpus / "0.pdf").unlink()
    with pytest.raises(InputError, match=r"0\.pdf.*is neither in .* nor in .*--pdf"):
        readbench.bench(corpus, other, printed.append)


def test_words_of_whole_documents_are_judged(tmp_path):
    write(tmp_path / "kurz.pdf", [paragraph(70, 100, [*ROWS[:2], "Ende der Vorlage"])])
    (tmp_path / "kurz.txt").write_text(f"{ROWS[0]}\n\n{ROWS[0]} Förderung", encoding="cp1252")
    printed: list[str] = []
    readbench.bench_words(tmp_path, tmp_path, printed.append)
    assert [line.split() for line in printed] == [
        ["words", "of", "read", "clean", "precision", "recall"],
        ["kurz", "27", "25", "0.8889", "0.9600"],
    ]
    with pytest.raises(InputError, match="holds no text"):
        readbench.bench_words(tmp_path / "fehlt", tmp_path)


def test_short_documents_are_read_for_speed_where_there_are_no_long_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(readbench, "_readers", lambda: {"politikspur": readbench._politikspur})
    write(tmp_path / "kurz.pdf", [paragraph(70, 100, ROWS)])
    printed: list[str] = []
    readbench._speed(tmp_path, readbench._readers(), printed.append)
    assert printed[0].startswith("speed on 1 pages")


def test_readers_take_turns_and_are_measured_each():
    calls: list[str] = []

    def reader(name):
        return lambda _path, _pages: calls.append(name) or []

    spent = readbench._spent({"a": reader("a"), "b": reader("b")}, [(None, [1])] * 2)
    assert calls == ["a", "b"] + ["a", "b"] * 2
    assert set(spent) == {"a", "b"} and min(spent.values()) > 0


def test_asks_for_folders_that_hold_something(tmp_path):
    with pytest.raises(InputError, match="not a folder"):
        readbench.bench(tmp_path / "fehlt", tmp_path, print)
    with pytest.raises(InputError, match="holds no page"):
        readbench.bench(tmp_path, tmp_path, print)
    with pytest.raises(InputError, match="holds no PDF"):
        readbench._speed(tmp_path, {}, print)


@pytest.mark.parametrize("reader", ["_politikspur", "_pypdfium2", "_pdfplumber", "_pdfminer"])
def test_every_reader_gives_a_text_a_page(corpus, reader):
    texts = getattr(readbench, reader)(corpus / "0.pdf", [2, 3])
    assert len(texts) == 2
    assert all("Bundesregierung" in text for text in texts)


def with_neighbours(path, pages):
    """Read pages with the twenty on either side, by which headers and footers are told."""
    around = frozenset(range(max(1, min(pages) - 20), max(pages) + 21))
    found = passages(clean(list(read_pages(path, settings=readbench.SETTINGS, pages=around))))
    return [page_text(found, page) for page in pages]


@pytest.mark.slow
def test_the_goals_for_hand_made_pages_hold(shared):
    pages = load(shared / "pages")
    places = {page.file: shared / "corpora" / "pdf" / page.file for page in pages}
    texts = readbench._texts(places, pages, with_neighbours)
    found = score(zip(pages, texts, strict=True))
    assert found.cer_median <= 0.002 and found.cer <= 0.01
    assert found.leak <= 0.03 and found.hyph <= 0.04
    assert found.paragraphs >= 0.95 and found.head >= 0.95 and found.order == 0
