"""What the words around mentions settle."""

import pytest

from pipeline.knowledge.phrasing import (
    denies,
    exculpates,
    fails,
    is_beside,
    is_neither,
    is_not_refused,
    is_not_worse,
    is_to_end,
    listed,
    stance,
    vote,
)
from tests.builders_relations import span


@pytest.mark.parametrize(
    ("text", "words", "layer", "expected"),
    [
        ("Bund, Länder und die Kommunen handeln.", ("Bund", "Länder", "Kommunen"), "actor", [(0, 1), (1, 2)]),
        ("Kitas sowie Schulen", ("Kitas", "Schulen"), "actor", [(0, 1)]),
        ("Die Schulen helfen den Kitas.", ("Schulen", "Kitas"), "actor", []),
        ("Schulen bauen und Hilfen ausweiten", ("Schulen bauen", "Hilfen ausweiten"), "instrument", []),
        ("Beratung und Hilfen", ("Beratung", "Hilfen"), "instrument", [(0, 1)]),
        ("Armut und Hunger", ("Armut", "Hunger"), "challenge", [(0, 1)]),
    ],
)
def test_lists(text, words, layer, expected):
    found = listed(text, [span(text, word, layer) for word in words])
    assert sorted({tuple(sorted((a, b))) for a, ones in found.items() for b in ones}) == expected


def test_only_mentions_of_one_layer_make_a_list():
    text = "Armut und Schulen"
    assert listed(text, [span(text, "Armut", "challenge"), span(text, "Schulen", "actor")]) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Angenommen wurde der PLAN bei Stimmenthaltung der Fraktion MUSTER.", "none"),
        ("Angenommen wurde der PLAN bei Stimmenthaltung der Fraktionen AB. und MUSTER.", "none"),
        ("Er nahm den PLAN bei Abwesenheit der MUSTER an.", "none"),
        ("Nach der Enthaltung der anderen stimmt die MUSTER dem PLAN zu.", ""),
        ("Er empfiehlt den PLAN mit den Stimmen der Fraktionen AB, CD und MUSTER.", "demands"),
        ("Er empfiehlt den PLAN mit der Mehrheit der AB gegen die Stimmen der MUSTER.", "rejects"),
        ("Er wies den PLAN mit Stimmen der AB ab, die MUSTER fehlte.", ""),
        ("Der PLAN wurde mit den Stimmen der MUSTER gegen die Stimmen der AB abgelehnt.", "rejects"),
        ("Der PLAN wurde mit den Stimmen der AB gegen die Stimmen der MUSTER abgelehnt.", "demands"),
        ("Die Ablehnung vom PLAN wurde gegen die Stimmen der MUSTER empfohlen.", "demands"),
        ("Abgelehnt wurde der Zusatz und gegen die Stimmen der MUSTER der PLAN angenommen.", ""),
    ],
)
def test_what_votes_say(text, expected):
    voters = [span(text, name, "actor") for name in ("AB", "CD", "MUSTER") if name in text]
    assert vote(text, voters, voters[-1], span(text, "PLAN", "instrument")) == expected


def test_a_vote_for_a_refusal_demands_it():
    text = "Er empfahl mit den Stimmen der MUSTER die Ablehnung des Antrags."
    voter = span(text, "MUSTER", "actor")
    assert vote(text, [voter], voter, span(text, "Ablehnung des Antrags", "instrument")) == "demands"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("das von der MUSTER geforderte Gesetz", "demands"),
        ("das vom MUSTER bereits angekündigte Gesetz", "demands"),
        ("das von der MUSTER beschlossene Gesetz", ""),
        ("die MUSTER forderte das Gesetz", ""),
        ("das Gesetz auf Antrag der Fraktion MUSTER", "demands"),
        ("die Pläne von MUSTER zum Gesetz", "demands"),
        ("das Gesetz im Auftrag der MUSTER", ""),
        ("das von der MUSTER kritisierte Gesetz", "rejects"),
        ("gegen den Widerstand der MUSTER ein Gesetz", "rejects"),
        ("die Aufgabenkritik der MUSTER", ""),
    ],
)
def test_what_an_actor_thinks(text, expected):
    start = text.index("MUSTER")
    assert stance(text, start, start + len("MUSTER")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Die Pflicht erzeugt keinen AUFWAND.", True),
        ("Die Pflicht führt zu keinerlei AUFWAND.", True),
        ("Die Pflicht erzeugt AUFWAND.", False),
        ("Das hat keine Folgen für den AUFWAND.", False),
    ],
)
def test_what_there_is_none_of(text, expected):
    assert denies(text, text.index("AUFWAND")) is expected


