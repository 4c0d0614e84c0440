"""Show the search as a page: an answer, facets that narrow it, and pages of hits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import cast, get_args

import msgspec
from starlette.requests import Request

from pipeline.plain import several
from pipeline.records import Record
from pipeline.schema.declare import Row
from pipeline.schema.labels import LAYERS, THEMES
from pipeline.search import LIKE, By, Filters, Hit, search
from pipeline.searching import searchable
from pipeline.searching.terms import folded
from pipeline.serving import concepts, indexing, shelf
from pipeline.serving.documents import document
from pipeline.serving.frame import asked, text
from pipeline.serving.passages import HOME, Condition, Told, listed, told
from pipeline.serving.reader import Reader

MOST = 1_000  # hits that are ranked, to be paged through
WRITTEN = 10_000  # hits in a file, which takes a second or two
A_PAGE = 20
LONGEST = 300  # characters of a question
FACETS = ("period", "document_type", "issuer", "layer", "theme")
NARROWED = {  # what narrows an answer, and the SQL that lists the sentences without any words
    "period": "d.period_published = ?",
    "document_type": "d.document_type = ?",
    "issuer": "list_contains(list_append({0}, array_to_string({0}, '; ')), ?)".format(shelf.FACETS["issuer"]),
    "layer": "s.sentence_id in (select sentence_id from mentions where layer = ?)",
    "theme": "s.sentence_id in (select sentence_id from sentence_themes where theme = ?)",
    "document": "s.document_id = ?",
}


class Facet(Record):
    """Values that narrow an answer, with the number of hits for each; -1 if they are not counted."""

    name: str
    values: tuple[tuple[str, int], ...]
    chosen: str


class SearchQuestion(Record):
    """What the user searches for."""

    words: str
    by: By
    chosen: dict[str, str]  # facet or document -> value

    def given(self) -> dict[str, str]:
        """Return the question as parameters of an address."""
        return {"q": self.words, "by": self.by if self.by != "words" else "", **self.chosen}


class SearchAnswer(Record, kw_only=True):
    """One page of an answer."""

    ids: tuple[str, ...] = ()  # sentences of all hits, best first
    hits: tuple[tuple[Told, tuple[tuple[int, int], ...], str], ...] = ()  # sentence, words found, its text
    n: int = 0  # sentences found, of which those ranked are the best
    ranked: int = 0
    written: int = 0  # those in a file
    every: bool = True
    alone: Condition | None = None  # what chooses all sentences, the newest first, without words
    instead: str = ""  # the question respelled, if some of its words are in no sentence
    concepts: Sequence[Row] = ()  # that the words found name; without any, those spelled like the question
    page: int = 1
    last: int = 1
    facets: tuple[Facet, ...]
    document: Row | None = None  # the only one that is searched
    meaning: bool  # whether all sentences are encoded, so that searching by meaning is quick
    unknown: tuple[tuple[str, str], ...] = ()  # facets with a value that the tables lack: nothing is found


def question(request: Request) -> SearchQuestion:
    """Return the question in an address."""
    by = cast(By, asked(request, "by", get_args(By), "words"))
    return SearchQuestion(
        text(request, "q"), by, {name: text(request, name) for name in NARROWED if text(request, name)}
    )


def answer(reader: Reader, asked: SearchQuestion, page: int, *, most: int) -> SearchAnswer:
    """Return one page of the answer to a question, whose best hits are ranked.

    Raises:
        QueryError: the question has words to exclude, but none to look for.
        InputError: a run has just replaced the tables, or they cannot be indexed.
        Preparing: they are being indexed.
    """
    reader.check_current()
    state = indexing.state(reader.out)
    usual: By = asked.by if state.is_encoded else "words"
    known = {"period": state.values.get("published", []), "layer": list(LAYERS), "theme": list(THEMES)}
    known |= {name: state.values.get(name, []) for name in ("document_type", "issuer")}
    known["issuer"] = sorted(known["issuer"], key=folded)  # »Ärztekammer« before »Bundesregierung«
    known["document"] = list(state.documents)
    named = searchable.joint(asked.chosen.get("issuer", ""))  # »A;B« as the index has it, »A; B«
    joint = named if named in state.values.get("joint", []) else ""
    if joint:
        known["issuer"].append(joint)
    kept = {name: joint if joint and name == "issuer" else value for name, value in asked.chosen.items()}
    unknown = tuple((name, value) for name, value in kept.items() if value not in known[name])
    if unknown:
        facets = tuple(_facets(known, dict(kept.items() - set(unknown)), {}))
        return SearchAnswer(facets=facets, meaning=state.is_encoded, unknown=unknown)
    given = {name: (value,) for name, value in kept.items()}
    filters = msgspec.structs.replace(Filters(duplicates="document" in kept), **given)
    words = asked.words[:LONGEST].strip()
    limit = most if usual == "words" else LIKE
    if not words and kept:
        return _narrowed(reader, known, kept, page, meaning=state.is_encoded)
    reader.check_current()
    found = search(reader.out, words, filters=filters, limit=limit, by=usual) if words else None
    hits = found.hits if found else ()
    n = max(found.n, len(hits)) if found else 0
    last = max(1, -(-len(hits) // A_PAGE))
    page = min(max(page, 1), last)
    part = hits[(page - 1) * A_PAGE : page * A_PAGE]
    shown = {one.sentence_id: one for one in told(reader, [hit.sentence_id for hit in part])}
    return SearchAnswer(
        ids=tuple(hit.sentence_id for hit in hits),
        hits=tuple((shown[hit.sentence_id], hit.marks, hit.text) for hit in part if hit.sentence_id in shown),
        n=n,
        ranked=len(hits),
        written=min(n, WRITTEN),
        every=found.every if found else True,
        instead=found.instead if found else "",
        concepts=(
            concepts.said(reader, {hit.sentence_id: hit.marks for hit in hits})
            or concepts.near(reader, words)
        ),
        page=page,
        last=last,
        facets=tuple(_facets(known, kept, _counts(hits) if len(hits) == n else {})),
        document=document(reader, kept["document"]) if "document" in kept else None,
        meaning=state.is_encoded,
    )


def _narrowed(
    reader: Reader, known: dict[str, list[str]], kept: dict[str, str], page: int, *, meaning: bool
) -> SearchAnswer:
    """Return one page of all sentences that meet the conditions, where no words are looked for.

    Repetitions are among those of a document only, as on the page of a concept.
    """
    counted = [] if "document" in kept else ["s.counted"]
    where = " and ".join([*counted, *(NARROWED[name] for name in kept)])
    condition = Condition(found=f"{HOME} where {where}", values=tuple(kept.values()))
    found = listed(reader, condition, page=max(page, 1))
    return SearchAnswer(
        hits=tuple((one, (), "".join(piece.text for piece in one.pieces)) for one in found.told),
        n=found.n,
        ranked=found.n,
        written=found.n,
        alone=condition,
        page=found.page,
        last=found.last,
        facets=tuple(_facets(known, kept, {})),
        document=document(reader, kept["document"]) if "document" in kept else None,
        meaning=meaning,
    )


def _counts(hits: Sequence[Hit]) -> dict[str, Counter[str]]:
    return {
        "period": Counter(hit.period for hit in hits),
        "document_type": Counter(hit.document_type for hit in hits),
        "issuer": Counter(name for hit in hits for name in several(hit.issuer)),
    }


def _facets(
    known: dict[str, list[str]], kept: dict[str, str], counts: Mapping[str, Counter[str]]
) -> Iterator[Facet]:
    for name in FACETS:
        counted = None if name in kept else counts.get(name)  # hits have the chosen value and no other
        values = tuple((value, counted[value] if counted is not None else -1) for value in known[name])
        yield Facet(name=name, values=values, chosen=kept.get(name, ""))
