"""Pages with their status and reason."""

from __future__ import annotations

import pytest

from pipeline.config import Read
from pipeline.errors import InputError
from pipeline.read import needs_ocr, read_pages
from pipeline.reading import gaps, rulings
from pipeline.reading.rulings import Cell
from pipeline.records import Page
from tests.builders_pages import line
from tests.pdf_writer import Text, paragraph, write

SETTINGS = Read(ocr=False, ocr_dpi=150, password="")
ROWS = ["Die Bundesregierung stärkt die Forschung und fördert den Mittelstand in allen Ländern."] * 4


def pages(path, **more):
    return list(read_pages(path, settings=SETTINGS, **more))


def test_text_pages_are_ok(tmp_path):
    (page,) = pages(write(tmp_path / "a.pdf", [paragraph(70, 100, ROWS)]))
    assert (page.status, page.text_source, page.reason) == ("ok", "text", "")
    assert page.quality > 0.9 and len(page.lines) == 4 and not needs_ocr(page)


def test_a_page_that_is_a_picture_needs_ocr(tmp_path):
    (page,) = pages(write(tmp_path / "a.pdf", [[Text(50, 800, "", 500, image=True), Text(70, 20, "3")]]))
    assert needs_ocr(page)
    assert (page.text_source, page.status, page.reason) == ("none", "failed", "shows a picture without text")


def test_an_empty_page_is_no_failure(tmp_path):
    (page,) = pages(write(tmp_path / "a.pdf", [[]]))
    assert (page.text_source, page.status, page.reason) == ("none", "ok", "the page is empty")
    assert not needs_ocr(page)


def test_nonsense_from_a_broken_character_map_is_no_text(tmp_path):
    rows = ["".join(chr(ord(c) - 29) if c != " " and ord(c) > 61 else c for c in row) for row in ROWS]
    (page,) = pages(write(tmp_path / "a.pdf", [paragraph(70, 100, [r.replace("\x00", "") for r in rows])]))
    assert page.quality < 0.5 and needs_ocr(page)
    assert "no usable map" in page.reason


@pytest.mark.parametrize("words", [(), ("Wir fördern Netze.",)])
def test_text_that_ocr_replaces_is_counted_and_other_nonsense_stays(tmp_path, monkeypatch, words):
    rows = ["".join(chr(ord(c) - 29) if c != " " and ord(c) > 61 else c for c in row) for row in ROWS]
    path = write(tmp_path / "a.pdf", [paragraph(70, 100, rows)])
    (before,) = pages(path)
    read = Page(number=1, width=595, height=842, text_source="ocr", lines=tuple(map(line, words)))
    monkeypatch.setattr("pipeline.reading.ocr.available", lambda: True)
    monkeypatch.setattr("pipeline.reading.ocr.ocr_page", lambda *_, **__: read)
    monkeypatch.setattr("pipeline.reading.pdfium.Document.picture", lambda *_, **__: (None, 300))
    (page,) = read_pages(path, settings=Read(ocr=True, ocr_dpi=300, password=""))
    assert before.n_chars > 100
    assert (page.n_chars, page.n_replaced) == ((16, before.n_chars) if words else (before.n_chars, 0))


def test_pages_asked_for_and_pages_left_out(tmp_path):
    path = write(tmp_path / "a.pdf", [paragraph(70, 100, ROWS)] * 4)
    assert [p.number for p in pages(path, pages=frozenset({2, 4}))] == [2, 4]
    found = pages(path, bad={3: "took more than 120 seconds"})
    assert [p.status for p in found] == ["ok", "ok", "failed", "ok"]
    assert found[2].reason == "took more than 120 seconds"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (InputError("a.pdf page 1", "the page is damaged", "repair the file"), "the page is damaged"),
        (IndexError("3 of 2\n  glyphs"), "could not be read (IndexError: 3 of 2 glyphs)"),
    ],
)
def test_a_lost_page_says_why_in_the_words_of_the_error(tmp_path, monkeypatch, error, reason):
    def fail(*_):
        raise error

    monkeypatch.setattr("pipeline.read.lines", fail)
    (page,) = pages(write(tmp_path / "a.pdf", [paragraph(70, 100, ROWS)]))
    assert (page.status, page.reason) == ("failed", reason)


