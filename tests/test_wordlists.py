"""The automatic numbers of Word's headings, clauses and items."""

from __future__ import annotations

from typing import Any

from docx.oxml import parse_xml

from pipeline.reading.wordlists import Numbers, Place

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def level(at: int, style: str, text: str, more: str = "") -> str:
    kind = f'<w:start w:val="1"/><w:numFmt w:val="{style}"/>{more}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{at}">{kind}</w:lvl>'


def made(kinds: str, lists: str, styles: str = "") -> Numbers:
    numbering = parse_xml(f'<w:numbering xmlns:w="{WORD}">{kinds}{lists}</w:numbering>')
    return Numbers(parse_xml(f'<w:styles xmlns:w="{WORD}">{styles}</w:styles>'), numbering)


def kind(name: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{name}">{"".join(levels)}</w:abstractNum>'


def one(name: int, of: int, more: str = "") -> str:
    return f'<w:num w:numId="{name}"><w:abstractNumId w:val="{of}"/>{more}</w:num>'


def paragraph(properties: str) -> Any:
    return parse_xml(f'<w:p xmlns:w="{WORD}"><w:pPr>{properties}</w:pPr></w:p>')


def printed(numbers: Numbers, *places: tuple[str, int]) -> list[str]:
    return [numbers.number(Place(*place)) for place in places]


def test_levels_count_below_each_other_and_begin_anew() -> None:
    levels = level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"), level(2, "lowerLetter", "%3)")
    numbers = made(kind(0, *levels), one(5, 0))
    places = [("5", at) for at in (0, 1, 1, 2, 2, 0, 1, 2)]
    assert printed(numbers, *places) == ["1.", "1.1", "1.2", "a)", "b)", "2.", "2.1", "a)"]


def test_clauses_of_a_bill_go_on_over_its_parts_in_digits() -> None:
    part, clause = level(0, "upperRoman", "Teil %1"), level(1, "decimal", "§ %2", '<w:lvlRestart w:val="0"/>')
    numbers = made(kind(0, part, clause, level(2, "decimal", "%1.%2", "<w:isLgl/>")), one(1, 0))
    places = [("1", at) for at in (0, 1, 1, 0, 1, 2)]
    assert printed(numbers, *places) == ["Teil I", "§ 1", "§ 2", "Teil II", "§ 3", "2.3"]


def test_lists_of_one_kind_go_on_counting_unless_they_say_where_they_start() -> None:
    begun = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbers = made(kind(0, level(0, "decimal", "(%1)")), one(1, 0) + one(2, 0) + one(3, 0, begun))
    places = [(name, 0) for name in ("1", "1", "2", "3", "3")]
    assert printed(numbers, *places) == ["(1)", "(2)", "(3)", "(1)", "(2)"]


def test_a_list_may_write_a_level_of_its_kind_in_another_way() -> None:
    other = f'<w:lvlOverride w:ilvl="0">{level(0, "upperLetter", "%1.")}</w:lvlOverride>'
    numbers = made(kind(0, level(0, "decimal", "%1.")), one(1, 0) + one(2, 0, other))
    assert printed(numbers, ("1", 0), ("2", 0)) == ["1.", "B."]


def test_bullets_and_unknown_lists_have_no_number() -> None:
    numbers = made(kind(0, level(0, "bullet", "\uf0b7")), one(1, 0) + one(2, 7))
    assert printed(numbers, ("1", 0), ("1", 4), ("2", 0), ("0", 0)) == ["", "", "", ""]


def test_styles_give_their_paragraphs_a_list_and_a_level() -> None:
    own = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    styles = (
        f'<w:style w:styleId="Absatz">{own}</w:style>'
        '<w:style w:styleId="Haus"><w:basedOn w:val="Absatz"/></w:style>'
        '<w:style w:styleId="Ring"><w:basedOn w:val="Ring"/></w:style>'
    )
    clause = level(1, "decimal", "(%2)", '<w:pStyle w:val="Absatz"/>')
    numbers = made(kind(0, level(0, "decimal", "%1."), clause), one(1, 0), styles)
    by_style = [numbers.place(paragraph(f'<w:pStyle w:val="{name}"/>')) for name in ("Haus", "Ring", "Fehlt")]
    assert by_style == [Place("1", 1), None, None] and numbers.number(Place("1", 1)) == "(1)"
    away = paragraph('<w:pStyle w:val="Haus"/><w:numPr><w:ilvl w:val="2"/><w:numId w:val="0"/></w:numPr>')
    assert numbers.place(away) == Place("0", 2)


def test_a_kind_may_stand_for_the_list_of_a_style() -> None:
    link = kind(0, '<w:numStyleLink w:val="Liste"/>')
    styles = '<w:style w:styleId="Liste"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    numbers = made(link + kind(1, level(0, "decimal", "Frage %1:")), one(1, 0) + one(2, 1), styles)
    assert printed(numbers, ("1", 0), ("2", 0)) == ["Frage 1:", "Frage 2:"]
