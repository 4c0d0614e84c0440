"""Word documents to blocks: merged cells, tracked changes, content controls, notes."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from pipeline.reading.docx import blocks
from pipeline.reading.unpaged import Unplaced, passages
from pipeline.records import Anchor


def read(made: Document, folder: Path) -> list[Unplaced]:
    made.save(str(folder / "a.docx"))
    return list(blocks(folder / "a.docx"))


def test_gives_a_merged_cell_once(tmp_path: Path) -> None:
    made = docx.Document()
    table = made.add_table(1, 3)
    table.cell(0, 0).merge(table.cell(0, 2)).text = "Haushalt"
    assert read(made, tmp_path) == [Unplaced("cell", "Haushalt")]


def test_reads_controls_and_tables_inside_cells_and_the_cover(tmp_path: Path) -> None:
    made = docx.Document()
    cell = made.add_table(1, 1).cell(0, 0)
    cell.text = "Netze ausbauen"
    cell.add_paragraph("Schulen fördern")
    cell.add_table(1, 1).cell(0, 0).text = "Innen"
    words = "<w:sdtContent><w:p><w:r><w:t>{}</w:t><w:cr/><w:t>neu</w:t></w:r></w:p></w:sdtContent>"
    cell._tc.append(parse_xml(f'<w:sdt xmlns:w="{WORD}">{words.format("Antwort")}</w:sdt>'))
    cover = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Cover Pages"/></w:docPartObj></w:sdtPr>'
    made.element.body.insert(
        0, parse_xml(f'<w:sdt xmlns:w="{WORD}">{cover}{words.format("Deckblatt")}</w:sdt>')
    )
    found = [block.text.replace("\n", " ") for block in read(made, tmp_path) if block.text]
    assert found == ["Deckblatt neu", "Netze ausbauen", "Schulen fördern", "Innen", "Antwort neu"]


def test_headings_and_items_are_what_word_takes_for_them(tmp_path: Path) -> None:
    made = docx.Document()
    made.styles.add_style("Hausstil", WD_STYLE_TYPE.PARAGRAPH).base_style = made.styles["Heading 2"]
    made.add_paragraph("Netze", style="Hausstil")
    for number in (0, 1):
        made.add_paragraph(
            "Text", style="List Bullet"
        )._p.get_or_add_pPr().get_or_add_numPr()._add_numId().val = number
    assert [(block.kind, block.level) for block in read(made, tmp_path)] == [
        ("heading", 2), ("paragraph", 0), ("item", 1)
    ]  # fmt: skip


def test_a_style_based_on_itself_holds_nothing_up(tmp_path: Path) -> None:
    made = docx.Document()
    ring = made.styles.add_style("Ring", WD_STYLE_TYPE.PARAGRAPH)
    ring.base_style = ring
    made.add_paragraph("Netze", style="Ring")
    assert read(made, tmp_path) == [Unplaced("paragraph", "Netze")]


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def test_reads_insertions_and_controls_but_no_deletions_and_no_contents(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("Der Bund ")._p.append(
        parse_xml(f'<w:ins xmlns:w="{WORD}"><w:r><w:t>zahlt</w:t></w:r></w:ins>')
    )
    made.paragraphs[0]._p.append(
        parse_xml(f'<w:del xmlns:w="{WORD}"><w:r><w:delText>zahlt nicht</w:delText></w:r></w:del>')
    )
    made.paragraphs[0]._p.append(
        parse_xml(f'<w:moveFrom xmlns:w="{WORD}"><w:r><w:t>seit Mai</w:t></w:r></w:moveFrom>')
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
        ("footnote", "Eigene Rechnung.", "i", Anchor(2, 11, 11)),
    ]


@pytest.mark.parametrize(
    ("style", "signs"),
    [
        ("decimal", ["1", "4", "9", "40", "149"]),
        ("lowerRoman", ["i", "iv", "ix", "xl", "cxlix"]),
        ("upperLetter", ["A", "D", "I", "NN", "SSSSSS"]),
        ("chicago", ["1", "4", "9", "40", "149"]),  # one the reader does not know
    ],
)
def test_notes_have_the_signs_that_the_file_says(tmp_path: Path, style: str, signs: list[str]) -> None:
    made = docx.Document()
    with_notes(made, "endnote", RELATIONSHIP_TYPE.ENDNOTES, *["Stand: Mai 2021."] * 149)
    made.settings.element.append(
        parse_xml(f"<w:endnotePr xmlns:w='{WORD}'><w:numFmt w:val='{style}'/></w:endnotePr>")
    )
    for note in range(1, 150):
        refer(made, "Der Bund zahlt", "endnote", note, ".")
    found = [block.sign for block in read(made, tmp_path) if block.kind == "footnote"]
    assert [found[at - 1] for at in (1, 4, 9, 40, 149)] == signs


def test_a_sign_that_an_author_typed_does_not_count(tmp_path: Path) -> None:
    made = docx.Document()
    with_notes(made, "footnote", RELATIONSHIP_TYPE.FOOTNOTES, "Vorläufig.", "Stand: Mai 2021.")
    refer(made, "Der Bund zahlt", "footnote", 1, "*.")
    refer(made, "Das Land zahlt", "footnote", 2, ".")
    next(made.element.body.iter(f"{{{WORD}}}footnoteReference")).set(f"{{{WORD}}}customMarkFollows", "1")
    assert [block.sign for block in read(made, tmp_path)] == ["", "", "", "1"]


BOX = "<w:txbxContent><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:txbxContent>"
SHAPES = (
    f'xmlns:w="{WORD}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def test_a_text_box_is_read_once_after_the_paragraph_that_holds_it(tmp_path: Path) -> None:
    made = docx.Document()
    inner = f"<w:r><w:pict><v:textbox>{BOX.format('Im Kasten')}</v:textbox></w:pict></w:r>"
    box = BOX.format("Unsere Ziele").replace("</w:p>", f"{inner}</w:p>")
    choice = f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
    older = f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
    twice = f"<w:r {SHAPES}><mc:AlternateContent>{choice}{older}</mc:AlternateContent></w:r>"
    only_older = f"<w:r {SHAPES}><mc:AlternateContent>{older}</mc:AlternateContent></w:r>"
    gone = f"<w:del {SHAPES}>{inner}</w:del>"
    made.add_paragraph("Der Bund ")._p.append(parse_xml(twice))
    made.paragraphs[0].add_run("zahlt.")
    made.add_paragraph("Das Land hilft.")._p.append(parse_xml(gone))
    made.add_table(1, 1).cell(0, 0).paragraphs[0]._p.append(parse_xml(only_older))
    assert [block.text for block in read(made, tmp_path) if block.text] == [
        "Der Bund zahlt.", "Unsere Ziele", "Im Kasten", "Das Land hilft.", "Unsere Ziele", "Im Kasten"
    ]  # fmt: skip


def test_raised_numbers_that_an_author_typed_are_marks_or_exponents(tmp_path: Path) -> None:
    made = docx.Document()
    first, note = made.add_paragraph("Mehr Wald"), made.add_paragraph()
    for text in ("1", "2", " hilft auf 5 m", "2", "."):
        first.add_run(text).font.superscript = text.isdigit()
    note.add_run("12").font.superscript = True
    note.add_run(" Vgl. den Bericht.")
    found = passages(read(made, tmp_path))
    assert [(p.kind, p.text, p.note, p.anchor) for p in found] == [
        ("paragraph", "Mehr Wald hilft auf 5 m².", "", None),
        ("footnote", "Vgl. den Bericht.", "12", Anchor(0, 9, 9)),
    ]


def test_hidden_words_hints_of_forms_and_tables_of_contents_are_no_text(tmp_path: Path) -> None:
    made = docx.Document()
    made.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
    made.add_paragraph("Netze 3", style="toc 1")
    paragraph = made.add_paragraph("Antwort: ")
    paragraph.add_run("intern ").font.hidden = True
    hint = (
        "<w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>Hier tippen</w:t></w:r></w:sdtContent>"
    )
    paragraph._p.append(parse_xml(f'<w:sdt xmlns:w="{WORD}">{hint}</w:sdt>'))
    paragraph.add_run("ja").font.hidden = False
    assert [block.text for block in read(made, tmp_path)] == ["Antwort: ja"]


def test_what_older_programs_mark_as_data_is_text(tmp_path: Path) -> None:
    made = docx.Document()
    row = "<w:tr><w:tc><w:p><w:r><w:t>Netze</w:t></w:r></w:p></w:tc></w:tr>"
    table = f"<w:tbl><w:customXml>{row}</w:customXml></w:tbl>"
    made.element.body.insert(0, parse_xml(f'<w:customXml xmlns:w="{WORD}">{table}</w:customXml>'))
    assert [block.text for block in read(made, tmp_path)] == ["Netze"]


def test_the_paragraphs_of_a_note_are_told_apart(tmp_path: Path) -> None:
    made = docx.Document()
    two = "Stand: Mai.</w:t></w:r></w:p><w:p><w:r><w:t>Ohne die Länder."
    with_notes(made, "footnote", RELATIONSHIP_TYPE.FOOTNOTES, two)
    refer(made, "Der Bund zahlt", "footnote", 1, ".")
    assert read(made, tmp_path)[1].text == "Stand: Mai. Ohne die Länder."


def test_paragraphs_whose_end_was_deleted_are_one(tmp_path: Path) -> None:
    made = docx.Document()
    for text, gone in (("Der Bund ", "del"), ("", "del"), ("zahlt.", ""), ("Alle sparen.", "moveFrom")):
        mark = f"<w:rPr><w:{gone}/></w:rPr>" if gone else ""
        made.add_paragraph(text)._p.insert(0, parse_xml(f'<w:pPr xmlns:w="{WORD}">{mark}</w:pPr>'))
    assert [block.text for block in read(made, tmp_path)] == ["Der Bund zahlt.", "Alle sparen."]


def test_lines_with_typed_bullets_are_items(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_heading("Ein\nPlan", 1)
    made.add_paragraph("Wir fordern:\n-\tmehr Wald\nfür alle\n-\tmehr Watt\nDas ist alles.")
    assert [(p.kind, p.text) for p in passages(read(made, tmp_path))] == [
        ("heading", "Ein Plan"), ("paragraph", "Wir fordern:"), ("item", "mehr Wald für alle"),
        ("item", "mehr Watt"), ("paragraph", "Das ist alles."),
    ]  # fmt: skip


def numbered(made: Document, text: str, level: int, number: int, style: str | None = None) -> None:
    """Add a paragraph to a list of the document."""
    properties = made.add_paragraph(text, style=style)._p.get_or_add_pPr().get_or_add_numPr()
    properties._add_ilvl().val, properties._add_numId().val = level, number


def test_automatic_numbers_stand_before_headings_items_and_cells(tmp_path: Path) -> None:
    made = docx.Document()
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, text in enumerate(("%1.", "%1.%2"))
    )
    numbering = made.part.numbering_part.element
    numbering.insert(
        0, parse_xml(f'<w:abstractNum xmlns:w="{WORD}" w:abstractNumId="90">{levels}</w:abstractNum>')
    )
    numbering.append(parse_xml(f'<w:num xmlns:w="{WORD}" w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    numbered(made, "Netze", 0, 90, "Heading 1")
    numbered(made, "Mehr Watt", 1, 90, "Heading 2")
    made.add_paragraph("Der Bund zahlt.")
    for text in ("Bauland: Die Länder helfen.", ""):
        made.add_paragraph(text, style="List Number")
    made.add_paragraph("Ohne Zahl", style="List Bullet")
    made.add_paragraph("Alle", style="List Number").runs[0].bold = True
    found = passages(read(made, tmp_path))
    assert [(p.kind, p.text) for p in found] == [
        ("heading", "1. Netze"), ("heading", "1.1 Mehr Watt"), ("paragraph", "Der Bund zahlt."),
        ("item", "1. Bauland: Die Länder helfen."), ("item", "Ohne Zahl"), ("item", "3. Alle"),
    ]  # fmt: skip
    assert found[2].heading_path == ("1. Netze", "1.1 Mehr Watt")


def test_the_number_of_a_paragraph_stands_before_what_was_merged_into_it(tmp_path: Path) -> None:
    made = docx.Document()
    for text, gone in (("Der Bund ", "<w:del/>"), ("zahlt.", ""), ("Alle sparen.", "")):
        mark = f'<w:pPr xmlns:w="{WORD}"><w:pStyle w:val="ListNumber"/><w:rPr>{gone}</w:rPr></w:pPr>'
        made.add_paragraph(text)._p.insert(0, parse_xml(mark))
    assert [block.text for block in read(made, tmp_path)] == ["1. Der Bund zahlt.", "2. Alle sparen."]
