"""Shares corrected for the errors of a tagger."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.tracking import misclassification, resample
from pipeline.tracking.misclassification import ErrorRate
from pipeline.tracking.simulated import judged

RESAMPLES = 999


@pytest.mark.parametrize("truth", [0.05, 0.2, 0.5])
def test_correction_undoes_what_the_tagger_does(truth):
    sensitivity, specificity = 0.7, 0.95
    seen = truth * sensitivity + (1 - truth) * (1 - specificity)
    found = misclassification.corrected(np.array([seen]), np.array([sensitivity]), np.array([specificity]))
    assert found[0] == pytest.approx(truth)


def test_scores_become_the_counts_they_came_from():
    rate = misclassification.error_rate(precision=0.8, recall=0.5, positives=80, total=500)
    assert (rate.true_positive, rate.false_negative) == (40, 40)
    assert (rate.false_positive, rate.true_negative) == (pytest.approx(10), pytest.approx(410))


def test_a_tagger_no_better_than_chance_is_not_corrected():
    rate = ErrorRate(true_positive=50, false_negative=50, false_positive=50, true_negative=50)
    assert misclassification.error_draws(rate, RESAMPLES, np.random.default_rng(5)) is None


def test_nothing_found_does_not_rule_out_every_share_above_none():
    rng = np.random.default_rng(5)
    point, low, high = interval(judged(rng), np.zeros((RESAMPLES, 1)), 0, 600)
    assert point == low == 0
    assert resample.wilson(np.array([0.0]), np.array([600.0]))[1][0] < high < 0.02


def test_a_corrected_share_can_be_computed_from_the_evaluation_by_hand():
    rate = ErrorRate(true_positive=29.5, false_negative=9.5, false_positive=3.5, true_negative=95.5)
    (point,), *_ = interval(rate, np.full((RESAMPLES, 1), 0.3), 30, 100)
    sensitivity, specificity = 30 / 40, 96 / 100
    assert point == pytest.approx((0.3 + specificity - 1) / (sensitivity + specificity - 1), abs=1e-12)


def interval(rate, replicates, n, denominator):
    """Return the corrected share of one item, and the ends of its interval."""
    drawn = misclassification.error_draws(rate, RESAMPLES, np.random.default_rng(5))
    known = np.array([[rate.sensitivity], [rate.specificity]])
    return misclassification.corrected_interval(
        replicates, 9, np.array([float(n)]), np.array([float(denominator)]), known, drawn[:, None]
    )
