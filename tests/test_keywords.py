"""The keyword baseline finds what its lists name, and nothing else."""

from __future__ import annotations

from pipeline.learning import keywords
from pipeline.learning.jsonl import Example
from pipeline.schema.labels import KINDS, STATUSES, THEMES


def test_words_of_the_lists_are_labelled():
    (one,) = keywords.tagged([Example(id="1", text="Die Kommunen fordern ein Klimaschutzgesetz.")])
    assert {(m.layer, m.text, m.kind, m.status, m.named) for m in one.mentions} == {
        ("instrument", "Klimaschutzgesetz", "regulation", "demanded", None),
        ("actor", "Kommunen", "municipal", None, "no"),
    }
    assert "environment" in one.themes


def test_the_two_themes_named_most_often_come_in_this_order():
    text = "Bauern sparen Strom und noch mehr Strom, wie jede Schule, Schule und Schule."
    (one,) = keywords.tagged([Example(id="1", text=text)])
    assert one.themes == ("education", "energy")


def test_a_sentence_without_them_stays_bare():
    (one,) = keywords.tagged([Example(id="1", text="Guten Morgen.")])
    assert (one.mentions, one.themes) == ((), ())


def test_the_lists_name_labels_of_the_codebook():
    lists = keywords._lists()
    assert {one.label for one in lists.instrument} == set(KINDS["instrument"])
    assert {one.label for one in lists.actor} == set(KINDS["actor"])
    assert {one.label for one in lists.status} == set(STATUSES["instrument"])
    assert {one.label for one in lists.theme} == set(THEMES)