@pytest.mark.parametrize(
    ("text", "expected"), [("Trotz der PFLICHT fehlt Platz.", True), ("Die PFLICHT kostet Platz.", False)]
)
def test_what_does_no_harm(text, expected):
    assert exculpates(text, text.index("PFLICHT")) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Der Antrag, die ABGABE abzuschaffen, scheitert.", True),
        ("Der Plan, die neue ABGABE für Betriebe ersatzlos zu streichen", True),
        ("Der Plan, die ABGABE und den Fonds zu streichen", True),
        ("Der Plan, den Titel der ABGABE auf null zu stellen", True),
        ("Der Plan, die ABGABE nicht abzuschaffen", False),
        ("Der Plan, die ABGABE anzuheben und den Fonds aufzulösen", False),
        ("Der Plan, die ABGABE zu senken und den Fonds aufzulösen", False),
        ("Der Plan, Ausnahmen von der neuen ABGABE zu streichen", False),
        ("Der Plan, die Steuer durch eine ABGABE zu beenden", False),
        ("Die ABGABE bleibt, der Fonds ist aufzulösen", False),
    ],
)
def test_what_a_verb_is_to_end(text, expected):
    start = text.index("ABGABE")
    assert is_to_end(text, start, start + len("ABGABE")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Die Abgabe löst die NOT nicht.", True),
        ("Die Abgabe löst nicht die große NOT, sondern kostet nur.", True),
        ("Eine Abgabe kann NOT nicht verhindern.", True),
        ("Die Abgabe löst die NOT nicht, sondern verschärft sie.", False),
        ("Die Abgabe löst NOT aus.", False),
        ("Die Abgabe hat zu NOT geführt, die nicht nötig war.", False),
    ],
)
def test_what_is_not_solved_is_not_worse(text, expected):
    start = text.index("NOT")
    assert fails(text, start, start + len("NOT")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Weder die MUSTER noch die AB fordern das Gesetz.", True),
        ("Weder die AB noch die MUSTER fordern das Gesetz.", True),
        ("Das Gesetz fordern weder AB, CD noch die Fraktion der MUSTER.", True),
        ("Weder Lob noch Tadel kam von der MUSTER.", False),
        ("Die MUSTER fordert weder das Gesetz noch den Fonds.", False),
        ("Weder AB noch CD handeln, also fordert die MUSTER das Gesetz.", False),
        ("Die MUSTER fordert das Gesetz noch immer.", False),
    ],
)
def test_who_does_neither(text, expected):
    actors = [span(text, name, "actor") for name in ("AB", "CD", "MUSTER") if name in text]
    assert is_neither(text, actors, actors[-1]) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Die AB lehnt die ABGABE nicht ab.", True),
        ("Die AB lehnt eine ABGABE keineswegs ab.", True),
        ("Eine ABGABE lehnen wir nicht grundsätzlich ab.", True),
        ("Eine ABGABE lehnen wir ab.", False),
        ("Die AB lehnt eine ABGABE nicht grundsätzlich ab und prüft sie.", True),
        ("Die AB lehnt weder die ABGABE noch den Fonds ab.", True),
        ("Die AB lehnt weder den Fonds noch die ABGABE ab.", True),
        ("Die AB ist nicht gegen die neue ABGABE.", True),
        ("Die AB will die ABGABE nicht ablehnen.", True),
        ("Die AB wird die ABGABE keinesfalls abgelehnt haben.", True),
        ("Die AB lehnt die ABGABE ab.", False),
        ("Die AB lehnt die ABGABE nicht nur ab, sie klagt.", False),
        ("Die AB lehnt die ABGABE ab, nicht aber den Fonds.", False),
        ("Die AB ist nicht nur gegen die ABGABE.", False),
        ("Die AB ist gegen die ABGABE.", False),
        ("Die AB will die ABGABE ablehnen, nicht den Fonds.", False),
        ("Die AB lehnt den Fonds nicht ab, die ABGABE schon.", False),
    ],
)
def test_what_is_not_refused(text, expected):
    start = text.index("ABGABE")
    assert is_not_refused(text, start, start + len("ABGABE")) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Die Abgabe verschärft die NOT nicht.", True),
        ("Die Abgabe verschärft die NOT keineswegs.", True),
        ("Die Abgabe darf die NOT nicht weiter verschärfen.", True),
        ("Die Abgabe hat die NOT nicht vergrößert.", True),
        ("Die Abgabe verschärft die NOT.", False),
        ("Die Abgabe verschärft die NOT nicht nur, sie verfestigt sie.", False),
        ("Die Abgabe verschärft die NOT, löst sie nicht.", False),
        ("Die Abgabe hat die NOT nicht nur verschärft.", False),
    ],
)
def test_what_gets_no_worse(text, expected):
    start = text.index("NOT")
    assert is_not_worse(text, start, start + len("NOT")) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wir lehnen jeden Eingriff in die ABGABE ab.", True),
        ("Die Liste verstößt seit langem gegen die ABGABE.", True),
        ("Das prüfen wir im Zusammenhang mit einer neuen ABGABE.", True),
        ("Wir sind gegen die ABGABE.", False),
        ("Der Eingriff trifft die ABGABE.", False),
        ("Wir lehnen Eingriffe und die ABGABE ab.", False),
    ],
)
def test_what_is_harmed_or_beside_the_matter(text, expected):
    assert is_beside(text, text.index("ABGABE")) is expected
