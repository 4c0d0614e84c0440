"""Trace a figure in the tables `trends` and `changes` back to the rows that were counted for it.

A row is named `period/basis/unit/item[/denominator[/slice/value]]`, such as
`bt20/published/theme/energy` or `bt20/published/theme/energy/sentences/issuer/SPD`. A row of `changes`
has two periods: `bt19..bt20/published/theme/energy`. An item may be given by its label.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import QueryError
from pipeline.query import rows
from pipeline.schema.declare import Row
from pipeline.schema.values import BASES, UNITS
from pipeline.tracking import counts

Lines = Iterator[str]

# What follows the unit: people name their themes and issuers as they like (»Bau/Wohnen«).
_NAMED = re.compile(
    r"(?P<item>.+?)(/(?P<denominator_unit>sentences|mentions)(/(?P<slice>[a-z_]+)/(?P<slice_value>.+))?)?"
)
LISTED = 20  # rows of a list that are printed; the others are only counted
TRENDS = f"select *, {counts.LEAVES_OUT} as leaves_out from trends"

# The mentions `m` that an item of a unit counts, as pipeline/tracking/counts.py does.
OF_ITEM = {
    "layer": "m.layer = ?",
    "concept": "m.concept_id = ?",
    "actor": "m.concept_id = ?",
    "kind": "m.layer = 'instrument' and m.kind = ?",
    "actor_kind": "m.layer = 'actor' and m.kind = ?",
    "status": "m.layer <> 'actor' and m.status = ?",
}
# The rows of `trends` that count a mention of a period and a document.
OF_MENTION = f"""select * from trends where period_id = ? and basis = 'published' and slice = 'all'
    and (not {counts.LEAVES_OUT} or exists (from documents d where document_id = ? and {counts.WEIGHS}))"""
_THEMES = {"theme": "sentence_themes", "user_theme": "user_themes"}
_LEVELS = {
    "documents": "95 % interval: bootstrap over documents, nowhere narrower than Wilson's",
    "sections": "95 % interval: bootstrap over sections (too few documents)",
    "none": "no interval: too few documents and sections to draw from",
}


def is_trend(reference: str) -> bool:
    """Return whether a text names a row of `trends` or of `changes`."""
    parts = reference.split("/")
    return len(parts) >= 4 and parts[1] in BASES and parts[2] in UNITS


def parts(named: str) -> dict[str, str]:
    """Return the columns that the part of a row's name behind its unit states, such as `item`."""
    found = _NAMED.fullmatch(named)
    return {name: value for name, value in found.groupdict().items() if value} if found else {"item": named}


def trend_name(row: Row) -> str:
    """Return the name of a row of `trends`."""
    names = [row[name] for name in ("period_id", "basis", "unit", "item", "denominator_unit")]
    return "/".join(names if row["slice"] == "all" else [*names, row["slice"], row["slice_value"]])


def trend_lines(out: Path, reference: str) -> Lines:
    """Yield lines on how a figure came about and on every row that was counted for it."""
    periods, _, rest = reference.partition("/")
    first, two, second = periods.partition("..")
    if two:
        yield from _change(out, first, second, rest)
    for period in filter(None, (first, second)):
        yield from _trend(out, f"{period}/{rest}")


def _change(out: Path, first: str, second: str, rest: str) -> Lines:
    """Yield lines on how the difference between two periods was estimated and tested."""
    row = _change_row(out, first, second, rest)
    yield f"change {first}..{second}/{rest}"
    yield f"  difference  {_points(row, 'difference')}, the later share minus the earlier"
    ends = f"{_points(row, 'low')} to {_points(row, 'high')}"
    yield f"  estimated   95 % interval: both periods bootstrapped apart: {ends}"
    tested = "permutation of documents between the periods; q after Benjamini and Hochberg (1995)"
    yield f"  tested      p = {_number(row['p'])}, q = {_number(row['q'])}: {tested}"
    if row["drift_warning"]:
        yield f"  beware      {row['drift_warning']}"


def _change_row(out: Path, first: str, second: str, rest: str) -> Row:
    basis, unit, named = rest.split("/", 2)
    given = {"slice": "all", "slice_value": "all"} | parts(named)
    sql = """select * from changes where period_from = ? and period_to = ? and basis = ? and unit = ?
        and ? in (item, label) and slice = ? and slice_value = ?"""
    columns = (given[name] for name in ("item", "slice", "slice_value"))
    found = rows(out, sql, first, second, basis, unit, *columns)
    if not found:
        what = f"changes has no row {first}..{second}/{rest}"
        raise QueryError("explain", what, "copy the periods, basis, unit and item from it")
    return found[0]


def _points(row: Row, name: str) -> str:
    return "-" if row[name] is None else f"{100 * row[name]:+.2f} points"


def _number(value: float | None) -> str:
    return "none (documents too few, or of other kinds)" if value is None else f"{value:.4f}"


