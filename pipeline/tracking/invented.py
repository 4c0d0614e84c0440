"""Write invented tables of documents, column by column: ten million mentions in about a minute.

They contain only what trends are counted from, without pages and places on them. Words and concepts are as
frequent as in German text (Zipf 1949), and the number of concepts grows with that of mentions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.knowledge import calendars
from pipeline.knowledge.taxonomy import Period
from pipeline.schema import TABLES
from pipeline.schema.declare import Table
from pipeline.schema.labels import ACTOR_KINDS, INSTRUMENT_KINDS, INSTRUMENT_STATUSES, THEMES
from pipeline.tables import arrow_schema, writing
from pipeline.tracking.counts import SOURCES, Ints
from pipeline.zipf import SEED, WORDS, drawn, vocabulary

Columns = dict[str, Any]
PERIODS = ("bt18", "bt19", "bt20", "bt21")
TYPES = ("wahlprogramm", "koalitionsvertrag", "strategie", "bericht")
ISSUERS = 12
YEAR = 365  # days from the beginning of their period within which documents appear
IN_TURN = np.array(("actor", "instrument", "challenge"))  # layers of mentions, in two sentences
OF_CONCEPT = 20  # mentions; 95 real documents have fifteen per concept
OF_PASSAGE, OF_CHAPTER = 4, 200  # sentences; even, so that consecutive mentions stay in one document
PHRASES = 50_000  # from which sentences are made, two each
ROWS = 300_000  # created at once


def invent(folder: Path, *, mentions: int, documents: int = 100) -> None:
    """Write the tables that `track` reads, with `mentions` mentions and a third as many relations."""
    rng, triples = np.random.default_rng(SEED), mentions // len(IN_TURN)
    each = -(-2 * triples // documents // OF_PASSAGE) * OF_PASSAGE  # sentences of a document
    phrases, concepts = _phrases(rng), -(-mentions // OF_CONCEPT // len(IN_TURN))  # of each layer
    parts: dict[str, Iterable[Columns]] = {
        "documents": [_documents(np.arange(documents), documents, each)],
        "periods": [_periods()],
        "concepts": [_concepts(np.arange(concepts * len(IN_TURN)))],
        "passages": (_passages(at, each) for at in _spans(-(-2 * triples // OF_PASSAGE))),
        "sentences": (_sentences(at, each, phrases, rng) for at in _spans(2 * triples)),
        "sentence_themes": (_themes(at, each, rng) for at in _spans(2 * triples)),
        "mentions": (_mentions(at, each, concepts, rng) for at in _spans(3 * triples)),
        "relations": (_relations(at, each) for at in _spans(triples)),
    }
    with writing(folder, SOURCES) as writers:
        for name, columns in parts.items():
            for some in columns:
                writers[name].put(filled(TABLES[name], some))


def _spans(n: int) -> Iterator[Ints]:
    for start in range(0, n, ROWS):
        yield np.arange(start, min(n, start + ROWS))


def filled(table: Table, columns: Columns) -> pa.Table:
    """Return a table in which columns that are not given hold neutral values."""
    n, schema = len(next(iter(columns.values()))), arrow_schema(table)
    empty = {pa.string(): "", pa.int64(): 0, pa.float64(): 1.0, pa.bool_(): True}
    values = []
    for column, field in zip(table.columns, schema, strict=True):
        nothing = None if column.null else column.allowed[0] if column.allowed else empty.get(field.type, [])
        given = columns.get(column.name)
        values.append(pa.array([nothing] * n if given is None else given, type=field.type))
    return pa.Table.from_arrays(values, schema=schema)


def _ids(letter: str, numbers: Ints) -> pa.Array:
    return pc.binary_join_element_wise(letter, pc.utf8_lpad(pc.cast(numbers, pa.string()), 8, "0"), "")


def _place(sentence: Ints, each: int) -> Columns:
    """Return the places of sentences: their documents, and positions in these."""
    return {"document_id": _ids("d", sentence // each), "sentence_number": sentence % each}


def _documents(at: Ints, documents: int, each: int) -> Columns:
    first = np.array([period.first_day for period in _known()], dtype="datetime64[D]")[at % len(PERIODS)]
    of_period = -(-documents // len(PERIODS))
    return {
        "document_id": _ids("d", at), "source_id": _ids("d", at), "title": _ids("Nr. ", at),
        "issuer": _ids("Verband ", at % ISSUERS),
        "document_type": np.take(TYPES, at // len(PERIODS) % len(TYPES)),
        "parliament": ["bt"] * len(at), "period_published": np.take(PERIODS, at % len(PERIODS)),
        "published": first + at // len(PERIODS) * YEAR // of_period,
        "published_precision": ["day"] * len(at), "published_from": ["manifest"] * len(at),
        "n_sentences": np.full(len(at), each),
    }  # fmt: skip


def _known() -> list[Period]:
    return [period for period in calendars.periods("bt") if period.id in PERIODS]


def _periods() -> Columns:
    known = _known()
    return {
        "period_id": [period.id for period in known], "parliament": ["bt"] * len(known),
        "number": [period.number for period in known], "first_day": [period.first_day for period in known],
        "last_day": [calendars.last_day(period) for period in known],
    }  # fmt: skip


def _concepts(at: Ints) -> Columns:
    return {
        "concept_id": _ids("c", at), "layer": IN_TURN[at % len(IN_TURN)], "label": _ids("Konzept ", at),
        "is_generic": np.zeros(len(at), dtype=bool),
    }  # fmt: skip


def _passages(at: Ints, each: int) -> Columns:
    sentence = at * OF_PASSAGE
    return {
        "passage_id": _ids("p", at), "document_id": _ids("d", sentence // each),
        "number": sentence % each // OF_PASSAGE,
        "heading_path": pa.ListArray.from_arrays(
            np.arange(len(at) + 1, dtype=np.int32), _ids("Kapitel ", sentence % each // OF_CHAPTER)
        ),
    }  # fmt: skip


def _sentences(at: Ints, each: int, phrases: pa.Array, rng: np.random.Generator) -> Columns:
    begin, end = (phrases.take(rng.integers(PHRASES, size=len(at))) for _ in range(2))
    return {
        "sentence_id": _ids("s", at), "passage_id": _ids("p", at // OF_PASSAGE),
        "document_id": _ids("d", at // each), "number": at % each,
        "text": pc.binary_join_element_wise(begin, end, " "),
        "periods_addressed": pa.ListArray.from_arrays(
            np.arange(len(at) + 1, dtype=np.int32), np.take(PERIODS, at // each % len(PERIODS))
        ),
    }  # fmt: skip


def _phrases(rng: np.random.Generator) -> pa.Array:
    words = pa.array(vocabulary())
    columns = [words.take(drawn(len(words), rng, PHRASES)) for _ in range(WORDS // 2)]
    return pc.binary_join_element_wise(*columns, " ")


def _themes(at: Ints, each: int, rng: np.random.Generator) -> Columns:
    theme = pa.array(THEMES).take(rng.integers(len(THEMES), size=len(at)))
    return {"sentence_id": _ids("s", at), **_place(at, each), "theme": theme}


def _mentions(at: Ints, each: int, concepts: int, rng: np.random.Generator) -> Columns:
    sentence, layer = at * 2 // 3, at % len(IN_TURN)
    kinds = [rng.choice(kinds, len(at)) for kinds in (ACTOR_KINDS, INSTRUMENT_KINDS)]
    status = rng.choice(INSTRUMENT_STATUSES, len(at))
    return {
        "mention_id": _ids("m", at), "sentence_id": _ids("s", sentence), **_place(sentence, each),
        "layer": IN_TURN[layer],
        "concept_id": _ids("c", drawn(concepts, rng, len(at)) * len(IN_TURN) + layer),
        "kind": np.choose(layer, (*kinds, np.full(len(at), None))),
        "status": np.choose(layer, (np.full(len(at), None), status, np.full(len(at), "open"))),
        "period_published": np.take(PERIODS, sentence // each % len(PERIODS)),
    }  # fmt: skip


def _relations(at: Ints, each: int) -> Columns:
    """Return relations: actors demand every other instrument, and the others address the next challenge."""
    first, sentence = at * len(IN_TURN) + at % 2, at * 2 + at % 2
    return {
        "relation_id": _ids("r", at), "sentence_id": _ids("s", sentence), **_place(sentence, each),
        "from_mention": _ids("m", first), "to_mention": _ids("m", first + 1),
        "kind": np.array(("demands", "addresses"))[at % 2],
    }  # fmt: skip
