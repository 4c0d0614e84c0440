"""Where a mention begins and ends, whatever the tagger says."""

from __future__ import annotations

import pytest

from pipeline.learning.borders import drawn
from pipeline.learning.decode import Found
from pipeline.learning.words import words
from pipeline.schema.labels import LAYERS


def borders(text: str, span: str, layer: str = "actor") -> list[str]:
    """Return what becomes of a span of a sentence."""
    offsets, start = words(text), text.index(span)
    inside = [at for at, (a, b) in enumerate(offsets) if start <= a and b <= start + len(span)]
    found = Found(sentence=0, layer=LAYERS.index(layer), first=inside[0], end=inside[-1] + 1, score=0.7)
    pieces = drawn(found, text, offsets)
    assert all(one.score == found.score for one in pieces)
    return [text[offsets[one.first][0] : offsets[one.end - 1][1]] for one in pieces]


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ("Viele kleine Betriebe klagen.", "Viele kleine Betriebe", ["kleine Betriebe"]),
        ("Das hilft allen anderen Ländern.", "allen anderen Ländern", ["Ländern"]),
        ("Alle Kitas und Schulen öffnen.", "Alle Kitas und Schulen", ["Kitas", "Schulen"]),
        (
            "Sie stützt Hebammen sowie Pflegekräfte.",
            "Hebammen sowie Pflegekräfte",
            ["Hebammen", "Pflegekräfte"],
        ),
    ],
)
def test_what_does_not_belong_goes(text, span, expected):
    assert borders(text, span) == expected


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Ärztinnen und Ärzte fehlen.", "Ärztinnen und Ärzte"),
        ("Jüdinnen und Juden leben hier.", "Jüdinnen und Juden"),
        ("Mütter und Väter teilen sich die Zeit.", "Mütter und Väter"),
        ("Das fordert auch die Linke, und Die Linke stimmt zu.", "Die Linke"),
        ("Das verlangt Haus und Grund.", "Haus und Grund"),
        ("Mit Bosnien und Herzegowina verhandelt die EU.", "Bosnien und Herzegowina"),
        ("Frauen und Männer verdienen gleich viel.", "Frauen und Männer"),
        ("Haupt- und Förderschulen schließen.", "Haupt- und Förderschulen"),
        ("Kleine und mittlere Unternehmen wachsen.", "Kleine und mittlere Unternehmen"),
        ("Das Ministerium für Bildung und Forschung zahlt.", "Ministerium für Bildung und Forschung"),
        ("Das fordert auch ver.di.", "ver.di"),
        ("Wenige entscheiden über alle.", "alle"),
        ("Das hilft Alten und jungen.", "Alten und jungen"),
        ("Das hilft jungen und Alten.", "jungen und Alten"),
    ],
)
def test_what_belongs_stays(text, span):
    assert borders(text, span) == [span]


def test_other_layers_keep_their_words():
    text = "Viele Fonds und Programme laufen aus."
    assert borders(text, "Viele Fonds und Programme", "instrument") == ["Viele Fonds und Programme"]


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ("Die Kreditanstalt (KfW) hilft.", "Kreditanstalt (KfW", "Kreditanstalt (KfW)"),
        ("Es gibt Hilfen (etwa Zuschüsse).", "Zuschüsse).", "Zuschüsse"),
        ("Es gibt Hilfen (etwa Zuschüsse).", "(etwa Zuschüsse", "etwa Zuschüsse"),
        ("Das Gesetz [neue Fassung] gilt.", "Gesetz [neue Fassung", "Gesetz [neue Fassung]"),
        ("Wir stärken den Pakt „Gute Schule“.", "Pakt „Gute Schule", "Pakt „Gute Schule“"),
        ("Das „Gute-Schule-Programm“ läuft.", "„Gute-Schule-Programm", "Gute-Schule-Programm"),
        ("Der »große Plan« scheitert.", "»große Plan«", "große Plan"),
        ("Das „Neue“ Programm läuft.", "„Neue“ Programm", "„Neue“ Programm"),
        ("Wir zahlen 500 Euro.", "500 Euro.", "500 Euro"),
        ("Das tut der Sportbund e.V. seit jeher.", "Sportbund e.V.", "Sportbund e.V."),
        ("Das will auch DIE LINKE.", "DIE LINKE.", "DIE LINKE."),
        ("Das gilt (immer).", ")", ")"),
        ("Das gilt (immer).", "(", "("),
        ("Die Bank (kurz Bank) hilft.", "Bank) hilft", "Bank) hilft"),
        (
            "Die Kasse (KdL) des Landes (MfL) hilft.",
            "Kasse (KdL) des Landes (MfL",
            "Kasse (KdL) des Landes (MfL)",
        ),
    ],
)
@pytest.mark.parametrize("layer", LAYERS)
def test_marks_around_a_mention_go_and_the_one_that_closes_it_comes(text, span, expected, layer):
    assert borders(text, span, layer) == [expected]
