"""Pack a trained tagger into a model folder: quantised, calibrated, with a card that describes it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from pipeline import cards, store, tag
from pipeline.cards import CARD
from pipeline.errors import InputError, ModelError, why
from pipeline.evaluate import Evaluation, compare
from pipeline.extractors import mentions
from pipeline.knowledge.toml import as_toml
from pipeline.learning import analysis, calibrate, quantize
from pipeline.learning.analysis import Curve
from pipeline.learning.jsonl import Example
from pipeline.versions import file_sha256

FILES = ("decisions.toml", "encoder.onnx", "heads.npz", "tokenizer.json")
TABLE = 10_000  # number of weights from which an array is stored in half precision
DIGITS = 3  # of a score in a card
INTERVAL = "95 % interval over documents (low, high; both the score itself where there is only one document)"
HELD_OUT, CROSSED = "held_out", "crossed"
TOLD = {
    HELD_OUT: "Documents that the tagger was not trained on, read by itself.",
    CROSSED: "Each document was read by a tagger that was not trained on it: those held out by this one, "
    "the others by those of the cross-validation.",
}
MADE = ("name", "columns", "files", "scores", "bits")  # parts of a card that are no description

Read = list[tuple[Example, Example]]  # sentences of a reference, each with what a tagger reads in it


def pack(
    source: Path,
    target: Path,
    *,
    about: Mapping[str, Any],
    decisions: mentions.Decisions,
    bits: quantize.Bits = 8,
) -> None:
    """Write a model folder from the float encoder, heads and tokenizer in `source`.

    Args:
        source: A folder with `encoder.onnx` (float), `heads.npz`, `tokenizer.json` and `config.json`.
        target: The model folder; its files are replaced.
        about: The card's description of the model: `what`, `from`, `licence`, `weaknesses` …
        decisions: Its thresholds and calibration until `finish` chooses others (`calibrate.start`).
        bits: Number of bits of the encoder's weights.
    """
    with renewed(target) as fresh:
        quantize.quantize(source / "encoder.onnx", fresh / "encoder.onnx", way="dynamic", bits=bits)
        for name in ("tokenizer.json", "config.json"):
            shutil.copyfile(source / name, fresh / name)
        write_heads(source / "heads.npz", fresh / "heads.npz")
        _write_decisions(fresh, decisions, {"name": target.name, **about}, {})


@contextmanager
def renewed(folder: Path) -> Iterator[Path]:
    """Yield an empty folder; without an error, its files then replace those of `folder`, the card last."""
    with store.aside(folder) as fresh:
        yield fresh
        for path in sorted(fresh.iterdir(), key=lambda path: path.name == CARD):
            store.move(path, folder / path.name)


def finish(
    folder: Path,
    *,
    about: Mapping[str, Any],
    unseen: Sequence[Example],
    crossed: Sequence[tuple[Path, Sequence[Example]]] = (),
    judge: Sequence[Example],
    curve: Curve,
) -> None:
    """Calibrate the tagger in a folder, evaluate it, and write its card, learning curve and report.

    Nothing is written before all is known. Taggers of a cross-validation have thresholds and a calibration of
    their own, and so has this one if sentences are held out from it: one that was trained for longer is surer
    of itself and leans less on spelling. Else it takes theirs.

    Args:
        folder: The model folder.
        about: The card's description of the model.
        unseen: Sentences that the tagger was not trained on.
        crossed: More of them, each with the folder of a tagger of a cross-validation that was not trained on
            them. Without any of both, the thresholds stay.
        judge: Sentences used for evaluation only; their scores are stated in the card.
        curve: The losses of each epoch.
    """
    tagger = mentions.open_folder(folder)
    folds = [(mentions.open_folder(place), sentences) for place, sentences in crossed]
    decided = [calibrate.calibrate(one) for one in ([(tagger, unseen)] if unseen else [], folds) if one]
    if decided:
        tagger = tagger._replace(decisions=decided[0])
        folds = [(one._replace(decisions=decided[-1]), sentences) for one, sentences in folds]
    given = {HELD_OUT: _read(tagger, unseen)}
    if folds:
        given[CROSSED] = [*given[HELD_OUT], *(pair for one in folds for pair in _read(*one))]
    given["judge"] = _read(tagger, judge)
    reports = {name: compare(pairs) for name, pairs in given.items() if pairs}
    scores = {name: figures(report) for name, report in reports.items()}
    if folds:
        scores[CROSSED]["folds"] = len(folds)
    if folds and unseen:
        scores["folds_f1"] = _beside(given[HELD_OUT], [_read(one, unseen) for one, _ in folds])
    analysis.write(folder, reports, curve=curve, about=TOLD)
    store.write_bytes(folder / "curve.json", (json.dumps(list(curve), indent=1) + "\n").encode())
    _write_decisions(folder, tagger.decisions, about, scores)


def _read(tagger: mentions.Tagger, gold: Sequence[Example]) -> Read:
    return list(zip(gold, tag.tagged(gold, tagger), strict=True))


def _beside(own: Read, folds: Sequence[Read]) -> dict[str, list[float]]:
    """Return the F1 of a tagger by layer, and the mean of those of its folds, on what none has seen."""
    told = [
        {row.name: row.f1 for row in compare(pairs).scores if row.group == "layer" and row.n_gold}
        for pairs in (own, *folds)
    ]
    return {
        name: [round(f1, DIGITS), round(sum(one[name] for one in told[1:]) / len(folds), DIGITS)]
        for name, f1 in told[0].items()
    }


def curve_of(folder: Path) -> list[dict[str, float]]:
    """Return the learning curve of a finished tagger.

    Raises:
        InputError: the folder is that of no finished tagger.
    """
    try:
        mentions.open_folder(folder)
        found: list[dict[str, float]] = msgspec.json.decode((folder / "curve.json").read_bytes())
    except (OSError, ModelError, msgspec.DecodeError) as error:
        told = error.what if isinstance(error, ModelError) else why(error)
        raise InputError(
            str(folder), f"has no finished tagger ({told})", "train it without --keep"
        ) from error
    return found


def described(folder: Path) -> dict[str, Any]:
    """Return what the card of a finished tagger says of it, without its scores."""
    return {name: told for name, told in cards.read(str(folder)).items() if name not in MADE}


def figures(report: Evaluation) -> dict[str, Any]:
    """Return the figures of a report for a card, with 95 % intervals over documents."""
    found: dict[str, Any] = {"sentences": report.n_sentences, "documents": report.n_documents}
    for one in report.scores:
        values = [one.f1, one.low, one.high, one.exact, one.precision, one.recall]
        found.setdefault(f"{one.group.replace(' ', '_')}_f1", {})[one.name] = [
            *(round(value, DIGITS) for value in values), one.n_gold, one.n_documents,
        ]  # fmt: skip
    for share in report.shares:
        values = [share.share, share.low, share.high, share.alpha]
        found.setdefault("share_right", {})[f"{share.layer} {share.what}"] = [
            *(round(value, DIGITS) for value in values), share.n, share.n_documents,
        ]  # fmt: skip
    found["calibration_error"] = {one.layer: round(one.error, DIGITS) for one in report.reliability}
    return found


def write_card(folder: Path, about: Mapping[str, Any], scores: Mapping[str, Any]) -> None:
    """Write `card.toml`: the model's description, its scores, and the hash of every file."""
    files = {name: file_sha256(folder / name) for name in FILES}
    columns = {
        **TOLD,
        "f1": f"F1 at IoU >= 0.5, {INTERVAL}, exact F1, precision, recall, n, documents",
        "folds_f1": "F1 by layer of the tagger, mean F1 of its folds, on documents that none has seen",
        "share_right": f"share of matched spans, {INTERVAL}, Krippendorff's alpha, n, documents",
    }
    card = {"name": folder.name, **about, "columns": columns, "files": files, "scores": dict(scores)}
    store.write_bytes(folder / CARD, as_toml(card).encode())


def _write_decisions(
    folder: Path, decisions: mentions.Decisions, about: Mapping[str, Any], scores: Mapping[str, Any]
) -> None:
    store.write_bytes(folder / "decisions.toml", as_toml(msgspec.to_builtins(decisions)).encode())
    write_card(folder, about, scores)


def write_heads(source: Path, target: Path) -> None:
    """Copy the heads, large ones in half precision, whose error is far below that of the int8 encoder."""
    with np.load(source) as held:
        arrays = {
            name: held[name].astype(np.float16 if held[name].size > TABLE else np.float32)
            for name in sorted(held.files)
        }
    np.savez(target, **arrays)
