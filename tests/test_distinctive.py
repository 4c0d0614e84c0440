"""Log-odds with an informative prior: the published formula, planted words, and intervals."""

from __future__ import annotations

from math import log, sqrt
from types import SimpleNamespace

import numpy as np
import pytest

from pipeline import track
from pipeline.tracking import counts, distinctive
from tests.builders_tables import build, concept_id, quick


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    folder = build(tmp_path_factory.mktemp("tables"), documents=8, sentences=40)
    return dict(track.track(folder, quick(resamples=199)))["distinctive"].to_pylist()


def of(rows, **wanted):
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def test_log_odds_agree_with_the_formula_written_out():
    here, there = np.array([30.0, 70.0]), np.array([20.0, 180.0])
    odds, z = distinctive.log_odds(here, there, 10 * (here + there) / 300)
    a, a0 = 10 * 50 / 300, 10
    expected = log((30 + a) / (100 + a0 - 30 - a)) - log((20 + a) / (200 + a0 - 20 - a))
    assert odds[0] == pytest.approx(expected)
    assert z[0] == pytest.approx(expected / sqrt(1 / (30 + a) + 1 / (20 + a)))


def test_rare_items_are_held_back_by_the_prior():
    here, there = np.array([3.0, 300.0, 697.0]), np.array([0.0, 200.0, 800.0])
    _, z = distinctive.log_odds(here, there, 100 * (here + there) / 2000)
    assert z[1] > z[0]


def test_the_planted_challenge_is_what_the_last_period_has_of_its_own(rows):
    (first,) = of(rows, slice="period", slice_value="bt21", over="challenge", rank=1)
    assert (first["item"], first["label"]) == (concept_id("Wohnungsnot"), "Wohnungsnot")
    assert 0 < first["low"] < first["log_odds"] < first["high"]
    assert first["level"] == "documents"
    assert not of(rows, slice="period", slice_value="bt18", item=concept_id("Wohnungsnot"))


def test_words_stand_in_their_dictionary_form(rows):
    found = {row["item"] for row in of(rows, slice="period", slice_value="bt21", over="lemma")}
    assert {"Antwort", "lehnen"} <= found  # »Wir lehnen … als Antwort auf … ab«
    assert not found & {"als", "auf", "mit"}


def test_words_are_called_by_their_usual_form(rows):
    labels = {row["item"]: row["label"] for row in of(rows, over="lemma")}
    assert (labels["Hochschule"], labels["Antwort"]) == ("Hochschulen", "Antwort")


def test_ranks_follow_z_and_are_bounded(rows):
    for row in rows:
        assert row["z"] >= 1.95
        assert row["n"] >= distinctive.MIN_ITEM
        assert 1 <= row["rank"] <= distinctive.TOP
    first = [row["z"] for row in sorted(of(rows, slice="period", slice_value="bt20", over="lemma"),
                                        key=lambda row: row["rank"])]  # fmt: skip
    assert first == sorted(first, reverse=True)


def test_groups_are_periods_types_and_issuers_that_are_not_all():
    corpus = SimpleNamespace(
        published=np.array([0, 1, 1, -1]), periods=("bt18", "bt19"), types=("antrag",) * 4,
        issuers=("Rot", "Blau", "", "Blau"), atom_document=np.arange(4),
    )  # fmt: skip
    found = [(one.name, one.value, one.inside.nonzero()[0].tolist()) for one in distinctive._groups(corpus)]
    periods, issuers = [("period", "bt18", [0]), ("period", "bt19", [1, 2])], [("Blau", [1, 3]), ("Rot", [0])]
    assert found == periods + [("issuer", *one) for one in issuers]


@pytest.mark.parametrize(("inside", "level"), [(10, "documents"), (7, "sections"), (4, "none")])
def test_the_level_is_that_of_the_side_with_fewer_documents(inside, level):
    documents = np.arange(20)  # of one section each
    group = SimpleNamespace(name="period", value="bt18", inside=documents < inside)
    tally, items = SimpleNamespace(over="actor", totals=np.full(20, 10.0)), np.array([0])
    by_section, prior = np.where(documents < inside, 4.0, 1.0)[:, None], np.array([1.0, 9.0])
    corpus = SimpleNamespace(atom_document=documents)
    found, low, _ = distinctive._interval(corpus, tally, group, items, by_section, prior, quick())
    assert found == level
    assert level == "none" or low[0] > 0


def test_tallies_may_all_be_made_before_the_first_is_used(tmp_path, monkeypatch):
    with counts.connect(build(tmp_path, documents=8, sentences=40)) as base:
        corpus = counts.prepare(base)
        lemmas = distinctive.lemmatised(distinctive.words(base))
        one_by_one = distinctive.distinctive(base, corpus, quick(), lemmas)
        each = distinctive._tallies
        monkeypatch.setattr(distinctive, "_tallies", lambda *given: list(each(*given)))
        assert distinctive.distinctive(base, corpus, quick(), lemmas) == one_by_one


@pytest.mark.parametrize(("documents", "level"), [(8, "documents"), (7, "sections")])
def test_clusters_are_the_documents_of_a_side_that_have_text(documents, level):
    sections = np.arange(30)  # three of each of ten documents, of which the first has no text
    corpus, side = SimpleNamespace(atom_document=sections // 3), np.arange(10) <= documents
    totals, counts = np.where(sections < 3, 0.0, sections), np.column_stack((sections % 2, sections))
    found, of, kind = distinctive._clusters(corpus, totals, counts.astype(float), side)
    told = sections[3 : 3 * (documents + 1)].reshape(documents, 3)
    rows = told if level == "documents" else told.reshape(-1, 1)
    assert (kind, of.tolist()) == (level, rows.sum(axis=1).tolist())
    assert found.tolist() == np.column_stack(((rows % 2).sum(axis=1), rows.sum(axis=1))).tolist()


def test_one_group_has_nothing_to_be_set_against(tmp_path):
    folder = build(tmp_path, documents=1, sentences=60, periods=("bt20",))
    assert dict(track.track(folder, quick()))["distinctive"].num_rows == 0


@pytest.mark.parametrize(
    ("word", "lemma"), [("Gesetze", "Gesetz"), ("die", ""), ("und", ""), ("Bürger:innen", "Bürger")]
)
def test_lemmas(word, lemma):
    assert distinctive.lemma(word) == lemma
