"""The door to PDFium: opening, characters, places, styles, pictures."""

from __future__ import annotations

import pytest

from pipeline.errors import InputError
from pipeline.reading import pdfium
from tests.pdf_writer import Text, write


def read(path, number=1):
    with pdfium.Document(path) as document:
        return document.glyphs(number)


def text_of(glyphs):
    return "".join(map(chr, glyphs.codes))


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "empty"), (b"Kein PDF, nur Text.", "not a PDF"), (b"%PDF-1.4\nkaputt", "damaged")],
)
def test_refuses_with_a_reason_a_person_understands(tmp_path, content, says):
    path = tmp_path / "akte.pdf"
    path.write_bytes(content)
    with pytest.raises(InputError, match=says):
        pdfium.Document(path)


def test_refuses_a_missing_file(tmp_path):
    with pytest.raises(InputError, match="cannot be opened"):
        pdfium.Document(tmp_path / "fehlt.pdf")


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("encrypted-aes256-pdfminer.pdf", "foo"),
        ("encrypted-rc4-40-pdfminer.pdf", "foo"),
        ("encrypted-password-pdfplumber.pdf", "test"),
        ("encrypted-libreoffice-pypdf.pdf", "openpassword"),
    ],
)
def test_encrypted_files_ask_for_a_password_and_open_with_it(shared, name, password):
    path = shared / "corpora" / "hard" / name
    with pytest.raises(InputError, match="needs a password"):
        pdfium.Document(path)
    with pytest.raises(InputError, match="does not open"):
        pdfium.Document(path, password="falsch")
    with pdfium.Document(path, password=password) as document:
        assert document.n_pages >= 1


def test_characters_stand_where_they_are_printed(tmp_path):
    glyphs = read(write(tmp_path / "a.pdf", [[Text(100, 200, "Ausbau", 12)]]))
    assert text_of(glyphs) == "Ausbau"
    assert glyphs.origins[0] == pytest.approx((100, 200), abs=0.1)
    assert glyphs.boxes[0, 0] == pytest.approx(100, abs=0.1)
    assert (glyphs.width, glyphs.height) == (595, 842)


def test_the_crop_box_is_the_page(tmp_path):
    path = write(tmp_path / "a.pdf", [[Text(100, 200, "Ausbau")]], crop=(50, 42, 545, 792))
    glyphs = read(path)
    assert (glyphs.width, glyphs.height) == (495, 750)
    assert glyphs.origins[0] == pytest.approx((50, 150), abs=0.1)


@pytest.mark.parametrize(
    ("rotate", "place"), [(0, (100, 200)), (90, (642, 100)), (180, (495, 642)), (270, (200, 495))]
)
def test_turned_pages_are_read_upright(tmp_path, rotate, place):
    glyphs = read(write(tmp_path / "a.pdf", [[Text(100, 200, "Ausbau")]], rotate=rotate))
    assert glyphs.origins[0] == pytest.approx(place, abs=0.1)
    assert glyphs.style[0].angle == (360 - rotate) % 360


def test_a_page_larger_than_pdf_allows_has_no_characters(tmp_path):
    glyphs = read(write(tmp_path / "a.pdf", [[Text(100, 200, "Ausbau")]], size=(15_001, 842)))
    assert (glyphs.width, glyphs.height, text_of(glyphs)) == (15_001, 842, "")


def test_styles_tell_size_weight_and_slant(tmp_path):
    texts = [Text(70, 100, "fett", 14, "bold"), Text(70, 130, "schräg", 9, "italic"), Text(70, 160, "mager")]
    styles = read(write(tmp_path / "a.pdf", [texts])).style
    assert [(s.size, s.weight, s.italic) for s in styles] == [
        (14, 700, False),
        (9, 400, True),
        (10, 400, False),
    ]


def test_the_compiled_loop_and_ctypes_agree(tmp_path, monkeypatch):
    texts = [
        Text(70, 100 + 14 * i, "Länder und Kommunen – 2030", 8 + i, "bold" if i % 2 else "serif")
        for i in range(9)
    ]
    path = write(tmp_path / "a.pdf", [texts])
    fast = read(path)
    monkeypatch.setattr(pdfium, "_collector", lambda: pdfium._collect)
    slow = read(path)
    for name in ("codes", "generated", "origins", "boxes", "styles"):
        assert (getattr(fast, name) == getattr(slow, name)).all(), name
    assert fast.style == slow.style


def test_renders_a_page(tmp_path):
    picture, dpi = pdfium.render(write(tmp_path / "a.pdf", [[Text(100, 200, "Ausbau", 40)]]), 1, dpi=72)
    assert (picture.size, dpi) == ((595, 842), 72)
    assert picture.convert("L").getextrema()[0] < 50


def test_a_very_large_page_is_rendered_smaller(tmp_path, monkeypatch):
    monkeypatch.setattr(pdfium, "MAX_PIXELS", 1_000_000)
    picture, dpi = pdfium.render(write(tmp_path / "a.pdf", [[Text(0, 9, "x")]], size=(14_400, 3_600)), 1)
    assert picture.size == (2_000, 500) and dpi == pytest.approx(10)


@pytest.mark.parametrize(("size", "says"), [((595, 842), "damaged"), ((15_001, 842), "impossible size")])
def test_a_page_that_cannot_be_rendered_is_told(tmp_path, size, says):
    path = write(tmp_path / "a.pdf", [[Text(0, 9, "x")]], size=size)
    with pytest.raises(InputError, match=f"a.pdf page .: the page .*{says}"):
        pdfium.render(path, 2 if says == "damaged" else 1)


def test_a_picture_drawn_before_does_not_change_letters_of_fonts_that_a_file_lacks(tmp_path):
    path = write(tmp_path / "a.pdf", [[Text(70, 100, "Wir bauen Netze aus.", font="missing")]])
    drawn = write(tmp_path / "b.pdf", [[Text(70, 100, "Platz", 30, font="missing")]])
    before = read(path).boxes
    pdfium.render(drawn, 1)
    assert (read(path).boxes == before).all()


def test_counts_pictures_of_pages_with_little_text(tmp_path):
    picture = read(write(tmp_path / "a.pdf", [[Text(100, 700, "", 400, image=True)]])).pictures
    assert picture.round().tolist() == [[100, 300, 500, 700]]
    assert len(read(write(tmp_path / "b.pdf", [[Text(100, 700, "nur Text")]])).pictures) == 0


def test_a_long_document_is_opened_anew_on_the_way(tmp_path, monkeypatch):
    monkeypatch.setattr(pdfium, "RENEWED", 2)
    words = ["Netze", "Schulen", "Kliniken", "Wälder", "Häfen"]
    with pdfium.Document(write(tmp_path / "a.pdf", [[Text(70, 100, word)] for word in words])) as document:
        handle = document._pdf
        assert [text_of(document.glyphs(number)) for number in range(1, 6)] == words
        assert document._pdf is not handle


def test_a_longer_document_is_opened_anew_less_often(tmp_path, monkeypatch):
    monkeypatch.setattr(pdfium, "RENEWED", 2)
    monkeypatch.setattr(pdfium, "SHARE", 2)
    renewed = []
    with pdfium.Document(write(tmp_path / "a.pdf", [[Text(70, 100, "Netze")]] * 20)) as document:
        handle = document._pdf
        for number in range(1, 21):
            document.glyphs(number)
            if document._pdf is not handle:
                handle = document._pdf
                renewed.append(number)
    assert renewed == [3, 5, 9, 17]
