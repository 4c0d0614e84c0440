from __future__ import annotations

import pytest

from pipeline.phrases import display, is_phrase, item_name, label, phrase, translate

VALUES = {"n": 3, "of": 40, "what": "sentences", "before": "10 %", "after": "60 %", "share": "20 %",
          "language": "xx", "path": "pdf/strategie.pdf", "state": "Österreich", "why": "x",
          "kind": "texts"}  # fmt: skip


ENTRIES = [(group, name) for group in ("phrases", "reasons", "refusals") for name in sorted(display()[group])]


@pytest.mark.parametrize(("group", "name"), ENTRIES)
def test_every_warning_is_found_again_in_german(group, name):
    entry = display()[group][name]
    english, german = entry["en"].format(**VALUES), entry["de"].format(**VALUES | {"what": "Sätze"})
    assert translate(f"{english}; unknown", "de") == f"{german}; unknown".replace(" %", "\xa0%")


def test_a_reason_inside_a_reason_is_translated_too():
    told = "3 of 40 pages could not be read: the page is empty"
    assert translate(told, "de") == "3 von 40 Seiten nicht lesbar: die Seite ist leer"


def test_languages_are_named_and_paths_are_left_as_they_are():
    told = "the language is fr, only German is analysed; repeats bericht/other.pdf"
    assert (
        translate(told, "de")
        == "die Sprache ist Französisch, ausgewertet wird nur Deutsch; wiederholt bericht/other.pdf"
    )


def test_kinds_of_documents_in_a_warning_are_named():
    told = "different kinds of documents (bericht 60 % before, gesetzentwurf 90 % after)"
    assert (
        translate(told, "de")
        == "verschiedene Dokumentarten (vorher Bericht 60\xa0%, nachher Gesetzentwurf 90\xa0%)"
    )
    assert translate(told, "en") == "different kinds of documents (report 60% before, bill 90% after)"
    assert translate("could not be read (another error)", "de") == "nicht lesbar (another error)"


def test_labels_of_unknown_values_are_the_values():
    assert label("types", "bericht", "de") == "Bericht"
    assert label("types", "flugblatt", "de") == "flugblatt"


def test_a_phrase_is_told_from_others():
    assert is_phrase(phrase("small", n=4), "small")
    assert not is_phrase(phrase("few_documents", n=2), "small")


@pytest.mark.parametrize(
    ("unit", "item", "name"),
    [
        ("theme", "housing", "Wohnen und Stadtentwicklung"),
        ("status", "planned", "geplant"),
        ("layer", "actor", "Akteure"),
        ("concept", "c-1", "Mietpreisbremse"),
    ],
)
def test_items_have_readable_names(unit, item, name):
    assert item_name(unit, item, "Mietpreisbremse", "de") == name
