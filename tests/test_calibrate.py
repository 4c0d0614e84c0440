"""Scores that lie are mended; few verdicts give no certainty."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.cards import find
from pipeline.errors import ModelError
from pipeline.extractors import mentions
from pipeline.extractors.mentions import Sure
from pipeline.learning import calibrate
from pipeline.learning.calibrate import platt
from pipeline.learning.jsonl import Example, Mention


def drawn(claimed: float, true: float, n: int = 4000) -> tuple[list[float], list[bool]]:
    rng = np.random.default_rng(0)
    return [claimed] * n, list(rng.random(n) < true)


@pytest.mark.parametrize(("claimed", "true"), [(0.9, 0.6), (0.6, 0.9)])
def test_a_lying_score_is_mended(claimed, true):
    low, right_low = drawn(0.2, 0.2)
    scores, right = drawn(claimed, true)
    slope, shift = platt([*scores, *low], [*right, *right_low])
    assert mentions.probability(Sure(slope=slope, shift=shift), claimed) == pytest.approx(true, abs=0.03)


def test_an_honest_score_stays():
    pairs = [drawn(one, one) for one in (0.1, 0.4, 0.8)]
    slope, shift = platt([s for one, _ in pairs for s in one], [r for _, one in pairs for r in one])
    assert (slope, shift) == (pytest.approx(1, abs=0.1), pytest.approx(0, abs=0.1))


def test_scores_that_crowd_at_the_ends_do_not_make_it_run_away():
    scores = [0.999999] * 900 + [0.99999] * 200 + [0.9] * 50 + [0.5] * 30
    right = (
        [True] * 800 + [False] * 100 + [True] * 150 + [False] * 50 + [True] * 25 + [False] * 25 + [True] * 30
    )
    slope, shift = platt(scores, right)
    assert abs(slope) < 2
    assert 0.8 < mentions.probability(Sure(slope=slope, shift=shift), 0.999999) < 0.95


@pytest.mark.parametrize("right", [[], [True], [False, False], [True] * 5])
def test_few_verdicts_never_give_certainty(right):
    slope, shift = platt([0.8] * len(right), right)
    assert 0.0 < mentions.probability(Sure(slope=slope, shift=shift), 0.8) < 1.0


@pytest.mark.parametrize(
    ("first", "second", "f1"), [(0.5, 0.5, 4 / 5), (0.4, 0.5, 6 / 6), (0.5, 0.7, 2 / 4), (0.4, 0.3, 6 / 7)]
)
def test_a_sentence_has_one_or_two_themes(first, second, f1):
    likely = np.array([[0.9, 0.6, 0.1], [0.2, 0.3, 0.4]])
    gold = np.array([[True, True, False], [False, False, True]])
    ((found, *_),) = calibrate._theme_f1(likely, gold, [(first, second)])
    assert found == pytest.approx(f1)


@pytest.mark.parametrize(("n_gold", "f1"), [(3, 1.0), (5, 3 / 4)])
def test_the_threshold_with_the_best_f1_is_chosen(n_gold, f1):
    scores, right = [0.95, 0.9, 0.85, 0.2, 0.1], [True, True, True, False, False]
    best, sure = calibrate._chosen(0.5, calibrate.Verdicts(scores, right, n_gold))
    assert (best, sure.offset) == (pytest.approx(f1), 0.5)
    lowest, highest = (mentions.probability(sure, score) for score in (0.85, 0.2))
    assert highest < sure.threshold <= lowest


def test_decisions_are_chosen_from_labelled_sentences():
    text = "Die Bundesregierung hilft den Kommunen."
    gold = (
        Mention(layer="actor", start=4, end=19, text="Bundesregierung"),
        Mention(layer="actor", start=30, end=38, text="Kommunen"),
    )
    rows = [
        Example(id=str(n), doc=f"d{n}", text=text, mentions=gold, themes=("government",)) for n in range(5)
    ]
    tagger = mentions.load()
    decisions = calibrate.calibrate([(tagger, rows)])
    assert set(decisions.spans) == {"challenge", "instrument", "actor"}
    assert decisions.budget == mentions.load().decisions.budget
    assert 0 < decisions.first_theme < 1
    assert calibrate.calibrate([(tagger, rows[:2]), (tagger, rows[2:])]) == decisions


def test_one_wrong_verdict_above_all_others_does_not_turn_their_order_round():
    scores, right = [0.97, 0.6, 0.7, 0.8, 0.9], [False, True, True, True, True]
    slope, shift = platt(scores, right)
    likely = [mentions.probability(Sure(slope=slope, shift=shift), one) for one in sorted(scores)]
    assert slope == 1.0 and likely == sorted(likely)
    assert sum(likely) == pytest.approx(4 * 5 / 6 + 1 / 3, abs=1e-3)  # of the smoothed targets


def test_of_equal_offsets_the_one_that_changes_least_is_chosen():
    verdicts = calibrate.Verdicts([0.9, 0.8], [True, True], 2)
    tried = [(offset, verdicts) for offset in calibrate.OFFSETS]
    assert calibrate._best(Sure(), tried).offset == 0.0


def test_of_labels_that_the_references_lack_nothing_is_chosen():
    rows = [Example(id=str(n), doc=f"d{n}", text="Der Bund hilft den Kommunen.") for n in range(2)]
    tagger = mentions.load()
    assert calibrate.calibrate([(tagger, rows)]) == tagger.decisions
    untold = calibrate._best(Sure(), [(-2.0, calibrate.Verdicts([0.9], [False], 0))])
    assert untold == Sure(threshold=0.5)


def test_decisions_begin_neutral_or_with_those_of_a_tagger(tmp_path):
    assert calibrate.start(120).spans == {"challenge": Sure(), "instrument": Sure(), "actor": Sure()}
    kept = calibrate.start(120, find("tagger"))
    assert (kept.budget, kept.spans) == (120, mentions.load().decisions.spans)
    with pytest.raises(ModelError, match="is not a tagger"):
        calibrate.start(120, tmp_path)
