"""Written cases of clusters, and scores of a clustering: pairwise and B-cubed precision, recall and F1."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Hashable, Sequence
from math import comb
from pathlib import Path

from pipeline.homes import Surface

CASES = Path(__file__).parent / "cases"


def pairwise(found: Sequence[Hashable], gold: Sequence[Hashable]) -> tuple[float, float, float]:
    """Score the pairs that are put together."""
    together = sum(comb(n, 2) for n in Counter(zip(found, gold, strict=True)).values())
    precision = together / max(1, sum(comb(n, 2) for n in Counter(found).values()))
    recall = together / max(1, sum(comb(n, 2) for n in Counter(gold).values()))
    return precision, recall, _f1(precision, recall)


def b_cubed(found: Sequence[Hashable], gold: Sequence[Hashable]) -> tuple[float, float, float]:
    """Score each item by its own cluster (Bagga and Baldwin 1998)."""
    sizes, truths = Counter(found), Counter(gold)
    both = Counter(zip(found, gold, strict=True))
    precision = sum(n * n / sizes[f] for (f, _), n in both.items()) / len(gold)
    recall = sum(n * n / truths[g] for (_, g), n in both.items()) / len(gold)
    return precision, recall, _f1(precision, recall)


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def cases(half: str) -> list[dict]:
    lines = (CASES / f"concepts_{half}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def surfaces(rows: list[dict]) -> list[Surface]:
    return [Surface(layer=row["layer"], text=form) for row in rows for form in row["forms"]]
