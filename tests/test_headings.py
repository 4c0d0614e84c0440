"""Headings and their levels, by how they are set and where they stand."""

from __future__ import annotations

from array import array

import pytest
from msgspec.structs import replace

from pipeline.reading.headings import is_heading, is_numbered_title, levels
from pipeline.reading.layout import measure
from tests.builders_pages import FULL, block, body, line, page, rows

LAYOUT = measure([page(body(20))])
SENTENCE = f"{FULL} und stärkt die Städte und Gemeinden im Norden."  # more than 120 letters


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (block(line("Gute Arbeit", size=16)), True),
        (block(line("Gute Arbeit", bold=True)), True),
        (block(line("GUTE ARBEIT")), True),
        (block(*rows(["Eine Überschrift, die", "in zwei Zeilen steht"], size=14)), True),
        (block(line("Was ist gerecht?", bold=True)), True),
        (block(line(SENTENCE, size=16)), False),
        (block(line("Gute Arbeit")), False),
        (block(line("Gute Arbeit", size=8, bold=True)), False),
        (block(line(SENTENCE, bold=True)), False),
        (block(line("Gute Arbeit,", bold=True)), False),
        (block(line("• Gute Arbeit", bold=True)), False),
        (block(line("2025", size=16)), False),
        (block(line("www.buendnis-netze.de", size=16)), False),
        (block(line("buendnis-netze.de/plan", bold=True)), False),
        (block(line("Netze.Land", bold=True)), True),
        (block(line("4,2 Mio. Euro", size=26)), False),
        (block(line("Rund 4,2 Mio. Euro für Schulen", size=26)), True),
        (block(line("„Wer heute spart, der zahlt morgen doppelt.“", size=16)), False),
        (block(line("„Wir brauchen Verlässlichkeit“", size=16)), True),
        (block(line("EU", bold=False)), False),
        (block(line("Dr. Erika Beispiel (SPD):", bold=True)), False),
        (block(line("Präsident Max Muster:", bold=True)), False),
        (block(line("Gute Arbeit", bold=True), line("für alle im Land")), False),
        (block(*rows(["Gute Arbeit"] * 6, size=16)), False),
        (block(line("Gute Arbeit " * 30, size=16)), False),
        (block(line("Jahr", bold=True, table=1)), False),
        (block(line("Gute Arbeit 12", size=16), contents=True), False),
    ],
)
def test_a_heading_is_larger_bolder_or_in_capitals(found, expected):
    assert is_heading(found, LAYOUT) is expected


def test_bold_is_no_sign_where_all_text_is_bold():
    layout = measure([page(rows([FULL] * 9, bold=True))])
    assert not is_heading(block(line("Gute Arbeit", bold=True)), layout)
    assert is_heading(block(line("Gute Arbeit", size=14, bold=True)), layout)


def document(*parts):
    """Return blocks: a text or sender is a paragraph's, a pair a heading's text with how it is set."""
    found = []
    for at, part in enumerate(parts):
        top = 100 + 40 * at
        n = {"text": 3, "sender": 1}.get(part) if isinstance(part, str) else 0
        lines = body(n, top) if n else [line(part[0], top=top, **part[1])]
        found.append(block(*lines))
    return found


TITLE, CHAPTER, SECTION = {"size": 24}, {"size": 16}, {"bold": True}


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ([("Unser Land", TITLE), "text", ("Arbeit", CHAPTER), ("Löhne", SECTION)], {0: 1, 2: 2, 3: 3}),
        (["text", ("Arbeit", CHAPTER), "text", ("Löhne", SECTION), ("Rente", CHAPTER)], {1: 2, 3: 3, 4: 2}),
        (["text", ("Arbeit", CHAPTER), "text", ("Löhne", SECTION), "text"], {1: 2, 3: 3}),
        (["text", ("RENTE", {}), "text", ("Arbeit", SECTION), "text"], {1: 2, 3: 3}),
        (["text", "text"], {}),
        ([], {}),
    ],
)  # fmt: skip
def test_larger_styles_are_higher_levels_and_the_title_is_the_highest(parts, found):
    assert levels(document(*parts), LAYOUT) == found


