import pytest

from pipeline.reporting.scales import nice, scale


def test_one_very_wide_interval_does_not_flatten_the_curves():
    shares = [n / 100 for n in range(1, 20)]
    highs = [2 * share for share in shares]
    assert scale(shares, highs) == 0.4
    highs[3] = 0.98
    assert scale(shares, highs) == 0.4


def test_every_share_fits_and_nothing_still_has_a_scale():
    assert scale([0.5, 0.1], [0.5, 0.2]) == 0.5
    assert scale([], []) == scale([0.0], [0.0]) == 0.01


@pytest.mark.parametrize(("value", "round_"), [(0.004, 0.004), (0.0041, 0.005), (0.3, 0.3), (26.4, 30)])
def test_a_scale_ends_at_a_round_share(value, round_):
    assert nice(value) == pytest.approx(round_)
