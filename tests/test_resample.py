from __future__ import annotations

from math import log, log1p
from statistics import NormalDist

import numpy as np
import pytest

from pipeline.tracking import resample

RESAMPLES = 999
DIFFERENCE = np.array([[-1.0], [1.0]])


@pytest.mark.parametrize(
    ("degrees", "exact", "within"),
    [(4, 2.77644511, 4e-4), (7, 2.36462425, 3e-5), (20, 2.08596345, 2e-7), (40, 2.02107539, 4e-9)],
)
def test_student_agrees_with_the_table(degrees, exact, within):
    assert resample.student(degrees) == pytest.approx(exact, rel=within)


@pytest.mark.parametrize(
    ("n", "of", "low", "high"),
    [(0, 20, 0.0, 0.1611), (10, 20, 0.2993, 0.7007), (20, 20, 0.8389, 1.0), (3, 250, 0.0041, 0.0347)],
)
def test_wilson_agrees_with_published_values(n, of, low, high):
    found = resample.wilson(np.array([float(n)]), np.array([float(of)]))
    assert found[0][0] == pytest.approx(low, abs=1e-4)
    assert found[1][0] == pytest.approx(high, abs=1e-4)


def test_newcombe_floor_agrees_with_the_published_example():
    # Newcombe 1998, table II: 56/70 against 48/80, method 10: 0.0524 to 0.3339
    fixed = np.full((RESAMPLES, 1), 48 / 80), np.full((RESAMPLES, 1), 56 / 70)
    n, of = (np.array([48.0]), np.array([56.0])), (np.array([80.0]), np.array([70.0]))
    low, high = resample.contrast_interval(DIFFERENCE, fixed, (50, 50), [np.zeros(1)] * 2, n, of)
    assert (low[0], high[0]) == (pytest.approx(0.0524, abs=1e-4), pytest.approx(0.3339, abs=1e-4))
    less = resample.contrast_interval(-DIFFERENCE, fixed, (50, 50), [np.zeros(1)] * 2, n, of)
    assert (less[0][0], less[1][0]) == (pytest.approx(-0.3339, abs=1e-4), pytest.approx(-0.0524, abs=1e-4))


def test_an_item_that_never_occurs_has_no_interval_of_width_zero():
    weights = resample.bootstrap_weights(8, RESAMPLES, np.random.default_rng(1))
    nothing = weights @ np.zeros((8, 1))
    low, high = resample.share_interval(nothing, 8, np.array([0.0]), np.array([200.0]))
    assert low[0] == 0
    assert 0.01 < high[0] < 0.03


@pytest.mark.parametrize("clusters", [5, 9, 1e9])
def test_few_clusters_take_the_percentiles_further_out(clusters):
    distance = resample.student(clusters - 1) * (clusters / (clusters - 1)) ** 0.5
    rank = max(1, int((RESAMPLES + 1) * NormalDist().cdf(-distance)))
    ranks = np.random.default_rng(2).permutation(np.arange(1.0, RESAMPLES + 1))[:, None]
    low, high = resample.expanded_interval(ranks, clusters)
    assert (low[0], high[0]) == (rank, RESAMPLES + 1 - rank)


def test_sentences_of_one_mind_are_worth_less_than_independent_ones():
    share, sizes = np.array([0.2, 0.2]), np.full((10, 1), 20.0)
    counts = np.column_stack((np.repeat([20.0, 0.0], [2, 8]), np.tile([4.0, 4.0], 5)))
    spread = resample.variance(counts, sizes, share)
    assert spread == pytest.approx([0.2 * 0.8 / 9, 0])  # two documents of ten say nothing else
    units = resample.effective(share, np.full(2, 200.0), spread, 10)
    assert units == pytest.approx([9 * (resample.Z / resample.student(9)) ** 2, 200])
    assert resample.effective(share[:1], np.full(1, 200.0), spread[:1] * 99, 10) == [1]


def _width(variances, clusters):
    """Return the width of the interval of a sum of shares with so much spread, in resamples without floor."""
    rng, one = np.random.default_rng(7), np.ones((len(clusters), 1))
    drawn = [rng.normal(0, v**0.5, (RESAMPLES, 1)) for v in variances]
    none, many = ([np.full(1, n)] * len(clusters) for n in (0.0, 1e12))
    spread = [np.full(1, v) for v in variances]
    low, high = resample.contrast_interval(one, drawn, clusters, spread, none, many)
    return (high - low)[0]


