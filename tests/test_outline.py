"""Bookmarks as evidence: read within bounds, matched to headings, deciding only where the page does not."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pipeline.clean import clean
from pipeline.config import Read
from pipeline.read import read_pages
from pipeline.reading.outline import bookmarked, missed, refined
from pipeline.reading.pdfium import MOST_BOOKMARKS, Document
from pipeline.records import Bookmark
from pipeline.split import split
from tests.builders_pages import block, body, line
from tests.pdf_writer import Text, paragraph, write

SETTINGS = Read(ocr=False, ocr_dpi=150, password="")
ROWS = ["Die Länder bauen Netze, Schulen und Kliniken für alle, die hier leben und arbeiten."] * 4


def entry(title: str, page: int, **links: int) -> str:
    """Return a bookmark as an object of a file; `links` name others by their number."""
    said = " ".join(f"/{name.capitalize()} {{{to}}} 0 R" for name, to in links.items())
    return f"<< /Title ({title}) /Dest [{{page{page}}} 0 R /Fit] /Parent {{0}} 0 R {said} >>"


def test_bookmarks_lead_to_pages_with_their_depth(tmp_path):
    marks = [
        entry("Arbeit", 1, next=3, first=2),
        entry("L\\366hne", 2),
        entry("Klima", 2),
    ]
    path = write(tmp_path / "a.pdf", [paragraph(70, 100, ROWS)] * 2, outline=marks)
    with Document(path) as document:
        assert document.outline() == {
            1: [Bookmark(0, "Arbeit")],
            2: [Bookmark(1, "Löhne"), Bookmark(0, "Klima")],
        }


@pytest.mark.parametrize(
    ("links", "n"),
    [
        ([{"next": 2}, {"next": 1}], 2),  # a circle
        ([{"first": 1}], 1),
        ([{"first": at + 1} for at in range(1, 2000)] + [{}], 2000),  # one inside the other
        ([{"next": at + 1} for at in range(1, 9000)] + [{}], MOST_BOOKMARKS),
        ([{"next": 77}], 1),  # leads to nothing
    ],
)
def test_hostile_outlines_come_to_an_end(tmp_path, links, n):
    marks = [entry(f"Netze {at}", 1, **link) for at, link in enumerate(links, 1)]
    path = write(tmp_path / "a.pdf", [paragraph(70, 100, ROWS)], outline=marks)
    with Document(path) as document:
        assert len(document.outline()[1]) == n
    (page,) = read_pages(path, settings=SETTINGS)
    assert len(page.outline) == n and page.status == "ok"


def test_a_file_without_bookmarks_has_none(tmp_path):
    (page,) = read_pages(write(tmp_path / "a.pdf", [paragraph(70, 100, ROWS)]), settings=SETTINGS)
    assert page.outline == ()


MARKS = {1: (Bookmark(0, "1.  Netze und\u00a0Schulen"), Bookmark(1, "B"), Bookmark(1, "Kliniken"))}


def test_a_block_is_bookmarked_on_its_page_alone_and_as_a_whole():
    parts = [
        block(line("1. Netze und", 70, 100), line("Schulen", 70, 112)),
        block(line("B")),  # of an index
        block(line("Kliniken")),
        block(line("Kliniken"), contents=True),
        block(line("Kliniken", table=1)),
        block(line("Kliniken und Häfen")),
        block(line("Kliniken"), number=2),
    ]
    assert bookmarked(parts, MARKS) == {0: 0, 2: 1}
    assert bookmarked(parts, {}) == {}


def test_no_second_heading_is_made_of_one_bookmark():
    parts = [block(line("Kliniken")), block(*body(3)), block(line("KLINIKEN"))]
    found = bookmarked(parts, MARKS)
    assert missed(found, [0], parts) == []
    assert missed(found, [], parts) == [0, 2]


@pytest.mark.parametrize(
    ("depths", "ranks"),
    [
        ([0, 1, 1, 1, 0, 1, 0], [0, 1, 1, 1, 0, 1, 0]),
        ([0, 1, 1, 1, 0, 1, None], [1, 1, 1, 1, 1, 1, 1]),  # twice is a slip
        ([0, 1, None, 1, 0, 1, 0], [0, 1, 0, 1, 0, 1, 0]),  # in doubt, as most
        ([None] * 7, [0] * 7),
    ],
)
def test_headings_that_look_alike_are_parted_by_depth(depths, ranks):
    given = {at: depth for at, depth in enumerate(depths) if depth is not None}
    assert [rank[-1] for rank in refined(dict.fromkeys(range(7), (1, 0)), given, ()).values()] == ranks


def test_depth_never_joins_headings_that_look_different():
    found = refined({0: (1, 0), 1: (2, 0), 2: (3, 0)}, dict.fromkeys(range(3), 1), ())
    assert all(a < b for a, b in pairwise(found.values()))


def test_what_looks_like_text_has_the_rank_of_its_depth():
    ranked = {0: (1, 0), 1: (2, 0), 2: (9, 0), 3: (2, 0)}
    assert refined(ranked, {0: 0, 1: 1, 2: 1, 3: 1}, [2])[2] == (2, 0, 0)
    found = refined(ranked, {0: 0, 1: 2, 2: 1, 3: 2}, [2])
    assert found[0] < found[2] < found[1]


def test_bookmarks_make_headings_and_part_their_levels(tmp_path):
    sheets = []
    for number, title in enumerate(
        ["Arbeit", "Löhne", "Häfen", "Klima", "Wälder", "Moore", "Europa", "Zölle", "Pflege", "Heime"]
    ):
        font = "regular" if title == "Moore" else "bold"
        rows = [f"[{number}] {row}" for row in ROWS]
        sheets.append([Text(70, 80, title, 10 if title == "Moore" else 14, font), *paragraph(70, 110, rows)])
    chapters = (4, 7, 9)
    marks = [
        entry("Arbeit", 1, first=2, next=4), entry("L\\366hne", 2, next=3), entry("H\\344fen", 3),
        entry("Klima", 4, first=5, next=7), entry("W\\344lder", 5, next=6), entry("Moore", 6),
        entry("Europa", 7, first=8, next=9), entry("Z\\366lle", 8),
        entry("Pflege", 9, first=10), entry("Heime", 10),
    ]  # fmt: skip
    found = {}
    for name, outline in (("plain.pdf", []), ("marked.pdf", marks)):
        text = split(
            clean(list(read_pages(write(tmp_path / name, sheets, outline=outline), settings=SETTINGS)))
        )
        found[name] = {p.pages[0]: p.level for p in text.passages if p.kind == "heading"}
    assert 6 not in found["plain.pdf"] and len(set(found["plain.pdf"].values())) < 3
    levels = found["marked.pdf"]
    assert levels == {1: 1} | {page: 2 if page in chapters else 3 for page in range(2, 11)}
