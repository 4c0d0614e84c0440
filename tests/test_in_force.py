"""Which mentions say that an instrument is in force, although they plan or demand something of it."""

from __future__ import annotations

import pytest

from pipeline.tracking import counts
from pipeline.tracking.lineage import life_stories
from tests import builders_networks
from tests.builders_networks import Said
from tests.builders_tables import quick


def statuses(folder, said):
    """Return the statuses of the one instrument that is spoken of, by period."""
    with counts.connect(builders_networks.build(folder, said)) as base:
        return life_stories(base, counts.prepare(base), quick()).column("status").to_pylist()


GRANTED = [
    ("Wir werden den Mindestlohn auf 12,50 Euro erhöhen.", "existing", "who raises it has it"),
    ("An einem Mindestlohn halten wir fest, auch im Handwerk.", "existing", "a verb in two parts"),
    ("Wir bekennen uns klar zum Mindestlohn.", "existing", "words between"),
    ("Der Mindestlohn bleibt auch künftig bestehen.", "existing", "what stays is there"),
    ("Der Mindestlohn muss auf 15 Euro angehoben werden.", "existing", "a participle"),
    ("Wir werden den Mindestlohn an den Lebenshaltungskosten ausrichten.", "existing", "another aim"),
    ("Wir erweitern den Mindestlohn auf Heimarbeit.", "existing", "who widens it has it"),
    ("Den Mindestlohn wollen wir nachbessern.", "existing", "what is mended is there"),
    ("Ein Mindestlohn bleibt unser Ziel.", "planned", "an aim that stays"),
    ("Wir werden die Tarife durch einen Mindestlohn stärken.", "planned", "the means of a change"),
    ("Wir erweitern die Lohnuntergrenze zu einem echten Mindestlohn.", "planned", "what comes of a change"),
    ("Für einen Mindestlohn stehen bis zum Jahr 2030 Mittel bereit.", "planned", "until when is no yes"),
    ("Wir werden einen Mindestlohn einführen.", "planned", "who introduces it has it not"),
    ("Mit einem Mindestlohn wird es gerechter, und wir bauen die Schulen aus.", "planned", "another clause"),
]


@pytest.mark.parametrize(("text", "status", "why"), GRANTED, ids=[why for *_, why in GRANTED])
def test_what_is_in_force_stays_so_where_a_text_takes_it_for_granted(tmp_path, text, status, why):
    before = [Said("gesetz", "Partei", "Mindestlohn", "existing", period="bt18") for _ in range(2)]
    after = Said("programm", "Partei", "Mindestlohn", "planned", text=text)
    assert statuses(tmp_path / "after", [*before, after]) == ["existing", status]
    assert statuses(tmp_path / "alone", [after]) == ["planned"]


STILL = [
    ("Der Mindestlohn muss vor Armut schützen.", "existing", "the article of what is known"),
    ("Mit dem gesetzlichen Mindestlohn sinkt die Not.", "existing", "a usual adjective"),
    ("Unser Mindestlohn wirkt.", "existing", "a possessive"),
    ("Ein Mindestlohn muss vor Armut schützen.", "planned", "the other article"),
    ("Der höhere Mindestlohn muss vor Armut schützen.", "planned", "another one"),
]


@pytest.mark.parametrize(("text", "status", "why"), STILL, ids=[why for *_, why in STILL])
def test_what_most_documents_of_an_earlier_period_say_is_in_force_is_still_there(tmp_path, text, status, why):
    def told(status, period, *documents):
        return [Said(one, "Partei", "Mindestlohn", status, period=period) for one in documents]

    law, after = told("existing", "bt18", *"ab"), Said("c", "Partei", "Mindestlohn", "planned", text=text)
    assert statuses(tmp_path / "law", [*law, after])[-1] == status
    assert statuses(tmp_path / "split", [*law, *told("planned", "bt18", *"de"), after])[-1] == "planned"
    assert statuses(tmp_path / "ended", [*law, *told("rejected", "bt19", *"de"), after])[-1] == "planned"


KEPT = [
    ("Den Härtefonds führen wir fort.", "existing", "who continues it has it"),
    ("Wir werden den Härtefonds entfristen.", "existing", "what is to last is there"),
    ("Der Härtefonds soll erhalten bleiben.", "existing", "what is to remain is there"),
    ("Den Härtefonds schreiben wir bis 2031 fort.", "existing", "a verb in two parts"),
    ("Wir werden den Härtefonds stärken.", "planned", "a plan may be stronger than another"),
    ("Wir entwickeln die Stiftung zu einem Härtefonds weiter.", "planned", "what comes of it"),
    ("Bald steht der Härtefonds allen zur Verfügung.", "planned", "what stands ready may be new"),
]


@pytest.mark.parametrize(("text", "status", "why"), KEPT, ids=[why for *_, why in KEPT])
def test_two_sentences_that_keep_an_instrument_say_that_it_is_in_force(tmp_path, text, status, why):
    said = [Said(name, "Partei", "Härtefonds", "planned", text=text) for name in "ab"]
    assert statuses(tmp_path / "both", said) == [status]
    assert statuses(tmp_path / "one", said[:1]) == ["planned"]


def test_a_change_is_not_in_force_because_it_changes_something(tmp_path):
    text = "Mit der Rentenreform werden wir die Renten erhöhen."
    before = [Said("gesetz", "Partei", "Rentenreform", "existing", period="bt18") for _ in range(2)]
    after = Said("programm", "Partei", "Rentenreform", "planned", text=text)
    assert statuses(tmp_path, [*before, after]) == ["existing", "planned"]


def test_an_instrument_is_in_force_from_the_first_period_that_says_so(tmp_path):
    def told(status, period, n, text=""):
        return [
            Said(f"{period} {at}", "P", "Mindestlohn", status, period=period, text=text) for at in range(n)
        ]

    raised = told("planned", "bt18", 3, "Wir werden den Mindestlohn erhöhen.")
    said = [*told("existing", "bt18", 2), *raised, *told("existing", "bt19", 2)]
    assert statuses(tmp_path, said) == ["existing", "existing"]
