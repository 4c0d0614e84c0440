"""Search sentences by their words, by their meaning, or by both, with filters.

Words are ranked by BM25 over German terms, sentences before headings, meaning by the cosine of sentence
vectors; the two lists are merged by reciprocal rank fusion (Cormack, Clarke and Büttcher 2009).
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from pipeline.errors import QueryError
from pipeline.query import connect
from pipeline.records import Record
from pipeline.schema.labels import LAYERS, THEMES
from pipeline.schema.values import Basis
from pipeline.searching import searchable
from pipeline.searching.fulltext import Index, Match, Shown
from pipeline.searching.searchable import IndexState, Tell
from pipeline.searching.terms import Asked, Term, asked, folded, terms
from pipeline.wording import period_id

By = Literal["words", "meaning", "both"]
FUSION = 60  # the constant of reciprocal rank fusion, as in the paper
CALLED = {
    "published": "period of publication",
    "addressed": "period spoken about",
    "document_type": "document type",
    "document_id": "document",
}
LIKE = 200  # hits by meaning that are given at most unless asked: every sentence is a little like a question
DEPTH = 100  # hits of each list that are merged
ALIKE = 0.8  # of a word respelled: how much of it stays, as difflib measures it
ENDINGS = ("", "e", "n", "s", "en", "er", "es")  # that a word not in the dictionary may have
LETTERS = (4, 8)  # the shortest words in which one letter or two may be wrong


class Filters(Record):
    """Conditions on sentences: an empty filter passes all; of several values one must match."""

    period: tuple[str, ...] = ()
    basis: Basis = "published"
    layer: tuple[str, ...] = ()
    issuer: tuple[str, ...] = ()
    document_type: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    document: tuple[str, ...] = ()  # document_id
    duplicates: bool = False  # whether to search repeated documents and sentences, too


class Hit(Record):
    """One sentence found, where it stands, and which of its characters to mark."""

    sentence_id: str
    text: str
    marks: tuple[tuple[int, int], ...]
    heading_path: tuple[str, ...]
    page: int  # 0 if the source has no pages
    document_id: str
    title: str
    path: str
    issuer: str
    document_type: str
    published: str
    period: str
    score: float  # BM25 (less for headings), cosine or fused: comparable only within one answer


class SearchResult(Record):
    """An answer: the hits, best first, and whether each contains all the words asked for."""

    hits: tuple[Hit, ...]
    every: bool = True
    n: int = 0  # sentences with the words, of which the hits are the best; 0 if meaning has a say
    instead: str = ""  # the question with words that no sentence has respelled as some have them

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the hits as dicts, for example for a data frame."""
        return [msgspec.structs.asdict(hit) for hit in self.hits]

    def _repr_html_(self) -> str:
        return f"<ol>{''.join(f'<li>{_html(hit)}</li>' for hit in self.hits)}</ol>"


def _html(hit: Hit) -> str:
    parts, end = [], 0
    for start, stop in hit.marks:
        parts += [escape(hit.text[end:start]), f"<mark>{escape(hit.text[start:stop])}</mark>"]
        end = stop
    place = [hit.issuer, hit.title or hit.path, hit.published, f"p. {hit.page}" if hit.page else ""]
    where = " › ".join([" · ".join(filter(None, place)), *hit.heading_path])
    return f"{''.join(parts)}{escape(hit.text[end:])}<br><small>{escape(where)}</small>"


def search(
    out: Path,
    question: str,
    *,
    filters: Filters | None = None,
    limit: int = 10,
    by: By = "words",
    tell: Tell = lambda stage, done, total: None,
) -> SearchResult:
    """Return the sentences of a run that match a question best.

    Args:
        out: output folder of a run.
        question: words, `"phrases"`, `-unwanted` words, beginnings of words (`Digital*`).
        filters: conditions that the sentences must meet.
        limit: the largest number of sentences.
        by: words, meaning (the first call encodes every sentence), or both merged.
        tell: called with what is being prepared, how much of it is done, and of how much.

    Raises:
        QueryError: the question is empty, or a filter has a value that does not occur in the corpus.
        InputError: the folder holds no finished run.
    """
    index, state = searchable.opened(out, tell=tell)
    filters = filters or Filters()
    if by == "words":
        return words(index, state, question, filters=filters, limit=limit)
    wanted, values = _asked(question), _values(filters, state)
    folder = searchable.with_meaning(out, tell=tell)
    like = _by_meaning(out, folder, index, state, question, values, max(limit, DEPTH))
    if by == "meaning":
        return _found(like[:limit], wanted, state, every=True)
    found, every = _by_words(index, wanted, values, max(limit, DEPTH))
    return _found(_merged(found, like)[:limit], wanted, state, every=every)


