"""Measure how fast and how good the search is on a million invented sentences of words as in German text."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import InputError
from pipeline.records import Record
from pipeline.schema.labels import LAYERS, THEMES
from pipeline.search import Filters, words
from pipeline.searching import vectors
from pipeline.searching.fulltext import Index, IndexedSentence, Shown
from pipeline.searching.searchable import IndexedDocument, IndexState
from pipeline.zipf import SEED, WORDS, drawn, vocabulary

PER_DOCUMENT = 1_000  # sentences
PERIODS = ("bt17", "bt18", "bt19", "bt20", "bt21")
BLOCK = 50_000
TOPICS = 5_000  # directions around which invented vectors lie


class SearchSpeed(Record):
    """The measurements; milliseconds are per question, from its text to the hits."""

    sentences: int
    seconds: float  # to build the index
    megabytes: float
    median: float
    p95: float
    worst: float
    recall: float  # of the ten best of a full comparison; 1 for words, where nothing is left out


def measure_words(folder: Path, *, sentences: int = 1_000_000, questions: int = 200) -> SearchSpeed:
    """Build an index of invented sentences in an empty folder and measure questions to it.

    Raises:
        InputError: the folder is not empty.
    """
    _empty(folder)
    known, started = vocabulary(), time.perf_counter()
    index = Index(folder / "words")
    index.replace([], _entries(known, sentences))
    seconds, state = time.perf_counter() - started, _state(sentences)
    asked = list(_questions(known, questions))

    def ask(at: int) -> object:
        return words(index, state, asked[at], filters=_filters(at), limit=10)

    return _speed(folder, sentences, seconds, [_timed(ask, at) for at in range(questions)], 1.0)


def measure_meaning(folder: Path, *, sentences: int = 1_000_000, questions: int = 50) -> SearchSpeed:
    """Write invented vectors into an empty folder and measure searches, without encoding a question.

    Raises:
        InputError: the folder is not empty.
    """
    _empty(folder)
    rng = np.random.default_rng(SEED)
    topics = rng.normal(size=(TOPICS, vectors.WIDTH)).astype(np.float32)
    names, started = [f"{at:08}".encode() * 2 for at in range(sentences)], time.perf_counter()
    numbers = [str(at) for at in range(sentences)]

    def encode(texts: Sequence[str]) -> vectors.Floats:
        return _around(topics, rng.integers(TOPICS, size=len(texts)), rng)

    vectors.keep(folder, names, lambda some: [numbers[at] for at in some], encode, lambda done, of: None)
    seconds, kept = time.perf_counter() - started, vectors.Vectors(folder)
    asked = _around(topics, rng.integers(TOPICS, size=questions), rng)
    spent = [_timed(lambda at: kept.nearest(asked[at], limit=10), at) for at in range(questions)]
    return _speed(folder, sentences, seconds, spent, _recall(folder, kept, asked[:10], sentences))


def _empty(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError(str(folder), "is not empty", "name a folder that may be filled")
    folder.mkdir(parents=True, exist_ok=True)


def _timed(ask: Callable[[int], object], at: int) -> float:
    started = time.perf_counter()
    ask(at)
    return 1000 * (time.perf_counter() - started)


def _speed(folder: Path, n: int, seconds: float, spent: Sequence[float], recall: float) -> SearchSpeed:
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    median, p95, worst = (float(np.percentile(spent, share)) for share in (50, 95, 100))
    return SearchSpeed(n, seconds, size / 1e6, median, p95, worst, recall)


def _entries(vocabulary: Sequence[str], n: int) -> Iterator[IndexedSentence]:
    rng = np.random.default_rng(SEED)
    for start in range(0, n, BLOCK):
        size = min(BLOCK, n - start)
        rows = drawn(len(vocabulary), rng, size * WORDS).reshape(size, WORDS).tolist()
        for at, row in enumerate(rows, start):
            yield _entry(at, " ".join([vocabulary[word] for word in row]) + ".")


def _entry(at: int, text: str) -> IndexedSentence:
    document = at // PER_DOCUMENT
    values: dict[str, tuple[str, ...]] = {
        "published": (PERIODS[document % len(PERIODS)],),
        "layer": (LAYERS[at % len(LAYERS)],),
        "theme": (THEMES[at % len(THEMES)],),
        "counted": ("yes",),
    }
    shown = Shown(document_id=f"d{document}", text=text, heading_path=("Kapitel",), page=1)
    return IndexedSentence(sentence_id=f"s{at}", shown=shown, values=values)


def _state(n: int) -> IndexState:
    documents = {
        f"d{at}": IndexedDocument(key="", path=f"{at}.pdf", document_type="other")
        for at in range(n // PER_DOCUMENT + 1)
    }
    return IndexState(documents=documents, values={"published": list(PERIODS)})


def _questions(vocabulary: Sequence[str], n: int) -> Iterator[str]:
    """Yield questions of one to three words, drawn like the sentences."""
    rng = np.random.default_rng(SEED + 1)
    for at in range(n):
        yield " ".join(vocabulary[word] for word in drawn(len(vocabulary), rng, 1 + at % 3))


def _filters(at: int) -> Filters:
    """Return in turn no filter, a period, or a period and a layer."""
    period = (PERIODS[at % len(PERIODS)],) if at % 3 else ()
    return Filters(period=period, layer=("instrument",) if at % 3 == 2 else ())


def _around(topics: vectors.Floats, which: NDArray[np.int64], rng: np.random.Generator) -> vectors.Floats:
    found = topics[which] + rng.normal(size=(len(which), vectors.WIDTH)).astype(np.float32)
    unit: vectors.Floats = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit


def _recall(folder: Path, kept: vectors.Vectors, asked: vectors.Floats, n: int) -> float:
    """Return the share of the ten overall best that are found."""
    stored = np.memmap(folder / "vectors.f16", dtype=np.float16, mode="r", shape=(n, vectors.WIDTH))
    blocks = [stored[start : start + BLOCK].astype(np.float32) @ asked.T for start in range(0, n, BLOCK)]
    scores = np.concatenate(blocks)
    hit = 0
    for at, question in enumerate(asked):
        best = set(np.argsort(-scores[:, at])[:10].tolist())
        hit += len(best & {one for one, _ in kept.nearest(question, limit=10)})
    return hit / (10 * len(asked))
