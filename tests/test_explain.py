"""Trails of ids, figures and quotes."""

import pytest

from pipeline.asking.explain import explain
from pipeline.errors import QueryError
from pipeline.query import rows

from .builders_output import finished


def told(reference):
    return str(explain(finished(), reference))


def first(sql):
    return next(iter(rows(finished(), sql)[0].values()))


def test_a_mention_leads_to_its_sentence_document_and_figures():
    found = told("d-bt20-000-s00003-i")
    for part in (
        "mention d-bt20-000-s00003-i: instrument »", "said by     tagger with the hash x, probability 0.80",
        "concept     c-", "relations   »", "sentence    d-bt20-000-s00003", "»", "speaks of   bt20",
        "passage     d-bt20-000-p00000 (paragraph, role measure) under 1. Kapitel",
        "document    d-bt20-000: Partei der Mitte · Wahlprogramm 1 (bt20)", "sha256",
        "page        1 (595 x 842", "counted in  bt20/published/kind/", "in the file not kept",
    ):  # fmt: skip
        assert part in found, part


def test_a_sentence_names_its_mentions_and_themes():
    found = told("d-bt18-001-s00002")
    assert found.count("\n  mention ") == 3
    assert "  theme       " in found


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("d-bt19-000-p00005", "passage d-bt19-000-p00005"),
        ("p-contact", "(withheld: contact data)"),
        ("d-lost", "failed: the file is encrypted"),
        ("c-wohnungsnot", "life        bt"),
        ("c-pflegebonus", "life        bt18: new (history unknown) (only one quote), demanded; shown by"),
        ("c-pflegebonus", "life        bt21: continued, planned (only one quote); shown by"),
        ("d-bt19-000-s00001-r", "relation d-bt19-000-s00001-r: »"),
    ],
)
def test_every_kind_of_id_has_a_trail(reference, says):
    assert says in told(reference)


@pytest.mark.parametrize(
    ("known", "own", "says"),
    [
        (False, False, "found by likeness of wording"),
        (True, False, "an entry of the list of known concepts"),
        (True, True, "an entry of concepts.toml in this folder"),
    ],
)
def test_a_concept_says_who_made_it(monkeypatch, known, own, says):
    monkeypatch.setattr("pipeline.asking.explain.is_seed", lambda _: known)
    monkeypatch.setattr("pipeline.asking.explain.is_own", lambda *_: own)
    assert f"\n  origin      {says}" in told("c-wohnungsnot")


def test_a_quote_leads_to_its_sentence_or_to_the_choice():
    text = first("select text from sentences group by text having count(*) = 1 order by text limit 1")
    assert told(text.upper()).startswith("sentence ")
    assert "sentences; give an id" in told("auf den Weg bringen")
    assert told("auf den  Weg brin-\ngen") == told("auf den Weg bringen")


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("m0123456789abcdef", "nothing has the id"),
        ("kein Satz sagt dies", "no sentence holds"),
        (" ", "no sentence holds"),
    ],
)
def test_what_is_not_there_is_told(reference, says):
    with pytest.raises(QueryError, match=says):
        told(reference)
