"""Formats by content, and text, Markdown, HTML and DOCX to the same passages."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest

from pipeline.errors import InputError
from pipeline.reading.formats import detect_format, read_document
from pipeline.records import Anchor, Format, Passage

CONTENT: list[tuple[str, bytes, str]] = [
    ("a.pdf", b"%PDF-1.7\n...", "pdf"),
    ("a.txt", b"\n%PDF-1.4", "pdf"),
    ("a.pdf", b"", "pdf"),
    ("a.pdf", b"not one", "pdf"),
    ("a.txt", "Über die Lage".encode("cp1252"), "txt"),
    ("a.md", b"Text", "md"),
    ("a", b"# Titel\n\nText", "md"),
    ("a", b"Nur Text.", "txt"),
    ("a.txt", b"", "txt"),
    ("a.xyz", b"", "unknown"),
    ("a.txt", b"<!DOCTYPE html><html><p>x</p></html>", "html"),
    ("a.html", b"<p>ohne Kopf</p>", "html"),
    ("a.txt", b"<?xml version='1.0'?>\n<!DOCTYPE html><html><p>x</p></html>", "html"),
    ("a.docx", b"PK\x03\x04 broken", "unknown"),
    ("a.txt", bytes(range(256)) * 8, "unknown"),
    ("a.png", b"\x89PNG\r\n\x1a\n\x00\x00", "unknown"),
    ("a.csv", b"a;b\n1;2\n", "unknown"),
    ("a.txt", ("x" * 4095 + "ü").encode(), "txt"),
]


@pytest.mark.parametrize(("name", "content", "expected"), CONTENT)
def test_detect_format_by_content(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert detect_format(path) == expected


def test_detect_format_of_a_missing_file_or_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("x.txt", "x")
    assert detect_format(tmp_path / "a.docx") == "unknown"
    assert detect_format(tmp_path / "missing.pdf") == "unknown"


def read(tmp_path: Path, format: Format, content: str | bytes) -> list[Passage]:
    path = tmp_path / f"document.{format}"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_document(path, format=format)


def shape(passages: list[Passage]) -> list[tuple[str, int, str]]:
    return [(p.kind, p.level, p.text) for p in passages]


MARKDOWN = """---
title: Kopfdaten
---
# Wohnen in der Stadt

## Ausgangslage

Die Mieten steigen
seit Jahren.

- **Bauland:** Die Kommunen erhalten ein Vorkaufsrecht.
  - Der Bund fördert den Ankauf.
- Ohne Vorspann

| Jahr | Wohnungen |
|------|-----------|
| 2021 | 293 000 |

## Ziele

1. Mehr *bezahlbare* Wohnungen
"""
BLOCKS = [
    ("heading", 1, "Wohnen in der Stadt"),
    ("heading", 2, "Ausgangslage"),
    ("paragraph", 0, "Die Mieten steigen seit Jahren."),
    ("item", 1, "Bauland: Die Kommunen erhalten ein Vorkaufsrecht."),
    ("item", 2, "Der Bund fördert den Ankauf."),
    ("item", 1, "Ohne Vorspann"),
    ("cell", 0, "Jahr"),
    ("cell", 0, "Wohnungen"),
    ("cell", 0, "2021"),
    ("cell", 0, "293 000"),
    ("heading", 2, "Ziele"),
    ("item", 1, "1. Mehr bezahlbare Wohnungen"),
]


def test_markdown_has_headings_nested_items_cells_and_lead_ins(tmp_path: Path) -> None:
    passages = read(tmp_path, "md", MARKDOWN)
    assert shape(passages) == BLOCKS
    assert [p.number for p in passages] == list(range(len(BLOCKS)))
    assert passages[3].lead_in == len("Bauland:") and passages[5].lead_in == 0
    assert passages[4].heading_path == ("Wohnen in der Stadt", "Ausgangslage")
    assert passages[-1].heading_path == ("Wohnen in der Stadt", "Ziele")
    assert passages[1].heading_path == ("Wohnen in der Stadt",)
    assert all(p.pages == () and p.pieces == () for p in passages)


HTML = """<!doctype html><html><head><title>Weg damit</title><style>p {}</style></head><body>
<nav><ul><li>Startseite</li></ul></nav><script>alert("x")</script><!-- Kommentar -->
<main><h1>Wohnen in der Stadt</h1><h2>Ausgangs&shy;lage</h2><p>Die Mieten steigen<br>seit&nbsp;Jahren.</p>
<ul><li><strong>Bauland:</strong> Die Kommunen erhalten ein Vorkaufsrecht.
<ul><li><p>Der Bund fördert den Ankauf.</p></li></ul></li><li>Ohne Vorspann</li></ul>
<table><tr><th>Jahr</th><th>Wohnungen</th></tr><tr><td>2021</td><td><p>293 000</p></td></tr></table>
<h2>Ziele</h2><ol><li>Mehr <em>bezahlbare</em> Wohnungen</li></ol></main></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_html_reads_like_markdown(tmp_path: Path, encoding: str) -> None:
    passages = read(tmp_path, "html", HTML.encode(encoding))
    assert shape(passages) == BLOCKS
    assert passages[3].lead_in == len("Bauland:")


