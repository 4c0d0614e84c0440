"""Tables of contents and indexes are found, tables of figures and text are not."""

from __future__ import annotations

import pytest

from pipeline.reading.contents import contents
from tests.builders_pages import body, line, page, rows


def listed(texts, last=100):
    """Return the positions found on page 1 of a document of `last` pages."""
    return contents([page(rows(texts)), page([], last)])[1]


DOTS = "." * 12
LEADERS = [f"Gute Arbeit {DOTS} 4", "Wohnen in der Stadt . . . . . 9", f"Pflege und Gesundheit {DOTS} xii"]
ENTRIES = [f"Kapitel über {word} {3 * n}" for n, word in enumerate(["Arbeit", "Wohnen", "Bahn"] * 3, 1)]
WORDS = [
    "Abgabe", "Ärzte", "Bahn", "Bund", "Dorf", "Europa", "Forst", "Gas",
    "Hafen", "Insel", "Jugend", "Kohle", "Land", "Miete", "Netz", "Ost",
]  # fmt: skip
INDEX = [f"{word} {n}, {n + 4} f." for n, word in zip([9, 2, 7, 5] * 4, WORDS, strict=True)]
PLACES = [part for n, word in enumerate(WORDS) for part in (word, f"{n + 1}, {n + 9}")]


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["Inhalt", *LEADERS, "Vorwort der Partei"], {1, 2, 3}),
        ([LEADERS[0], "Ein langer Titel, der in der", "zweiten Zeile endet", *LEADERS[1:]], {0, 1, 2, 3, 4}),
        (["Inhalt", *ENTRIES], set(range(1, 10))),
        (["Ein langer Titel, der in der", *ENTRIES], set(range(10))),
        (["Register", *INDEX], set(range(1, 17))),
        ([x for n, word in enumerate(WORDS) for x in (word, f"S. {n + 3}f")], set(range(32))),
        ([x for n, word in enumerate(WORDS) for x in (word, f"{n + 3}-{n + 9}")], set()),  # ages in a table
        ([x for text in INDEX for x in (text.replace(" f.", "-99"), "- im Land 27ff, 31")], set(range(32))),
        (["Inhaltsverzeichnis", "Eröffnung 5", "Vorstellung aller", "Mitglieder 5", "Ende 6"], {1, 2, 3, 4}),
        (["Das Verzeichnis", "Eröffnung 5", "Vorstellung aller", "Mitglieder 5", "Ende 6"], set()),
        (PLACES, set(range(32))),
        (
            [f"Rednerin {n} (SPD) . . . . . 243{n}9 {'ABCD'[n]}" for n in range(4)],
            {0, 1, 2, 3},
        ),  # of a protocol
        (LEADERS[:2], set()),
        (ENTRIES[:5], set()),
        (ENTRIES[::-1], set()),
        (["Kapitel über Arbeit 7"] * 9, set()),
        (INDEX[:14], set()),
        (INDEX[::-1], set()),
        ([f"{text.split()[0]} stärken wir." for text in INDEX], set()),
        ([], set()),
    ],
)
def test_lines_that_end_with_the_numbers_of_pages(texts, found):
    assert listed(texts) == found


@pytest.mark.parametrize(("x0", "n"), [(84, 32), (70, 0)])
def test_entries_of_an_index_below_others_need_not_follow_the_alphabet(x0, n):
    below = [line(f"{word} im Land 4, 9", x0, 106 + 12 * at) for at, word in enumerate(reversed(WORDS))]
    lines = [x for pair in zip(rows(INDEX), below, strict=True) for x in pair]
    assert len(contents([page(lines), page([], 100)])[1]) == n


def test_cells_of_a_table_are_no_contents():
    grades = [line(f"A {n}", 200, 100 + 12 * n, table=1, row=n, column=1) for n in range(1, 9)]
    assert contents([page(grades)])[1] == set()


@pytest.mark.parametrize(
    ("first", "rest", "n"),
    [
        (INDEX, ["Pflege 3, 9 f.,", "12 f.", "Wald 7"], 3),
        (INDEX, ["Pflege 3, 9", "Rente 9", "Der Wald wächst.", "Wald 7"], 2),
        (INDEX, ["Pflege", "S. 3", "Rente", "S. 9", "Straßen", "S. 7, S. 9"], 6),
        (INDEX, ["Kapitel 1", "Der Wald wächst.", "Wald 7"], 0),
        (INDEX, ["Der Wald wächst.", "Wald 7"], 0),
        (["Der Wald wächst."], ["Pflege 3, 9", "Wald 7"], 0),
    ],
)
def test_few_entries_go_on_those_of_the_page_before(first, rest, n):
    pages = [page(rows(texts), number) for number, texts in enumerate((first, rest), 1)]
    assert contents([*pages, page([], 100)])[2] == set(range(n))


@pytest.mark.parametrize(("last", "n"), [(100, 9), (2, 0)])
def test_numbers_beyond_the_last_page_are_no_pages(last, n):
    texts = [f"Ausgaben für {word} {30 + 5 * i}" for i, word in enumerate(WORDS[:9])]
    assert len(listed(texts, last)) == n


def test_entries_lost_in_running_text_are_none():
    texts = [text for entry in ENTRIES for text in (entry, "Wir bauen Netze aus,", "Straßen und Schulen.")]
    assert listed(texts) == set()


def test_columns_count_for_themselves():
    left = rows(ENTRIES, 60, block=1)
    right = [line(x.text, 320, x.top, block=2) for x in body(8)]
    assert contents([page([*left, *right]), page([], 100)])[1] == set(range(9))


def test_every_page_has_its_own_positions():
    pages = [page(body(5), 1), page(rows(["Inhalt", *LEADERS]), 2), page([], 3)]
    assert contents(pages) == {1: set(), 2: {1, 2, 3}, 3: set()}
    assert contents([]) == {}
