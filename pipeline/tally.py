"""Count the mentions of each concept in a corpus without holding all mentions in memory.

Every mention is a row of a DuckDB table; what exceeds `MEMORY` is written to a folder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from pipeline.homes import Home, Occurrence

MEMORY = "100MB"  # enough for some hundred thousand mentions; more go to disk
AT_ONCE = 5_000  # rows held in memory on their way into the table, or out of it


class ConceptCount(NamedTuple):
    """The counts of one concept in a corpus."""

    concept: str
    layer: str
    forms: Counter[str]
    themes: Counter[str]
    n: int  # mentions in sentences that count
    periods: set[str]  # in which these were made


COLUMNS = pa.schema(
    {
        "document": pa.int64(),
        "place": pa.int64(),  # position in the document, from 0
        **dict.fromkeys(("period", "concept", "layer", "key", "own", "name", "form", "theme"), pa.string()),
        "n": pa.int64(),
        "counted": pa.bool_(),
    }
)


class Tally:
    """Takes mentions and returns their concepts; must be closed."""

    def __init__(self, folder: Path | None = None) -> None:
        """Take a folder for what exceeds `MEMORY`; without one everything stays in memory."""
        self._base = duckdb.connect()
        if folder:
            self._base.execute(f"set memory_limit = '{MEMORY}'")
            self._base.execute("set temp_directory = ?", [str(folder / "tally")])
        self._base.register("none", COLUMNS.empty_table())
        self._base.execute("create table mentions as from none")
        self._documents = 0
        self._waiting: list[tuple[object, ...]] = []  # rows on their way into the table

    def close(self) -> None:
        """Discard all mentions."""
        self._base.close()

    def add(self, mentions: Iterable[Occurrence], *, period: str = "") -> None:
        """Add the mentions of the next document, which is of a period."""
        for place, (home, *said) in enumerate(mentions):
            self._waiting.append((self._documents, place, period, *home, *said))
            if len(self._waiting) == AT_ONCE:
                self._write()
        self._documents += 1

    def _write(self) -> None:
        columns = [list(column) for column in zip(*self._waiting, strict=True)]
        self._waiting.clear()
        if columns:
            self._base.register("more", pa.table(columns, schema=COLUMNS))
            self._base.execute("insert into mentions from more")
            self._base.unregister("more")

    def names(self) -> Iterator[tuple[str, tuple[Home, Counter[str]]]]:
        """Yield the concepts that only their key defines, with how often each name is used for them."""
        query = """
            select concept, layer, key, name, sum(n) from mentions
            where concept <> '' and concept = own group by all order by all"""
        for (concept, layer, key), rows in groupby(self._rows(query), key=itemgetter(0, 1, 2)):
            yield (
                concept,
                (Home(concept, layer, key, concept), Counter({row[3]: int(row[4]) for row in rows})),
            )

    def join(self, merged: Mapping[str, str]) -> None:
        """Move all mentions of the concepts in `merged` to the concepts they are merged into."""
        self._write()
        self._base.register("merged", pa.table({"source": list(merged), "target": list(merged.values())}))
        self._base.execute("update mentions set concept = target from merged where concept = source")

    def owners(self) -> Iterator[tuple[str, str]]:
        """Yield the ids that keys alone would give and the concepts they belong to, in order.

        An id stays its own if any mention keeps it, because whom a name means depends on document and date.
        """
        query = """
            select own, case when bool_or(concept = own) then own else max(concept) end from mentions
            where own <> '' group by own order by own"""
        yield from self._rows(query)

    def by_document(self) -> Iterator[tuple[str, ...]]:
        """Yield the concepts of each document's mentions, in the order in which both were added."""
        rows = self._rows("select document, concept from mentions order by document, place")
        found = groupby(rows, key=itemgetter(0))
        at, held = next(found, (self._documents, ()))
        for document in range(self._documents):
            if document < at:
                yield ()
                continue
            yield tuple(concept for _, concept in held)
            at, held = next(found, (self._documents, ()))

    def concepts(self) -> Iterator[str]:
        """Yield the ids of all concepts, each once."""
        return (concept for (concept,) in self._rows("select distinct concept from mentions"))

    def counted(self) -> Iterator[ConceptCount]:
        """Yield the counts of all concepts in the order of their ids."""
        query = """
            select concept, layer, form, theme, counted, period, sum(n) from mentions
            where concept <> '' group by all order by concept, layer"""
        for (concept, layer), rows in groupby(self._rows(query), key=itemgetter(0, 1)):
            forms, themes, n, periods = Counter[str](), Counter[str](), 0, set[str]()
            for *_, form, theme, counted, period, said in rows:
                forms[form] += int(said)
                themes[theme] += int(said)
                if counted:
                    n += int(said)
                    periods |= {period} - {""}
            yield ConceptCount(concept, layer, forms, themes, n, periods)

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        self._write()
        found = self._base.cursor().execute(query)  # of its own, as an answer ends with the next question
        while rows := found.fetchmany(AT_ONCE):
            yield from rows
