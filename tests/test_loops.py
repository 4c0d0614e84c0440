"""The loops over characters as they are: what is printed twice, and where lines part."""

from __future__ import annotations

import pytest

from pipeline.reading.loops import place
from tests.builders_glyphs import LIGHT, glyphs, overprinted, segmented


@pytest.mark.parametrize(
    ("parts", "prints"),
    [
        (glyphs("ab") + glyphs("ab", x=70.4, y=100.1), [2, 2, 0, 0]),
        (glyphs("ab") + glyphs("ab", x=71.2), [2, 2, 0, 0]),
        (glyphs("ab") + glyphs("ab", x=71.9), [1, 1, 1, 1]),
        (glyphs("aa"), [1, 1]),
        (glyphs("ll", step=2.2), [1, 1]),
        (glyphs("ab") + glyphs("cd", x=70.1), [1, 1, 1, 1]),
        (glyphs("ab") + glyphs("ab", y=104), [1, 1, 1, 1]),
        (glyphs("a ") + glyphs("a ", x=70.2), [2, 1, 0, 1]),
        (glyphs("ff", step=0), [1, 1]),
        (glyphs("abcd") + glyphs("abcd"), [2, 2, 2, 2, 0, 0, 0, 0]),
        ([], []),
    ],
)
def test_a_character_at_its_own_place_again_makes_it_bold(parts, prints):
    assert overprinted(parts) == prints


def test_places_have_numbers_of_their_own():
    found = {place(code, column, row) for code in (97, 98) for column in range(40) for row in range(40)}
    assert len(found) > 3100


def apart(letters, gaps):
    """Return letters with gaps in points; where one is wide, PDFium makes up a space."""
    found, x = glyphs(letters[0]), 75.0
    for letter, gap in zip(letters[1:], gaps, strict=True):
        found += glyphs(" ", x, generated=True) * (gap > 1)
        found += glyphs(letter, x + gap)
        x += 5 + gap
    return found


@pytest.mark.parametrize(
    ("parts", "texts"),
    [
        (glyphs("Wir bauen Netze"), ["Wir bauen Netze"]),
        (glyphs("Netze") + glyphs("Bahnen", y=112), ["Netze", "Bahnen"]),
        (glyphs("17", x=40) + glyphs("Netze"), ["17", "Netze"]),
        (glyphs("Netze") + glyphs("für", x=98.5), ["Netze für"]),
        (glyphs("Netze") + glyphs("werk", x=95.5), ["Netzewerk"]),
        (glyphs("CO") + glyphs("2", x=80, y=102, style=2) + glyphs("-Preis", x=83), ["CO2-Preis"]),
        (glyphs("CO") + glyphs("2", x=80, y=112, style=2), ["CO", "2"]),
        (glyphs("1", y=97, style=2) + glyphs("Netze", x=73), ["1 Netze"]),
        (glyphs("Anmerkung", y=97, style=2) + glyphs("Netze", x=97), ["Anmerkung", "Netze"]),
        (glyphs("1", y=90, style=2) + glyphs("Netze", x=73), ["1", "Netze"]),
        (glyphs("Netze") + glyphs("quer", x=95, style=3), ["Netze", "quer"]),
        (glyphs("n", style=4) + glyphs("Netze", x=75), ["n", "Netze"]),
        (glyphs("Netze", x=200) + glyphs("Bahn"), ["Netze", "Bahn"]),
        (apart("Verkehr", [0.2, 1.6, 1.6, 1.6, 1.6, 1.6]), ["Verkehr"]),
        (apart("VerBus", [0.2, 0.2, 1.6, 0.2, 0.2]), ["Ver Bus"]),
        (apart("TypAist", [0.2, 0.2, 1.6, 1.6, 0.2, 0.2]), ["Typ A ist"]),
        (apart("Verk\ufffd\ufffd\ufffd\ufffd", [0.2] * 3 + [1.6] * 4), ["Verk" + " \ufffd" * 4]),
        (glyphs("  Netze  "), ["Netze"]),
        (glyphs("Der\tBund\u00a0baut\r\n"), ["Der Bund baut"]),
        (glyphs("Wirt\x02"), ["Wirt-"]),
        (glyphs("Netz\x07e"), ["Netz\ufffde"]),
        (glyphs("Netz\ud800e"), ["Netz\ufffde"]),
        (glyphs("   "), []),
        ([], []),
    ],
)
def test_lines_part_where_the_baseline_or_a_gap_does(parts, texts):
    assert [found.text for found in segmented(parts)] == texts


