"""Characters to printed lines."""

from __future__ import annotations

from array import array

import numpy as np
import pytest

from pipeline.reading import lines as module
from pipeline.reading import loops, pdfium
from tests.pdf_writer import Text, paragraph, write


def lines(tmp_path, texts, **more):
    with pdfium.Document(write(tmp_path / "a.pdf", [texts], **more)) as document:
        return module.lines(document.glyphs(1))


def test_one_line_a_row_with_a_box_for_every_character(tmp_path):
    found = lines(tmp_path, paragraph(70, 100, ["Wir bauen das Netz aus", "und fördern Wärme."]))
    assert [line.text for line in found] == ["Wir bauen das Netz aus", "und fördern Wärme."]
    for line in found:
        xs = array("f", line.xs)
        assert len(xs) == 2 * len(line.text)
        assert all(a <= b for a, b in zip(xs[::2], xs[1::2], strict=True))
        assert line.top < line.bottom <= line.top + 10.1


def test_wide_gaps_part_lines(tmp_path):
    found = lines(tmp_path, [Text(40, 100, "17"), Text(70, 100, "Der Bund stellt Mittel bereit")])
    assert [line.text for line in found] == ["17", "Der Bund stellt Mittel bereit"]


def test_words_drawn_one_by_one_are_one_line(tmp_path):
    found = lines(tmp_path, [Text(70, 100, "Wir"), Text(87.5, 100, "stärken"), Text(125, 100, "Europa")])
    assert [line.text for line in found] == ["Wir stärken Europa"]


def test_raised_and_lowered_characters_stay_in_their_line(tmp_path):
    found = lines(tmp_path, [Text(70, 100, "CO"), Text(85.2, 102, "2", 6), Text(88.8, 100, "-Preis")])
    assert [line.text for line in found] == ["CO2-Preis"]
    found = lines(tmp_path, [Text(70, 100, "Netze."), Text(98.4, 95, "12", 9), Text(112, 100, "Wir")])
    assert [(line.text, line.raised) for line in found] == [("Netze.12 Wir", (6, 7))]


def test_bold_by_overprinting_is_read_once(tmp_path):
    parts = [
        Text(70, 100, "Das Bürgergeld"),
        Text(89.5, 100.4, "Bürgergeld für"),
        Text(138.6, 100, " für alle"),
    ]
    (line,) = lines(tmp_path, parts)
    assert line.text == "Das Bürgergeld für alle"


def test_repeats_of_a_character_at_its_place_are_found():
    codes = np.array([ord(c) for c in "abab ll"], np.uint32)
    origins = np.array([(0, 0), (5, 0), (0.4, 0.1), (5.4, 0.1), (9, 0), (20, 0), (22.2, 0)], np.float64)
    prints = np.ones(7, np.int8)
    generated, styles = np.zeros(7, np.bool_), np.zeros(7, np.int32)
    loops.overprints(codes, generated, origins, styles, np.array([[10.0, 0, 400, 0]]), prints)
    assert prints.tolist() == [2, 2, 0, 0, 1, 1, 1]


def test_a_bold_lead_in_ends_where_the_weight_changes(tmp_path):
    found = lines(
        tmp_path, [Text(70, 100, "Wohnen:", font="bold"), Text(115, 100, "Wir bauen mehr Wohnungen.")]
    )
    assert [(line.text, line.bold_until, line.bold) for line in found] == [
        ("Wohnen: Wir bauen mehr Wohnungen.", 7, False)
    ]


def test_turned_text_is_marked(tmp_path):
    found = lines(tmp_path, [Text(20, 400, "Seitenleiste", angle=90), Text(70, 100, "Text")])
    assert [(line.text, line.rotated) for line in found] == [("Seitenleiste", True), ("Text", False)]


def test_symbols_part_from_text(tmp_path):
    found = lines(tmp_path, [Text(70, 100, "n", font="dingbats"), Text(80, 100, "Punkt eins")])
    assert [line.font for line in found] == ["ZapfDingbats", "Helvetica"]


@pytest.mark.parametrize(
    "texts", [paragraph(70, 100, ["Länder und Kommunen"] * 3), [Text(70, 100, "a"), Text(70.2, 100, "a")]]
)
def test_loops_give_the_same_compiled_or_not(tmp_path, monkeypatch, texts):
    fast = lines(tmp_path, texts)
    monkeypatch.setattr(module, "_loops", lambda: (loops.overprints, loops.segment))
    assert lines(tmp_path, texts) == fast


def test_an_empty_page_has_no_lines(tmp_path):
    assert lines(tmp_path, []) == ()


def test_spaced_letters_are_one_word_and_words_stay_apart(tmp_path):
    widths = {"t": 2.8, "e": 5.6, "i": 2.2, "l": 2.2, "n": 5.6, "a": 5.6, "s": 5.0, " ": 2.8}
    spaced, x = [], 70.0
    for letter in "teilen alles":
        spaced += [Text(x, 100, letter)] * (letter != " ")
        x += widths[letter] + 1.5
    assert [line.text for line in lines(tmp_path, spaced)] == ["teilen alles"]


@pytest.mark.parametrize(
    ("characters", "found"),
    [
        ([("2", 500, 800), (" ", 70, 200), ("P", 70, 200), ("r", 75, 200)], ["2", "Pr"]),
        ([("s", 70, 200), (" ", 75, 200), ("-", 75, 200)], ["s-"]),
        ([("t", 70, 200), (" ", 78, 200), ("u", 78, 200), ("n", 83, 200)], ["t un"]),
        ([(" ", 70, 200)], []),
    ],
)
def test_a_space_that_takes_no_room_parts_words_only_at_a_gap(characters, found):
    codes = np.array([ord(c) for c, _, _ in characters], np.uint32)
    origins = np.array([place for _, *place in characters], np.float64)
    boxes = np.tile(origins, 2) + np.array([0, -8, 5, 2])
    style = pdfium.Style("Text", 10, 400, italic=False, color=0, hidden=False, angle=0)
    n = len(codes)
    glyphs = pdfium.Glyphs(
        595,
        842,
        codes,
        np.zeros(n, np.bool_),
        origins,
        boxes,
        np.zeros(n, np.int32),
        (style,),
        np.zeros((0, 4)),
        np.zeros((0, 4)),
    )
    assert [line.text for line in module.lines(glyphs)] == found


def test_small_capitals_are_as_large_as_their_capitals(tmp_path):
    drawn = [Text(70, 100, "G", 13, "bold"), Text(80.4, 100, "UTES", 10.4, "bold"), Text(70, 130, "Text", 11)]
    with pdfium.Document(write(tmp_path / "a.pdf", [drawn])) as document:
        first, second = module.lines(document.glyphs(1))
    assert (first.text, first.size) == ("GUTES", 13) and second.size == 11


def test_a_space_parts_the_raised_number_of_a_note_from_its_words(tmp_path):
    drawn = [
        Text(70, 100, "12", 6),
        Text(76.7, 103, "Siehe Band 3.", 9),
        Text(70, 130, "m", 9),
        Text(77.5, 127, "2", 6),
    ]
    with pdfium.Document(write(tmp_path / "a.pdf", [drawn])) as document:
        assert [found.text for found in module.lines(document.glyphs(1))] == ["12 Siehe Band 3.", "m2"]
