"""Count in the tables how often every item occurs in every section, document and period.

There is one row per (period, section, item) that occurs, so that memory does not grow with all combinations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from pipeline.errors import InputError
from pipeline.knowledge import actors
from pipeline.knowledge.states import is_abroad
from pipeline.phrases import item_name, phrase
from pipeline.plain import several
from pipeline.quotes import is_sentence
from pipeline.records import Record

Ints = NDArray[np.int64]
Small = NDArray[np.int32]  # for arrays as long as the counts
COLUMNS = ("sentences", "challenge", "instrument", "actor")  # denominators of shares
SOURCES = ("documents", "pages", "passages", "sentences", "sentence_themes", "mentions", "relations",
           "concepts", "periods")  # fmt: skip
MEMORY = "2GB"  # half of what a laptop with 8 GB can spare; the rest is for arrays and finished rows
MIN_SECTIONS = 5  # the level of headings taken as sections must divide a document into at least so many
BLOCK = 25  # passages that form a section if they have no heading above them, about two pages
WEIGHS = "coalesce(d.weight, 1) > 0"  # whether the manifest gives a document `d` no weight of 0
# Whether a row of `trends` leaves out the documents of weight 0.
LEAVES_OUT = f"""(weights = 'manifest'
    and not contains(coalesce(coverage_warning, ''), '{phrase("unweighted")}'))"""

# A wider concept with its kinds and their kinds; `union` drops repetitions, so that a circle of them ends.
KINDS = """
    kinds as (
        select wider, concept_id from concepts where wider is not null
        union
        select k.wider, c.concept_id from kinds k join concepts c on c.wider = k.concept_id)"""
_PREPARE = f"""
create temp table doc as
    select row_number() over (order by document_id) - 1 as doc, document_id, document_type,
           coalesce(issuer, '') as issuer, coalesce(weight, 1) as weight, period_published,
           status in ('failed', 'skipped') and duplicate_of is null as failed
    from documents;
create temp table depth as
    with paths as (select document_id, unnest(range(1, 4)) as depth, heading_path from passages),
    levels as (select document_id, depth, count(distinct heading_path[1:depth]) as n
               from paths where len(heading_path) >= depth group by all)
    select document_id,
           coalesce(min(depth) filter (n >= {MIN_SECTIONS}), arg_max(depth, n * 10 - depth)) as depth
    from levels group by document_id;
create temp table place as
    select p.passage_id, p.kind, d.doc, case when len(p.heading_path) > 0
           then array_to_string(p.heading_path[1:coalesce(h.depth, 1)], chr(31))
           else '#' || (p.number // {BLOCK}) end as section
    from passages p join doc d using (document_id) left join depth h using (document_id);
create temp table atom as
    select row_number() over (order by doc, section) - 1 as atom, doc, section
    from (select distinct doc, section from place);
create temp table counted as
    select row_number() over (order by s.document_id, s.number) as sid, s.sentence_id, a.atom,
           d.period_published, s.periods_addressed, {is_sentence("s.text", "p.kind")} as is_sentence
    from sentences s join place p using (passage_id) join atom a on a.doc = p.doc and a.section = p.section
    join doc d on d.doc = a.doc where s.counted;
create temp table dated as
    select 'published' as basis, period_published as period_id, sid, atom from counted
    where period_published is not null
    union all
    select distinct 'addressed', unnest(periods_addressed), sid, atom from counted;
create temp table period as
    select row_number() over (order by parliament, number, period_id) - 1 as period, *
    from (select distinct period_id from dated) left join periods using (period_id);
create temp table generic as select concept_id from concepts where is_generic;
create temp table user_theme (sentence_id varchar, theme varchar);
create temp table tagged as
    select t.sid, m.layer, m.concept_id, m.kind, m.status, m.source = 'person' as by_person
    from mentions m join counted t using (sentence_id);
"""

_FACTS = {
    ("theme", "sentences"): "select c.sid, s.theme as item, 'theme' as layer "
    "from sentence_themes s join counted c using (sentence_id)",
    ("user_theme", "sentences"): "select c.sid, u.theme as item, 'theme' as layer "
    "from user_theme u join counted c using (sentence_id)",
    ("layer", "sentences"): "select distinct sid, layer as item, layer from tagged",
    ("concept", "sentences"): "select distinct sid, concept_id as item, layer from tagged "
    "where layer <> 'actor'",
    ("concept", "mentions"): "select sid, concept_id as item, layer from tagged where layer <> 'actor'",
    ("actor", "sentences"): "select distinct sid, concept_id as item, layer from tagged "
    "where layer = 'actor'",
    ("actor", "mentions"): "select sid, concept_id as item, layer from tagged where layer = 'actor'",
    ("kind", "mentions"): "select sid, kind as item, layer from tagged where layer = 'instrument'",
    ("actor_kind", "mentions"): "select sid, kind as item, layer from tagged where layer = 'actor'",
    ("status", "mentions"): "select sid, status as item, layer from tagged where layer <> 'actor'",
}
MEASURES = tuple(_FACTS)


class Corpus(Record):
    """Documents and sections by position; documents are ordered by their id."""

    document_ids: tuple[str, ...]
    types: tuple[str, ...]
    issuers: tuple[str, ...]  # as they are written
    speakers: tuple[str, ...]  # the same, one spelling for each actor of the registry
    weights: NDArray[np.float64]  # from the manifest, 1 if it states none
    published: Ints  # position of the period, -1 if there is none
    failed: NDArray[np.bool_]
    pages: Ints  # by document: all, without text, read by OCR
    pages_lost: Ints
    pages_ocr: Ints
    atom_document: Ints
    mentions: Ints  # by section, (atoms, COLUMNS): all of a layer, and those that people have labelled
    by_person: Ints
    periods: tuple[str, ...]
    parliaments: tuple[str, ...]
    numbers: Ints  # of the periods in their parliaments


class Base(Record):
    """The denominators of shares: one row per (period, section)."""

    period: Ints
    atom: Ints
    amounts: NDArray[np.float64]  # (rows, COLUMNS)


class Items(Record):
    """The items of a unit that occur in the corpus, ordered by name."""

    names: tuple[str, ...]
    labels: tuple[str, ...]  # their names in German
    layers: tuple[str, ...]  # theme, or the layer of their mentions
    generic: NDArray[np.bool_]  # whether one is a concept that is counted but not compared


class Facts(Record):
    """How often items occur: one row per (item, period, section), in this order."""

    unit: str
    denominator_unit: str
    items: tuple[str, ...]
    labels: tuple[str, ...]
    layers: tuple[str, ...]
    generic: NDArray[np.bool_]
    columns: Ints  # by item: position of its denominator in COLUMNS
    item: Small
    period: Small
    atom: Small
    n: Small


@contextmanager
def connect(
    tables: Path, *, names: tuple[str, ...] = SOURCES, spill: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection in which tables of a folder are views; what exceeds memory goes to disk.

    Args:
        tables: the folder.
        names: the names of the tables.
        spill: folder for what goes to disk, by default the system's folder for temporary files.

    Raises:
        InputError: a table is missing.
    """
    for name in names:
        if not (tables / f"{name}.parquet").is_file():
            raise InputError(
                str(tables), f"holds no {name}.parquet", "run `politikspur run` on the corpus first"
            )
    with TemporaryDirectory(dir=spill) as scratch:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY,
            "threads": 1,
            "temp_directory": scratch,
        }
        with duckdb.connect(config=config) as base:
            _views(base, tables, names)
            yield base


