"""Shares corrected for the errors of a tagger."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.tracking import misclassification, resample
from pipeline.tracking.misclassification import ErrorRate, Precision
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


def test_uncertainty_about_the_tagger_is_the_posterior_of_what_was_judged():
    rng, size = np.random.default_rng(5), 50_000
    rate = ErrorRate(true_positive=2, false_negative=1, true_negative=3, false_positive=0)
    drawn = [
        *misclassification.error_draws(rate, size, rng),
        misclassification.precision_draws(Precision(right=3, wrong=1), size, rng),
    ]
    for draws, (right, wrong) in zip(drawn, [(2.5, 1.5), (3.5, 0.5), (3.5, 1.5)], strict=True):
        mean = right / (right + wrong)
        assert draws.mean() == pytest.approx(mean, abs=0.005)
        assert draws.var() == pytest.approx(mean * (1 - mean) / (right + wrong + 1), rel=0.03)


CERTAIN = np.broadcast_to([[0.75], [0.96]], (2, RESAMPLES))[:, None]


@pytest.mark.parametrize(("spread", "units"), [(0.1, 1e9), (0.0, 100)])
def test_ends_are_corrected_as_the_share_is_where_the_tagger_is_known(spread, units):
    replicates = np.linspace(0.3 - spread, 0.3 + spread, RESAMPLES)[:, None]
    n, of = np.array([0.3 * units]), np.array([units])
    found = misclassification.corrected_interval(replicates, 9, n, of, CERTAIN[:, :, 0], CERTAIN)
    seen = (n / of, *(resample.expanded_interval(replicates, 9) if spread else resample.wilson(n, of)))
    assert np.ravel(found) == pytest.approx((np.ravel(seen) - 0.04) / 0.71)


@pytest.mark.parametrize(
    ("middle", "spread", "units"), [(0.2, 0.05, 1e9), (0.3, 0.05, 1e9), (0.4, 0.05, 1e9), (0.0, 0.0, 100)]
)
def test_what_is_found_and_right_lies_in_its_interval(middle, spread, units):
    replicates = np.linspace(middle - spread, middle + spread, RESAMPLES)[:, None]
    share, of = 0.3 if spread else 0.0, np.array([units])
    found = misclassification.precise_interval(
        replicates, 9, share * of, of, np.array([0.75]), np.full((1, RESAMPLES), 0.75)
    )
    ends = resample.expanded_interval(replicates, 9) if spread else resample.wilson(share * of, of)
    low, high = np.ravel(ends) * 0.75
    point = share * 0.75
    assert np.ravel(found) == pytest.approx([point, min(low, point), max(high, point)], abs=1e-4)
    assert spread or found[2] > 0  # none found is no proof that there is none


def interval(rate, replicates, n, denominator):
    """Return the corrected share of one item, and the ends of its interval."""
    drawn = misclassification.error_draws(rate, RESAMPLES, np.random.default_rng(5))
    known = np.array([[rate.sensitivity], [rate.specificity]])
    return misclassification.corrected_interval(
        replicates, 9, np.array([float(n)]), np.array([float(denominator)]), known, drawn[:, None]
    )
