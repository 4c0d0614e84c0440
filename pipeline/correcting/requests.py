"""Read requests for corrections from a CSV file, a filled-in review queue or an edited XMI file."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import InputError
from pipeline.plain import unguard
from pipeline.reading.manifest import csv_lines
from pipeline.records import Record

COLUMNS = (
    "mention_id", "document", "quote", "prefix", "suffix", "layer", "action",
    "new_layer", "kind", "status", "named", "concept", "text", "who", "note",
)  # fmt: skip
SHOWN = ("score", "title", "page", "sentence")  # columns of a review queue that only inform the reviewer

QUEUED = {"score", "sentence"}  # by which a review queue is known


class Request(Record):
    """One line of a correction file."""

    where: str  # file and line
    values: dict[str, str]  # column -> content, without empty cells

    def get(self, name: str) -> str:
        """Return the value of a column, "" if it is empty."""
        return self.values.get(name, "")


def requests(out: Path, source: Path) -> list[Request]:
    """Return the lines of a correction file, or the changes in an edited XMI file."""
    if source.suffix.lower() == ".xmi":
        from pipeline.publishing.inception import edits

        return [Request(where=source.name, values=values) for values in edits(out, source)]
    return read_csv(source)


def read_csv(source: Path) -> list[Request]:
    """Return the lines of a correction file (separator and encoding as Excel writes them).

    Lines of a review queue with an empty `action` are skipped.
    """
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
    found = [
        Request(
            where=f"{source.name} line {number}",
            values={
                n: unguard(cell.strip()) for n, cell in zip(names, cells, strict=False) if n and cell.strip()
            },
        )
        for number, cells in lines[1:]
    ]
    return [one for one in found if one.get("action") or not set(names) >= QUEUED]
