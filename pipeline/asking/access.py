"""Query an output folder from Python, for example in a notebook.

`import pipeline; corpus = pipeline.open("build/sample")`. Everything is read-only; rows are fetched
when somebody looks at them, so that a folder of any size opens at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.asking.selection import Rows
from pipeline.errors import QueryError
from pipeline.knowledge import taxonomy
from pipeline.query import database, marker, rows
from pipeline.schema import TABLES
from pipeline.schema.labels import (
    ACTOR_KINDS,
    CHALLENGE_STATUSES,
    INSTRUMENT_KINDS,
    INSTRUMENT_STATUSES,
    LAYERS,
    THEMES,
)
from pipeline.schema.values import (
    ALL_DOCUMENT_TYPES,
    BASES,
    RELATION_KINDS,
    SLICES,
    Basis,
    Slice,
    denominator,
)
from pipeline.wording import period_id

if TYPE_CHECKING:
    from pipeline.asking.evidence import Evidence
    from pipeline.asking.explain import Trail
    from pipeline.search import By, SearchResult

Some = str | Sequence[str]
Periods = int | str | Sequence[int | str]

_NUMBERED = """
    select distinct period_id, p.parliament <> 'bt' from periods p
    join documents on period_published = period_id where number = cast(? as int) order by 2, 1"""


class Corpus:
    """The tables of one run.

    >>> corpus
    <politikspur corpus 'erfunden': 9 documents, 96 sentences, 288 mentions>
    """

    def __init__(self, out: str | Path, corpus: str | Path | None = None) -> None:
        self.out = Path(out)
        self.folder = Path(corpus) if corpus else None
        database(self.out)

    def table(self, name: str) -> Rows:
        """Return all rows of a table.

        >>> len(corpus.table("documents"))
        9

        Raises:
            QueryError: there is no such table; the message gives the nearest name.
        """
        _check("table", [name], TABLES)
        order = ", ".join(TABLES[name].order)
        return Rows(self.out, f"select * from {name} order by {order}")

    def sql(self, question: str, *values: object) -> Rows:
        """Return the answer to an SQL query; `?` stands for a value.

        >>> corpus.sql("select label from concepts where concept_id = ?", "c-bürokratie").to_dicts()
        [{'label': 'Bürokratie'}]
        """
        return Rows(self.out, question.strip().rstrip(";"), values)

    def documents(self, *, period: Periods = (), issuer: Some = (), document_type: Some = ()) -> Rows:
        """Return documents by period of publication, issuer (part of the name) and type.

        >>> len(corpus.documents(period="20", document_type="wahlprogramm"))
        1
        """
        _check("document_type", _several(document_type), ALL_DOCUMENT_TYPES)
        conditions = [
            _one_of("period_published", self._periods(period)),
            _one_of("document_type", _several(document_type)),
            _holds("issuer", issuer),
        ]
        return self._rows("select * from documents", conditions, "document_id")

    def mentions(
        self,
        *,
        layer: Some = (),
        period: Periods = (),
        basis: Basis = "published",
        kind: Some = (),
        status: Some = (),
        concept: Some = (),
        issuer: Some = (),
        document_type: Some = (),
        theme: Some = (),
        duplicates: bool = False,
    ) -> Rows:
        """Return the mentions that pass every filter; of several values in a filter, one must match.

        Args:
            layer: challenge, instrument, actor.
            period: Wahlperiode: 20, bt20, by18 …
            basis: whether the period is that of publication or one that the sentence is about.
            kind: of instruments and actors.
            status: of challenges and instruments.
            concept: id or label of a concept.
            issuer: of the document, or part of the name.
            document_type: of the document.
            theme: policy field of the sentence.
            duplicates: whether documents and sentences that repeat others are included.

        >>> found = corpus.mentions(layer="instrument", period="bt20", status="existing")
        >>> found.limit(2).select("text", "kind").to_dicts()
        [{'text': 'Klimaschutzprogramm', 'kind': 'funding'}, {'text': 'Digitalpakt', 'kind': 'market'}]
        >>> corpus.mentions(layer="instument")
        Traceback (most recent call last):
        pipeline.errors.QueryError: corpus: there is no layer 'instument'; did you mean instrument?
        """
        _check("basis", [basis], BASES)
        _check("layer", _several(layer), LAYERS)
        _check("kind", _several(kind), (*INSTRUMENT_KINDS, *ACTOR_KINDS))
        _check("status", _several(status), (*CHALLENGE_STATUSES, *INSTRUMENT_STATUSES))
        _check("document_type", _several(document_type), ALL_DOCUMENT_TYPES)
        _check("theme", _several(theme), THEMES)
        told = "m.period_published" if basis == "published" else "m.periods_addressed"
        conditions = [
            _one_of("m.layer", _several(layer)),
            _one_of(told, self._periods(period), listed=basis == "addressed"),
            _one_of("m.kind", _several(kind)),
            _one_of("m.status", _several(status)),
            _one_of("m.concept_id", [one for name in _several(concept) for one in self._concepts(name)]),
            _one_of("d.document_type", _several(document_type)),
            _holds("d.issuer", issuer),
            _among("m.sentence_id in (select sentence_id from sentence_themes where {})", "theme", theme),
            ("" if duplicates else "s.counted", []),
        ]
        order = "m.document_id, m.sentence_number, m.char_start, m.char_end, m.layer"
        return self._rows(
            "select m.* from mentions m join documents d using (document_id) "
            "join sentences s using (sentence_id)",
            conditions,
            order,
        )

    def concepts(self, *, layer: Some = (), theme: Some = ()) -> Rows:
        """Return concepts, most frequent first.

        >>> corpus.concepts(layer="challenge").limit(1).select("label").to_dicts()
        [{'label': 'Artensterben'}]
        """
        _check("layer", _several(layer), LAYERS)
        _check("theme", _several(theme), THEMES)
        conditions = [_one_of("layer", _several(layer)), _one_of("theme", _several(theme))]
        return self._rows("select * from concepts", conditions, "n_mentions desc, label, concept_id")

    def relations(self, *, kind: Some = ()) -> Rows:
        """Return relations with the words of both mentions.

        >>> corpus.relations(kind="rejects").columns[-2:]
        ['source', 'target']
        """
        _check("kind", _several(kind), RELATION_KINDS)
        sql = """select r.*, a.text as source, b.text as target from relations r
            join mentions a on a.mention_id = r.from_mention join mentions b on b.mention_id = r.to_mention"""
        return self._rows(
            sql, [_one_of("r.kind", _several(kind))], "document_id, sentence_number, relation_id"
        )

    def trend(self, item: str, *, basis: Basis = "published", by: Slice = "all") -> Rows:
        """Return the shares of a theme, concept, kind or status in every Wahlperiode, in order.

        Themes, kinds and statuses may be named by code or German label, themes of your own by their names,
        and else concepts by id, label, a wording found in texts, or a part of their labels. Shares of themes
        and concepts refer to sentences, those of kinds and statuses to mentions. By document type or issuer,
        there are rows only for those with 50 sentences, and for concepts that ten of their sentences name.

        >>> for row in corpus.trend("Wohnungsnot"):
        ...     print(row["period_id"], row["n"], row["denominator"])
        bt18 2 24
        bt19 7 24
        bt20 6 24
        bt21 9 24

        Raises:
            QueryError: nothing has this name; the message gives the nearest.
        """
        _check("basis", [basis], BASES)
        _check("slice", [by], SLICES)
        units = self._items(item)
        found = [_trend_of(unit, one) for unit, one in units]
        conditions: list[tuple[str, list[str]]] = [
            (" or ".join(f"({condition})" for condition, _ in found), [v for _, vs in found for v in vs]),
            ("t.basis = ?", [basis]),
            ("t.slice = ?", [by]),
        ]
        sql = """select t.period_id, p.number, t.unit, t.label, t.* exclude
            (period_id, unit, label) from trends t left join periods p using (period_id)"""
        return self._rows(sql, conditions, "t.unit, t.item, t.slice_value, p.parliament, p.number")

    def evidence(self, mention_id: str) -> Evidence:
        """Return the evidence for a mention: sentence, neighbours, document, page, boxes, picture.

        >>> corpus.evidence(corpus.mentions(layer="challenge").limit(1).to_dicts()[0]["mention_id"]).layer
        'challenge'

        Raises:
            QueryError: no mention has this id.
        """
        from pipeline.asking.evidence import evidence

        return evidence(self.out, mention_id, corpus=self.folder)

    def explain(self, reference: str) -> Trail:
        """Return the trail of an id, a trend row or a quote, as `politikspur explain` prints it.

        >>> print(str(corpus.explain("c-bürokratie")).splitlines()[0])
        concept c-bürokratie: challenge »Bürokratie«
        """
        from pipeline.asking.explain import explain

        return explain(self.out, reference)

    def search(
        self,
        question: str,
        *,
        limit: int = 10,
        by: By = "words",
        period: Periods = (),
        basis: Basis = "published",
        layer: Some = (),
        issuer: Some = (),
        document_type: Some = (),
        theme: Some = (),
        duplicates: bool = False,
    ) -> SearchResult:
        """Return the sentences that match a question best; see `pipeline.search.search`.

        >>> [hit.period for hit in corpus.search("Bürokratie", limit=2, period="20")]
        ['bt20', 'bt20']
        """
        from pipeline.search import Filters, search

        _check("basis", [basis], BASES)
        filters = Filters(
            period=tuple(_several(period)),
            basis=basis,
            layer=tuple(_several(layer)),
            issuer=tuple(_several(issuer)),
            document_type=tuple(_several(document_type)),
            theme=tuple(_several(theme)),
            duplicates=duplicates,
        )
        return search(self.out, question, filters=filters, limit=limit, by=by)

    def __repr__(self) -> str:
        counted = self._counts()
        told = ", ".join(f"{counted[name]:,} {name}" for name in ("documents", "sentences", "mentions"))
        return f"<politikspur corpus {marker(self.out).get('corpus', self.out.name)!r}: {told}>"

    def _repr_html_(self) -> str:
        lines = "".join(
            f"<tr><td><code>{name}</code></td><td style='text-align:right'>{n:,}</td>"
            f"<td style='text-align:left'>{escape(TABLES[name].about)}</td></tr>"
            for name, n in self._counts().items()
        )
        return f"<b>{escape(repr(self)[1:-1])}</b><table>{lines}</table>"

    def _counts(self) -> dict[str, int]:
        sql = "select table_name as name, estimated_size as n from duckdb_tables() where not internal"
        found = {row["name"]: row["n"] for row in rows(self.out, sql)}
        return {name: found[name] for name in TABLES if name in found}

    def _rows(self, sql: str, conditions: Iterable[tuple[str, list[str]]], order: str) -> Rows:
        kept = [(condition, values) for condition, values in conditions if condition]
        where = " where " + " and ".join(f"({condition})" for condition, _ in kept) if kept else ""
        return Rows(self.out, f"{sql}{where} order by {order}", [v for _, values in kept for v in values])

    def _periods(self, period: Periods) -> list[str]:
        """Return the ids of periods; a bare number means the Bundestag.

        Raises:
            QueryError: there is no such period, or a bare number while all documents of such a period are
                from other parliaments.
        """
        found = list(map(period_id, _several(period)))
        if found:
            _check("period", found, [row["period_id"] for row in rows(self.out, "from periods")])
        for one in filter(str.isdecimal, _several(period)):
            there = [row["period_id"] for row in rows(self.out, _NUMBERED, one)]
            if there and there[0] != period_id(one):
                what = f"period {one} is the Bundestag's, of which there is no document"
                raise QueryError("corpus", what, f"write {' or '.join(there)}")
        return found

    def _concepts(self, name: str) -> list[str]:
        """Return the ids of concepts by id or label, else by a wording, else by a part of the label."""
        sql = """with named as (select concept_id, case
                 when concept_id = $1 or lower(label) = lower($1) then 1
                 when list_contains(list_transform(aliases, lambda x: lower(x)), lower($1)) then 2
                 when contains(lower(label), lower($1)) then 3 end as rank from concepts)
                 select concept_id from named where rank = (select min(rank) from named) order by 1"""
        found = [row["concept_id"] for row in rows(self.out, sql, name)]
        if not found:
            _check("concept", [name], [row["label"] for row in rows(self.out, "select label from concepts")])
        return found

    def _items(self, name: str) -> list[tuple[str, str]]:
        """Return the units and items of `trends` that a name stands for."""
        own = "select distinct unit, item from trends where unit = 'user_theme' and lower(item) = lower(?)"
        closed = [*_closed(name), *((row["unit"], row["item"]) for row in rows(self.out, own, name))]
        if closed:
            return closed
        sql = "select layer from concepts where concept_id = ?"
        layers = {one: rows(self.out, sql, one)[0]["layer"] for one in self._concepts(name)}
        return [("actor" if layer == "actor" else "concept", one) for one, layer in layers.items()]


def _closed(name: str) -> list[tuple[str, str]]:
    """Return the themes, kinds, statuses or layers with this code or German label."""
    entries = [
        *(("theme", entry.id, entry.label_de) for entry in taxonomy.themes()),
        *(("kind", entry.id, entry.label_de) for entry in taxonomy.instrument_kinds()),
        *(("actor_kind", entry.id, entry.label_de) for entry in taxonomy.actor_kinds()),
        *(("status", entry.id, entry.label_de) for entry in taxonomy.statuses() if entry.of in LAYERS),
        *(("layer", code, code) for code in LAYERS),
    ]
    wanted = name.casefold()
    return [(unit, code) for unit, code, label in entries if wanted in (code, label.casefold())]


def _trend_of(unit: str, item: str) -> tuple[str, list[str]]:
    return "t.unit = ? and t.item = ? and t.denominator_unit = ?", [unit, item, denominator(unit)]


def _several(value: Periods) -> list[str]:
    return [str(value)] if isinstance(value, int | str) else [str(one) for one in value]


def _one_of(column: str, values: Sequence[str], *, listed: bool = False) -> tuple[str, list[str]]:
    """Return the condition that a column, or a list in it, has one of the values."""
    marks = ", ".join("?" * len(values))
    condition = f"list_has_any({column}, [{marks}])" if listed else f"{column} in ({marks})"
    return condition if values else "", list(values)


def _holds(column: str, values: Some) -> tuple[str, list[str]]:
    several = _several(values)
    return " or ".join(f"contains(lower({column}), lower(?))" for _ in several), several


def _among(condition: str, column: str, values: Some) -> tuple[str, list[str]]:
    inner, several = _one_of(column, _several(values))
    return condition.format(inner) if inner else "", several


def _check(name: str, values: Iterable[str], known: Iterable[str]) -> None:
    """Raise QueryError at the first unknown value, and give the nearest known one."""
    known = list(known)
    for value in values:
        if value not in known:
            close = difflib.get_close_matches(value, known, n=1)
            advice = f"did you mean {close[0]}?" if close else f"there are {', '.join(known[:20])}"
            raise QueryError("corpus", f"there is no {name} {value!r}", advice)
