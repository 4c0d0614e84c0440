"""Choose the scale of a figure: round, for all shares and nearly all of their intervals."""

from __future__ import annotations

from collections.abc import Sequence

WITHIN = 0.9  # of the intervals that fit the scale; one very wide one would flatten every curve


def scale(shares: Sequence[float], highs: Sequence[float]) -> float:
    """Return the end of a scale that holds all shares, and nine in ten of the ends of intervals."""
    usual = sorted(highs)[int(WITHIN * (len(highs) - 1))] if highs else 0.0
    return nice(max([usual, *shares]) or 0.01)


def nice(value: float) -> float:
    """Return the next round share from a value on: 1, 2, 3, 4, 5, 6 or 8 times a power of ten."""
    power = 0.001
    while True:
        for factor in (1, 2, 3, 4, 5, 6, 8):
            if factor * power >= value:
                return factor * power
        power *= 10
