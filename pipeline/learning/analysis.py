"""Write the report on a tagger: figures by layer, kind, type, period and length, and its errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipeline import store
from pipeline.evaluate import ORDER, OVERLAP, Evaluation, LayerScore
from pipeline.learning.samples import LOSS_HELD_OUT
from pipeline.reporting import plots

Curve = Sequence[Mapping[str, float]]
PAGE, CURVES, RELIABILITY = "report.md", "curves.svg", "reliability.svg"
NAMESPACE = '<svg xmlns="http://www.w3.org/2000/svg" '  # required in a file of its own


def write(
    folder: Path,
    reports: Mapping[str, Evaluation],
    *,
    curve: Curve = (),
    about: Mapping[str, str] | None = None,
) -> Path:
    """Write the page and its pictures into a folder; return the page.

    Args:
        folder: the target folder, created if it is missing.
        reports: by the name of the references, such as "held out"; the first gives the reliability plot.
        curve: losses of each epoch.
        about: a sentence on some of the references.
    """
    folder.mkdir(parents=True, exist_ok=True)
    told = about or {}
    if curve:
        _draw(folder / CURVES, plots.learning(curve, broken=LOSS_HELD_OUT))
    first = next(iter(reports.values()), None)
    if first is not None:
        bins = {one.layer: one.bins for one in first.reliability}
        _draw(folder / RELIABILITY, plots.reliability(bins))
    lines = [*_learning(curve), *(line for name, one in reports.items() for line in _judged(name, one, told))]
    if first is not None:
        lines += [f"![Share of right spans by score]({RELIABILITY})", ""]
    store.write_bytes(folder / PAGE, ("\n".join(lines).strip() + "\n").encode())
    return folder / PAGE


def _draw(path: Path, spec: plots.Spec) -> None:
    drawn = plots.svg(spec)
    store.write_bytes(path, (drawn if "xmlns=" in drawn else drawn.replace("<svg ", NAMESPACE, 1)).encode())


def _learning(curve: Curve) -> Iterator[str]:
    if curve:
        yield from ("# Learning", "", f"![Losses by epoch; broken lines: held-out sentences]({CURVES})", "")


def _judged(name: str, report: Evaluation, about: Mapping[str, str]) -> Iterator[str]:
    yield from (f"# Judged on {name}", "")
    whole = f"{report.n_sentences} sentences of {report.n_documents} documents."
    yield from (f"{whole} {about.get(name, '')}".strip(), "")
    for group in ORDER:
        scores = [one for one in report.scores if one.group == group]
        if scores:
            yield from (f"## By {group}", "", *_table(HEAD, map(_row, scores)), "")
    yield from ("## What became of the spans", "", OUTCOMES, "")
    names = sorted({what for found in report.outcomes.values() for what in found})
    rows = ([layer, *(str(found.get(what, 0)) for what in names)] for layer, found in report.outcomes.items())
    yield from (*_table(["", *names], rows), "")
    for what, table in report.confusion.items():
        found = sorted({one for row in table.values() for one in row})
        rows = ([gold, *(str(row.get(one, "")) for one in found)] for gold, row in table.items())
        yield from (
            f"## {what.capitalize()}: reference (rows) and tagger",
            "",
            *_table(["", *found], rows),
            "",
        )
    yield from ("## Expected calibration error", "")
    yield from (*_table(["", "error"], ([one.layer, f"{one.error:.3f}"] for one in report.reliability)), "")


HEAD = ["", f"F1 (IoU ≥ {OVERLAP})", "95 %", "exact", "precision", "recall", "reference", "found"]
OUTCOMES = "Torn: the spans touch, but share too little to pair. Invented: the reference has nothing there."


def _row(one: LayerScore) -> list[str]:
    figures = [f"{value:.3f}" for value in (one.exact, one.precision, one.recall)]
    interval = f"{one.low:.3f} to {one.high:.3f}" if one.n_documents > 1 else "–"
    return [one.name, f"{one.f1:.3f}", interval, *figures, str(one.n_gold), str(one.n_predicted)]


def _table(head: Sequence[str], rows: Iterator[list[str]]) -> Iterator[str]:
    for cells in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(cells)} |"