def test_no_level_is_left_out_and_none_is_deeper_than_six():
    sizes = [30, 26, 22, 20, 18, 16, 14, 12]
    parts = [
        part for n, size in enumerate(sizes) for part in ((f"Teil {'ABCDEFGH'[n]}", {"size": size}), "text")
    ]
    found = levels(document("text", *parts), LAYOUT)
    assert [found[at] for at in sorted(found)] == [2, 3, 4, 5, 6, 6, 6, 6]


def test_a_line_below_the_title_that_is_set_as_no_other_belongs_to_it():
    parts = [("Unser Land", TITLE), ("Das Programm zur Wahl", {"size": 18}), ("Arbeit", CHAPTER), "text"]
    more = [("Rente", CHAPTER), "text"]
    assert levels(document(*parts, *more), LAYOUT) == {0: 1, 1: 1, 2: 2, 4: 2}


PLAIN = {}  # set as the text is


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (["text", ("§ 4", PLAIN), ("Kuratorium", SECTION), "text"], {1: 2, 2: 2}),
        (["text", ("Zu § 4 (Kuratorium)", PLAIN), "text"], {1: 2}),
        (["text", ("Zu § 4 gab es viele Anmerkungen.", PLAIN), "text"], {}),
        (["text", ("E.2 Aufwand der Wirtschaft", PLAIN), "text"], {1: 2}),
        (["text", ("E.2 Der Aufwand sinkt.", PLAIN), "text"], {}),
        (["text", ("KAPITEL 2", SECTION), ("Gesundheit", CHAPTER), "text"], {1: 2, 2: 2}),
        (["text", ("A. Problem", SECTION), "text", ("B. Lösung", SECTION), "text"], {1: 2, 3: 2}),
    ],
)
def test_numbers_of_divisions_are_headings_of_the_level_of_their_title(parts, found):
    assert levels(document(*parts), LAYOUT) == found