def test_the_footer_of_a_page_is_left_out_but_not_that_of_a_section(tmp_path: Path) -> None:
    page = (
        "<html><body><article><p>Die Mieten steigen.</p><footer>Quelle: Mietspiegel</footer></article>"
        "<div><footer><p>Impressum</p><p>Datenschutz</p></footer></div></body></html>"
    )
    found = read(tmp_path, "html", page.encode())
    assert [passage.text for passage in found] == ["Die Mieten steigen.", "Quelle: Mietspiegel"]


def test_docx_reads_like_markdown(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_heading("Wohnen in der Stadt", 1)
    made.add_heading("Ausgangslage", 2)
    made.add_paragraph("Die Mieten steigen seit Jahren.")
    item = made.add_paragraph(style="List Bullet")
    item.add_run("Bauland:").bold = True
    item.add_run(" Die Kommunen erhalten ein Vorkaufsrecht.")
    made.add_paragraph("Der Bund fördert den Ankauf.", style="List Bullet 2")
    made.add_paragraph("Ohne Vorspann", style="List Bullet")
    table = made.add_table(2, 2)
    for cell, text in zip(
        (*table.rows[0].cells, *table.rows[1].cells), ("Jahr", "Wohnungen", "2021", "293 000"), strict=True
    ):
        cell.text = text
    made.add_heading("Ziele", 2)
    made.add_paragraph("Mehr bezahlbare Wohnungen", style="List Number")
    made.save(str(tmp_path / "a.docx"))
    assert detect_format(tmp_path / "a.docx") == "docx"
    passages = read_document(tmp_path / "a.docx", format="docx")
    assert shape(passages) == BLOCKS
    assert passages[3].lead_in == len("Bauland:")


PLAIN = """Kurzimpuls Ländlicher Raum

Die Versorgung auf dem Land wird schlech-
ter. Bus- und
Bahnverkehr fehlen.

Was wurde erreicht?

- Ein Bundes-
  programm wurde aufgelegt.
    - Es läuft bis 2027.
• Die Länder beteiligen sich.
"""


def test_plain_text_has_paragraphs_items_and_headings(tmp_path: Path) -> None:
    passages = read(
        tmp_path, "txt", PLAIN.replace("\n", "\r\n").encode("cp1252", "replace").replace(b"?\x95", b"\x95")
    )
    assert shape(passages) == [
        ("heading", 1, "Kurzimpuls Ländlicher Raum"),
        ("paragraph", 0, "Die Versorgung auf dem Land wird schlechter. Bus- und Bahnverkehr fehlen."),
        ("heading", 2, "Was wurde erreicht?"),
        ("item", 1, "Ein Bundesprogramm wurde aufgelegt."),
        ("item", 2, "Es läuft bis 2027."),
        ("item", 1, "Die Länder beteiligen sich."),
    ]
    assert {p.language for p in passages} == {"de"}


def test_items_of_plain_text_keep_their_numbers_but_not_their_bullets(tmp_path: Path) -> None:
    passages = read(tmp_path, "txt", "1. Netze für\nalle\n2. Wald\n  a) Eichen\n  - Buchen\n")
    assert [(p.level, p.text) for p in passages] == [
        (1, "1. Netze für alle"), (1, "2. Wald"), (2, "a) Eichen"), (2, "Buchen")
    ]  # fmt: skip


LINE = "Die Länder brauchen dafür verlässliche Mittel, die über mehrere Jahre reichen und nicht jedes " * 2
LISTS: list[tuple[Format, str, list[str]]] = [
    ("txt", "Wir fordern\nheute:\n- ein Recht\n  auf Bildung\n- mehr Geld\n", ["paragraph", "item", "item"]),
    ("txt", f"Ein Papier\n{LINE}.\n•\tGeld\n•\tZeit\n{LINE}.\nSchluss.", 
     ["heading", "paragraph", "item", "item", "paragraph", "paragraph"]),
    ("txt", "Der Bund hilft seit dem\n1. Januar den Ländern\n– mit Geld.", ["paragraph"]),
    ("md", "---\n\n# Titel\n\nWir bauen.\n\n---\n\nWir sparen.\n", ["heading", "paragraph", "paragraph"]),
    ("txt", "Ein Papier\n==========\n\nNetze\n-----\n\nWir bauen.\n", ["heading", "heading", "paragraph"]),
    ("md", "---\ntitle: Netze\n--- \nWir bauen.\n", ["paragraph"]),
    ("html", "<body><form><h1>Netze</h1><p>Wir bauen.</p><select><option>Ja</select></form></body>",
     ["heading", "paragraph"]),
    ("html", "<body><form><p>Suche</p></form><p>Wir bauen die Netze aus.</p></body>", ["paragraph"]),
]  # fmt: skip


@pytest.mark.parametrize(("format", "content", "kinds"), LISTS)
def test_nothing_is_joined_or_lost(tmp_path: Path, format: Format, content: str, kinds: list[str]) -> None:
    assert [passage.kind for passage in read(tmp_path, format, content)] == kinds


def test_notes_of_markdown_are_linked_to_their_marks(tmp_path: Path) -> None:
    text = "# Plan\n\nMehr Wald[^1] hilft.[^2] Gut so.\n\n[^1]: Vgl. Bericht.\n[^2]: Ebenda.\n"
    found = read(tmp_path, "md", text)
    assert shape(found)[1:] == [
        ("paragraph", 0, "Mehr Wald hilft. Gut so."),
        ("footnote", 0, "Vgl. Bericht."),
        ("footnote", 0, "Ebenda."),
    ]
    assert [(p.note, p.anchor) for p in found[2:]] == [("1", Anchor(1, 9, 9)), ("2", Anchor(1, 16, 16))]


def test_a_document_with_marked_headings_gets_no_others(tmp_path: Path) -> None:
    passages = read(tmp_path, "md", "# Titel\n\nEin kurzer Absatz ohne Punkt\n")
    assert [p.kind for p in passages] == ["heading", "paragraph"]


@pytest.mark.parametrize("format", ["txt", "md", "html"])
@pytest.mark.parametrize("content", [b"", b"   \n\n", "\u200b\u00ad".encode()])
def test_nothing_gives_no_passages(tmp_path: Path, format: Format, content: bytes) -> None:
    assert read(tmp_path, format, content) == []


@pytest.mark.parametrize("format", ["html", "md"])
def test_deeply_nested_input_ends(tmp_path: Path, format: Format) -> None:
    text = (
        "<div>" * 50_000 + "Text im Kern des Ganzen" + "</div>" * 50_000
        if format == "html"
        else ">" * 5000 + " Kern"
    )
    assert len(read(tmp_path, format, text)) <= 1


def test_foreign_passages_are_known(tmp_path: Path) -> None:
    german = "Die Bundesregierung wird die Mittel für den Ausbau erhöhen."
    text = german + "\n\nWe will publish all of the data by the end of the year."
    assert [p.language for p in read(tmp_path, "txt", text)] == ["de", "en"]


def broken_docx() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<w:document")
    return file.getvalue()


@pytest.mark.parametrize(
    ("format", "content"),
    [("txt", b"\x00\x01" * 500), ("docx", b"PK"), ("docx", broken_docx()), ("unknown", b"x"), ("pdf", b"x")],
)
def test_unfit_files_are_refused_in_one_line(tmp_path: Path, format: Format, content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, format, content)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"), [(b"", "is empty"), (b"a;b", "no format that can be read; give PDF")]
)
def test_what_is_no_document_is_told(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read(tmp_path, "unknown", content)


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.reading.docx.MAX_UNPACKED", 100)
    file = io.BytesIO()
    docx.Document().save(file)
    with pytest.raises(InputError, match="unpacks to"):
        read(tmp_path, "docx", file.getvalue())


def test_the_seed_as_markdown(shared: Path) -> None:
    passages = read_document(shared / "seed" / "kurzimpuls-cluster.md", format="md")
    assert "Was wurde in der letzten Legislaturperiode erreicht?" in [
        p.text for p in passages if p.kind == "heading"
    ]
    assert sum(p.kind == "item" for p in passages) == 7
