"""Tables of pages made for the test: ruled, half ruled, without rules, cropped, turned, and none at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.reading.plumber import Table, tables

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


def texts(table: Table) -> list[tuple[int, int, str]]:
    return [(cell.row, cell.column, cell.text) for cell in table.cells]


EXPECTED = [(row, column, text) for row, line in enumerate(ROWS) for column, text in enumerate(line)]


@pytest.mark.parametrize(
    ("upright", "level", "ruled"), [(True, True, True), (False, True, False), (False, False, False)]
)
def test_tables_are_found_with_and_without_rules(
    tmp_path: Path, upright: bool, level: bool, ruled: bool
) -> None:
    found = tables(pdf(tmp_path / "a.pdf", content(upright=upright, level=level)), 1)
    assert len(found) == 1
    filled = [cell for cell in texts(found[0]) if cell[2]]
    assert [text for _, _, text in filled] == [text for _, _, text in EXPECTED]
    assert found[0].ruled is ruled


def test_a_ruled_table_has_places_in_points_from_above(tmp_path: Path) -> None:
    table = tables(pdf(tmp_path / "a.pdf", content()), 1)[0]
    assert texts(table) == EXPECTED
    assert (table.n_rows, table.n_columns) == (4, 3)
    assert (table.box.x0, table.box.top) == (pytest.approx(LEFT, abs=1), pytest.approx(842 - TOP, abs=1))
    cell = table.cells[4]
    assert (cell.box.x0, cell.box.top) == (
        pytest.approx(LEFT + WIDTH, abs=1),
        pytest.approx(842 - TOP + HEIGHT, abs=1),
    )


def test_places_follow_the_crop_box(tmp_path: Path) -> None:
    page = "/MediaBox [0 0 595 842] /CropBox [50 100 545 742]"
    table = tables(pdf(tmp_path / "a.pdf", content(), page=page), 1)[0]
    assert (table.box.x0, table.box.top) == (pytest.approx(LEFT - 50, abs=1), pytest.approx(742 - TOP, abs=1))


def test_places_follow_the_rotation(tmp_path: Path) -> None:
    page = "/MediaBox [0 0 595 842] /Rotate 90"
    table = tables(pdf(tmp_path / "a.pdf", content(), page=page), 1)[0]
    assert (table.box.x1, table.box.top) == (pytest.approx(TOP, abs=1), pytest.approx(LEFT, abs=1))


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
    assert tables(pdf(tmp_path / "a.pdf", "\n".join([*PROSE, frame])), 1) == []


def test_a_table_of_contents_is_no_table(tmp_path: Path) -> None:
    names = ["Wohnen", "Pflege und Gesundheit", "Verkehr", "Energie", "Bildung"]
    lines = []
    for at, name in enumerate(names):
        lines.append(f"BT /F1 10 Tf 60 {700 - 14 * at} Td ({name}) Tj ET")
        lines.append(f"BT /F1 10 Tf 500 {700 - 14 * at} Td ({3 + 4 * at}) Tj ET")
    assert tables(pdf(tmp_path / "a.pdf", "\n".join(lines)), 1) == []


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"nonsense" * 100])
def test_hostile_files_have_no_tables(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.pdf").write_bytes(content)
    assert tables(tmp_path / "a.pdf", 1) == []


def test_a_missing_page_has_no_tables(tmp_path: Path) -> None:
    assert tables(pdf(tmp_path / "a.pdf", content()), 9) == []
    assert tables(tmp_path / "missing.pdf", 1) == []


LEVEL = [(50.0, 100.0 + 20 * at, 500.0, 100.5 + 20 * at) for at in range(3)]
GRID = [*LEVEL[:2], (50.0, 100.0, 50.5, 121.0), (500.0, 100.0, 500.5, 121.0)]
