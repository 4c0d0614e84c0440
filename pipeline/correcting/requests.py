"""Read requests for corrections from a CSV file, a filled-in review queue or an edited XMI file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline import outputs
from pipeline.errors import InputError
from pipeline.plain import counted, unguard
from pipeline.reading.manifest import csv_lines
from pipeline.records import Record
from pipeline.schema.declare import Row
from pipeline.schema.labels import SAID_NAMED

COLUMNS = (
    "mention_id", "document", "quote", "prefix", "suffix", "layer", "action",
    "new_layer", "kind", "status", "named", "concept", "text", "who", "note",
)  # fmt: skip
SHOWN = ("score", "title", "page", "sentence", "seen")  # columns of a review queue that nobody fills in

LABELS = ("kind", "status", "named")
CHANGED = (*LABELS, "layer", "new_layer", "concept", "text")  # columns that say what is to be
WHOLE = ("add", "delete", "relabel")  # say all about a mention, so that what was said of one label is past
QUEUED = {"score", "sentence"}  # by which a review queue is known


class Request(Record):
    """One line of a correction file."""

    where: str  # file and line
    values: dict[str, str]  # column -> content, without empty cells
    queued: bool = False  # stands in a review queue, where a line without `action` says that all is right
    known: int | None = (
        None  # corrections before the export of its file, which says all again; None: said now
    )

    def get(self, name: str) -> str:
        """Return the value of a column, "" if it is empty."""
        return self.values.get(name, "")


def requests(out: Path, source: Path) -> list[Request]:
    """Return the lines of a correction file that ask for something, or the changes in an edited XMI file.

    Raises:
        InputError: a line is wrong, or changes what its action does not.
    """
    if source.suffix.lower() == ".xmi":
        from pipeline.publishing.inception import edits

        lines, known = edits(out, source)
        return [Request(where=source.name, values=values, known=known) for values in lines]
    found = read_csv(source)
    _refuse_unsaid(out, found)
    return [one for one in found if one.get("action") or not one.queued]


def labels_of(mention: Row) -> dict[str, str]:
    """Return the labels of a mention as they stand in a correction file."""
    named = SAID_NAMED[mention["named"]]
    return {"kind": mention["kind"] or "", "status": mention["status"] or "", "named": named}


def seen_in(mention: Row) -> str:
    """Return layer and labels of a mention as a queue keeps them: a later run may have others."""
    return " | ".join((mention["layer"], *labels_of(mention).values()))


def _refuse_unsaid(out: Path, found: Sequence[Request]) -> None:
    """Raise InputError if a line changes what no action of its mention does: it would be lost unnoticed."""
    done = {(one.get("mention_id"), field) for one in found for field in _done(one.get("action"))}
    ids = {one.get("mention_id") for one in found}
    columns = ["mention_id", "source", "layer", *LABELS]
    known = {
        row["mention_id"]: row for row in outputs.rows(out, "mentions", columns) if row["mention_id"] in ids
    }
    lost = [
        (one, field)
        for one in found
        for field in _changed(one, known.get(one.get("mention_id")))
        if (one.get("mention_id"), field) not in done
    ]
    if lost:
        one, field = lost[0]
        action, n = one.get("action"), len({other.where for other, _ in lost}) - 1
        why = f"which {action!r} does not do" if action else "but its `action` is empty"
        more = f" (and so in {counted(n, 'other line')})" if n else ""
        remedy = "fill in `action`, one line for each, or restore what stood there; nothing was stored"
        raise InputError(one.where, f"changes `{field}`, {why}{more}", remedy)


def _done(action: str) -> tuple[str, ...]:
    """Return the columns that an action reads."""
    return CHANGED if action in WHOLE else (action, "text") if action else ()


def _changed(one: Request, mention: Row | None) -> list[str]:
    """Return the columns in which a line differs from what it was written with, or else from the mention.

    What a person or a new model has changed since the file was written is no change of this line.
    """
    if mention is None:
        return []
    shown = {"layer": mention["layer"], **labels_of(mention)}
    seen = [part.strip() for part in one.get("seen").split("|")]
    if len(seen) == len(shown):
        before = dict(zip(shown, seen, strict=True))
    else:
        before = {name: one.get(name) for name in shown} if mention["source"] == "person" else shown
    return [name for name in CHANGED if one.get(name) not in ("", before.get(name, ""))]


def read_csv(source: Path) -> list[Request]:
    """Return the lines of a correction file (separator and encoding as Excel writes them)."""
    lines = csv_lines(source)
    names = [name.strip().casefold() for name in lines[0][1]] if lines else []
    if "action" not in names or not {"mention_id", "quote"} & set(names):
        what = "has no column `action`" if "action" not in names else "has no column `mention_id` or `quote`"
        raise InputError(source.name, what, f"columns are {', '.join(COLUMNS)}")
    unknown = sorted(set(names) - {*COLUMNS, *SHOWN, ""})
    if unknown:
        raise InputError(
            source.name, f"has an unknown column `{unknown[0]}`", f"columns are {', '.join(COLUMNS)}"
        )
    return [
        Request(
            where=f"{source.name} line {number}",
            values={
                n: unguard(cell.strip()) for n, cell in zip(names, cells, strict=False) if n and cell.strip()
            },
            queued=set(names) >= QUEUED,
        )
        for number, cells in lines[1:]
    ]