def test_a_space_that_the_program_made_up_needs_a_gap():
    for x, text in ((95, "Netzewerk"), (96.5, "Netze werk")):
        parts = [*glyphs("Netze"), *glyphs(" ", x=95, generated=True), *glyphs("werk", x=x)]
        assert [found.text for found in segmented(parts)] == [text]


def test_a_space_without_width_parts_words_at_a_gap_whatever_width_its_font_says():
    for x, text in ((95, "Netze:werk"), (102.5, "Netze: werk")):
        parts = [*glyphs("Netze:"), *glyphs("\u200b", x=100), *glyphs("werk", x=x + 5)]
        wide = [part._replace(width=12) if part.code == 0x200B else part for part in parts]
        assert [found.text for found in segmented(wide)] == [text]


def test_a_soft_hyphen_inside_a_line_is_printed_if_it_takes_room():
    for x, text in ((105, "Netz-Plan"), (100, "Netz\u00adPlan")):
        parts = [*glyphs("Netz"), *glyphs("\u00ad", x=90), *glyphs("Plan", x=x - 10)]
        assert [found.text for found in segmented(parts)] == [text]


def test_characters_that_are_repeats_are_left_out():
    parts = glyphs("Netze") + glyphs("Netze", x=70.3)
    assert [(found.text, found.bold) for found in segmented(parts, prints=[2] * 5 + [0] * 5)] == [
        ("Netze", 5)
    ]


def test_the_parts_of_a_ligature_share_its_width():
    parts = [*glyphs("o"), *glyphs("ffi", x=75, step=0), *glyphs("z", x=80)]
    (found,) = segmented(parts)
    assert found.text == "offiz"
    assert [round(x0, 2) for x0, _ in found.xs] == [70, 75, 76.67, 78.33, 80]


def test_a_line_has_a_box_for_each_character_and_one_around_all():
    (found,) = segmented(glyphs("Wir bauen"))
    assert found.xs == [(70 + 5 * i, 75 + 5 * i) for i in range(9)]
    assert found.box == (70, 92, 115, 102)
    assert (found.size, found.base) == (10, 100)


@pytest.mark.parametrize(
    ("parts", "bold", "leading"),
    [
        (glyphs("Netze:", style=1) + glyphs("mehr", x=104), 6, 6),
        (glyphs("•") + glyphs("Netze:", x=79, style=1) + glyphs("mehr", x=113), 6, 8),
        (glyphs("Netze", style=1), 5, 5),
        (glyphs("Netze"), 0, 5),
        (glyphs("mehr") + glyphs("Netze", x=94, style=1), 5, 4),
    ],
)
def test_the_weight_a_line_begins_with_is_measured(parts, bold, leading):
    (found,) = segmented(parts)
    assert (found.bold, found.leading) == (bold, leading)


def test_a_line_has_the_style_of_most_of_its_characters():
    found = segmented(glyphs("Die", style=1) + glyphs("Netze", x=89) + glyphs("Bahn", y=130, style=1))
    assert [x.style for x in found] == [LIGHT, 1]


@pytest.mark.parametrize(
    ("y", "style", "raised"), [(96, 2, [5]), (102, 2, []), (100, 2, []), (100, LIGHT, [])]
)
def test_small_characters_above_the_line_are_raised(y, style, raised):
    (found,) = segmented(glyphs("Netze") + glyphs("1", x=95, y=y, style=style))
    assert (found.text, found.raised) == ("Netze1", raised)