def _trend(out: Path, reference: str) -> Lines:
    for row in _trend_rows(out, reference):
        yield f"trend {trend_name(row)}"
        of = f"{row['denominator']} {row['denominator_unit']}"
        equals = " =" if row["weights"] == "none" else f", weighted by {row['weights']}:"
        share = "" if row["share"] is None else f"{equals} {_share(row, 'share')}"
        ends = "" if row["low"] is None else f": {_share(row, 'low')} to {_share(row, 'high')}"
        yield f"  share       {row['n']} / {of}{share}"
        yield f"  estimated   {_LEVELS[row['level']]}{ends}"
        if row["corrected"] is not None:
            ends = f"{_share(row, 'corrected_low')} to {_share(row, 'corrected_high')}"
            told = f"{_share(row, 'corrected')} ({ends})"
            yield f"  corrected   {told}, for errors of the tagger, or of a user's theme as judged"
        yield f"  documents   {row['n_documents']}"
        if row["coverage_warning"]:
            yield f"  beware      {row['coverage_warning']}"
        yield from run_lines(out)
        yield from _recount(out, row)


def _trend_rows(out: Path, reference: str) -> list[Row]:
    period, basis, unit, named = reference.split("/", 3)
    wanted = {"period_id": period, "basis": basis, "unit": unit, "slice": "all"} | parts(named)
    where = " and ".join("? in (item, label)" if name == "item" else f"{name} = ?" for name in wanted)
    sql = f"{TRENDS} where {where} order by item, denominator_unit"
    found = rows(out, sql, *wanted.values())
    if not found:
        raise QueryError(
            "explain", f"trends has no row {reference}", "copy period, basis, unit and item from it"
        )
    return found


def _share(row: Row, name: str) -> str:
    return "-" if row[name] is None else f"{100 * row[name]:.2f} %"


def _recount(out: Path, row: Row) -> Lines:
    """Yield the rows that make up the numerator, and whether their number agrees with it."""
    condition, values = counted(row)
    among, counts_by = "sentences s join documents d using (document_id)", "s.sentence_id"
    if row["denominator_unit"] == "mentions":
        among += f" join mentions m on m.sentence_id = s.sentence_id and {OF_ITEM[row['unit']]}"
        counts_by, values = "m.mention_id", [row["item"], *values]
    sql = f"""select {counts_by} as id, s.text as sentence, d.path, s.page
        from {among} where {condition} order by d.path, s.number, id"""
    found = rows(out, sql, *values)
    same = "as above" if len(found) == row["n"] else "NOT as above: run `politikspur track` again"
    yield f"  counted     {len(found)} {row['denominator_unit']}, {same}"
    yield from listed("", [f"{one['id']} {_where(one)}: {one['sentence']}" for one in found])


def counted(row: Row) -> tuple[str, list[str]]:
    """Return SQL with values for the sentences `s` of documents `d` that a row of `TRENDS` counts."""
    unit = row["unit"]
    among = f"mentions m where {OF_ITEM[unit]}" if unit in OF_ITEM else f"{_THEMES[unit]} m where m.theme = ?"
    has = f"exists (select 1 from {among} and m.sentence_id = s.sentence_id)"
    is_published = row["basis"] == "published"
    when = "d.period_published = ?" if is_published else "list_contains(s.periods_addressed, ?)"
    weighs = counts.WEIGHS if row["leaves_out"] else "true"
    part = "" if row["slice"] == "all" else f"and coalesce(d.{row['slice']}, '') = ?"
    values = [row["item"], row["period_id"], *([row["slice_value"]] if part else [])]
    return f"s.counted and {weighs} and {has} and {when} {part}", values


def items(layer: str, concept_id: str | None, kind: str | None, status: str | None) -> list[tuple[str, str]]:
    """Return unit and item of the trends that count a mention."""
    named = {
        "actor" if layer == "actor" else "concept": concept_id,
        {"instrument": "kind", "actor": "actor_kind"}.get(layer, ""): kind,
        "status": status,
        "layer": layer,
    }
    return [(unit, item) for unit, item in named.items() if unit and item]


def _where(row: Row) -> str:
    return f"{row['path']}, p. {row['page']}" if row["page"] else str(row["path"])


def run_lines(out: Path) -> Lines:
    """Yield lines on the run that made the tables and what it was made with."""
    found = rows(out, "select * from runs order by started desc limit 1")
    for row in found:
        versions, hashes = json.loads(row["versions"]), json.loads(row["hashes"])
        models = [f"{name} {value}" for name, value in hashes.items() if name.startswith("model")]
        settings = json.loads(row["settings"]).get("track", {})
        drawn = f", {settings['resamples']} resamples, seed {settings['seed']}" if settings else ""
        yield f"  run         {row['run_key'][:16]} of {row['finished']:%Y-%m-%d %H:%M} UTC{drawn}"
        program = versions.get("politikspur", "?")
        yield f"  made with   politikspur {program}; {', '.join(models) or 'no models'}"


def listed(name: str, lines: list[str]) -> Lines:
    """Yield the first lines of a list and the number of further ones."""
    yield from (f"  {name:<11} {line}" for line in lines[:LISTED])
    if len(lines) > LISTED:
        yield f"  {'':<11} … and {len(lines) - LISTED} more"
