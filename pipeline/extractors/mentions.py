"""Find challenges, instruments, actors and themes with the trained tagger.

»Gegen den Fachkräftemangel fordern Verbände ein Einwanderungsgesetz.« names a challenge, an
actor and a demanded instrument. The measured quality is stated in the model's card.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from pipeline.errors import ModelError, why
from pipeline.learning import borders, decode, encoder, ngrams, windows
from pipeline.learning.decode import Floats, Found, Heads
from pipeline.learning.encoder import Model
from pipeline.learning.status import by_section, by_verb
from pipeline.learning.windows import Encoded
from pipeline.records import Context, Label, Record, Span
from pipeline.schema.labels import DOCUMENT_TYPES, KINDS, LAYERS, NAMED, STATUSES, THEMES

LABELS = (*LAYERS, "theme")
EXAMPLES = (
    "Der <challenge>Fachkräftemangel</challenge> bremst den Wohnungsbau.",
    "Wir werden ein <instrument>Klimaschutzgesetz</instrument> verabschieden.",
    "<actor>Länder</actor> und <actor>Kommunen</actor> tragen die Kosten.",
    "Guten Morgen und herzlich willkommen.",
)
WHOLE_DOCUMENT = True
BLOCK = 64  # windows decoded at a time: about 350 sentences, 15 MB of vectors


class Sure(Record, frozen=True, kw_only=True):
    """How the spans of a layer are selected and their scores calibrated to probabilities (Platt 1999)."""

    offset: float = 0.0  # added to O before decoding
    slope: float = 1.0  # factor on the logit of a span's probability
    shift: float = 0.0
    threshold: float = 0.0  # spans with a lower probability are left out


class Decisions(Record, frozen=True, kw_only=True):
    """Parameters chosen on held-out documents: `decisions.toml` in the model folder."""

    budget: int  # pieces of one window
    spans: dict[str, Sure]
    first_theme: float  # least probability at which the likeliest theme is assigned
    second_theme: float  # the same for the second one in addition
    theme_slope: float = 1.0
    theme_shift: float = 0.0
    theme_spelling: float = 0.0  # weight of the n-grams' logits beside the encoder's
    kind_spelling: float = 0.0
    status_spelling: float = 0.0


class Tagger(NamedTuple):
    """A loaded tagger."""

    model: Model
    heads: Heads
    decisions: Decisions


class SentencePart(NamedTuple):
    """A sentence, or a piece of one that is too long for the encoder."""

    sentence: int
    encoded: Encoded


class Vectors(NamedTuple):
    """The encoder's vectors for a block of parts, in their order."""

    words: Floats  # one row per word of all parts
    means: Floats  # one row per part
    ends: Floats  # one row per part
    lengths: list[int]  # number of words in each part


@cache
def load(name: str = "tagger") -> Tagger:
    """Return a tagger by name or folder, loaded once per process; raise ModelError if it is damaged."""
    return _opened(encoder.load(name))


def open_folder(folder: Path) -> Tagger:
    """Return the tagger in a folder, loaded anew."""
    return _opened(Model(folder))


def _opened(model: Model) -> Tagger:
    try:
        decisions = msgspec.toml.decode((model.folder / "decisions.toml").read_bytes(), type=Decisions)
        with np.load(model.folder / "heads.npz") as held:
            heads = Heads({key: held[key].astype(np.float32) for key in held.files})
    except (OSError, ValueError, msgspec.DecodeError) as error:
        raise ModelError(str(model.folder), f"is not a tagger ({why(error)})", encoder.REMEDY) from error
    return Tagger(model, heads, decisions)


def extract(contexts: Sequence[Context], *, model: str = "tagger") -> Iterator[Span]:
    """Yield the mentions and themes of consecutive sentences of one document."""
    yield from spans(load(model), contexts)


def spans(tagger: Tagger, contexts: Sequence[Context]) -> Iterator[Span]:
    """Yield the spans that a tagger finds."""
    for held, vectors in read(tagger, contexts):
        yield from mentions(tagger, contexts, held, vectors)
        yield from _themes(tagger, contexts, held, vectors)


def read(tagger: Tagger, contexts: Sequence[Context]) -> Iterator[tuple[list[SentencePart], Vectors]]:
    """Yield the encoder's vectors for the sentences, one block at a time."""
    parts = _parts(tagger, contexts)
    for block in _blocks(tagger, contexts, parts):
        yield _vectors(tagger, parts, block)


def _parts(tagger: Tagger, contexts: Sequence[Context]) -> list[SentencePart]:
    read = tagger.model.pieces([context.text for context in contexts])
    return [
        SentencePart(at, part)
        for at, (context, (ids, offsets)) in enumerate(zip(contexts, read, strict=True))
        for part in windows.cut(windows.align(context.text, ids, offsets))
    ]


