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
    errors = np.array(misclassification.error_draws(judged(rng), RESAMPLES, rng))
    point, low, high = misclassification.corrected_interval(
        np.zeros((RESAMPLES, 1)), 9, np.zeros(1), np.full(1, 600.0), *errors[:, None]
    )
    assert point == low == 0
    assert resample.wilson(np.array([0.0]), np.array([600.0]))[1][0] < high < 0.02