def set_apart(text, gap):
    """Return blocks: a line whose letters are `gap` points apart above a paragraph."""
    whole = line(text, top=300, size=9)
    xs = array("f", whole.xs)
    moved = array("f", [x + gap * (at // 2) for at, x in enumerate(xs)])
    return [block(replace(whole, xs=moved.tobytes(), x1=moved[-1])), block(*body(3, 320))]


@pytest.mark.parametrize(
    ("text", "gap", "n"),
    [
        ("Vorrede der Fraktion", 1.5, 1),
        ("Vorrede der Fraktion", 0.3, 0),
        ("Vorrede der Fraktion:", 1.5, 0),
        ("Rede", 1.5, 0),
        ("Vorrede der Fraktion und der anderen " * 3, 1.5, 0),
    ],
)
def test_a_line_of_spaced_letters_is_a_heading(text, gap, n):
    assert len(levels(set_apart(text, gap), LAYOUT)) == n


@pytest.mark.parametrize(
    ("rows", "n"),
    [
        ([("§ 4", 285), ("Aufgaben des Kuratoriums", 232)], 2),
        ([("„§ 4b", 278), ("Aufgaben des Kuratoriums", 232)], 2),
        ([("„§ 4b", 278), ("Aufgaben des Kuratoriums", 150)], 1),
        ([("„§ 4b", 278), ("Das Kuratorium berät uns.", 230)], 1),
        ([("Artikel der Zeitung", 245), ("Aufgaben des Kuratoriums", 232)], 0),
    ],
)
def test_what_is_centred_below_the_number_of_a_section_is_its_title(rows, n):
    blocks = [block(line(text, x0, 300 + 20 * at)) for at, (text, x0) in enumerate(rows)]
    assert len(levels([block(*body(3)), *blocks, block(*body(3, 400))], LAYOUT)) == n


@pytest.mark.parametrize(
    ("label", "title", "expected"),
    [
        ("§ 4", "Kuratorium", True),
        ("Zu Nummer 12", "Zu § 4 (Kuratorium)", True),
        ("Zu Nummer 12", "Zu Buchstabe a (Kosten)", False),  # a part of it
        ("Zu Absatz 1:", "Zu den Nummern 1 und 2:", False),
        ("§ 4", "§ 5", False),
        ("Kuratorium", "Aufgaben", False),
    ],
)
def test_a_number_has_no_part_of_its_own_as_title(label, title, expected):
    assert is_numbered_title(block(line(label)), block(line(title))) is expected


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (
            "Begründung, A. Allgemeiner Teil, I. Anlass, II. Ziel, B. Einzelnes, Zu Artikel 1, Zu Artikel 2",
            [2, 2, 3, 3, 2, 3, 3],
        ),
        ("Vorwort, 1. Arbeit, Löhne, Zeit, 2. Rente, Witwen, Waisen, 3. Pflege", [2, 2, 3, 3, 2, 3, 3, 2]),
        ("Arbeit, 1. Löhne, 2. Zeit, Rente, 1. Witwen, 2. Waisen, Pflege, 1. Heime, 2. Dienste", [2] * 9),
    ],
)
def test_numbers_order_headings_that_are_set_alike(texts, found):
    parts = [part for text in texts.split(", ") for part in ((text, SECTION), "text")]
    levelled = levels(document("text", *parts), LAYOUT)
    assert [levelled[at] for at in sorted(levelled)] == found


def test_a_motto_and_the_title_always_below_it_are_one_level():
    chapters = [
        [("Es ist Zeit", CHAPTER), (f"Für gute {word}", {"size": 14}), "text", (word, SECTION), "text"]
        for word in ("Arbeit", "Rente", "Pflege")
    ]
    found = levels(document("text", *(part for chapter in chapters for part in chapter)), LAYOUT)
    assert list(found.values()) == [2, 2, 3] * 3


def test_headings_without_a_number_are_below_numbered_ones_that_have_mottos():
    parts = [
        part for n in range(1, 7)
        for part in ((f"Für {n}", CHAPTER), (f"{n}. Arbeit", SECTION), "text", ("Löhne", SECTION), "text")
    ]  # fmt: skip
    assert list(levels(document("text", *parts), LAYOUT).values()) == [2, 2, 3] * 6


def test_the_first_line_of_a_heading_tells_its_style():
    chapters = [
        block(line(text, bold=True), line("Durch gute Löhne", bold=True)) for text in ("ARBEIT", "RENTE")
    ]
    sections = [block(line(text, bold=True)) for text in ("Zeit", "Witwen")]
    text = block(*body(3))
    found = levels([text, chapters[0], text, sections[0], text, chapters[1], text, sections[1], text], LAYOUT)
    assert found == {1: 2, 3: 3, 5: 2, 7: 3}


def test_a_table_of_contents_without_page_numbers_has_no_level_of_its_own():
    texts = [f"Kapitel {'ABCDEFGHIJ'[n]}" for n in range(10)]
    listed = [block(line(text, size=18), number=2) for text in texts]
    text = block(*body(4), number=2)
    chapters = [part for title in texts for part in (block(line(title, size=14), number=2), text)]
    found = levels([block(line("Unser Land", size=24)), *listed, *chapters], LAYOUT)
    assert found.pop(0) == 1
    assert set(found.values()) == {2}


def test_a_heading_that_says_the_last_one_again_is_on_its_level():
    parts = [
        ("Arbeit", CHAPTER),
        ("Arbeit", SECTION),
        "text",
        ("Löhne", {"bold": True, "italic": True}),
        "text",
    ] * 2
    found = levels(document("text", *parts), LAYOUT)
    assert [found[at] for at in sorted(found)] == [2, 2, 3] * 2


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ([("Der Landtag", SECTION), ("Antrag", TITLE), ("Arbeit", SECTION), "text"], {0: 1, 1: 1, 2: 2}),
        ([("Antrag", TITLE), "text", ("Arbeit", SECTION), "text"], {0: 1, 2: 2}),
        (["text", ("Antrag", TITLE), ("Arbeit", SECTION), "text"], {1: 2, 2: 3}),
        (["sender", ("Antrag", TITLE), "text", ("Arbeit", SECTION), "text"], {1: 1, 3: 2}),
        (["sender", ("Antrag", TITLE), "text", ("Arbeit", TITLE), "text"], {1: 2, 3: 2}),
        ([("PRESSE", {}), "sender", ("Antrag", TITLE), "text"], {0: 2, 2: 1}),
        ([*[("Der Landtag", SECTION)] * 4, ("Antrag", TITLE), "text"], dict.fromkeys(range(5), 2)),
    ],
)
def test_a_page_that_opens_with_headings_has_its_title_in_the_largest(parts, found):
    assert levels(document(*parts), LAYOUT) == found


