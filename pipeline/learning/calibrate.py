"""Choose a tagger's thresholds and calibrate its scores to probabilities, on documents it has not seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from pipeline import evaluate, tag
from pipeline.errors import ModelError, why
from pipeline.extractors import mentions
from pipeline.extractors.mentions import Decisions, Sure, Tagger
from pipeline.learning import borders, decode, ngrams
from pipeline.learning.decode import Found
from pipeline.learning.encoder import REMEDY
from pipeline.learning.jsonl import Example, Mention
from pipeline.schema.labels import KINDS, LAYERS, STATUSES, THEMES

OFFSETS = tuple(float(one) for one in np.arange(-2.0, 1.01, 0.25))
THRESHOLDS = tuple(round(0.05 * n, 2) for n in range(4, 15))  # spans below one in five are never reported
SPELLING = tuple(round(0.1 * n, 1) for n in range(11))  # weights up to that of the encoder
STEPS = 50  # of Newton's method
RIDGE = 1e-6  # keeps the step finite if all verdicts are alike
THEME_THRESHOLDS = tuple(round(0.05 * n, 2) for n in range(2, 15))
UNTOLD = 0.5  # threshold of a layer of which the references hold nothing


Judged = tuple[Tagger, Sequence[Example]]


class Outputs(NamedTuple):
    """The encoder's output for all held-out sentences, and their references."""

    words: decode.Floats
    lengths: list[int]
    offsets: list[tuple[tuple[int, int], ...]]  # of each part's words
    sentences: list[int]  # the example of each part
    means: decode.Floats  # one row per part
    themes: NDArray[np.float64]  # the encoder's logits, one row per example
    examples: list[Example]


class Verdicts(NamedTuple):
    """The spans of a layer decoded with one offset: raw probabilities, and which are right."""

    scores: list[float]
    right: list[bool]
    n_gold: int


def start(budget: int, folder: Path | None = None) -> Decisions:
    """Return the decisions with which a tagger is read before calibration.

    Args:
        budget: Number of pieces in a window when tagging.
        folder: The tagger that it goes on from, whose decisions it keeps; without one, they are neutral.

    Raises:
        ModelError: the decisions in the folder cannot be read.
    """
    if folder:
        try:
            kept = msgspec.toml.decode((folder / "decisions.toml").read_bytes(), type=Decisions)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ModelError(str(folder), f"is not a tagger ({why(error)})", REMEDY) from error
        return replace(kept, budget=budget)
    spans = {layer: Sure() for layer in LAYERS}
    return Decisions(budget=budget, spans=spans, first_theme=0.5, second_theme=0.5)


def calibrate(judged: Sequence[Judged]) -> Decisions:
    """Return the decisions with the best F1 on sentences not trained on, with calibrated scores.

    Args:
        judged: One tagger with the sentences held out from it, or all those of a cross-validation.
    """
    readings = [(tagger, _read(tagger, examples)) for tagger, examples in judged]
    tried = [(offset, [_verdicts(tagger, one, offset) for tagger, one in readings]) for offset in OFFSETS]
    before = judged[0][0].decisions
    spans = {}
    for layer in LAYERS:
        verdicts = [(offset, _together([one[layer] for one in found])) for offset, found in tried]
        spans[layer] = _best(before.spans[layer], verdicts)
    return replace(before, spans=spans, **_themes(readings), **_spelling(readings))


def _best(before: Sure, tried: Sequence[tuple[float, Verdicts]]) -> Sure:
    """Return the calibration and threshold with the best F1; of equals, the one that changes O least.

    Where the references have no span of the layer, nothing tells them apart: those before stay.
    """
    if not any(verdicts.n_gold for _, verdicts in tried):
        return before if before.threshold else replace(before, threshold=UNTOLD)
    return max((_chosen(*one) for one in tried), key=lambda one: (one[0], -abs(one[1].offset)))[1]


def _together(verdicts: Sequence[Verdicts]) -> Verdicts:
    return Verdicts(
        [score for one in verdicts for score in one.scores],
        [right for one in verdicts for right in one.right],
        sum(one.n_gold for one in verdicts),
    )


def _read(tagger: Tagger, examples: Sequence[Example]) -> Outputs:
    # Beside the rows of no word: all of them may be foreign, of which nothing is read.
    none = np.zeros((0, tagger.heads.weights["bio.weight"].shape[1]), dtype=np.float32)
    words, means, lengths, offsets, sentences = [none], [none], [], [], []
    themes = np.zeros((len(examples), len(THEMES)))
    plain = tagger._replace(decisions=replace(tagger.decisions, theme_spelling=0.0))
    read = 0
    for group, contexts in tag.groups(examples):
        for held, vectors in mentions.read(tagger, contexts):
            words.append(vectors.words)
            means.append(vectors.means)
            lengths += vectors.lengths
            offsets += [part.encoded.words for part in held]
            sentences += [read + part.sentence for part in held]
            for at, row in mentions.theme_logits(plain, contexts, held, vectors).items():
                themes[read + at] = row
        read += len(group)
    return Outputs(
        np.concatenate(words), lengths, offsets, sentences, np.concatenate(means), themes, list(examples)
    )


