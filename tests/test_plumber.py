"""Ruled tables of pages made for the test: cropped, turned, and none at all."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from pipeline.config import load_settings
from pipeline.read import read_pages
from pipeline.reading.pdfium import Document
from pipeline.reading.plumber import cells
from pipeline.reading.rulings import Cell

ROWS = [
    ("Programm", "Mittel 2021", "Mittel 2025"),
    ("Wohnen", "120", "150"),
    ("Pflege", "80", "95"),
    ("Verkehr", "300", "310"),
]
LEFT, TOP, WIDTH, HEIGHT = 100, 700, 120, 24  # of the table, from below as PDF counts


def content(*, upright: bool = True, level: bool = True) -> str:
    parts = []
    for row, texts in enumerate(ROWS):
        for column, text in enumerate(texts):
            x, y = LEFT + 6 + column * WIDTH, TOP - (row + 1) * HEIGHT + 8
            parts.append(f"BT /F1 10 Tf {x} {y} Td ({text}) Tj ET")
    if level:
        parts += [f"{LEFT} {TOP - at * HEIGHT} {3 * WIDTH} 0.5 re f" for at in range(len(ROWS) + 1)]
    if upright:
        height = len(ROWS) * HEIGHT
        parts += [f"{LEFT + at * WIDTH} {TOP - height} 0.5 {height} re f" for at in range(4)]
    return "\n".join(parts)


def pdf(path: Path, stream: str, *, page: str = "/MediaBox [0 0 595 842]") -> Path:
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} >>"
    fonts = f"/F1 {font.format('Helvetica')} /F2 {font.format('Helvetica-Bold')}"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R {page} /Contents 4 0 R /Resources << /Font << {fonts} >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
    ]
    body, places = "%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF"
    end = f"xref\n0 5\n0000000000 65535 f \n{table}{trailer}"
    path.write_text(body + end, encoding="latin-1")
    return path


def found(path: Path, number: int = 1) -> list[Cell]:
    with Document(path) as document:
        return cells(document, number)


EXPECTED = [(row, column) for row, line in enumerate(ROWS) for column in range(len(line))]


@pytest.mark.parametrize("ruled", [True, False])
def test_a_ruled_table_has_places_in_points_from_above(tmp_path: Path, ruled: bool) -> None:
    table = found(pdf(tmp_path / "a.pdf", content(upright=ruled, level=ruled)))
    assert [(cell.row, cell.column) for cell in table] == (EXPECTED if ruled else [])
    if ruled:
        assert (table[4].x0, table[4].top) == (
            pytest.approx(LEFT + WIDTH, abs=1),
            pytest.approx(842 - TOP + HEIGHT, abs=1),
        )


def test_places_follow_the_crop_box(tmp_path: Path) -> None:
    page = "/MediaBox [0 0 595 842] /CropBox [50 100 545 742]"
    first = found(pdf(tmp_path / "a.pdf", content(), page=page))[0]
    assert (first.x0, first.top) == (pytest.approx(LEFT - 50, abs=1), pytest.approx(742 - TOP, abs=1))


def test_places_follow_the_rotation(tmp_path: Path) -> None:
    page = "/MediaBox [0 0 595 842] /Rotate 90"
    turned = found(pdf(tmp_path / "a.pdf", content(), page=page))
    assert max(cell.x1 for cell in turned) == pytest.approx(TOP, abs=1)
    assert min(cell.top for cell in turned) == pytest.approx(LEFT, abs=1)


PROSE = [
    "BT /F1 10 Tf 60 700 Td (Der Bund wird die Gemeinden im Land besser stellen) Tj ET",
    "BT /F1 10 Tf 60 686 Td (und den Bau von Wohnungen in den Orten) Tj ET",
    "BT /F1 10 Tf 60 672 Td (mit neuem Geld sehr viel schneller machen.) Tj ET",
    "BT /F1 10 Tf 330 700 Td (Die Pflege braucht mehr Menschen und mehr) Tj ET",
    "BT /F1 10 Tf 330 686 Td (Zeit. Wir werden die Ausbildung in allen) Tj ET",
    "BT /F1 10 Tf 330 672 Td (Bereichen der Pflege neu ordnen.) Tj ET",
]


@pytest.mark.parametrize("frame", ["", "50 660 500 60 re S"])
def test_prose_in_columns_or_in_a_box_is_no_table(tmp_path: Path, frame: str) -> None:
    assert found(pdf(tmp_path / "a.pdf", "\n".join([*PROSE, frame]))) == []


def test_a_page_that_pdfplumber_cannot_read_has_no_tables(tmp_path: Path, monkeypatch) -> None:
    path = pdf(tmp_path / "a.pdf", content())
    monkeypatch.setattr(Document, "alone", lambda *_: BytesIO(b"%PDF-1.4"))
    assert found(path) == []


def test_remarks_about_damaged_content_are_not_printed(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", f"/Muster g\n{content()}")
    code = (
        "import sys; from pathlib import Path; from pipeline.reading.pdfium import Document; "
        "from pipeline.reading.plumber import cells; print(len(cells(Document(Path(sys.argv[1])), 1)))"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == (str(len(EXPECTED)), "")


def test_a_missing_page_has_no_cells(tmp_path: Path) -> None:
    assert found(pdf(tmp_path / "a.pdf", content()), 9) == []


def test_a_sparse_table_with_dashed_rules_is_read_by_its_cells(tmp_path: Path) -> None:
    rows = [
        ("Programm", "2021", "", "2025"),
        ("Wohnen", "120", "", ""),
        ("", "", "95", "310"),
        ("Bad", "", "", "7"),
    ]
    parts = [
        f"BT /F1 10 Tf {LEFT + 6 + column * 80} {TOP - (row + 1) * HEIGHT + 8} Td ({text}) Tj ET"
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
        if text
    ]
    parts += [f"{x} {TOP - at * HEIGHT} 4 0.5 re f" for at in range(5) for x in range(LEFT, LEFT + 320, 6)]
    parts += [f"{LEFT + at * 80} {y} 0.5 4 re f" for at in range(5) for y in range(TOP - 96, TOP, 6)]
    path = pdf(tmp_path / "a.pdf", "\n".join(parts))
    (page,) = read_pages(path, settings=load_settings().read)
    assert [(line.text, bool(line.table)) for line in page.lines if line.text == "310"] == [("310", True)]
    assert len({line.table for line in page.lines}) == 1
