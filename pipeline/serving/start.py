"""Show the first page: what is in the corpus, how well it was read, and what changed most recently."""

from __future__ import annotations

from typing import Any

import msgspec

from pipeline.cards import read
from pipeline.errors import ModelError
from pipeline.records import Record
from pipeline.reporting.digest import CLEAREST, Digest, figures
from pipeline.reporting.findings import Finding, findings
from pipeline.schema.declare import Row
from pipeline.schema.labels import LAYERS
from pipeline.serving import curves, shelf
from pipeline.serving.reader import Reader
from pipeline.wording import Language

CHANGES = 6


class Start(Record):
    """Everything the first page shows."""

    digest: Digest
    findings: tuple[Finding, ...]
    changes: list[Row]
    types: tuple[str, ...]
    kinds: dict[tuple[str, str], int]
    periods: tuple[str, ...]
    weights: str
    readings: tuple[tuple[str, int], ...]  # documents not read as they are: how, and how many
    quality: tuple[tuple[str, tuple[float, float, float]], ...]  # layer: F1 and its interval


def start(reader: Reader, language: Language) -> Start:
    """Return the content of the first page, which is made once for each state of the tables."""
    found: Digest = reader.kept(_digest)
    kinds = {(period, kind): n for period, kind, n in found.kinds}
    return Start(
        digest=found,
        findings=findings(found, language),
        changes=_changes(reader, found.periods),
        types=tuple(dict.fromkeys(kind for _, kind, _ in sorted(found.kinds, key=lambda row: -row[2]))),
        kinds=kinds,
        periods=tuple(dict.fromkeys(cover.period_id for cover in found.cover)),
        weights=curves.weights(reader),
        readings=tuple(entry for entry in shelf.facet(reader, "status", "", {}).values if entry[0] != "ok"),
        quality=quality(_tagger(reader)),
    )


def _digest(reader: Reader) -> Digest:
    with reader.cursor() as base:
        return figures(base)


def _changes(reader: Reader, periods: tuple[str, ...]) -> list[Row]:
    """Return the clearest changes between the last two periods: large compared with their intervals."""
    return reader.rows(CHANGED, periods[-2], periods[-1]) if len(periods) > 1 else []


CHANGED = f"""
    select * from changes x
    where basis = 'published' and slice = 'all' and unit in ('theme', 'concept', 'actor')
      and period_from = ? and period_to = ? and x.low is not null
    order by {CLEAREST.format(size="difference")}, unit, item limit {CHANGES}"""


def quality(model: str) -> tuple[tuple[str, tuple[float, float, float]], ...]:
    """Return F1 with its interval for each layer, as stated in a tagger's card."""
    try:
        found = read(model)["scores"]["judge"]["layer_f1"]
        return tuple((layer, tuple(found[layer][:3])) for layer in (*LAYERS, "theme") if layer in found)
    except (KeyError, ModelError):
        return ()


def _tagger(reader: Reader) -> str:
    """Return the model that tagged, according to the last run."""
    last = reader.row("select settings from runs order by finished desc limit 1")
    told: dict[str, Any] = msgspec.json.decode(last["settings"]) if last else {}
    return str(told.get("tag", {}).get("model", ""))
