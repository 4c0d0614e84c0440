"""Lines of a block to one string, and from each character back to the page."""

from __future__ import annotations

import pytest

from pipeline.reading.assemble import assemble
from tests.builders_pages import block, line, rows


def assembled(*texts, known=(), skip=0):
    return assemble(block(*rows(list(texts))), lambda: frozenset(known), skip=skip)


@pytest.mark.parametrize(
    ("texts", "text"),
    [
        (["Wir bauen die Netze", "im Norden aus."], "Wir bauen die Netze im Norden aus."),
        (["Die Wirt-", "schaft wächst."], "Die Wirtschaft wächst."),
        (["Die Wirt\u00ad", "schaft wächst."], "Die Wirtschaft wächst."),
        (["Kürzere Planungs-", "und Bauzeiten"], "Kürzere Planungs- und Bauzeiten"),
        (["Die schwarz-", "gelbe Koalition"], "Die schwarz-gelbe Koalition"),
        (["Das Land Baden-", "Württemberg"], "Das Land Baden-Württemberg"),
        (["Der Plan 2025–", "2030 gilt."], "Der Plan 2025–2030 gilt."),
        (["Der Plan gilt –", "so der Bund – bald."], "Der Plan gilt – so der Bund – bald."),
        (["Der Bund /", "das Land"], "Der Bund / das Land"),
        (["Die Bund/", "Länder-Gruppe"], "Die Bund/Länder-Gruppe"),
        (["Mehr auf www.", "beispiel.de/netze"], "Mehr auf www.beispiel.de/netze"),
        (["Mehr auf www.beispiel.", "de/netze"], "Mehr auf www.beispiel.de/netze"),
        (["Mehr auf beispiel.de.", "danach mehr"], "Mehr auf beispiel.de. danach mehr"),
        (["Der Bund zahlt.", "Das Land auch."], "Der Bund zahlt. Das Land auch."),
    ],
)
def test_what_comes_between_two_lines(texts, text):
    assert assembled(*texts).text == text


def test_words_that_the_document_prints_settle_a_hyphen():
    texts = ("Das ist bürger-", "nah gedacht.")
    assert assembled(*texts, known={"bürgernah"}).text == "Das ist bürgernah gedacht."
    assert assembled(*texts, known={"bürger-nah"}).text == "Das ist bürger-nah gedacht."


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("Die ﬁnanzielle Oﬀensive", "Die finanzielle Offensive"),
        ("25\u00a0Prozent", "25 Prozent"),
        ("Wärme\u200bnetz\u00adausbau", "Wärmenetzausbau"),
        ("Bau-\u00ad\u2010 und Wohnpolitik", "Bau- und Wohnpolitik"),
        ("Ein Netz \ue123für alle", "Ein Netz für alle"),
        ("Die  Lage ist gut .", "Die Lage ist gut."),
        ("Die W i r t s c h a f t wächst", "Die Wirtschaft wächst"),
        ("§ 12a e n t f ä l l t", "§ 12a entfällt"),
        ("Die Punkte a b c gelten", "Die Punkte a b c gelten"),
        ("Netze, Schienen; Straßen!", "Netze, Schienen; Straßen!"),
    ],
)
def test_characters_and_spaces_are_normalised(printed, text):
    assert assembled(printed).text == text


def test_pieces_cover_the_text_and_lead_back_to_the_characters():
    lines = [line("Die ﬁnanzielle Wirt-", 70, 100), *rows(["schaft  der Länder", "wächst."], 70, 112)]
    found = assemble(block(*lines, number=3), frozenset)
    assert found.text == "Die finanzielle Wirtschaft der Länder wächst."
    assert [found.text[p.start : p.end] for p in found.pieces] == [
        "Die finanzielle Wirt", "schaft der Länder", "wächst."
    ]  # fmt: skip
    for piece, printed in zip(found.pieces, lines, strict=True):
        own = found.text[piece.start : piece.end]
        assert (piece.page, piece.top, piece.raw) == (3, printed.top, printed.text)
        assert [piece.raw[k].replace("ﬁ", own[i]) for i, k in enumerate(piece.places())] == list(own)
        assert piece.xs is printed.xs  # not copied: places are most of what a document holds


def test_a_bullet_is_skipped_in_the_first_line_only():
    lines = rows(["• Wir bauen Netze", "• und Straßen."])
    found = assemble(block(*lines), frozenset, skip=2)
    assert found.text == "Wir bauen Netze • und Straßen."
    assert [piece.places()[0] for piece in found.pieces] == [2, 0]


@pytest.mark.parametrize(
    ("lines", "skip", "lead_in"),
    [
        ([line("Wohnen: Wir bauen mehr.", bold_until=7)], 0, "Wohnen:"),
        ([line("• Wohnen: Wir bauen mehr.", bold_until=9)], 2, "Wohnen:"),
        ([line("Gute Arbeit und", bold=True), line("Löhne: Wir handeln.", bold_until=6)], 0, 22),
        ([line("Die ﬁnanzielle Lage: Sie ist gut.", bold_until=20)], 0, "Die finanzielle Lage:"),
        ([line("Wir bauen mehr."), line("Wohnen: Ja.", bold_until=7)], 0, ""),
        ([line("Wir bauen mehr", bold=True), line("als heute.", bold=True)], 0, ""),
    ],
)
def test_a_bold_lead_in_is_measured_and_all_bold_is_none(lines, skip, lead_in):
    found = assemble(block(*lines), frozenset, skip=skip)
    expected = found.text[:lead_in] if isinstance(lead_in, int) else lead_in
    assert found.text[: found.lead_in] == expected