def _verdicts(tagger: Tagger, reading: Outputs, offset: float) -> dict[str, Verdicts]:
    made = decode.chain(tagger.heads, reading.words, reading.lengths, offsets=[offset] * len(LAYERS))
    spans: dict[tuple[int, str], list[Mention]] = {}
    for wide in decode.spans(made):
        at, words = reading.sentences[wide.sentence], reading.offsets[wide.sentence]
        for one in borders.drawn(wide, reading.examples[at].text, words):
            start, end = words[one.first][0], words[one.end - 1][1]
            mention = Mention(layer=LAYERS[one.layer], start=start, end=end, text="", score=one.score)
            spans.setdefault((at, mention.layer), []).append(mention)
    return {layer: _judged(reading.examples, spans, layer) for layer in LAYERS}


def _judged(examples: Sequence[Example], spans: dict[tuple[int, str], list[Mention]], layer: str) -> Verdicts:
    scores, right, n_gold = [], [], 0
    for at, example in enumerate(examples):
        gold = [one for one in example.mentions if one.layer == layer]
        found = spans.get((at, layer), [])
        matched = {id(pair[1]) for pair in evaluate.match(gold, found)}
        n_gold += len(gold)
        scores += [one.score or 0.0 for one in found]
        right += [id(one) in matched for one in found]
    return Verdicts(scores, right, n_gold)


def _chosen(offset: float, verdicts: Verdicts) -> tuple[float, Sure]:
    """Return the best F1 with this offset, and the calibration and threshold that achieve it."""
    slope, shift = platt(verdicts.scores, verdicts.right)
    sure = Sure(offset=offset, slope=slope, shift=shift)
    likely = [mentions.probability(sure, score) for score in verdicts.scores]
    f1, least = max((_f1(likely, verdicts, least), -least) for least in THRESHOLDS)
    return f1, replace(sure, threshold=-least)


def _f1(likely: Sequence[float], verdicts: Verdicts, least: float) -> float:
    kept = [right for score, right in zip(likely, verdicts.right, strict=True) if score >= least]
    return 2 * sum(kept) / max(1, len(kept) + verdicts.n_gold)


def platt(scores: Sequence[float], right: Sequence[bool]) -> tuple[float, float]:
    """Return slope and shift of a logistic regression on the scores' logits.

    Targets are smoothed as in Platt (1999), so that few verdicts never give certainty. Of few verdicts, one
    that is wrong may have the highest score: as a slope below 0 would turn the order of all scores round, it
    is then 1, and only the shift is fitted.
    """
    if not right:
        return 1.0, 0.0
    logits = _logits(np.array(scores))
    positive = sum(right)
    high, low = (positive + 1) / (positive + 2), 1 / (len(right) - positive + 2)
    targets = np.where(np.array(right), high, low)
    slope, shift = _fitted(np.stack((logits, np.ones_like(logits)), axis=1), targets, np.zeros_like(logits))
    if slope <= 0:
        slope, (shift,) = 1.0, _fitted(np.ones((len(logits), 1)), targets, logits)
    return slope, shift


def _fitted(
    design: NDArray[np.float64], targets: NDArray[np.float64], beside: NDArray[np.float64]
) -> list[float]:
    """Return the weights of a logistic regression by Newton's method; `beside` is added to its logits."""
    weights = np.array([1.0, 0.0] if design.shape[1] == 2 else [0.0])  # begins with the scores as they are
    for _ in range(STEPS):
        likely = decode.sigmoid(design @ weights + beside)
        curve = (design * (likely * (1 - likely))[:, None]).T @ design + RIDGE * np.eye(len(weights))
        step = np.linalg.solve(curve, design.T @ (targets - likely))
        weights += _shortened(design, targets, beside, weights, step) * step
    return [round(float(one), 4) for one in weights]


def _shortened(
    design: NDArray[np.float64],
    targets: NDArray[np.float64],
    beside: NDArray[np.float64],
    weights: NDArray[np.float64],
    step: NDArray[np.float64],
) -> float:
    """Return the share of a step that lowers the loss; a full step may overshoot and diverge."""
    before = _loss(design @ weights + beside, targets)
    share = 1.0
    while share > 1e-3 and _loss(design @ (weights + share * step) + beside, targets) > before:
        share /= 2
    return share if share > 1e-3 else 0.0


def _loss(logits: NDArray[np.float64], targets: NDArray[np.float64]) -> float:
    return float((np.logaddexp(0, logits) - targets * logits).sum())


