"""Index sentences by German terms and rank them by BM25; the only door to tantivy.

Every sentence is one entry with its words (dictionary forms), the parts of its compounds, and the
values it can be filtered by. What a reader sees of it is stored with the entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
import tantivy
from tantivy import Occur, Query

from pipeline.errors import InputError, why
from pipeline.records import Record
from pipeline.searching.terms import Asked, Term, terms

FILTERS = ("document_id", "published", "addressed", "layer", "issuer", "document_type", "theme", "counted")
HEAP = 128_000_000  # bytes of the writer's buffer; with more, 200,000 sentences were no faster
EXACT, TOGETHER, APART = 3.0, 1.5, 0.5  # weights of the word itself, its parts in a row, its parts anywhere
DEEP = 200  # entries that are weighed, at least
SENTENCE = re.compile(r"^(?:\S+\s+){3}.*[.!?][\"“”»«’)]*$", re.DOTALL)  # four words or more, and a full stop
UNSAID = 0.5  # weight of what is no sentence: below the usual sentence with the word, above one with a part


class Shown(Record, array_like=True):
    """What a reader sees of a sentence."""

    document_id: str
    text: str
    heading_path: tuple[str, ...]
    page: int  # 0 if the source has no pages


class IndexedSentence(Record):
    """One sentence to be found, with the values of FILTERS that it is filtered by."""

    sentence_id: str
    shown: Shown
    values: dict[str, tuple[str, ...]]


class Match(Record):
    """One entry found, with its BM25 score, which is less for what is no sentence."""

    sentence_id: str
    shown: Shown
    score: float


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("words", "parts"):
        builder.add_text_field(name, tokenizer_name="whitespace")
    builder.add_text_field("written", tokenizer_name="whitespace", index_option="basic")
    for name in ("sentence_id", *FILTERS):
        builder.add_text_field(name, stored=name == "sentence_id", tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("shown", stored=True)
    return builder.build()


class Index:
    """An index in a folder, which is created if there is none."""

    def __init__(self, folder: Path) -> None:
        self._schema = _schema()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(self._schema, path=str(folder))
        except (OSError, ValueError) as error:
            raise InputError(
                str(folder), f"holds no index that can be used ({why(error)})", "delete it"
            ) from None

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    def replace(self, document_ids: Iterable[str], entries: Iterable[IndexedSentence]) -> None:
        """Replace all entries of the documents by the given entries, in one step."""
        writer = self._index.writer(heap_size=HEAP, num_threads=1)
        for document_id in document_ids:
            writer.delete_documents_by_term("document_id", document_id)
        for entry in entries:
            writer.add_document(_document(entry))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def search(
        self, question: Sequence[Asked], filters: Mapping[str, Sequence[str]], *, limit: int, every: bool
    ) -> list[Match]:
        """Return the best entries, ordered by score and then by id.

        Headings and lines of tables count less: BM25 would rank them first because they are short.

        Args:
            question: the elements of the question, at least one of which is wanted.
            filters: by name in FILTERS, the values of which an entry must have one.
            limit: the largest number of entries.
            every: whether all elements must match, or one is enough.
        """
        searcher = self._index.searcher()
        query = self._query(question, filters, every=every)
        found = searcher.search(query, limit=max(limit, DEEP), count=False).hits
        matches = [_weighted(_match(searcher.doc(address), score)) for score, address in found]
        return sorted(matches, key=lambda match: (-round(match.score, 4), match.sentence_id))[:limit]

    def count(self, question: Sequence[Asked], filters: Mapping[str, Sequence[str]], *, every: bool) -> int:
        """Return how many entries match; arguments as for `search`."""
        query = self._query(question, filters, every=every)
        return int(self._index.searcher().search(query, limit=1, count=True).count or 0)

    def shown(self, sentence_ids: Sequence[str]) -> dict[str, Match]:
        """Return entries by their ids."""
        searcher = self._index.searcher()
        query = Query.term_set_query(self._schema, "sentence_id", list(sentence_ids))
        found = searcher.search(query, limit=max(len(sentence_ids), 1), count=False).hits
        return {match.sentence_id: match for _, at in found if (match := _match(searcher.doc(at), 0.0))}

    def like(self, word: str, distance: int, *, limit: int) -> list[Match]:
        """Return entries with a word that differs from a term in at most so many letters."""
        searcher = self._index.searcher()
        query = Query.fuzzy_term_query(self._schema, "words", word, distance=distance)
        found = searcher.search(query, limit=limit, count=False).hits
        return [_match(searcher.doc(address), score) for score, address in found]

    def _query(
        self, question: Sequence[Asked], filters: Mapping[str, Sequence[str]], *, every: bool
    ) -> Query:
        wanted = [self._element(one) for one in question if not one.unwanted]
        occur = Occur.Must if every else Occur.Should
        parts = [(Occur.Must, Query.boolean_query([(occur, one) for one in wanted]))]
        parts += [(Occur.MustNot, self._element(one)) for one in question if one.unwanted]
        for name, values in filters.items():
            one_of = Query.term_set_query(self._schema, name, list(values))
            parts.append((Occur.Must, Query.const_score_query(one_of, 0.0)))
        return Query.boolean_query(parts)

    def _element(self, element: Asked) -> Query:
        if element.prefix:
            pattern = f"{element.prefix}.*"
            either = [Query.regex_query(self._schema, name, pattern) for name in ("words", "written")]
            return Query.boolean_query([(Occur.Should, one) for one in either])
        if len(element.terms) > 1:
            return Query.phrase_query(self._schema, "words", [term.word for term in element.terms])
        return self._word(element.terms[0])

    def _word(self, term: Term) -> Query:
        """Return a query for a word itself, for its parts in a row, and for its parts anywhere."""
        exact = Query.boost_query(Query.term_query(self._schema, "words", term.word), EXACT)
        roots = [Query.term_query(self._schema, "parts", part) for part in term.parts]
        if len(roots) == 1:
            return Query.boolean_query([(Occur.Should, exact), (Occur.Should, roots[0])])
        row = Query.boost_query(Query.phrase_query(self._schema, "parts", list(term.parts)), TOGETHER)
        apart = Query.boost_query(Query.boolean_query([(Occur.Must, root) for root in roots]), APART)
        return Query.boolean_query([(Occur.Should, exact), (Occur.Should, row), (Occur.Should, apart)])


def _document(entry: IndexedSentence) -> tantivy.Document:
    found = terms(entry.shown.text)
    document = tantivy.Document()
    document.add_text("words", " ".join(term.word for term in found))
    document.add_text("written", " ".join(term.written for term in found))
    document.add_text("parts", " ".join(part for term in found for part in term.parts))
    document.add_text("sentence_id", entry.sentence_id)
    document.add_text("document_id", entry.shown.document_id)
    document.add_bytes("shown", msgspec.msgpack.encode(entry.shown))
    for name, values in entry.values.items():
        for value in values:
            document.add_text(name, value)
    return document


def _weighted(match: Match) -> Match:
    said = SENTENCE.search(match.shown.text)
    return match if said else msgspec.structs.replace(match, score=match.score * UNSAID)


def _match(document: tantivy.Document, score: float) -> Match:
    shown = msgspec.msgpack.decode(bytes(document.get_first("shown") or b""), type=Shown)
    return Match(sentence_id=str(document.get_first("sentence_id")), shown=shown, score=score)