def _views(base: duckdb.DuckDBPyConnection, tables: Path, names: tuple[str, ...]) -> None:
    for name in names:
        path = str(tables / f"{name}.parquet").replace("'", "''")
        base.execute(f"create view {name} as select * from read_parquet('{path}')")


def records(base: duckdb.DuckDBPyConnection, sql: str, *values: object) -> list[dict[str, Any]]:
    """Return the answer to a query as one dict per row."""
    result = base.execute(sql, list(values))
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def prepare(base: duckdb.DuckDBPyConnection) -> Corpus:
    """Number documents, sections, periods and counted sentences; return what is known about them."""
    base.execute(_PREPARE)
    documents = base.execute("""
        select d.document_id, d.document_type, d.issuer, coalesce(s.parliament, '') as parliament, d.weight,
               coalesce(p.period, -1) as published, d.failed,
               count(g.page) as pages,
               count(g.page) filter (g.status in ('failed', 'skipped')) as lost,
               count(g.page) filter (g.text_source = 'ocr') as ocr
        from doc d join documents s using (document_id) left join period p on p.period_id = d.period_published
        left join pages g using (document_id) group by all order by d.document_id""").fetchnumpy()
    periods = base.execute(
        "select period_id, coalesce(parliament, ''), coalesce(number, 0) from period order by period"
    ).fetchall()
    atoms = base.execute("select doc from atom order by atom").fetchnumpy()
    mentions, by_person = _labelled(base, len(atoms["doc"]))
    return Corpus(
        document_ids=tuple(map(str, documents["document_id"])),
        types=tuple(map(str, documents["document_type"])),
        issuers=tuple(map(str, documents["issuer"])),
        speakers=_speakers(zip(documents["issuer"], documents["parliament"], strict=True)),
        weights=np.asarray(documents["weight"], dtype=np.float64),
        published=_ints(documents["published"]),
        failed=np.asarray(documents["failed"], dtype=bool),
        pages=_ints(documents["pages"]),
        pages_lost=_ints(documents["lost"]),
        pages_ocr=_ints(documents["ocr"]),
        atom_document=_ints(atoms["doc"]),
        mentions=mentions,
        by_person=by_person,
        periods=tuple(row[0] for row in periods),
        parliaments=tuple(row[1] for row in periods),
        numbers=_ints([row[2] for row in periods]),
    )