def _themes(readings: Sequence[tuple[Tagger, Outputs]]) -> dict[str, float]:
    """Return the weight of spelling, the thresholds and the calibration with the best F1 of themes.

    Without a theme in the references, nothing is chosen.
    """
    examples = [one for _, reading in readings for one in reading.examples]
    gold = np.array([[theme in one.themes for theme in THEMES] for one in examples])
    if not gold.any():
        return {}
    plain = np.concatenate([reading.themes for _, reading in readings])
    spelled = np.concatenate([_spelled_themes(*one) for one in readings])
    found = []
    for weight in SPELLING:
        logits = plain + weight * spelled
        slope, shift = platt(decode.sigmoid(logits).ravel().tolist(), gold.ravel().tolist())
        likely = decode.sigmoid(slope * logits + shift)
        f1, a, b = max(_theme_f1(likely, gold, product(THEME_THRESHOLDS, THEME_THRESHOLDS)))
        found.append((f1, -weight, a, b, slope, shift))
    _, weight, first, second, slope, shift = max(found)
    return {
        "first_theme": first, "second_theme": second, "theme_slope": slope, "theme_shift": shift,
        "theme_spelling": -weight,
    }  # fmt: skip


def _spelled_themes(tagger: Tagger, reading: Outputs) -> NDArray[np.float64]:
    table = tagger.heads.weights.get("ngrams.theme")
    if table is None:
        return np.zeros_like(reading.themes)
    return ngrams.scores(table, [ngrams.features(one.text) for one in reading.examples]).astype(float)


def _spelling(readings: Sequence[tuple[Tagger, Outputs]]) -> dict[str, float]:
    """Return the weights of spelling with which most kinds and statuses of instruments are right."""
    chosen = {}
    for what in ("kind", "status"):
        right = np.concatenate([_labels_right(*one, what) for one in readings], axis=1)
        if right.size:
            best = max((float(row.mean()), -weight) for weight, row in zip(SPELLING, right, strict=True))
            chosen[f"{what}_spelling"] = -best[1]
    return chosen


def _labels_right(tagger: Tagger, reading: Outputs, what: str) -> NDArray[np.bool_]:
    """Return for each weight of spelling which instruments get the right kind or status."""
    found, gold = _instruments(reading, what)
    if not found:
        return np.zeros((len(SPELLING), 0), dtype=bool)
    layer = LAYERS.index("instrument")
    firsts = np.cumsum(reading.lengths) - np.array(reading.lengths)
    rows = decode.span_vectors(tagger.heads, layer, reading.words, reading.means, found, firsts)
    places = [
        (reading.examples[reading.sentences[one.sentence]].text, mention.start, mention.end)
        for one, mention in zip(found, gold, strict=True)
    ]
    labels, logits = {
        "kind": (KINDS["instrument"], mentions.kind_logits),
        "status": (STATUSES["instrument"], mentions.status_logits),
    }[what]
    wanted = np.array([labels.index(getattr(one, what)) for one in gold])
    weighted = (
        tagger._replace(decisions=replace(tagger.decisions, **{f"{what}_spelling": weight}))
        for weight in SPELLING
    )
    return np.stack([logits(one, layer, rows, places).argmax(axis=1) == wanted for one in weighted])


def _instruments(reading: Outputs, what: str) -> tuple[list[Found], list[Mention]]:
    """Return the reference's instruments whose kind or status is told, as spans of words."""
    found, gold = [], []
    for part, (at, words) in enumerate(zip(reading.sentences, reading.offsets, strict=True)):
        for one in reading.examples[at].mentions:
            inside = [n for n, (start, end) in enumerate(words) if start < one.end and end > one.start]
            if one.layer == "instrument" and inside and getattr(one, what):
                found.append(Found(part, LAYERS.index("instrument"), inside[0], inside[-1] + 1, 1.0))
                gold.append(one)
    return found, gold


def _theme_f1(
    likely: NDArray[np.float64], gold: NDArray[np.bool_], pairs: Iterable[tuple[float, float]]
) -> Iterator[tuple[float, float, float]]:
    """Yield F1 with each pair of thresholds for the likeliest theme and the second, and the pair."""
    order = np.argsort(-likely, axis=1)
    first, second = (np.take_along_axis(likely, order[:, at, None], axis=1)[:, 0] for at in (0, 1))
    is_first, is_second = (np.take_along_axis(gold, order[:, at, None], axis=1)[:, 0] for at in (0, 1))
    wanted = gold.sum()
    for least, least_second in pairs:
        top = first >= least
        beside = top & (second >= least_second)
        right = (is_first & top).sum() + (is_second & beside).sum()
        yield float(2 * right / max(1, top.sum() + beside.sum() + wanted)), least, least_second


def _logits(likely: NDArray[np.float64]) -> NDArray[np.float64]:
    clipped = np.clip(likely.astype(np.float64), 1e-6, 1 - 1e-6)
    found: NDArray[np.float64] = np.log(clipped / (1 - clipped))
    return found
