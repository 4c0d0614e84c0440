"""Keep the tables of a run searchable: an index of words and, on request, vectors of sentences.

Both lie in `OUT/search` and are updated document by document: only what changed is indexed or
encoded again. Text that the tables withhold (contact data, imprints) goes into neither.
"""

from __future__ import annotations

import fcntl
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from pipeline import store
from pipeline.errors import InputError, why
from pipeline.plain import several
from pipeline.query import PUBLISHED, connect, database, rows
from pipeline.records import Record
from pipeline.searching.fulltext import Index, IndexedSentence, Shown
from pipeline.versions import digest, library_version, stage_version

Tell = Callable[[str, int, int], None]
SENTENCES_AT_ONCE = 50_000  # rows fetched by one query
MODEL = "e5-small-de"

_FOUND = "from sentences s join passages p using (passage_id) where p.text is not null"
_STATE = f"""
    with said as (select s.document_id, bit_xor(hash(s.sentence_id, s.text, s.page, s.periods_addressed,
                         s.counted, p.heading_path)) as told {_FOUND} group by all),
    named as (select document_id, bit_xor(hash(sentence_id, layer)) as told
              from (select distinct document_id, sentence_id, layer from mentions) group by all),
    about as (select document_id, bit_xor(hash(sentence_id, theme)) as told
              from sentence_themes group by all)
    select d.document_id, d.title, d.path, d.issuer, d.document_type, {PUBLISHED} as published,
           d.period_published as period, said.told as said, named.told as named, about.told as about,
           d.n_sentences
    from documents d left join said using (document_id) left join named using (document_id)
    left join about using (document_id) order by d.document_id"""
_ENTRIES = """
    with wanted as (select unnest(?::varchar[]) as document_id),
    named as (select sentence_id, list(distinct layer) as layers from mentions
              where document_id in (from wanted) group by all),
    about as (select sentence_id, list(theme) as themes from sentence_themes
              where document_id in (from wanted) group by all)
    select s.sentence_id, s.document_id, s.text, p.heading_path, coalesce(s.page, 0), s.periods_addressed,
           s.counted, coalesce(n.layers, []), coalesce(a.themes, [])
    from sentences s join passages p using (passage_id) left join named n using (sentence_id)
    left join about a using (sentence_id)
    where s.document_id in (from wanted) and p.text is not null
    order by s.document_id, s.number"""


class IndexedDocument(Record):
    """What hits show about a document, and the key of its indexed content."""

    key: str
    path: str
    document_type: str
    title: str = ""
    issuer: str = ""
    published: str = ""
    period: str = ""


class IndexState(Record):
    """The state of the index: the tables it was made from, and the values of its filters."""

    version: str = ""
    tables: str = ""
    meaning: str = ""  # the tables and the model that the vectors were made from
    encoded: str = ""  # those tables
    documents: dict[str, IndexedDocument] = msgspec.field(default_factory=dict)
    values: dict[str, list[str]] = msgspec.field(default_factory=dict)

    @property
    def is_encoded(self) -> bool:
        """Whether every sentence of the tables has a vector."""
        return bool(self.encoded) and self.encoded == self.tables


def opened(out: Path, *, tell: Tell) -> tuple[Index, IndexState]:
    """Return the index of an output folder and its state, brought up to date with the tables.

    Raises:
        InputError: the folder holds no finished run, or cannot be written.
    """
    if found := current(out):
        return found
    folder, tables = out / store.SEARCH, _stamp(out)
    with _locked(folder):
        state = _state(folder)
        if (state.version, state.tables) != (_version(), tables):
            state = _update(out, folder, tables, state, tell)
    return Index(folder / "words"), state


def current(out: Path) -> tuple[Index, IndexState] | None:
    """Return the index of an output folder and its state, or None if it is not that of the tables.

    Raises:
        InputError: the folder holds no finished run.
    """
    state = _state(out / store.SEARCH)
    if (state.version, state.tables) != (_version(), _stamp(out)):
        return None
    return Index(out / store.SEARCH / "words"), state


def with_meaning(out: Path, *, tell: Tell) -> Path:
    """Return the folder of the vectors, brought up to date; the first call encodes every sentence.

    Raises:
        InputError: the folder holds no finished run, or cannot be written.
        ModelError: the encoder is missing or damaged.
    """
    from pipeline.learning.encoder import load

    _, state = opened(out, tell=tell)
    folder, model = out / store.SEARCH, load(MODEL).digest
    wanted = digest(state.tables, model)
    if (state.meaning, state.encoded) != (wanted, state.tables):
        with _locked(folder):
            _encode(out, folder / f"meaning-{model}", tell)
            _write_state(folder, _state(folder), meaning=wanted, encoded=state.tables)
    return folder / f"meaning-{model}"


def _stamp(out: Path) -> str:
    status = database(out).stat()
    return f"{status.st_size} {status.st_mtime_ns}"


def _version() -> str:
    return digest(
        stage_version("searching.searchable"), library_version("tantivy"), library_version("simplemma")
    )


def _state(folder: Path) -> IndexState:
    if not (folder / "words" / "meta.json").is_file():
        return IndexState()
    try:
        return msgspec.json.decode((folder / "state.json").read_bytes(), type=IndexState)
    except (OSError, msgspec.MsgspecError):
        return IndexState()