def _labelled(base: duckdb.DuckDBPyConnection, atoms: int) -> tuple[Ints, Ints]:
    """Return the mentions by section and layer: all, and those that people have labelled."""
    rows = base.execute("""
        select atom, layer, count(*), count(*) filter (by_person) from tagged join counted using (sid)
        group by all""").fetchall()
    every, by_person = np.zeros((2, atoms, len(COLUMNS)), dtype=np.int64)
    for atom, layer, n, labelled in rows:
        every[atom, COLUMNS.index(layer)], by_person[atom, COLUMNS.index(layer)] = n, labelled
    return every, by_person


def _speakers(issued: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return who issued each document: »SPD« and »Sozialdemokratische Partei Deutschlands« are the same.

    Args:
        issued: issuers and parliament of each document.
    """
    return tuple(
        "; ".join(sorted(_speaker(name, parliament) for name in several(issuer)))
        for issuer, parliament in issued
    )


@lru_cache
def _speaker(name: str, parliament: str) -> str:
    actor = None if is_abroad(name) else actors.lookup(name, actors.Occasion(parliament=parliament))
    return actor.id if actor else name


def count_base(base: duckdb.DuckDBPyConnection, basis: str) -> Base:
    """Return the numbers of sentences and of mentions by layer in every period and section."""
    rows = base.execute(
        """
        with layers as (select sid, count(*) filter (layer = 'challenge') as challenge,
                        count(*) filter (layer = 'instrument') as instrument,
                        count(*) filter (layer = 'actor') as actor from tagged group by sid)
        select p.period, s.atom, count(*) as sentences, coalesce(sum(challenge), 0) as challenge,
               coalesce(sum(instrument), 0) as instrument, coalesce(sum(actor), 0) as actor
        from dated s join period p using (period_id) left join layers using (sid)
        where basis = ? group by all order by all""",
        [basis],
    ).fetchnumpy()
    amounts = np.column_stack([np.asarray(rows[name], dtype=np.float64) for name in COLUMNS])
    return Base(period=_ints(rows["period"]), atom=_ints(rows["atom"]), amounts=amounts)


def number_items(base: duckdb.DuckDBPyConnection) -> dict[str, Items]:
    """Number the items of every unit in temp tables, and return what `count_items` needs of them."""
    facts = {unit: query for (unit, _), query in _FACTS.items()}
    return {unit: _numbered(base, unit, query) for unit, query in facts.items()}


def _numbered(base: duckdb.DuckDBPyConnection, unit: str, facts: str) -> Items:
    base.execute(f"""create or replace temp table item_{unit} as
        select row_number() over (order by item) - 1 as position, item, min(layer) as layer
        from ({facts}) where item is not null group by item""")
    rows = base.execute(
        f"""select item, i.layer, item in (from generic), coalesce(c.label, item)
            from item_{unit} i left join concepts c on c.concept_id = item order by position"""
    ).fetchall()
    names, layers, generic, labels = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Items(
        names=names,
        labels=tuple(item_name(unit, name, label, "de") for name, label in zip(names, labels, strict=True)),
        layers=layers,
        generic=np.array(generic, dtype=bool),
    )


def count_items(base: duckdb.DuckDBPyConnection, basis: str, measure: tuple[str, str], items: Items) -> Facts:
    """Return how often every item of a measure occurs in every period and section.

    `items` are those of its unit from `number_items`.
    """
    unit, denominator_unit = measure
    rows = base.execute(
        f"""
        select i.position::int as item, p.period::int as period, s.atom::int as atom, count(*)::int as n
        from ({_FACTS[measure]}) f join item_{unit} i using (item) join dated s using (sid)
        join period p using (period_id)
        where s.basis = ? group by all order by 1, 2, 3""",
        [basis],
    ).fetchnumpy()
    of_layer = denominator_unit == "mentions"
    return Facts(
        unit=unit,
        denominator_unit=denominator_unit,
        items=items.names,
        labels=items.labels,
        layers=items.layers,
        generic=items.generic,
        columns=_ints([COLUMNS.index(layer if of_layer else "sentences") for layer in items.layers]),
        item=small(rows["item"]),
        period=small(rows["period"]),
        atom=small(rows["atom"]),
        n=small(rows["n"]),
    )


def within(facts: Facts, inside: NDArray[np.bool_]) -> Facts:
    """Return the rows of facts for which `inside` is true."""
    rows = np.flatnonzero(inside)
    kept = {name: getattr(facts, name)[rows] for name in ("item", "period", "atom", "n")}
    return replace(facts, **kept)


def rows_of(ordered: Small, items: Ints) -> slice:
    """Return the slice of an ordered column from the first to the last of some items, possibly with others.

    Args:
        ordered: numbers of items, ascending.
        items: numbers of the items wanted, ascending.
    """
    ends = np.array((items[0], items[-1] + 1), dtype=ordered.dtype)  # otherwise numpy would copy the column
    return slice(*np.searchsorted(ordered, ends))


def small(values: object) -> Small:
    """Return whole numbers in half of the usual memory."""
    return np.asarray(values, dtype=np.int32)


def _ints(values: object) -> Ints:
    return np.asarray(values, dtype=np.int64)
