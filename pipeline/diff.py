"""Compare two output folders: which rows changed, and why.

The journals of both folders show in what the runs differed (circumstances). A changed row is
explained by the first circumstance that can affect it; if there is none, it follows from other rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import msgspec

from pipeline import outputs
from pipeline.records import Record
from pipeline.schema import TABLES
from pipeline.schema.declare import Table
from pipeline.versions import digest

READER = ("read", "clean", "split")
READING = ("reader version", "setting read", "setting limits")
FROM_TRACK = (
    "trends", "changes", "slopes", "attention", "novelty", "distinctive", "lineage", "statements", "edges",
    "nodes", "networks",
)  # fmt: skip
DERIVED = (*FROM_TRACK, "open_themes", "user_themes")
FACTS = {"published", "period_published", "period_home", "periods_addressed", "period_rule"}
PLACES = {"number", "sentence_number", "page", "pages", "boxes", "char_start", "char_end", "passage_id"}
# The circumstances that can affect a table, the most direct first; keys as in `circumstances`.
REACH: dict[str, tuple[str, ...]] = {
    "documents": (*READING, "taxonomy", "version tabulate", "person"),
    **dict.fromkeys(("pages", "omissions", "passages"), READING),
    "sentences": (*READING, "taxonomy", "version tabulate"),
    "sentence_themes": ("model", "setting tag", "version tag"),
    "mentions": ("model", "setting tag", "version tag", "person"),
    "attributes": ("version tag", "model", "person"),
    "relations": ("version relate", "setting relate", "model", "person"),
    "concepts": ("own concepts", "taxonomy", "setting link", "version link"),
    "names": ("taxonomy", "version link"),
    "periods": ("taxonomy",),
    **dict.fromkeys(FROM_TRACK, ("setting track", "version track")),
    "open_themes": ("own open themes", "setting open_themes", "setting track", "version track"),
    "user_themes": ("own themes", "setting track", "version track"),
    "corrections": (*READING, "model", "setting tag", "version tag", "person"),  # where their words are now
}
FOLLOWS = "follows from other rows"
NAMES = ("label", "title", "text", "name")  # the first column of a table that tells people which row it is
ANCHORED = ("anchored", "reason", "mention_id")  # columns of corrections that follow from the text
COMPARED = tuple(name for name in TABLES if name in REACH)


class Circumstance(Record):
    """One thing in which the two runs differed."""

    cause: str  # reader version, model, taxonomy, setting …, version …, own …, person
    what: str
    before: str
    after: str


class RowChange(Record):
    """One row that differs between the folders."""

    table: str
    key: str
    change: str  # added, removed or changed
    name: str  # its label or words, "" if it has none
    document: str  # path, "" if the row belongs to none
    why: str
    values: dict[str, tuple[str | None, str | None]]  # column -> before and after, of changed rows


class Shared(NamedTuple):
    """What is needed to explain the rows of all tables."""

    causes: Mapping[str, str]  # cause -> wording for people
    paths: Mapping[str, str]  # document id -> path
    paired: Mapping[str, str]  # document that only one folder has -> why
    reread: frozenset[str]  # sentences that only one folder has
    corrected: frozenset[str]  # mentions and words of which people have said more in one folder


def circumstances(a: Path, b: Path) -> list[Circumstance]:
    """Return in what the last runs of two folders differed, apart from their documents."""
    before, after = _last_run(a), _last_run(b)
    found = []
    for name in sorted({*before, *after}):
        old, new = before.get(name, "none"), after.get(name, "none")
        if old != new:
            found.append(Circumstance(cause=_cause(name), what=name, before=old, after=new))
    return found


def _last_run(out: Path) -> dict[str, str]:
    """Return versions, settings and hashes of the run that made the tables, as one flat dictionary."""
    run = max(outputs.rows(out, "runs"), key=lambda row: row["finished"])
    hashes, versions = (
        msgspec.json.decode(run[name], type=dict[str, Any]) for name in ("hashes", "versions")
    )
    settings = msgspec.json.decode(run["settings"], type=dict[str, dict[str, Any]])
    flat = {f"setting {part}.{name}": v for part, values in settings.items() for name, v in values.items()}
    return {k: str(v) for k, v in {**versions, **hashes, **flat, "corrections": _said(out)}.items()}


def _said(out: Path) -> str:
    """Return the number of corrections and a digest of what people wrote, not of where the words are now."""
    rows = sorted(outputs.rows(out, "corrections"), key=lambda row: row["number"])
    said = [{name: value for name, value in row.items() if name not in ANCHORED} for row in rows]
    return f"{len(rows)} ({digest(msgspec.json.encode(said))[:8]})" if rows else "none"


def _cause(name: str) -> str:
    first, _, rest = name.partition(" ")
    if first == "own":  # what people wrote for this folder
        return name.removesuffix(".toml").replace("_", " ")
    if name == "corrections":
        return "person"
    if first == "stage":
        return "reader version" if rest in READER else f"version {rest}"
    if first == "setting":
        return f"setting {rest.partition('.')[0]}"
    return "taxonomy" if name.endswith(".toml") else "model" if first == "model" else f"version {name}"


def diff(a: Path, b: Path) -> Iterator[RowChange]:
    """Yield the rows that differ, table by table, in the order of their keys.

    Raises:
        InputError: one of the folders holds no finished run of this schema version.
    """
    outputs.finished(a)
    outputs.finished(b)
    with outputs.unchanged(a), outputs.unchanged(b):
        shared = _shared(a, b)
        moved = False
        for name in (*(n for n in COMPARED if n not in DERIVED), *DERIVED):
            for change in _table_changes(TABLES[name], a, b, shared, moved=moved):
                moved = moved or name in ("sentences", "mentions", "sentence_themes", "documents")
                yield change


def _shared(a: Path, b: Path) -> Shared:
    causes: dict[str, list[str]] = {}
    for one in circumstances(a, b):
        causes.setdefault(one.cause, []).append(f"{one.what} {one.before} → {one.after}")
    old, new = ({row["document_id"]: row["path"] for row in outputs.rows(out, "documents")} for out in (a, b))
    return Shared(
        causes={cause: ", ".join(told[:3]) for cause, told in causes.items()},
        paths={**old, **new},
        paired={**_unpaired(old, new, "removed"), **_unpaired(new, old, "added")},
        reread=frozenset(_ids(a, "sentences", "sentence_id") ^ _ids(b, "sentences", "sentence_id")),
        corrected=frozenset(about for about, _ in {*_corrected(a)} ^ {*_corrected(b)}),
    )


def _unpaired(here: Mapping[str, str], there: Mapping[str, str], change: str) -> dict[str, str]:
    paths = set(there.values())
    return {
        key: f"source text: {path} has other content" if path in paths else f"document {change}: {path}"
        for key, path in here.items()
        if key not in there
    }


def _ids(out: Path, table: str, column: str) -> set[str]:
    return {row[column] for row in outputs.rows(out, table, [column])}


def _corrected(out: Path) -> Iterator[tuple[str, str]]:
    """Yield what a correction is about and what it says: ids of mentions, or document, layer and quote."""
    for row in outputs.rows(out, "mentions", ["mention_id", "source", "by"]):
        if row["source"] == "person":
            yield row["mention_id"], row["by"]
    for row in outputs.rows(out, "corrections"):
        about = f"{row['document_id']} {row['layer']} {row['selector']['quote']}"
        yield about, str([value for name, value in row.items() if name not in ANCHORED])


def _table_changes(table: Table, a: Path, b: Path, shared: Shared, *, moved: bool) -> Iterator[RowChange]:
    columns = {column.name for column in table.columns}
    with duckdb.connect() as base:
        found = base.execute(
            _question(table, columns), [str(outputs.path_of(out, table.name)) for out in (a, b)]
        )
        while batch := found.fetchmany(1000):
            for key, change, values, document, row, name in batch:
                told = {v["name"]: (v["a"], v["b"]) for v in values} if change == "changed" else {}
                yield RowChange(
                    table=table.name,
                    key=key,
                    change=change,
                    name=name,
                    document=shared.paths.get(document, ""),
                    why=_why(table.name, document or "", set(told), row, shared, moved=moved),
                    values=told,
                )


def _question(table: Table, columns: set[str]) -> str:
    """Return SQL for the rows that differ: key, change, values, document, ids that may explain it, name."""
    on = " and ".join(f'a."{k}" = b."{k}"' for k in table.key)
    key = " || ' ' || ".join(f'coalesce(a."{k}", b."{k}")::varchar' for k in table.key)
    others = [c.name for c in table.columns if c.name not in (*table.key, "run_key")]
    pairs = ", ".join(f"{{'name': '{c}', 'a': a.\"{c}\"::varchar, 'b': b.\"{c}\"::varchar}}" for c in others)
    first = table.key[0]
    about = [c for c in ("sentence_id", "mention_id", "from_mention", "layer", "text") if c in columns]
    row = ", ".join(f'\'{c}\': coalesce(a."{c}", b."{c}")' for c in about) or "'none': ''"
    document = 'coalesce(a."document_id", b."document_id")' if "document_id" in columns else "null"
    name = next((f'coalesce(b."{c}", a."{c}", \'\')' for c in NAMES if c in columns), "''")
    return f"""
        select {key} as id,
               case when a."{first}" is null then 'added' when b."{first}" is null then 'removed'
                    else 'changed' end as change,
               list_filter([{pairs}], lambda x: x.a is distinct from x.b) as different,
               {document}, {{{row}}}, {name}
        from read_parquet($1) a full outer join read_parquet($2) b on {on}
        where change <> 'changed' or len(different) > 0
        order by id"""


def _why(
    table: str, document: str, changed: set[str], row: Mapping[str, str], shared: Shared, *, moved: bool
) -> str:
    """Return the reason why a row changed, worded for people."""
    if document in shared.paired:
        return shared.paired[document]
    said = f"{document} {row.get('layer', '')} {row.get('text', '')}"
    mention = row.get("mention_id") or row.get("from_mention") or ""
    another = table == "corrections" and not (changed and changed <= {*ANCHORED})
    if another or mention in shared.corrected or said in shared.corrected:
        return f"person: {shared.causes.get('person', 'another correction')}"
    if row.get("sentence_id") in shared.reread or (changed and changed <= PLACES):
        return _first(shared, REACH["passages"])
    if changed and changed <= FACTS:
        return _first(shared, ("taxonomy", "version tabulate"), otherwise="date or period of the document")
    if changed == {"counted"}:
        return _first(shared, REACH["sentences"])
    if changed == {"concept_id"}:
        return _first(shared, REACH["concepts"], otherwise="mentions elsewhere in the corpus")
    if table in DERIVED and moved:
        direct = [cause for cause in REACH[table] if not cause.startswith("version")]
        return _first(shared, direct, otherwise="follows from sentences and mentions")
    facts = table == "documents" and changed != {"results_key"}
    told = facts and "status" not in changed  # a document that a limit stops fails, or loses pages
    causes = [cause for cause in REACH[table] if not (told and cause == "setting limits")]
    return _first(shared, causes, otherwise="manifest" if facts else FOLLOWS)


def _first(shared: Shared, causes: Sequence[str], *, otherwise: str = FOLLOWS) -> str:
    return next((f"{cause}: {shared.causes[cause]}" for cause in causes if cause in shared.causes), otherwise)
