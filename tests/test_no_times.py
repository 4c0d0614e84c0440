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
        "Die polnische Regierung hat in der letzten Legislaturperiode Häfen gebaut.",
        "Die niederländische Koalition will in dieser Wahlperiode sparen.",
        "Die nächste Wahlperiode der Betriebsräte beginnt im Frühjahr.",
        "In der laufenden Amtszeit des neuen Verwaltungsrats bleibt es dabei.",
    ],
)
def test_looks_like_a_time_and_is_none(text):
    assert NO_TIMES.search(text)
    assert not list(times.find(text))


def test_a_foreign_government_does_not_hide_the_period_of_the_next_clause():
    text = "Die polnische Regierung baut aus; in der nächsten Wahlperiode sollten wir folgen."
    assert [span.value for span in times.find(text)] == ["wp:+1"]


def test_the_terms_of_parliaments_stay():
    assert [span.value for span in times.find("in der letzten Wahlperiode des Bundestages")] == ["bt:-1"]
