"""Lines to blocks: where a paragraph begins and where it goes on."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pipeline.reading.columns import join
from pipeline.reading.layout import Edges, measure
from pipeline.reading.paragraphs import Block, blocks, ended, is_aside, is_short
from tests.builders_pages import FULL, body, line, page, rows


def parts(*pages):
    """Return the number of lines of each block."""
    numbered = [page(lines, number) for number, lines in enumerate(pages, 1)]
    return [len(found.lines) for found in blocks(numbered, measure(numbered))]


RED = {"bold": True, "color": 0xFF0000, "font": "Bold"}


def full(n=3, top=100.0, **more):
    return rows([FULL] * n, top=top, width=410, **more)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (full(8), [8]),
        ([*full(3), *full(3, 148)], [3, 3]),  # a gap
        ([*body(3, 100), *full(3, 148)], [4, 3]),  # the line before is short
        ([*full(3), line(FULL, 90, 136, width=390), *full(3, 148)], [3, 4]),  # indented
        ([*full(3), *full(3, 136, size=14, lead=16)], [3, 3]),
        ([*body(3), line("Gute Arbeit für alle", top=348, bold=True), *full(3, 360)], [4, 1, 3]),
        ([*rows(["Gute Arbeit für", "Alle im Land"], bold=True), *full(3, 160)], [2, 3]),
        ([*rows(["Gute Arbeit für", "Alle im Land"], size=16, lead=20), *full(3, 160)], [2, 3]),
        ([*rows(["Gute Arbeit", "Alle im Land"]), *full(3, 160)], [1, 1, 3]),
        (
            [
                line("Der Bundestag berät die Lage am", width=380),
                line("10. Mai 2031 erneut.", top=112),
                *full(3, 160),
            ],
            [2, 3],
        ),
        (
            [line("Der Bundestag berät die Lage", width=380), line("1. Maisfelder", top=112), *full(3, 160)],
            [1, 1, 3],
        ),
        ([line("Berichte, Verordnungen,", 220, 100), line("Übergang", 257.5, 112), *full(3, 160)], [2, 3]),
        ([line("Berichte, Verordnungen", 220, 100), line("Übergang", 257.5, 112), *full(3, 160)], [1, 1, 3]),
        ([line("12 Mittel für den", 70, 100), line("Ausbau", 160, 112), *full(3, 160)], [2, 3]),
        ([*rows(["Gute Arbeit für", "Alle im Land"]), *full(3, 160)], [2, 3]),  # no sentence ends so
        ([*rows(["Alle haben Zugang zu", "Netzen im Land"]), *full(3, 160)], [2, 3]),
        ([*rows(["Wir bauen alle Netze im Land. Mit", "Häfen"]), *full(3, 160)], [2, 3]),
        ([*rows(["Das Land braucht einen wirtschaftlichen", "Neuanfang."]), *full(3, 160)], [2, 3]),
        ([line("Netze, Häfen: Wir werden", size=11), line("sie erneuern.", top=112), *full(3, 160)], [2, 3]),
        (
            [line("Wir erneuern Netze, die", size=11), line("im Land fehlen.", top=112), *full(3, 160)],
            [1, 1, 3],
        ),
        ([*rows(["Das Land will den Neuanfang verwirklichen", "Häfen"]), *full(3, 160)], [1, 1, 3]),
        ([*full(2), line(f"{FULL}.", 70, 124, width=410), *full(2, 136, bold=True)], [3, 2]),
        ([*full(3), *full(2, 136, bold=True)], [5]),
        (
            [
                line("Wir wollen Netze für alle, die weit", width=400, **RED),
                line("draußen wohnen.", top=112),
                *full(3, 160),
            ],
            [2, 3],
        ),
        (
            [line("Wir wollen Netze für alle Dörfer,", **RED), line("die es gibt.", top=112), *full(3, 160)],
            [2, 3],
        ),
        (
            [
                line("Netze für alle, die weit draußen sind", width=400, **RED),
                line("Das Netz", top=112),
                *full(3, 160),
            ],
            [1, 1, 3],
        ),
        ([*full(3), line("• Wir bauen Netze", top=136), line("• und Bahnen", top=148)], [3, 1, 1]),
        ([*full(2), line("Am 3. Mai endet", top=124, width=410), *full(2, 136)], [5]),
        ([*full(2), line("– so der Bund – und nicht nur er", top=124, width=410), *full(2, 136)], [5]),
        ([*full(3), line("· 3. Mai 2031", top=136)], [4]),
        ([*full(2), line("im ganzen Land", top=124), line("· 3. Mai 2031", top=136)], [3, 1]),
        (
            [
                *full(2),
                line("mehr als bisher, nämlich um", top=124),
                *rows(["0,1 Prozent im Jahr."], top=136),
            ],
            [4],
        ),
        ([*full(2), line("mehr als bisher, nämlich um", top=124), *rows(["1990 Gründung"], top=136)], [3, 1]),
        ([line("(Beifall bei der SPD", 90), line("und den Grünen)", 90, 112), *full(3, 124)], [2, 3]),
        (
            [
                *full(2),
                line(f"{FULL}.", top=124, width=410),
                line("(Lebhafter Beifall bei", 80, 136),
                line("der Mitte)", 95, 148),
                *full(3, 160),
            ],
            [3, 2, 3],
        ),
        (
            [
                *full(2),
                line(f"{FULL}!", top=124, width=410),
                line("(Anna Berger (DM): Hört,", 72, 136),
                line("hört!)", 95, 148),
                *full(3, 160),
            ],
            [3, 2, 3],
        ),
        (
            [
                *full(2),
                line(f"{FULL}.", top=124, width=410),
                line("(Siehe Kapitel 3", 71, 136, width=400),
                *full(3, 148),
            ],
            [7],
        ),
        ([], []),
    ],
)
def test_where_a_block_begins(lines, found):
    assert parts(lines) == found


def test_items_hang_together_and_numbers_begin_them():
    second = line("Straßen im ganzen Land.", 85, 112)
    items = [line(f"1. {FULL}", width=410), second, line("2. Wir fördern die Bahn.", 70, 124)]
    assert parts([*items, *full(3, 160)]) == [2, 1, 3]


@pytest.mark.parametrize(("x0", "width", "n"), [(90, 300, 1), (70, 300, 2), (83.4, 200, 2)])
def test_a_line_below_the_words_of_an_item_goes_on_where_it_was_broken_by_hand(x0, width, n):
    item = line("• Wir stärken Häfen im Ostland", 70, 100, width=width)
    assert len(parts([item, line("Seestadt und am Fluss", x0, 112), *full(3, 160)])) == n + 1


@pytest.mark.parametrize("text", ["●Wir stärken die Häfen", "●a"])
def test_the_symbol_of_an_item_broken_by_hand_may_touch_its_word(text):
    item = line(text, 70, 100, width=300)
    below = line("Seestadt und am Fluss", 70 + 300 / len(text), 112)
    assert parts([item, below, *full(3, 160)]) == [2, 3]


def test_each_cell_is_a_block_of_its_own():
    amount = rows(["Betrag in", "Mio. Euro"], 200, table=1, column=1, block=101)
    cells = [line("Jahr", table=1, block=100), *amount, line("2025", top=124, table=1, row=1, block=100)]
    assert parts([*cells, *full(3, 160)]) == [1, 2, 1, 3]


@pytest.mark.parametrize(
    ("last", "first", "goes_on"),
    [
        ("und der Bund fördert bis 2030 die", "Netze im ganzen Land.", True),
        ("und der Bund fördert bis 2030", "die Netze im ganzen Land.", True),
        ("und der Bund fördert die Netze.", "Die Länder bauen mit.", False),
        ("und der Bund fördert die", "• Netze im ganzen Land", False),
        ("und der Bund fördert die", "2. Netze im ganzen Land", False),
        ("und der Bund fördert Netze,", "b. die Netze der Länder", False),
        ("und fördert den", "Ausbau im ganzen Land.", True),
        ("und nach dem Gesetz (NetzG)", "sorgen die Länder für alle.", True),
        ("und nach dem Gesetz (NetzG)", "Die Länder sorgen für alle.", False),
        ("(Beifall bei der Opposition)", "sorgen die Länder für alle.", False),
        ("und nach dem Gesetz (Das gilt.)", "sorgen die Länder für alle.", False),
        ("und nicht nur sie. Die", "Länder bauen mit.", True),
    ],
)
def test_a_paragraph_goes_on_over_pages_and_columns(last, first, goes_on):
    before = [*full(3, 700), line(last, top=736, width=410)]
    found = [5, 2] if goes_on else [4, 3]
    after = [line(first, top=100), line("Mit Abstand.", top=140), line("Hier auch nicht", top=152)]
    assert parts(before, after)[0] == found[0]
    column = [line(x.text, 500, x.top, width=70, block=1) for x in after]
    assert parts([*[x for x in before], *column])[0] == found[0]


@pytest.mark.parametrize(("x0", "found"), [(90, [3, 2, 3]), (70, [3, 1, 1, 3])])
def test_an_item_goes_on_over_a_page_only_where_its_lines_are_indented(x0, found):
    words = "– den Ausbau der Netze und der Speicher im ganzen Land,"
    item = [*full(3, 680), line(words, 90, 720, width=390)]
    after = [line("Strom, Wärme und Verkehr im ganzen Land.", x0, 100), *full(3, 300)]
    assert parts(item, after)[: len(found)] == found


@pytest.mark.parametrize(("size", "bold"), [(14, False), (10, True)])
def test_a_heading_goes_on_over_no_page_and_no_column(size, bold):
    where = line("Bonn, 20. Oktober", 380, 700, width=100, size=size, bold=bold)
    assert parts([*full(4), where], [line("Vorwort", size=size, bold=bold), *full(3, 160)]) == [4, 1, 1, 3]


def test_a_paragraph_whose_line_is_mostly_bold_goes_on_plainly_over_the_page():
    last = line("Wir brauchen einen Fonds für die Menschen bei der", top=736, width=410, bold=True)
    after = [line("Alterssicherung im ganzen Land.", top=100), line("Mit Abstand.", top=140)]
    assert parts([*full(3, 600), last], after) == [3, 2, 1]


def test_what_stands_under_a_line_over_all_columns_is_new():
    over = line("Berlin, den 2. Juni", 200, 100, width=180)
    column = [line(x.text, 70, x.top, width=200, block=1) for x in full(3, 160)]
    assert parts([over, *column]) == [1, 3]


@pytest.mark.parametrize(
    ("first", "found"),
    [
        (line("weiter auf der nächsten Seite."), [5, 1]),
        (line("Weiter geht es auf der Seite."), [5, 1]),
        (line("Weiter geht es auf der Seite.", font="F2"), [4, 1, 1]),
        (line("weiter auf der nächsten Seite.", size=14), [4, 1, 1]),
        (line("weiter in der Tabelle", table=1), [4, 1, 1]),
        (line("weitere Anmerkung", size=8), [4, 2]),
    ],
)
def test_a_paragraph_goes_on_behind_footnotes(first, found):
    note = line("1 Vgl. den Bericht der", 70, 780, size=8)
    assert parts([*full(3, 700), line(FULL, top=736, width=300), note], [line("Weiter so.")]) == [4, 1, 1]
    assert parts([*full(4, 700), note], [first]) == found
    assert parts([*full(4, 700), note], [], [first])[0] == 4  # not over a page between
    assert parts([*full(3, 700), line("Das gilt für die", 70, 736), note], [line("Netze.")]) == [5, 1]


@pytest.mark.parametrize(
    ("before", "lines", "found"),
    [
        (FULL, [line("2. Mai beginnt", 70, 112)], [2]),  # the sentence is open
        (f"{FULL}.", [line("2. Mai beginnt", 70, 112)], [2]),  # a full line, and nothing hangs
        (f"{FULL}.", [line("2. Netze", 70, 112), line("und Bahnen", 90, 124)], [1, 2]),
        ("Wir handeln.", [line("2. Netze", 70, 112)], [1, 1]),
        ("Zu Nummer 2 (Artikel 1,", [line("§ 27 EEG)", 70, 112)], [2]),  # the bracket is open
        ("Wie viel zahlt sie (je Land", [line("a) für Netze,", 70, 112)], [1, 1]),
        ("vollendet hat und", [line("2. die Wartezeit", 70, 112)], [1, 1]),
    ],
)
def test_numbers_begin_items_only_after_an_end(before, lines, found):
    first = line(before, width=410) if before.startswith(FULL) else line(before)
    assert parts([first, *lines, *full(3, 600)]) == [*found, 3]


@pytest.mark.parametrize(("width", "found"), [(385, [1, 1]), (396, [2])])
def test_a_number_begins_an_item_where_the_line_before_left_room(width, found):
    open_line, number = line("der Bund fördert und", width=width), line("2. die Wartezeit", 70, 112)
    assert parts([open_line, number, *full(3, 600)]) == [*found, 3]


def test_an_open_sentence_goes_on_wherever_the_next_page_begins():
    assert parts(full(3), [line("weiter im ganzen Land.", top=400)]) == [4]


def test_blocks_know_their_pages():
    pages = [page(full(3, 700), 4), page(rows(["weiter auf der nächsten Seite."]), 5)]
    (found,) = blocks(pages, measure(pages))
    assert found.pages == (4, 4, 4, 5)


def test_contents_are_one_block_an_entry_and_marked():
    entries = ["Inhalt", f"Gute Arbeit {'.' * 9} 4", f"Wohnen in {'.' * 9} 9", "Pflege und",
               f"Gesundheit {'.' * 9} 12"]  # fmt: skip
    pages = [page([*rows(entries), *full(3, 200)])]
    found = [(len(b.lines), b.contents) for b in blocks(pages, measure(pages))]
    assert found == [(1, False), (1, True), (1, True), (2, True), (3, False)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wir handeln.", True), ("Was tun?", True), ("Wir wollen:", True), ("„Wir handeln.“", True),
        ("Das ist belegt.12", True), ("(siehe Kapitel 3)", True), ("Netze, Straßen; …", True),
        ("Wir handeln", False), ("Netze,", False), ("Planungs-", False), ("Stand 12", False),
    ],
)  # fmt: skip
def test_a_line_ends_as_a_sentence_does(text, expected):
    assert ended(line(text)) is expected


@pytest.mark.parametrize(
    ("width", "word", "expected"),
    [
        (400, "Netze", False),
        (340, "Netze", True),
        (340, "Netzagenturen", False),
        (320, "Netzagenturen", True),
        (340, "Dr.", True),  # »Dr. im«: with the word it is bound to it fits
        (375, "Dr.", False),
    ],
)
def test_a_line_is_short_where_the_next_word_would_have_fitted(width, word, expected):
    assert (
        is_short(line(FULL, 70, width=width), line(f"{word} im Land", 70, 112), Edges(left=70, right=480))
        is expected
    )


def test_lines_set_wide_on_one_page_are_one_paragraph():
    wide = rows(
        [FULL, f"nun {FULL[4:]}", "Europa " + FULL[7:], f"dann {FULL[5:]}", f"auch {FULL[5:]}"],
        lead=18,
        width=410,
    )
    assert parts(rows([f"{FULL}."] * 30, width=410), wide) == [30, 5]


def test_lines_around_one_middle_are_one_heading():
    head = [line("BEZAHLBAR WOHNEN –", 150, 100, width=200), line("ÜBERALL IM LAND", 170, 112, width=160)]
    styled = [replace(part, font="Kopf") for part in head]
    assert parts([*styled, *full(5, 140)]) == [2, 5]
    assert parts([*head, *full(5, 140)]) == [1, 1, 5]


def test_a_word_cut_between_sizes_is_one_word():
    cut = line("neuen Organi-", 70, 136, width=410, size=10.8)
    lines = [*full(3, size=10.8), cut, line("sationen folgen.", 70, 148)]
    assert parts([*lines, *full(9, 200)]) == [5, 9]


@pytest.mark.parametrize(
    ("second", "after", "expected"),
    [
        (line(FULL, 70, 112), line("(Beifall)", 90, 124), True),
        (line(FULL, 85, 112), line("(Beifall)", 90, 124), False),  # an item, set in
        (line(FULL, 70, 112), line("– und Bahnen", 70, 124), False),
    ],
)
def test_a_dash_alone_is_no_bullet(second, after, expected):
    made = [
        Block(pages=(1,) * len(lines), lines=lines) for lines in ((line("– Meine Herren,"), second), (after,))
    ]
    assert is_aside(made, 0) is expected


def test_an_entry_of_an_index_ends_with_its_pages_and_letters_stand_alone():
    entries = ["Verkehr 3, 12f", "Vielfalt", "im Land 7, 9f", "W", *(f"Wort {17 - n}, 40" for n in range(16))]
    assert parts(rows(["Vereine 9, 40", *entries]))[:5] == [1, 1, 2, 1, 1]


NARROW = "Die Regierung legt einen Plan vor"
END = line("und stärkt die Länder.", top=160)


@pytest.mark.parametrize(("ragged", "found"), [(0, [6, 10]), (9, [6, 1, 1, 1, 1, 6])])
def test_justified_lines_beside_a_box_are_as_long_as_there_is_room(ragged, found):
    beside = [line(NARROW, top=172 + 12 * at, width=220 - ragged * at) for at in range(4)]
    assert parts([*full(5), END, *beside, *full(6, 220)]) == found


def test_words_around_one_middle_go_on():
    centred = [line("Menschen sind auf Pflege", 100, 172), line("angewiesen", 135, 184)]
    assert parts([*full(5), END, *centred]) == [6, 2]
    other = [line("Menschen sind auf Pflege", 100, 172), line("Angewiesene", 132.5, 184)]
    assert parts([*full(5), END, *other]) == [6, 1, 1]


def test_words_below_those_that_a_wide_space_sets_off_go_on():
    words = line("Bürgermeisterin Ohlsen und alle Mitglieder laut", 200, 172, width=275)
    first = join(line("Anwesend:", 70, 172), words)
    below = line("Anwesenheitsliste und Gäste", 200, 184)
    assert parts([*full(5), END, first, below]) == [6, 2]


def test_text_larger_than_most_which_is_in_tables_has_paragraphs():
    large = [*rows([FULL, "Das Land zahlt."], 70, 60, size=12, lead=14), line(FULL, 70, 96, size=12)]
    cells = [line(FULL, 70, 200 + 12 * n, table=1, row=n, column=1) for n in range(30)]
    assert parts([*large, *cells])[:2] == [2, 1]


def test_a_note_in_the_margin_is_one_paragraph_however_short_its_lines():
    note = rows(["Der Bund fördert", "Netze", "Und Bahnen."], 10, 100, size=7, lead=9)
    assert parts([*full(12), *note, *rows(["Straßen"], 10, 200, size=7)]) == [12, 3, 1]
