"""Do 95 % intervals cover 95 %, and do tests find what changed? METHODS.md has the tables in full."""

from __future__ import annotations

import pytest

from pipeline.tracking import simulated
from pipeline.tracking.simulated import (
    FEW,
    MANY,
    SHARES,
    Outcome,
    changes,
    covered_by_tagger,
    covered_shares,
    slopes,
)


@pytest.mark.parametrize(("documents", "share"), [(3, 0.2), (5, 0.01), (10, 0.01), (20, 0.2)])
def test_intervals_cover_the_texts_they_speak_of(documents, share):
    these, such = covered_shares(documents, share, 100)
    assert 0.9 <= (these if documents in FEW else such) <= 0.995


def test_intervals_over_sections_do_not_speak_of_other_texts():
    assert covered_shares(1, 0.2, 100)[1] < 0.85


def test_a_correction_covers_what_is_there_and_independent_sentences_do_not():
    raw, corrected, naive = covered_by_tagger(20, 50)
    assert min(raw, corrected) >= 0.88
    assert naive < 0.6


@pytest.mark.slow
@pytest.mark.parametrize("documents", [*FEW, *MANY])
@pytest.mark.parametrize("share", SHARES)
def test_intervals_cover_93_percent_or_more_in_1000_replications(documents, share):
    these, such = covered_shares(documents, share, 1000)
    covered = these if documents in FEW else such
    assert covered >= 0.93
    if share == max(SHARES):
        assert covered <= 0.975  # the floor is wide where hardly anything occurs


@pytest.mark.slow
@pytest.mark.parametrize("documents", MANY)
@pytest.mark.parametrize("share", SHARES)
def test_intervals_cover_uneven_documents_in_1000_replications(documents, share):
    """As if all documents were equally long, it would be 90 to 94 %."""
    assert 0.92 <= covered_shares(documents, share, 1000, kind=simulated.MIXED)[1] <= 0.98


@pytest.mark.parametrize("kind", simulated.KINDS)
def test_intervals_of_every_kind_cover_most_common_items(kind):
    assert covered_shares(10, max(SHARES), 200, kind=simulated.KINDS[kind])[1] >= 0.9


def test_every_kind_of_texts_is_told(monkeypatch):
    outcome = Outcome(covered=0.95, power=0.5, false=0.01, size=0.05, agreed=0.9)
    for name, found in {
        "covered_shares": (0.95, 0.9),
        "covered_by_tagger": (0.95, 0.95, 0.4),
        "changes": outcome,
        "slopes": outcome,
    }.items():
        monkeypatch.setattr(simulated, name, lambda *args, found=found, **options: found)
    told = "\n".join(simulated.told(1))
    assert not [kind for kind in (*simulated.KINDS, *simulated.PAIRS, *simulated.WEAKER) if kind not in told]


@pytest.mark.parametrize("name", simulated.WEAKER)
def test_a_correction_covers_what_is_there_though_little_is_known_of_the_tagger(name):
    assert covered_by_tagger(10, 50, simulated.WEAKER[name])[1] >= 0.9


@pytest.mark.slow
@pytest.mark.parametrize("documents", simulated.SIDES)
def test_corrected_shares_cover_93_to_97_percent_in_1000_replications(documents):
    raw, corrected, naive = covered_by_tagger(documents, 1000)
    assert 0.93 <= raw <= 0.97
    assert 0.93 <= corrected <= 0.97
    assert naive < 0.6


def test_five_documents_a_side_find_nothing_and_twenty_find_what_doubled():
    few, many = (changes(documents, 2) for documents in (5, 20))
    assert few.power <= 0.05
    assert many.power >= 0.3
    assert 0.9 <= many.covered <= 0.99
    assert many.false <= 0.1  # of two replications


def test_what_does_not_change_is_rarely_found():
    assert 0.02 <= changes(10, 3).size <= 0.09
    assert changes(10, 3, shared=True).size <= 0.05  # documents that speak of both periods are alike in both


@pytest.mark.parametrize("name", simulated.PAIRS)
def test_what_does_not_change_is_rarely_found_between_unlike_periods(name):
    assert 0.02 <= changes(10, 4, kinds=simulated.PAIRS[name]).size <= 0.095


def test_slopes_are_covered_though_one_period_has_few_clusters():
    assert 0.9 <= slopes(10, 2).covered <= 0.99
