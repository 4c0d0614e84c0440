"""Word documents to blocks: merged cells, tracked changes, content controls, notes."""

from __future__ import annotations

from pathlib import Path

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from pipeline.reading.docx import blocks
from pipeline.reading.unpaged import Block, passages
from pipeline.records import Anchor


def read(made: Document, folder: Path) -> list[Block]:
    made.save(str(folder / "a.docx"))
    return list(blocks(folder / "a.docx"))


def test_gives_a_merged_cell_once(tmp_path: Path) -> None:
    made = docx.Document()
    table = made.add_table(1, 3)
    table.cell(0, 0).merge(table.cell(0, 2)).text = "Haushalt"
    assert read(made, tmp_path) == [Block("cell", "Haushalt")]


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def test_reads_insertions_and_controls_but_no_deletions_and_no_contents(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("Der Bund ")._p.append(
        parse_xml(f'<w:ins xmlns:w="{WORD}"><w:r><w:t>zahlt</w:t></w:r></w:ins>')
    )
    made.paragraphs[0]._p.append(
        parse_xml(f'<w:del xmlns:w="{WORD}"><w:r><w:delText>zahlt nicht</w:delText></w:r></w:del>')
    )
    control = "<w:sdtContent><w:p><w:r><w:t>Feld im Formular</w:t></w:r></w:p></w:sdtContent>"
    contents = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    for inner in (control, contents + control.replace("Feld", "Inhalt")):
        made.element.body.insert(1, parse_xml(f'<w:sdt xmlns:w="{WORD}">{inner}</w:sdt>'))
    assert [block.text for block in read(made, tmp_path)] == ["Der Bund zahlt", "Feld im Formular"]


def with_notes(made: Document, kind: str, relation: str, *texts: str) -> None:
    """Add notes with the ids from 1, and the ruler that Word keeps beside them."""
    note = "<w:{0} w:id='{1}' {2}><w:p><w:r><w:t>{3}</w:t></w:r></w:p></w:{0}>"
    ruler = note.format(kind, 0, "w:type='separator'", "Strich")
    notes = "".join(note.format(kind, at, "", text) for at, text in enumerate(texts, 1))
    blob = f"<w:{kind}s xmlns:w='{WORD}'>{ruler}{notes}</w:{kind}s>".encode()
    part = Part(PackURI(f"/word/{kind}s.xml"), "application/xml", blob, made.part.package)
    made.part.relate_to(part, relation)


def refer(made: Document, before: str, kind: str, note: int, after: str) -> None:
    """Add a paragraph that refers to a note."""
    paragraph = made.add_paragraph(before)
    paragraph._p.append(
        parse_xml(f"<w:r xmlns:w='{WORD}'><w:{kind}Reference w:id='{note}'/></w:r>"),
    )
    paragraph.add_run(after)


def test_notes_are_linked_to_their_marks_and_numbered_by_them(tmp_path: Path) -> None:
    made = docx.Document()
    with_notes(made, "footnote", RELATIONSHIP_TYPE.FOOTNOTES, "Stand: Mai 2021.", "Ohne die Länder.", "Rest.")
    with_notes(made, "endnote", RELATIONSHIP_TYPE.ENDNOTES, "Eigene Rechnung.")
    refer(made, "Der Bund  zahlt", "footnote", 2, " und das Land hilft.")
    refer(made, "Der Kreis plant.", "footnote", 1, " Die Stadt baut.")
    refer(made, "Alle sparen ", "endnote", 1, ".")
    found = passages(read(made, tmp_path))
    assert [p.text for p in found[:3]] == [
        "Der Bund zahlt und das Land hilft.", "Der Kreis plant. Die Stadt baut.", "Alle sparen."
    ]  # fmt: skip
    assert [(p.kind, p.text, p.note, p.anchor) for p in found[3:]] == [
        ("footnote", "Stand: Mai 2021.", "2", Anchor(1, 16, 16)),
        ("footnote", "Ohne die Länder.", "1", Anchor(0, 14, 14)),
        ("footnote", "Rest.", "", None),
        ("footnote", "Eigene Rechnung.", "3", Anchor(2, 11, 11)),
    ]