def test_a_share_from_few_clusters_widens_a_sum_by_its_part_of_the_variance():
    variances, many = [1e-4] * 10, [40] * 9
    plain = _width([*variances[:9], 1e-4], [*many, 40])
    assert _width(variances, [*many, 5]) < 1.1 * plain
    alone = [*[1e-6] * 9, 1e-4]
    assert _width(alone, [*many, 5]) > 1.4 * _width(alone, [*many, 40])


def test_benjamini_hochberg_agrees_with_the_published_example():
    # Benjamini & Hochberg 1995, section 4.1: at 0.05 the first four of fifteen are rejected.
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
         0.6528, 0.7590, 1.0]  # fmt: skip
    q = resample.false_discovery(np.array(p))
    assert (q <= 0.05).tolist() == [True] * 4 + [False] * 11
    assert q[0] == pytest.approx(0.0015)


def test_tests_that_were_not_made_do_not_count():
    q = resample.false_discovery(np.array([0.01, np.nan, 0.04]))
    assert q[0] == pytest.approx(0.02)
    assert np.isnan(q[1])


def test_permutation_agrees_with_all_permutations_of_four_and_four():
    counts = np.array([[9], [8], [9], [7], [1], [2], [0], [1]], dtype=float)
    sides = np.repeat([0.0, 1.0], 4)
    shuffled = resample.shuffle(sides, np.full((8, 1), 10.0), np.random.default_rng(3))
    p = resample.permutation_p(counts, np.array([0]), shuffled)
    assert p[0] == pytest.approx(2 / 70, abs=0.005)  # the split seen and its mirror image


def test_the_slope_of_two_periods_is_their_difference():
    denominators = np.array([[80.0], [70.0]])
    found = resample.slope_weights(np.array([17.0, 18.0]), denominators)
    assert found.ravel() == pytest.approx([-1, 1])


def test_slopes_agree_with_least_squares_over_all_units():
    places, n, of = np.array([17.0, 18.0, 20.0]), np.array([4, 9, 30]), np.array([40, 50, 60])
    units = np.concatenate([np.repeat([1.0, 0.0], [a, b - a]) for a, b in zip(n, of, strict=True)])
    fitted = np.polyfit(np.repeat(places, of), units, 1)[0]
    assert (resample.slope_weights(places, of[:, None] * 1.0)[:, 0] * n / of).sum() == pytest.approx(fitted)


def _by_hand(places, counts, totals):
    """Return Welch's squared t of the log odds of late and early texts as a squared normal deviate."""
    texts, share = list(zip(places, counts, totals, strict=True)), sum(counts) / sum(totals)
    middle = sum(place * of for place, _, of in texts) / sum(totals)
    slope = sum((place - middle) * (n - share * of) for place, n, of in texts)
    slope /= sum((place - middle) ** 2 * of for place, _, of in texts)
    odds, variances, degrees = [], [], []
    for sign in (-1, 1):
        far = [(max(0, sign * (place - middle)), n, of, place) for place, n, of in texts]
        reach = sum(w * of for w, _, of, _ in far)
        units = reach**2 / sum(w**2 * of for w, _, of, _ in far)
        own = sum(w * n for w, n, _, _ in far) / reach
        here = min(max(own, 0.5 / units), 1 - 0.5 / units)
        around = sum(w**2 * (n - own * of) ** 2 for w, n, of, _ in far)
        line = sum(w**2 * (n - (share + slope * (place - middle)) * of) ** 2 for w, n, of, place in far)
        least = min(1, 1 / (units * here * (1 - here)))
        odds.append(log(here / (1 - here)))
        variances.append(max(min(around, line) / (reach * here * (1 - here)) ** 2, least))
        degrees.append(max(0.5, reach**2 / sum((w * of) ** 2 for w, _, of, _ in far) - 1))
    both = sum(variances)
    f = both**2 / sum(v**2 / d for v, d in zip(variances, degrees, strict=True))
    return ((8 * f + 1) / (8 * f + 3)) ** 2 * f * log1p((odds[1] - odds[0]) ** 2 / (both * f))