def words(index: Index, state: IndexState, question: str, *, filters: Filters, limit: int) -> SearchResult:
    """Return the sentences of an index whose words match a question best."""
    wanted, values = _asked(question), _values(filters, state)
    found, every = _by_words(index, wanted, values, limit)
    instead = "" if found and every else respelled(index, question)
    n = len(found) if len(found) < limit else index.count(wanted, values, every=every)
    return msgspec.structs.replace(_found(found, wanted, state, every=every), instead=instead, n=n)


def respelled(index: Index, question: str) -> str:
    """Return the question with each word that no sentence has replaced by the nearest one, else ""."""
    words = question.split()
    found = [_nearest(index, word) if word.isalpha() else word for word in words]
    return " ".join(found) if found != words else ""


def _nearest(index: Index, word: str) -> str:
    """Return the word of the texts that is spelled most like a word which they lack."""
    wanted = asked(word)
    if index.search(wanted, {}, limit=1, every=True):
        return word
    term = wanted[0].terms[0].word
    for distance, least in enumerate(LETTERS, 1):
        for stem in dict.fromkeys(term.removesuffix(ending) for ending in ENDINGS):
            like = index.like(stem, distance, limit=DEPTH) if len(stem) >= least else []
            if like and (found := _written(term, [match.shown.text for match in like])):
                return found
    return word


def _written(word: str, texts: Sequence[str]) -> str:
    """Return how texts write their word nearest to a term: as in a dictionary, or else as most often."""
    written: dict[str, Counter[str]] = {}
    for text in texts:
        for term in terms(text):
            written.setdefault(term.word, Counter())[text[term.start : term.end]] += 1
    close = difflib.get_close_matches(word, written, n=1, cutoff=ALIKE)
    if not close:
        return ""
    ways = written[close[0]]
    return max(ways, key=lambda way: (folded(way) == close[0], ways[way], way))


def _asked(question: str) -> tuple[Asked, ...]:
    wanted = asked(question)
    if all(one.unwanted for one in wanted):
        raise QueryError("search", "the question holds no word to look for", "give one, such as Handwerk")
    return wanted


def _by_words(
    index: Index, wanted: Sequence[Asked], values: Mapping[str, list[str]], limit: int
) -> tuple[list[Match], bool]:
    """Return the sentences with all words, or, if there are none, those with some of them."""
    found = index.search(wanted, values, limit=limit, every=True)
    if found or sum(not one.unwanted for one in wanted) == 1:
        return found, True
    return index.search(wanted, values, limit=limit, every=False), False


def _by_meaning(
    out: Path,
    folder: Path,
    index: Index,
    state: IndexState,
    question: str,
    values: Mapping[str, list[str]],
    limit: int,
) -> list[Match]:
    from pipeline.learning.encoder import embed
    from pipeline.searching.vectors import Vectors

    vector = embed([question], model=searchable.MODEL)[0]
    found = Vectors(folder).nearest(vector, limit=limit, allowed=_allowed(out, state, values))
    ids = _sentence_ids(out, [at for at, _ in found])
    shown = index.shown(list(ids.values()))
    return [
        Match(sentence_id=ids[at], shown=shown[ids[at]].shown, score=score)
        for at, score in found
        if ids[at] in shown
    ]


def _sentence_ids(out: Path, positions: Sequence[int]) -> dict[int, str]:
    sql = "select rowid, sentence_id from sentences where rowid in (select unnest(?::bigint[]))"
    with connect(out) as base:
        return dict(base.execute(sql, [list(positions)]).fetchall())


def _allowed(out: Path, state: IndexState, values: Mapping[str, list[str]]) -> NDArray[np.int64] | None:
    """Return the positions of the sentences that pass the filters; None means all."""
    if not values:
        return None
    documents = [name for name in state.documents if _passes(state, name, values)]
    conditions, given = ["document_id in (select unnest(?::varchar[]))"], [documents]
    of_sentence = {
        "addressed": "list_has_any(periods_addressed, ?::varchar[])",
        "layer": "sentence_id in (select sentence_id from mentions where list_contains(?::varchar[], layer))",
        "theme": "sentence_id in (select sentence_id from sentence_themes "
        "where list_contains(?::varchar[], theme))",
        "counted": "counted = list_contains(?::varchar[], 'yes')",
    }
    for name, condition in of_sentence.items():
        if name in values:
            conditions.append(condition)
            given.append(values[name])
    with connect(out) as base:
        sql = f"select rowid from sentences where {' and '.join(conditions)} order by rowid"
        return np.asarray(base.execute(sql, given).fetchnumpy()["rowid"], dtype=np.int64)


