"""The bench of the reader: both tables, and what is needed for them."""

from __future__ import annotations

import pytest

from pipeline.errors import InputError
from pipeline.reading import readbench
from tests.pdf_writer import paragraph, write

ROWS = ["Die Bundesregierung stärkt die Forschung und fördert den Mittelstand in allen Ländern."] * 20


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
    readbench.bench(corpus, corpus, printed.append)
    assert printed[0].startswith("quality: not measured")
    assert printed[1].startswith("\nspeed on 40 pages")
    assert printed[2].startswith("politikspur")


def test_readers_take_turns_and_are_measured_each():
    calls: list[str] = []

    def reader(name):
        return lambda _path, _pages: calls.append(name) or []

    spent = readbench._spent({"a": reader("a"), "b": reader("b")}, [(None, [1])] * 2)
    assert calls == ["a", "b"] + ["a", "b"] * 2
    assert set(spent) == {"a", "b"} and min(spent.values()) > 0


def test_asks_for_folders_that_hold_something(tmp_path):
    with pytest.raises(InputError, match="no folder"):
        readbench.bench(tmp_path / "fehlt", tmp_path, print)
    with pytest.raises(InputError, match="holds no PDF"):
        readbench.bench(tmp_path, tmp_path, lambda _: None)


@pytest.mark.parametrize("reader", ["_politikspur", "_pypdfium2", "_pdfplumber", "_pdfminer"])
def test_every_reader_gives_a_text_a_page(corpus, reader):
    texts = getattr(readbench, reader)(corpus / "0.pdf", [2, 3])
    assert len(texts) == 2
    assert all("Bundesregierung" in text for text in texts)


@pytest.mark.slow
def test_the_goals_for_hand_made_pages_hold(shared):
    pytest.importorskip("rapidfuzz")
    truth, folder = shared / "pages", shared / "corpora" / "pdf"
    texts = readbench._texts(folder, readbench._wanted(truth), readbench._politikspur)
    found = readbench._judge(truth / "score.py", truth, texts)
    assert found["cer_median"] <= 0.002 and found["cer"] <= 0.01
    assert found["leak"] <= 0.03 and found["hyph"] <= 0.04
    assert found["paraF1"] >= 0.95 and found["head"] >= 0.95 and found["order"] == 0