def _write_state(folder: Path, state: IndexState, **changes: Any) -> IndexState:  # noqa: ANN401
    state = msgspec.structs.replace(state, **changes)
    store.write_bytes(folder / "state.json", msgspec.json.encode(state))
    return state


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Lock the index, waiting until nobody else changes it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = (folder / ".lock").open("w")
    except OSError as error:
        raise InputError(str(folder), f"cannot be written ({why(error)})", "copy the output") from None
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _update(out: Path, folder: Path, tables: str, before: IndexState, tell: Tell) -> IndexState:
    """Index what differs from the previous state; the new state is written last."""
    kept = before.documents if before.version == _version() else {}
    if not kept:
        shutil.rmtree(folder / "words", ignore_errors=True)
    found = rows(out, _STATE)
    now = {row["document_id"]: _known(row) for row in found}
    stale = {name for name, old in kept.items() if name not in now or now[name].key != old.key}
    fresh = [row for row in found if row["document_id"] not in kept or row["document_id"] in stale]
    with connect(out) as base:
        index = Index(folder / "words")
        gone = stale | {row["document_id"] for row in fresh}  # a killed update may have left entries
        index.replace(sorted(gone), _entries(base, fresh, now, tell))
        values = _values(base, now)
    made = msgspec.structs.replace(before, version=_version(), tables=tables, documents=now, values=values)
    return _write_state(folder, made)


def _known(row: dict[str, Any]) -> IndexedDocument:
    shown = {name: row[name] or "" for name in ("title", "issuer", "published", "period")}
    key = digest(*(str(value) for value in row.values()))
    return IndexedDocument(key=key, path=row["path"], document_type=row["document_type"], **shown)


def _entries(
    base: Any,  # noqa: ANN401 - a DuckDB connection
    fresh: Sequence[dict[str, Any]],
    known: dict[str, IndexedDocument],
    tell: Tell,
) -> Iterator[IndexedSentence]:
    done, total = 0, sum(row["n_sentences"] for row in fresh)
    for group in _groups(fresh):
        tell("index", done, total)
        answer = base.execute(_ENTRIES, [[row["document_id"] for row in group]])
        while batch := answer.fetchmany(1000):
            yield from (_entry(row, known[row[1]]) for row in batch)
        done += sum(row["n_sentences"] for row in group)


def _groups(documents: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield documents in groups of about SENTENCES_AT_ONCE sentences."""
    group: list[dict[str, Any]] = []
    for row in documents:
        group.append(row)
        if sum(one["n_sentences"] for one in group) >= SENTENCES_AT_ONCE:
            yield group
            group = []
    if group:
        yield group


def issuers(text: str) -> tuple[str, ...]:
    """Return the names by which the issuers of a document are found: each, and joint ones together, too.

    Example: `SPD;FDP` gives `SPD`, `FDP` and `SPD; FDP`.
    """
    return (*several(text), *filter(None, [joint(text)]))


def joint(text: str) -> str:
    """Return joint issuers as one name, "" for a single one: `SPD;FDP` gives `SPD; FDP`."""
    names = several(text)
    return "; ".join(names) if len(names) > 1 else ""


def _entry(row: Sequence[Any], document: IndexedDocument) -> IndexedSentence:
    sentence_id, document_id, text, heading_path, page, addressed, counted, layers, themes = row
    shown = Shown(document_id=document_id, text=text, heading_path=tuple(heading_path), page=page)
    values = {
        "published": (document.period,) if document.period else (),
        "addressed": tuple(addressed),
        "layer": tuple(sorted(layers)),
        "issuer": tuple(name.casefold() for name in issuers(document.issuer)),
        "document_type": (document.document_type,),
        "theme": tuple(sorted(themes)),
        "counted": ("yes" if counted else "no",),
    }
    return IndexedSentence(sentence_id=sentence_id, shown=shown, values=values)


def _values(base: Any, documents: dict[str, IndexedDocument]) -> dict[str, list[str]]:  # noqa: ANN401
    """Return the values that each filter can have in this corpus."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for document in documents.values():
        found["published"].add(document.period)
        found["document_type"].add(document.document_type)
        found["issuer"].update(several(document.issuer))
        found["joint"].add(joint(document.issuer))
    spoken = base.execute("select distinct unnest(periods_addressed) from sentences").fetchall()
    found["addressed"] = {row[0] for row in spoken}
    return {name: sorted(values - {""}) for name, values in found.items()}


def _encode(out: Path, folder: Path, tell: Tell) -> None:
    """Compute the missing vectors of sentences."""
    from pipeline.learning.encoder import embed
    from pipeline.searching import vectors

    def encode(texts: Sequence[str]) -> vectors.Floats:
        return embed(texts, model=MODEL, prefix="passage: ")

    with connect(out) as base:

        def fetch(positions: Sequence[int]) -> list[str]:
            sql = "select rowid, text from sentences where rowid in (select unnest(?::bigint[]))"
            texts = dict(base.execute(sql, [list(positions)]).fetchall())
            return [texts[at] for at in positions]

        vectors.keep(folder, _keys(base), fetch, encode, lambda done, of: tell("encode", done, of))


def _keys(base: Any) -> list[bytes]:  # noqa: ANN401
    """Return the key of the text of each sentence, empty for withheld ones."""
    from pipeline.searching.vectors import key

    keys = [b""] * base.execute("select count(*) from sentences").fetchall()[0][0]
    answer = base.execute(f"select s.rowid, s.text {_FOUND}")
    while batch := answer.fetchmany(10_000):
        for at, text in batch:
            keys[at] = key(text)
    return keys