def _blocks(
    tagger: Tagger, contexts: Sequence[Context], parts: Sequence[SentencePart]
) -> Iterator[list[windows.Window]]:
    prefixes = _prefixes(tagger.model)
    made = windows.pack(
        _chains(contexts, parts),
        [part.encoded for part in parts],
        [prefixes.get(contexts[part.sentence].doc_type, ()) for part in parts],
        budget=tagger.decisions.budget,
        first=tagger.model.pieces.first,
        last=tagger.model.pieces.last,
    )
    block: list[windows.Window] = []
    for window in made:
        if len(block) >= BLOCK and not _continues(parts, block[-1], window):
            yield block
            block = []
        block.append(window)
    if block:
        yield block


def _continues(parts: Sequence[SentencePart], before: windows.Window, window: windows.Window) -> bool:
    """Return whether a window begins inside the sentence with which the previous window ends."""
    return parts[before.sentences[-1]].sentence == parts[window.sentences[0]].sentence


@cache
def _prefixes(model: Model) -> dict[str, tuple[int, ...]]:
    read = model.pieces(DOCUMENT_TYPES)
    return {name: tuple(ids) for name, (ids, _) in zip(DOCUMENT_TYPES, read, strict=True)}


def _chains(contexts: Sequence[Context], parts: Sequence[SentencePart]) -> Iterator[list[int]]:
    """Yield runs of parts that may share a window; a heading or a new type of document begins a run."""
    chain: list[int] = []
    for at, part in enumerate(parts):
        here = contexts[part.sentence]
        if chain:
            before = contexts[parts[at - 1].sentence]
            begins = here.kind == "heading" and before.kind != "heading"
            if begins or here.doc_type != before.doc_type:
                yield chain
                chain = []
        chain.append(at)
    if chain:
        yield chain


def _vectors(
    tagger: Tagger, parts: Sequence[SentencePart], block: Sequence[windows.Window]
) -> tuple[list[SentencePart], Vectors]:
    """Run the encoder on one window at a time, so that the vectors of one never depend on another."""
    held, words, ends = [], [], []
    seen: dict[tuple[int, ...], Floats] = {}
    for window in block:
        if window.ids not in seen:
            seen[window.ids] = tagger.model.hidden(np.array([window.ids], dtype=np.int64))[0]
        hidden = seen[window.ids]
        for at, start in zip(window.sentences, window.starts, strict=True):
            held.append(parts[at])
            words.append(_pooled(hidden, parts[at].encoded, start))
            ends.append(hidden[start + len(parts[at].encoded.ids)])
    means = [rows.mean(axis=0) if len(rows) else np.zeros_like(ends[0]) for rows in words]
    lengths = [len(rows) for rows in words]
    return held, Vectors(np.concatenate(words), np.stack(means), np.stack(ends), lengths)


def _pooled(hidden: Floats, encoded: Encoded, start: int) -> Floats:
    """Return the mean vector of each word's pieces."""
    if not encoded.pieces:
        return np.zeros((0, hidden.shape[1]), dtype=np.float32)
    places, sizes = windows.places(encoded)
    firsts = np.cumsum(sizes) - sizes
    sums: Floats = np.add.reduceat(hidden[places + start], firsts, axis=0)
    found: Floats = np.divide(sums, sizes[:, None], dtype=np.float32)
    return found


def mentions(
    tagger: Tagger, contexts: Sequence[Context], held: Sequence[SentencePart], vectors: Vectors
) -> Iterator[Span]:
    """Yield the challenges, instruments and actors of a block."""
    firsts = np.cumsum(vectors.lengths) - np.array(vectors.lengths)
    offsets = [tagger.decisions.spans[layer].offset for layer in LAYERS]
    made = decode.chain(tagger.heads, vectors.words, vectors.lengths, offsets=offsets)
    found = [
        one for wide in decode.spans(made) for one in borders.drawn(wide, *_sentence(contexts, held, wide))
    ]
    for number, layer in enumerate(LAYERS):
        sure = tagger.decisions.spans[layer]
        mine = [
            one for one in found if one.layer == number and probability(sure, one.score) >= sure.threshold
        ]
        if not mine:
            continue
        rows = decode.span_vectors(tagger.heads, number, vectors.words, vectors.means, mine, firsts)
        places = [_place(contexts, held, one) for one in mine]
        labels = (
            _best(KINDS[layer], kind_logits(tagger, number, rows, places)),
            _best(STATUSES[layer], status_logits(tagger, number, rows, places)),
            _best(NAMED if layer == "actor" else (), tagger.heads.linear("named", rows)),
        )
        for one, place, *given in zip(mine, places, *labels, strict=True):
            span = _span(tagger, place, held[one.sentence].sentence, one, given)
            context = contexts[span.sentence]
            yield by_section(by_verb(span, context), context)


