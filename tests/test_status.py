"""What a section says about an instrument's status, and where it has no say."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pipeline.learning.status import by_section, by_verb
from pipeline.records import Context, Span


def span(text: str, status: str, label: str = "instrument") -> Span:
    return Span(sentence=0, start=0, end=len(text), text=text, label=label, status=status, by="model:x")


@pytest.mark.parametrize(
    ("text", "role", "given", "expected"),
    [
        ("Der Ausbau der Ganztagsschulen.", "achieved", "planned", "existing"),
        ("Der Ausbau der Ganztagsschulen.", "measure", "existing", "existing"),
        ("Ein Fonds für Kommunen.", "demand", "existing", "existing"),
        ("Ein Fonds für Kommunen.", "measure", "planned", "planned"),
        ("Wir werden den Fonds verdoppeln.", "achieved", "planned", "planned"),
        ("Der Fonds wurde 2019 eingeführt.", "measure", "existing", "existing"),
        ("Der Fonds müsste wachsen.", "achieved", "demanded", "demanded"),
        ("Der Ausbau der Ganztagsschulen.", "", "planned", "planned"),
        ("Der Ausbau der Ganztagsschulen.", "challenge", "planned", "planned"),
    ],
)
def test_the_section_decides_only_where_the_sentence_does_not(text, role, given, expected):
    assert by_section(span(text, given), Context(text=text, role=role)).status == expected


@pytest.mark.parametrize(
    ("heading", "text", "expected"),
    [
        ("Mögliche Ansätze", "Ein Fonds für Kommunen.", "demanded"),
        ("Handlungsoptionen für den Bund", "Ein Fonds für Kommunen.", "demanded"),
        ("Mögliche Ansätze", "Der Fonds wurde 2019 eingeführt.", "existing"),
        ("Maßnahmen der Länder", "Ein Fonds für Kommunen.", "existing"),
        ("", "Ein Fonds für Kommunen.", "existing"),
    ],
)
def test_what_exists_is_a_demand_under_a_heading_of_proposals(heading, text, expected):
    context = Context(text=text, role="measure", heading_path=tuple(filter(None, (heading,))))
    assert by_section(span(text, "existing"), context).status == expected


def test_a_changed_status_says_who_changed_it():
    text = "Ein Fonds für Kommunen."
    assert by_section(span(text, "planned"), Context(text=text, role="achieved")).by == "model:x rule:section"


def test_challenges_are_left_alone():
    one = span("Ärztemangel", "open", label="challenge")
    assert by_section(one, Context(text="Ärztemangel", role="achieved")) is one


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wir werden ein Klimaschutzgesetz verabschieden.", "planned"),
        ("Der Bundestag verabschiedet ein Tariftreuegesetz.", "planned"),
        ("Wir verabschieden uns von der Vorratsdatenspeicherung.", "rejected"),
        ("Wir werden das Gesetz nicht verabschieden.", "rejected"),
        ("Wir schaffen das Gesetz ab.", "rejected"),
    ],
)
def test_to_pass_a_law_is_not_to_part_with_it(text, expected):
    found = by_verb(span("Gesetz", "rejected"), Context(text=text))
    assert (found.status, "rule:verb" in found.by) == (expected, expected == "planned")


STATED = [
    ("Der Ausbaufonds hat 900 Betriebe erreicht.", "planned", "existing", "the subject of an effect"),
    (
        "Der Ausbaufonds, der viel kostet, hat sich bewährt und wird größer.",
        "planned",
        "existing",
        "a clause between",
    ),
    ("Der Ausbaufonds hat sich nicht bewährt.", "rejected", "rejected", "no effect"),
    ("Mit dem Ausbaufonds hat der Bund Betriebe erreicht.", "planned", "planned", "another subject"),
    ("Der Ausbaufonds gilt seit dem 1. Juli 2023.", "planned", "existing", "in force since"),
    ("Den Ausbaufonds werden wir nicht fortsetzen.", "planned", "rejected", "not continued"),
    ("Die Regeln zum Ausbaufonds sind noch nicht weiterverfolgt worden.", "planned", "planned", "not yet"),
    ("Der Ausbaufonds wird zum Jahresende eingestellt.", "existing", "rejected", "stopped"),
    ("Mit dem Ausbaufonds wird die Umlage abgeschafft.", "planned", "planned", "something else is stopped"),
    ("Der Ausbaufonds ist zum 1. Juli 2023 eingestellt worden.", "existing", "rejected", "a date between"),
    ("Den Ausbaufonds lassen wir 2027 auslaufen.", "planned", "rejected", "runs out"),
    ("Einen Ausbaufonds lehnen wir ab.", "planned", "planned", "taggers know better"),
    ("Ein Ausbaufonds wird es mit uns nicht geben.", "planned", "rejected", "will not be"),
    ("Wir wollen den Ausbaufonds bis 2027 abschaffen.", "planned", "rejected", "abolished"),
    ("Wir wollen Umlagen durch den Ausbaufonds abschaffen.", "planned", "planned", "a means of abolition"),
    ("Den Rat, den Ausbaufonds abzuschaffen, befolgen wir.", "planned", "rejected", "advised to abolish"),
    ("Den Rat, den Ausbaufonds abzuschaffen, lehnen wir ab.", "planned", "planned", "not to be abolished"),
    ("Zudem schaffen wir den Ausbaufonds schrittweise ab.", "planned", "rejected", "a verb in two parts"),
    ("Der Ausbaufonds soll künftig entfallen.", "demanded", "rejected", "falls away"),
    ("Wir werden den Ausbaufonds durch Kredite ersetzen.", "planned", "rejected", "replaced"),
    (
        "Den Ausbaufonds wollen wir schrittweise durch Kredite ersetzen.",
        "planned",
        "rejected",
        "step by step",
    ),
    ("Der Ausbaufonds soll durch Kredite abgelöst werden.", "demanded", "rejected", "to be replaced"),
    ("Der Ausbaufonds soll nicht durch Kredite abgelöst werden.", "planned", "planned", "not replaced"),
    ("Der Ausbaufonds wird durch folgende Wörter ersetzt.", "planned", "planned", "words of a law replaced"),
    (
        "Wir prüfen, ob der Ausbaufonds durch Kredite ersetzt werden kann.",
        "planned",
        "planned",
        "perhaps replaced",
    ),
    ("Wir wollen den Ausbaufonds aufkündigen.", "planned", "rejected", "given notice"),
    ("Wir werden den Ausbaufonds nicht aussetzen.", "rejected", "existing", "not suspended"),
    ("Damit wird der Ausbaufonds a) größer und b) Geld gestoppt.", "planned", "planned", "another stopped"),
    ("Statt auf einen Ausbaufonds setzen wir auf Kredite.", "planned", "rejected", "others instead"),
    ("Wir werden den Ausbaufonds nicht abschaffen.", "rejected", "existing", "not abolished"),
    ("Wir schaffen den Ausbaufonds nicht ab.", "rejected", "existing", "not, with a verb in two parts"),
    (
        "Solange der Ausbaufonds noch nicht abgeschafft ist, klagen wir.",
        "rejected",
        "rejected",
        "not yet abolished",
    ),
    ("Niemand will den Ausbaufonds abschaffen.", "rejected", "existing", "nobody abolishes it"),
    ("Der Ausbaufonds wird weder gekürzt noch eingestellt.", "planned", "existing", "neither stopped"),
    ("Wir wollen weder den Ausbaufonds abschaffen noch Mittel sperren.", "rejected", "existing", "neither"),
    ("Wir werden weder den Ausbaufonds noch Kredite abschaffen.", "rejected", "existing", "one verb of two"),
    ("Wir brauchen weder den Ausbaufonds noch Kredite.", "rejected", "rejected", "neither wanted"),
    ("Auf den Ausbaufonds werden wir nicht verzichten.", "rejected", "existing", "not given up"),
    ("Das Land kann auf den neuen Ausbaufonds nicht verzichten.", "rejected", "existing", "cannot give up"),
    ("Wir verzichten deshalb nicht auf unseren Ausbaufonds.", "rejected", "existing", "not given up first"),
    ("Auf den Ausbaufonds kann nicht verzichtet werden.", "demanded", "demanded", "taggers may know more"),
    ("Auf den Ausbaufonds verzichten wir.", "rejected", "rejected", "given up"),
    ("Auf den Ausbaufonds soll nicht mehr verzichtet werden.", "rejected", "rejected", "given up before"),
    ("Auf einen Ausbaufonds werden wir nicht verzichten.", "rejected", "rejected", "one that may be new"),
    ("Es wäre falsch, den Ausbaufonds abzuschaffen.", "rejected", "existing", "wrong to abolish"),
    ("Wir verhindern, dass andere den Ausbaufonds abschaffen.", "rejected", "existing", "prevented"),
    ("Statt den Ausbaufonds abzuschaffen, stärken wir ihn.", "rejected", "existing", "instead of its end"),
    ("Wenn wir den Ausbaufonds abschaffen, fehlt Geld.", "existing", "existing", "only a condition"),
    ("Der Ausbaufonds hat niemandem geholfen.", "rejected", "rejected", "an effect on nobody"),
    ("Statt den Ausbaufonds zu kürzen, wollen wir ihn erweitern.", "planned", "planned", "deeds instead"),
]


@pytest.mark.parametrize(("text", "given", "expected", "why"), STATED, ids=[why for *_, why in STATED])
def test_verbs_that_taggers_misread_decide(text, given, expected, why):
    found = by_verb(within(text, given), Context(text=text))
    assert (found.status, "rule:verb" in found.by) == (expected, expected != given)


def test_the_section_does_not_overrule_the_verb():
    text = "Den Ausbaufonds verfolgen wir nicht weiter."
    context = Context(text=text, role="achieved")
    assert by_section(by_verb(within(text, "planned"), context), context).status == "rejected"


def within(text: str, status: str) -> Span:
    start = text.index("Ausbaufonds")
    return replace(span("Ausbaufonds", status), start=start, end=start + len("Ausbaufonds"))


NEITHER = [
    ("Wir werden weder Steuern erhöhen noch Renten kürzen.", "Steuern erhöhen", "rejected"),
    ("Wir werden weder Steuern erhöhen noch Renten kürzen.", "Renten kürzen", "rejected"),
    ("Wir werden weder Steuern erhöhen noch die Renten kürzen.", "Renten kürzen", "rejected"),
    ("Weder werden wir Steuern erhöhen noch Renten kürzen.", "Steuern erhöhen", "rejected"),
    ("Wir wollen weder die Steuern erhöhen noch Renten kürzen.", "Steuern erhöhen", "rejected"),
    ("Wir werden Steuern senken, weil weder Bund noch Länder sparen.", "Steuern senken", "planned"),
    ("Wir werden Steuern senken und weder Renten noch Löhne kürzen.", "Steuern senken", "planned"),
    ("Die anderen werden weder Steuern senken noch Renten erhöhen.", "Steuern senken", "planned"),
    ("Wir werden Steuern senken und noch Renten erhöhen.", "Renten erhöhen", "planned"),
    ("Wir wollen das weder heute noch morgen, sondern Steuern senken.", "Steuern senken", "planned"),
]


@pytest.mark.parametrize(("text", "deed", "expected"), NEITHER)
def test_of_deeds_of_which_we_do_neither_none_is_planned(text, deed, expected):
    start = text.index(deed)
    one = replace(span(deed, "planned"), start=start, end=start + len(deed))
    assert by_verb(one, Context(text=text)).status == expected


RESOLVED = [
    ("Die Folgen der Ölkrise sind überwunden.", "resolved"),
    ("Damit haben wir die Ölkrise gemeistert.", "resolved"),
    ("Dass das Land die Ölkrise gut überstanden hat, freut uns.", "resolved"),
    ("Die Ölkrise ist noch nicht überwunden.", "open"),
    ("Die Ölkrise ist keineswegs überwunden.", "open"),
    ("Die Ölkrise ist nur zum Teil überwunden.", "open"),
    ("Keine Regierung hat die Ölkrise bewältigt.", "open"),
    ("Die Ölkrise ist überwunden, wenn alle sparen.", "open"),
    ("Die Ölkrise wollen wir bis 1980 überwunden haben.", "open"),
    ("Die Ölkrise hat viele Ängste ausgelöst.", "open"),
    ("Mit der Ölkrise wurden die alten Gräben überwunden.", "open"),
]


@pytest.mark.parametrize(("text", "expected"), RESOLVED)
def test_what_has_been_overcome_is_resolved(text, expected):
    start = text.index("Ölkrise")
    one = replace(span("Ölkrise", "open", "challenge"), start=start, end=start + len("Ölkrise"))
    assert by_verb(one, Context(text=text)).status == expected