def test_a_title_may_be_smaller_than_the_chapters():
    chapter, text = block(line("Arbeit", size=16), number=2), block(*body(3), number=2)
    front = [block(line("Unser Land", bold=True)), block(line("Programm"))]
    assert levels([*front, chapter, text, chapter, text], LAYOUT) == {0: 1, 2: 2, 4: 2}


def test_one_number_alone_orders_nothing():
    parts = [part for text in ("Arbeit", "1. Mai", "Rente") for part in ((text, SECTION), "text")]
    assert set(levels(document("text", *parts), LAYOUT).values()) == {2}


def standing(n, gap=24, text="Gute Arbeit im {}", **more):
    """Return blocks of `n` lines in body type, each alone above a paragraph that begins `gap` below it."""
    found = []
    for i in range(n):
        top = 100 + 100 * i
        found += [block(line(text.format("ABCDEFGH"[i]), top=top, **more)), block(*body(3, top + gap))]
    return found


@pytest.mark.parametrize(
    ("blocks", "n"),
    [
        (standing(5), 5),
        (standing(4), 0),  # of the body type, fewer prove nothing
        (standing(5, gap=12), 0),
        (standing(5, text="Wir handeln im {}."), 0),
        (standing(5, text="im Norden {}"), 0),
        (standing(5, text="Wer handelt im {}?"), 0),  # minutes have many such questions
        (standing(3, gap=12, font="Text-F3", text="Wer handelt im {}?"), 3),
        (standing(3, gap=12, font="Text-F3"), 3),  # of another font, they need no room
        (standing(3, gap=12, font="Text-F3", text="Präsident Dr. {}:"), 0),
        (standing(3, size=9, bold=True), 3),  # a little smaller, but bold
        (standing(3, size=9), 0),
    ],
)
def test_lines_that_stand_alone_above_paragraphs_again_and_again(blocks, n):
    assert sorted(levels(blocks, LAYOUT)) == list(range(0, 2 * n, 2))


def test_fonts_without_a_name_are_styles():
    places = [*standing(3, font="CIDFont+F1"), *standing(6, font="CIDFont+F3", text="Rente im {}")]
    chapters, sections = places[:6], places[6:]
    parts = [part for n in range(3) for part in (*chapters[2 * n : 2 * n + 2], *sections[4 * n : 4 * n + 4])]
    assert list(levels([block(*body(3)), *parts], LAYOUT).values()) == [2, 3, 3] * 3