def test_a_page_of_impossible_size_is_reported(tmp_path):
    (page,) = pages(write(tmp_path / "a.pdf", [paragraph(70, 100, ROWS)], size=(9_000_000, 842)))
    assert (page.status, page.reason) == ("failed", "has an impossible size")


HARD = {
    "corrupt-empty-0bytes.pdf": "empty",
    "corrupt-not-a-pdf-44bytes.pdf": "damaged",
    "corrupt-unreadable-metadata-pypdf.pdf": "damaged",
    "encrypted-rc4-40-pdfminer.pdf": "password",
    "scan-bmi-vermerk-sperrklausel-2011.pdf": "picture",
    "xfa-livecycle-ocrmypdf.pdf": "form",
    "empty-page-no-contents-ocrmypdf.pdf": "the page is empty",
    "corrupt-malformed-pdfplumber-932.pdf": "picture",
    "corrupt-repairable-pdfminer.pdf": "",
    "broken-tounicode-drs-18-4093.pdf": "no usable map",
    "slides-2030watch-bits-und-baeume-2018.pdf": "",
}


@pytest.mark.parametrize(("name", "says"), HARD.items())
def test_every_hard_file_ends_with_a_reason(shared, name, says):
    try:
        reasons = {page.reason for page in pages(shared / "corpora" / "hard" / name)}
    except InputError as error:
        reasons = {error.what}
    assert any(says in reason if says else not reason for reason in reasons)


def test_at_least_twenty_of_the_pages_with_a_broken_map_are_known(shared):
    found = pages(shared / "corpora" / "hard" / "broken-tounicode-drs-18-4093.pdf")
    assert sum(needs_ocr(page) for page in found) >= 20


TABLE = [
    ("Werk Nord", "178", "63"),
    ("Werk Ost", "364", "129"),
    ("Werk Süd", "305", "108"),
    ("Werk West", "405", "7"),
]


def test_a_table_without_rules_is_found_by_its_gaps(tmp_path):
    texts = [
        Text(70 + 130 * c, 300 + 14 * r, part) for r, row in enumerate(TABLE) for c, part in enumerate(row)
    ]
    (page,) = pages(write(tmp_path / "a.pdf", [paragraph(70, 100, ROWS) + texts]))
    cells = {(line.row, line.column): line.text for line in page.lines if line.table}
    assert cells == {(r, c): part for r, row in enumerate(TABLE) for c, part in enumerate(row)}


def test_a_table_without_rules_is_found_below_a_ruled_one(tmp_path, monkeypatch):
    texts = [
        Text(70 + 130 * c, top + 14 * r, part)
        for top in (200, 300) for r, row in enumerate(TABLE) for c, part in enumerate(row)
    ]  # fmt: skip
    grid = [
        Cell(1, r, c, 65 + 130 * c, 190 + 14 * r, 195 + 130 * c, 204 + 14 * r)
        for r in range(len(TABLE)) for c in range(3)
    ]  # fmt: skip
    monkeypatch.setattr(rulings, "cells", lambda _strokes: grid)
    (page,) = pages(write(tmp_path / "a.pdf", [paragraph(70, 100, ROWS) + texts]))
    assert sum(line.table == 1 for line in page.lines) == sum(line.table == 2 for line in page.lines) == 12


def test_pages_without_evidence_of_a_table_are_not_searched_for_one(tmp_path, monkeypatch):
    monkeypatch.setattr(gaps, "cells", None)
    (page,) = pages(write(tmp_path / "a.pdf", [paragraph(70, 100, ROWS)]))
    assert page.status == "ok"


def test_a_page_without_text_keeps_the_reason_why_it_was_recognised(tmp_path, monkeypatch):
    from pipeline.reading import ocr

    monkeypatch.setattr(ocr, "available", lambda: True)
    monkeypatch.setattr(
        ocr, "ocr_page", lambda *_, page, width, height: Page(page, width, height, reason="none")
    )
    path = write(tmp_path / "a.pdf", [[Text(50, 800, "", 500, image=True)]])
    (page,) = read_pages(path, settings=Read(ocr=True, ocr_dpi=72, password=""))
    assert (page.status, page.reason) == ("ok", "shows a picture without text; OCR finds no text")