Place = tuple[str, int, int]  # a sentence, and start and end of a span in it


def _place(contexts: Sequence[Context], held: Sequence[SentencePart], found: Found) -> Place:
    text, words = _sentence(contexts, held, found)
    return text, words[found.first][0], words[found.end - 1][1]


def _sentence(
    contexts: Sequence[Context], held: Sequence[SentencePart], found: Found
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the text of a span's sentence and the offsets of the words that were read of it."""
    part = held[found.sentence]
    return contexts[part.sentence].text, part.encoded.words


def kind_logits(tagger: Tagger, layer: int, rows: Floats, places: Sequence[Place]) -> Floats:
    """Return the log probabilities of the kinds of spans, from the encoder and from spelling."""
    spelled = (ngrams.features(text[start:end]) for text, start, end in places)
    return _with_spelling(tagger, f"kind.{layer}", rows, spelled, tagger.decisions.kind_spelling)


def status_logits(tagger: Tagger, layer: int, rows: Floats, places: Sequence[Place]) -> Floats:
    """Return the log probabilities of the statuses of spans, from the encoder and from spelling."""
    spelled = (ngrams.around(*place) for place in places)
    return _with_spelling(tagger, f"status.{layer}", rows, spelled, tagger.decisions.status_spelling)


def _with_spelling(
    tagger: Tagger, name: str, rows: Floats, spelled: Iterable[ngrams.Ints], weight: float
) -> Floats:
    logits = decode.log_softmax(tagger.heads.linear(name, rows))
    table = tagger.heads.weights.get(f"ngrams.{name}")
    if table is None or not weight:
        return logits
    return logits + np.float32(weight) * decode.log_softmax(ngrams.scores(table, list(spelled)))


def _best(labels: Sequence[str], logits: Floats) -> list[str]:
    if not labels:
        return [""] * len(logits)
    return [labels[at] for at in logits.argmax(axis=1)]


def _span(tagger: Tagger, place: Place, sentence: int, found: Found, labels: Sequence[str]) -> Span:
    text, start, end = place
    layer = LAYERS[found.layer]
    return Span(
        sentence=sentence,
        start=start,
        end=end,
        text=text[start:end],
        label=_LABEL[layer],
        kind=labels[0],
        status=labels[1],
        named=labels[2],
        score=probability(tagger.decisions.spans[layer], found.score),
        by=f"model:{tagger.model.digest}",
    )


_LABEL: dict[str, Label] = {"challenge": "challenge", "instrument": "instrument", "actor": "actor"}


def probability(sure: Sure, raw: float) -> float:
    """Return the calibrated probability of a span to which the CRF gives the probability `raw`."""
    clipped = min(max(raw, 1e-6), 1 - 1e-6)
    logit = sure.slope * math.log(clipped / (1 - clipped)) + sure.shift
    return round(1 / (1 + math.exp(-min(max(logit, -60.0), 60.0))), 4)


def _themes(
    tagger: Tagger, contexts: Sequence[Context], held: Sequence[SentencePart], vectors: Vectors
) -> Iterator[Span]:
    decisions = tagger.decisions
    for sentence, logits in theme_logits(tagger, contexts, held, vectors).items():
        row = decode.sigmoid(decisions.theme_slope * logits + decisions.theme_shift)
        if not contexts[sentence].text.strip():
            continue
        order = np.argsort(-row, kind="stable")[:2]
        for at, least in zip(order, (decisions.first_theme, decisions.second_theme), strict=True):
            if row[at] < least:
                break
            yield _theme(tagger, contexts, sentence, int(at), float(row[at]))


def theme_logits(
    tagger: Tagger, contexts: Sequence[Context], held: Sequence[SentencePart], vectors: Vectors
) -> dict[int, Floats]:
    """Return the logits of the themes by sentence; of a sentence in parts, the highest of each theme."""
    best: dict[int, Floats] = {}
    for part, row in zip(held, decode.themes(tagger.heads, vectors.means, vectors.ends), strict=True):
        best[part.sentence] = np.maximum(best.get(part.sentence, row), row)
    table, weight = tagger.heads.weights.get("ngrams.theme"), tagger.decisions.theme_spelling
    if table is None or not weight:
        return best
    spelled = ngrams.scores(table, [ngrams.features(contexts[at].text) for at in best])
    return {
        at: row + np.float32(weight) * more for (at, row), more in zip(best.items(), spelled, strict=True)
    }


def _theme(tagger: Tagger, contexts: Sequence[Context], sentence: int, at: int, score: float) -> Span:
    text = contexts[sentence].text
    return Span(
        sentence=sentence,
        start=0,
        end=len(text),
        text=text,
        label="theme",
        kind=THEMES[at],
        score=round(score, 4),
        by=f"model:{tagger.model.digest}",
    )
