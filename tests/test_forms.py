"""Nouns are shown in the form that texts use."""

import pytest

from pipeline.tracking.forms import shown


@pytest.mark.parametrize(
    ("lemma", "uses", "form"),
    [
        ("Datum", {"Daten": 60, "Datums": 1}, "Daten"),
        ("Kind", {"Kind": 1, "Kinder": 4, "Kindern": 5}, "Kinder"),
        ("Behörde", {"Behörden": 9, "Behörde": 1}, "Behörden"),
        ("Region", {"Regionen": 7, "Region": 3}, "Region"),
        ("Gesetz", {"Gesetzes": 5, "Gesetze": 8, "Gesetzen": 2}, "Gesetz"),
        ("Verein", {"Vereinen": 4, "Vereine": 4, "Vereins": 2}, "Vereine"),
        ("lehnen", {"lehnt": 9}, "lehnen"),
        ("Hafen", {}, "Hafen"),
    ],
)
def test_a_noun_is_shown_as_texts_use_it(lemma, uses, form):
    assert shown(lemma, uses) == form