TREND = [18, 18, 19, 19, 20, 21, 21]
SEEN = [
    ([18] * 3 + [19] * 4, [9, 1, 12, 3, 0, 2, 1], [20, 10, 40, 30, 10, 25, 60]),
    ([18] * 2 + [19] * 3, [2, 1, 30, 1, 40], [20, 10, 50, 40, 60]),
    ([18] * 3 + [19] * 3, [4] * 3 + [6] * 3, [20] * 6),  # as of independent units
    (TREND, [1, 9, 6, 2, 12, 30, 14], [40, 60, 35, 30, 50, 80, 30]),  # along a line
    (TREND, [40, 12, 1, 1, 1, 1, 2], [80, 30, 40, 30, 50, 80, 60]),  # it falls and stays
    (TREND, [0, 0, 0, 0, 3, 9, 8], [20, 10, 10, 15, 20, 30, 30]),  # none among the early ones
]


@pytest.mark.parametrize(("places", "counts", "totals"), SEEN)
def test_evidence_is_welchs_test_of_late_against_early_odds(places, counts, totals):
    n, of, where = (np.array(values, dtype=float) for values in (counts, totals, places))
    found = resample._evidence(n[:, None], of, np.stack([where, -3 * where]))
    assert found[:, 0] == pytest.approx(_by_hand(places, counts, totals))


@pytest.mark.parametrize("parts", [(0.2, 0.5), (0, 0)])
def test_percentiles_of_sums_are_taken_out_by_the_degrees_of_their_parts(parts):
    clusters = (5, 9)
    v = parts if any(parts) else (4, 8)  # without variance, every cluster counts equally
    degrees = sum(v) ** 2 / (v[0] ** 2 / 4 + v[1] ** 2 / 8)
    left = v[0] * 4 / 5 + v[1] * 8 / 9
    found = resample._distances(np.array(parts, dtype=float)[:, None], np.array(clusters)[:, None] * 1.0)
    assert found == pytest.approx(resample.student(degrees) * (sum(v) / left) ** 0.5)


def test_the_jackknife_takes_its_error_from_the_values_without_each_cluster():
    half = resample.student(3) * (3 / 4 * (2 * 0.15**2 + 2 * 0.05**2)) ** 0.5
    found = resample.jackknife_interval(0.6, np.array([0.4, 0.5, 0.6, 0.7]))
    assert found == pytest.approx((0.6 - half, 0.6 + half))


@pytest.mark.parametrize("spread", [0.001, 0.3])
def test_the_interval_of_a_share_is_the_wider_one(spread):
    replicates, n, of = np.linspace(0.4 - spread, 0.4 + spread, RESAMPLES)[:, None], np.array([40.0]), 100.0
    ends = resample.wilson(n, np.array([of])) if spread < 0.1 else resample.expanded_interval(replicates, 20)
    assert resample.share_interval(replicates, 20, n, np.array([of])) == ends


def test_a_trend_of_one_document_a_period_can_be_tested():
    counts = np.array([[1, 5], [3, 2], [4, 6], [6, 1], [9, 5], [12, 3], [13, 4]], dtype=float)
    places = np.arange(7.0)
    shuffled = resample.shuffle(places, np.full((7, 1), 100.0), np.random.default_rng(6))
    p = resample.permutation_p(counts, np.array([0, 0]), shuffled)
    assert p[0] < 0.005  # the order seen is the steepest of 5,040, with its mirror image
    assert p[1] > 0.2


@pytest.mark.filterwarnings("error")
def test_a_column_without_units_is_not_tested_and_leaves_the_others_alone():
    counts = np.array([[9], [8], [9], [7], [1], [2], [0], [1]], dtype=float)
    sides, sentences = np.repeat([0.0, 1.0], 4), np.full((8, 1), 10.0)
    shuffled = resample.shuffle(
        sides, np.hstack([sentences, np.zeros((8, 1))]), np.random.default_rng(3), times=999
    )
    p = resample.permutation_p(np.hstack([counts, np.zeros((8, 1))]), np.array([0, 1]), shuffled)
    alone = resample.shuffle(sides, sentences, np.random.default_rng(3), times=999)
    assert p[0] == resample.permutation_p(counts, np.array([0]), alone)[0]
    assert np.isnan(p[1])


