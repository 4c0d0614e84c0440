"""OCR of pages drawn for the test: words, places, orientation, skew, and what happens without an engine."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.reading import ocr
from pipeline.reading.ocr import available, ocr_page, skew
from tests import builders_pages

TEXT = [
    "Regionaler Verkehr",
    "Die Versorgung auf dem Land ist in Gefahr.",
    "Bund und Land zahlen den Busverkehr bis 2030.",
    "Wir fordern mehr Geld der Gemeinden vom Bund.",
    "Die Mittel steigen im Jahr um 25 Mio. Euro.",
]
WIDTH, HEIGHT, SCALE = 595.0, 842.0, 200 / 72
needs_engine = pytest.mark.skipif(not available(), reason="needs Tesseract with German data")


def drawn() -> Image.Image:
    image = Image.new("L", (int(WIDTH * SCALE), int(HEIGHT * SCALE)), 255)
    draw = ImageDraw.Draw(image)
    for number, text in enumerate(TEXT):
        draw.text((200, 300 + 90 * number), text, fill=0, font=ImageFont.load_default(44 if number else 70))
    return image


def read(image: Image.Image) -> tuple[str, ...]:
    return tuple(line.text for line in ocr_page(image, page=1, width=WIDTH, height=HEIGHT).lines)


@needs_engine
def test_ocr_page_reads_german_lines_with_places() -> None:
    page = ocr_page(drawn(), page=3, width=WIDTH, height=HEIGHT)
    assert [line.text for line in page.lines] == TEXT
    assert (page.number, page.text_source, page.status) == (3, "ocr", "ok")
    assert page.quality > 0.9
    for number, line in enumerate(page.lines):
        assert line.x0 == pytest.approx(200 / SCALE, abs=5)
        assert (
            line.top > (300 + 90 * number) / SCALE - 2 and line.bottom < (300 + 90 * (number + 1)) / SCALE + 2
        )
    assert page.lines[0].size == pytest.approx(70 / SCALE, rel=0.15)
    assert page.lines[1].size == pytest.approx(44 / SCALE, rel=0.15)


@needs_engine
def test_every_character_has_its_place() -> None:
    for line in ocr_page(drawn(), page=1, width=WIDTH, height=HEIGHT).lines:
        edges = array("f", line.xs)
        assert len(edges) == 2 * len(line.text)
        inked = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a]
        assert inked == sorted(inked)
        for at in range(1, len(line.text)):
            if " " not in line.text[at - 1 : at + 1]:  # letters of a word stand close together
                assert edges[2 * at] == pytest.approx(edges[2 * at - 1], abs=0.1)
        assert [letter for letter in line.text if letter == " "] == [" "] * (len(line.text) - len(inked))


@needs_engine
@pytest.mark.parametrize("degrees", [-3, 2])
def test_a_skewed_page_is_read_in_its_place(degrees: int) -> None:
    page = ocr_page(drawn().rotate(degrees, fillcolor=255, resample=2), page=1, width=WIDTH, height=HEIGHT)
    assert [line.text for line in page.lines] == TEXT
    straight = ocr_page(drawn(), page=1, width=WIDTH, height=HEIGHT)
    middle = [(line.top + line.bottom) / 2 for line in page.lines]
    for now, then in zip(middle, straight.lines, strict=True):
        assert now == pytest.approx((then.top + then.bottom) / 2, abs=20)


@needs_engine
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_page_is_read_in_its_place(quarters: int) -> None:
    image = drawn().rotate(90 * quarters, expand=True)
    width, height = (HEIGHT, WIDTH) if quarters % 2 else (WIDTH, HEIGHT)
    page = ocr_page(image, page=1, width=width, height=height)
    assert [line.text for line in page.lines] == TEXT
    first = page.lines[0]
    x, y = 200 / SCALE, 340 / SCALE  # of the first word on the upright page
    place = {1: (y, WIDTH - x), 2: (WIDTH - x, HEIGHT - y), 3: (HEIGHT - y, x)}[quarters]
    assert first.x0 - 10 <= place[0] <= first.x1 + 10 and first.top - 10 <= place[1] <= first.bottom + 10


@needs_engine
def test_an_empty_page_has_no_text() -> None:
    page = ocr_page(Image.new("RGB", (800, 1000), "white"), page=1, width=WIDTH, height=HEIGHT)
    assert (page.text_source, page.lines, page.reason) == ("none", (), "no text on the page")


@needs_engine
def test_a_page_reads_the_same_after_another_one() -> None:
    before = read(drawn())
    read(drawn().rotate(1, fillcolor=255))
    assert read(drawn()) == before


def test_without_an_engine_a_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    page = ocr_page(drawn(), page=1, width=WIDTH, height=HEIGHT)
    assert (page.text_source, page.status, page.lines) == ("none", "partial", ())
    assert "no OCR engine" in page.reason


def test_available_is_false_without_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_data", lambda: "")
    assert not available.__wrapped__()


TSV = r"5\t1\t1\t1\t1\t1\t10\t20\t30\t8\t96.5\tRaum\n5\t1\t1\t1\t1\t2\t50\t20\t9\t8\t12\t;.\n4\t1\n"


@pytest.mark.parametrize(
    ("bottom", "block", "size"),
    [
        (122, 1, 12),  # as near as the lines of a paragraph
        (128, 1, 15),
        (122, 2, 15),
        (101, 1, 15),  # beside it
    ],
)
def test_a_line_that_would_not_fit_below_another_has_the_usual_size(bottom, block, size) -> None:
    above = builders_pages.line("Vom Ausbau der Netze und Speicher im Land", 70, 98, size=12, block=1)
    below = builders_pages.line("Häfen bis heute", 70, bottom - 15, size=15, block=block)
    assert [one.size for one in ocr._even([above, below])] == [12, size]


@pytest.mark.parametrize(
    ("above", "below", "size"),
    [
        ("Vom Ausbau der Netze und von der Wirt-", "schaft im Norden", 12),
        ("Vom Ausbau der Netze und von den", "Häfen", 12),
        ("Vom Ausbau der Netze im ganzen Land", "seit heute", 12),
        ("Vom Ausbau der Netze im ganzen Land.", "seit heute", 16),
        ("Vom Ausbau der Netze im ganzen Land", "Häfen", 16),
    ],
)
def test_a_line_that_goes_on_with_the_words_above_it_has_the_usual_size(above, below, size) -> None:
    first, then = (
        builders_pages.line(above, 70, 98, size=12), builders_pages.line(below, 70, 150, size=16)
    )  # fmt: skip
    assert [one.size for one in ocr._even([first, then])] == [12, size]


@needs_engine
def test_the_command_line_gives_the_same_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "tesseract"
    program.write_text(
        f"#!/bin/sh\ncat >/dev/null\nprintf '%b' '{TSV}'\n".replace("\t", "\\t").replace("\n5", "\\n5")
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    words = ocr._words(ocr._by_command(drawn()))
    assert [(word.text, word.x0, word.x1) for word in words] == [("Raum", 10.0, 40.0)]


def test_a_failing_command_line_gives_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert ocr._by_command(drawn()) == ""


@pytest.mark.parametrize("degrees", [-4, -1, 0, 1, 4])
def test_skew_finds_the_angle(degrees: int) -> None:
    assert skew(drawn().rotate(degrees, fillcolor=255)) == pytest.approx(degrees, abs=0.3)