def test_styles_used_once_rank_with_the_usual_ones_in_long_documents_only():
    """A single large line, say a number of a chapter, opens no level of its own there."""
    once = block(line("Ein Zwischenruf", size=20), number=2)
    usual = [
        x for n in range(3) for x in (block(line(f"Teil {'ABC'[n]}", size=16), number=3), block(*body(3)))
    ]
    for last, found in ((4, [2, 3]), (8, [2, 2])):
        blocks = [block(*body(3)), once, block(*body(3)), *usual, block(*body(3), number=last)]
        assert [levels(blocks, LAYOUT)[at] for at in (1, 3)] == found


def test_the_words_before_a_list_that_goes_on_with_them_are_no_heading():
    item = block(line("– den Bau von Netzen in allen", 80), line("Ländern zu sichern", 90, 112))
    text = block(line("Wir wollen insbesondere", 70, 70))
    assert levels([text, item] * 6, LAYOUT) == {}


def test_chapters_are_below_parts_though_half_of_them_come_before_the_first_one():
    chapters = [(f"Feld {n}", {"size": 16}) for n in "ABCDEF"]
    parts = [("Teil", TITLE), *chapters[3:5], ("Teil", TITLE), chapters[5]]
    heads = ["text", *chapters[:3], *parts]
    found = levels(document(*(x for head in heads for x in (head, "text"))), LAYOUT)
    assert list(found.values()) == [3, 3, 3, 2, 3, 3, 2, 3]


def test_a_rare_colour_makes_no_level_of_its_own():
    large = [block(line(f"Feld {'ABC'[n]}", size=16), number=2 + n) for n in range(3)]
    bold = [block(line(f"Ziel {'ABC'[n]}", bold=True), number=2 + n) for n in range(3)]
    rare = block(line("Ziel D", bold=True, color=0x010101), number=1)
    text = block(*body(3), number=8)
    parts = [part for pair in zip(large, bold, strict=True) for part in pair]
    found = levels([block(*body(3)), rare, *parts, text], LAYOUT)
    assert found == {1: 3, **dict.fromkeys((2, 4, 6), 2), **dict.fromkeys((3, 5, 7), 3)}


def test_two_blacks_of_one_paper_are_one_style():
    texts = ["Zu § 1 (Ziele)", "Zu Absatz 1", "Zu Absatz 2"] * 3
    heads = [
        block(line(text, bold=True, color=0x020202 * (at > 5)), number=2) for at, text in enumerate(texts)
    ]
    text = block(*body(3), number=2)
    found = levels([text, *(part for head in heads for part in (head, text))], LAYOUT)
    assert list(found.values()) == [2, 3, 3] * 3


def test_a_rare_size_has_the_level_of_the_next_smaller_usual_one():
    styles = {"Boden": {"size": 18}, "Feld": {"size": 14}, "Ziel": {"bold": True}}
    usual = [
        block(line(f"{x} {n}", **style), number=2 + at)
        for at, n in enumerate("ABC")
        for x, style in styles.items()
    ]
    rare = block(line("Ein Zwischenruf", size=16), number=5)
    found = levels([block(*body(3)), *usual, rare, block(*body(3), number=8)], LAYOUT)
    assert [found[at] for at in (1, 2, 3, 10)] == [2, 3, 4, 3]


@pytest.mark.parametrize(
    ("text", "below", "expected"),
    [
        ("Verkehr", "22. Wann kommt die Maut?", True),
        ("Verkehr", "22. Die Maut kommt.", False),
        ("Siehe Frage 4.", "22. Wann kommt die Maut?", False),
        ("a) Straßen", "22. Wann kommt die Maut?", False),
    ],
)
def test_a_line_set_like_the_numbered_question_below_it_is_a_topic(text, below, expected):
    small = [block(line(words, size=9)) for words in (text, below)]
    heads = document("text", ("Straßen", CHAPTER), "text", ("Vorbemerkung der Regierung", SECTION), "text")
    found = levels([*heads, *small, block(*body(3))], LAYOUT)
    assert found == {1: 2, 3: 3} | ({5: 3} if expected else {})