def test_permutations_take_a_byte_for_each_document_and_are_drawn_as_those_of_the_places():
    places = np.repeat([17.0, 18.0, 20.0], 40)
    shuffled = resample.shuffle(places, np.ones((120, 1)), np.random.default_rng(6), times=999)
    assert shuffled.places.nbytes == 1000 * len(places)
    around = places - places.mean()
    drawn = np.random.default_rng(6).permuted(np.tile(around, (999, 1)), axis=1)
    assert np.array_equal(shuffled.values[shuffled.places], np.vstack((around, drawn)))


def test_permutation_finds_nothing_where_nothing_is():
    rng = np.random.default_rng(4)
    counts = rng.binomial(50, 0.2, (20, 400)).astype(float)
    sides = np.repeat([0.0, 1.0], 10)
    shuffled = resample.shuffle(sides, np.full((20, 1), 50.0), rng, 999)
    p = resample.permutation_p(counts, np.zeros(400, dtype=int), shuffled)
    assert 0.02 < (p <= 0.05).mean() < 0.08


def _differences(documents, varied, rng, share=0.2, items=400):
    """Return p-values of items that do not change between periods of so many documents, varied so much."""
    shares = [
        rng.beta(share * a, (1 - share) * a, (n, items)) for n, a in zip(documents, varied, strict=True)
    ]
    counts = rng.binomial(200, np.concatenate(shares)).astype(float)
    totals = np.full((len(counts), 1), 200.0)
    shuffled = resample.shuffle(np.repeat([0.0, 1.0], documents), totals, rng, 999)
    return resample.permutation_p(counts, np.zeros(items, dtype=int), shuffled)


@pytest.mark.parametrize("documents", [(8, 32), (32, 8)])
def test_permutation_holds_where_the_first_period_varies_more_than_the_second(documents):
    """Of differences that are not divided by their standard errors, 28 % have p <= 0.05, or none."""
    p = _differences(documents, (10, 1000), np.random.default_rng(1))
    assert 0.02 <= (p <= 0.05).mean() <= 0.08


def test_permutation_holds_where_few_documents_vary_about_a_rare_item():
    """Of differences of shares, 14 % have p <= 0.05, because a low share seems to vary less than it does."""
    rng = np.random.default_rng(8)
    found = [(_differences((5, 20), (20, 2000), rng, 0.04) <= 0.05).mean() for _ in range(3)]
    assert 0.02 <= np.mean(found) <= 0.12


def test_an_item_of_all_units_does_not_change_however_long_the_texts_are():
    totals = np.repeat([10.0, 1000.0], 6)[:, None]
    shuffled = resample.shuffle(np.repeat([0.0, 1.0], 6), totals, np.random.default_rng(3), 999)
    assert resample.permutation_p(totals, np.array([0]), shuffled)[0] == 1


def test_a_trend_to_nothing_is_found_though_no_line_fits_it():
    counts = np.repeat([9.0, 3.0, 0.0, 0.0, 0.0, 0.0], 3)[:, None]
    places = np.repeat(np.arange(6.0), 3)
    shuffled = resample.shuffle(places, np.full((18, 1), 100.0), np.random.default_rng(5))
    assert resample.permutation_p(counts, np.array([0]), shuffled)[0] <= 0.002


def test_clusters_count_by_their_lengths():
    totals = np.array([[10.0, 10.0, 1.0, 0.0], [10.0, 30.0, 0.0, 0.0], [10.0, 20.0, 0.0, 0.0]])
    assert resample.even_clusters(totals) == pytest.approx([3, 18 / 7, 2, 2])  # two at least


def test_uneven_clusters_widen_the_interval_of_their_items_only():
    replicates = np.random.default_rng(2).normal(0.3, 0.05, (RESAMPLES, 1)) @ np.ones((1, 2))
    low, high = resample.expanded_interval(replicates, np.array([20.0, 4.0]))
    assert (high - low)[1] > 1.3 * (high - low)[0]
    assert (low[0], high[0]) == tuple(end[0] for end in resample.expanded_interval(replicates[:, :1], 20))