def _passes(state: IndexState, document_id: str, values: Mapping[str, list[str]]) -> bool:
    document = state.documents[document_id]
    has = {
        "document_id": {document_id},
        "published": {document.period},
        "issuer": {name.casefold() for name in searchable.issuers(document.issuer)},
        "document_type": {document.document_type},
    }
    return all(has[name] & set(values[name]) for name in has if name in values)


def _merged(one: Sequence[Match], other: Sequence[Match]) -> list[Match]:
    """Merge two ranked lists by reciprocal rank fusion."""
    scores: dict[str, float] = {}
    shown: dict[str, Shown] = {}
    for ranked in (one, other):
        for rank, match in enumerate(ranked, 1):
            scores[match.sentence_id] = scores.get(match.sentence_id, 0.0) + 1 / (FUSION + rank)
            shown[match.sentence_id] = match.shown
    order = sorted(scores, key=lambda name: (-scores[name], name))
    return [Match(sentence_id=name, shown=shown[name], score=scores[name]) for name in order]


def _values(filters: Filters, state: IndexState) -> dict[str, list[str]]:
    """Return the filters as values of the index.

    Raises:
        QueryError: a value does not occur; the message names the nearest one.
    """
    given = {
        filters.basis: list(map(period_id, filters.period)),
        "layer": list(filters.layer),
        "document_type": list(filters.document_type),
        "theme": list(filters.theme),
        "document_id": list(filters.document),
    }
    known = {**state.values, "layer": list(LAYERS), "theme": list(THEMES)}
    known["document_id"] = list(state.documents)
    for name, values in given.items():
        for value in values:
            if value not in known.get(name, []):
                raise _unknown(name, value, known.get(name, []))
    names = [*known.get("issuer", []), *known.get("joint", [])]
    given["issuer"] = [one for value in filters.issuer for one in _issuer(value, names)]
    given["counted"] = [] if filters.duplicates else ["yes"]
    return {name: values for name, values in given.items() if values}


def _issuer(value: str, known: Sequence[str]) -> list[str]:
    """Return the issuers with this name, else those whose name contains it."""
    asked_for, names = value.casefold(), [name.casefold() for name in known]
    found = [name for name in names if name == asked_for] or [name for name in names if asked_for in name]
    if not found:
        raise _unknown("issuer", value, known)
    return found


def _unknown(name: str, value: str, known: Sequence[str]) -> QueryError:
    folded = {one.casefold(): one for one in known}
    close = difflib.get_close_matches(value.casefold(), folded, n=1)
    if close:
        advice = f"did you mean {folded[close[0]]}?"
    else:
        advice = f"there are {', '.join(known[:30])}" if known else "the documents state none"
    return QueryError("search", f"the corpus has no {CALLED.get(name, name)} {value!r}", advice)


def _found(
    matches: Sequence[Match], wanted: Sequence[Asked], state: IndexState, *, every: bool
) -> SearchResult:
    return SearchResult(hits=tuple(_hit(match, wanted, state) for match in matches), every=every)


def _hit(match: Match, wanted: Sequence[Asked], state: IndexState) -> Hit:
    shown, document = match.shown, state.documents[match.shown.document_id]
    return Hit(
        sentence_id=match.sentence_id,
        text=shown.text,
        marks=marks(shown.text, wanted),
        heading_path=shown.heading_path,
        page=shown.page,
        document_id=shown.document_id,
        title=document.title,
        path=document.path,
        issuer=document.issuer,
        document_type=document.document_type,
        published=document.published,
        period=document.period,
        score=match.score,
    )


def marks(text: str, wanted: Sequence[Asked]) -> tuple[tuple[int, int], ...]:
    """Return start and end of each word in a sentence that matches the question."""
    found = terms(text)
    there = {part for term in found for part in term.parts}
    places = {at for one in wanted if not one.unwanted for at in _places(found, one, there)}
    return tuple((found[at].start, found[at].end) for at in sorted(places))


def _places(found: Sequence[Term], one: Asked, there: set[str]) -> list[int]:
    if one.prefix:
        ways = [(term.word, term.written) for term in found]
        return [at for at, both in enumerate(ways) if any(way.startswith(one.prefix) for way in both)]
    size = len(one.terms)
    if size > 1:
        words = [term.word for term in one.terms]
        starts = [at for at in range(len(found)) if [t.word for t in found[at : at + size]] == words]
        return [at + step for at in starts for step in range(size)]
    return [at for at, term in enumerate(found) if _answers(term, one.terms[0], there)]


def _answers(term: Term, wanted: Term, there: set[str]) -> bool:
    """Return whether a word is the one asked for, contains it, or is a part of it found with the others."""
    size = len(wanted.parts)
    rows = (term.parts[at : at + size] for at in range(len(term.parts) - size + 1))
    if term.word == wanted.word or wanted.parts in rows:
        return True
    return set(term.parts) <= set(wanted.parts) <= there
