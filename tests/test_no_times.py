"""What is no expression of time, and what stays one beside it."""

import pytest

from pipeline.extractors import times
from pipeline.knowledge.no_times import NO_TIMES


@pytest.mark.parametrize(
    "text",
    [
        "Die Verordnung (EU) 2016/679 gilt unmittelbar.",
        "Siehe Seite 2015 des Anlagenbandes.",
        "Das Gesetz in der am 1. Januar 2019 geltenden Fassung.",
        "Vor 1995 errichtete Heizkessel sind auszutauschen.",
        "Für nach dem 1. Juli 2014 in Bayern gegründete Betriebe gilt das nicht.",
        "Das gilt für Kessel, die nach 1995 in Schulen eingebaut wurden.",
        "Die im Aktionsprogramm Küste 2020 angekündigten Deiche fehlen.",
        "Gegenüber dem Jahr 2010 hat sich das verdoppelt.",
        "Für die Geburtsjahrgänge 1961 bis 1965 ändert sich nichts.",
        "Die Schätzungen weichen ab (Institut der Werften, Mai 2013).",
        "Die polnische Regierung hat in der letzten Legislaturperiode Häfen gebaut.",
        "Die niederländische Koalition will in dieser Wahlperiode sparen.",
        "Die nächste Wahlperiode der Betriebsräte beginnt im Frühjahr.",
        "In der laufenden Amtszeit des neuen Verwaltungsrats bleibt es dabei.",
    ],
)
def test_looks_like_a_time_and_is_none(text):
    assert NO_TIMES.search(text)
    assert not list(times.find(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [("Das gelang erstmals 2015.", "year:2015"), ("Nach 2026 geplante Bauten entfallen.", "from:2026")],
)
def test_words_like_those_of_no_times_hide_no_year(text, value):
    assert [span.value for span in times.find(text)] == [value]


def test_a_foreign_government_does_not_hide_the_period_of_the_next_clause():
    text = "Die polnische Regierung baut aus; in der nächsten Wahlperiode sollten wir folgen."
    assert [span.value for span in times.find(text)] == ["wp:+1"]


def test_the_terms_of_parliaments_stay():
    assert [span.value for span in times.find("in der letzten Wahlperiode des Bundestages")] == ["bt:-1"]
