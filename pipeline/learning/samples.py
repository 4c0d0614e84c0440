"""Turn labelled sentences into training data for the tagger: windows of pieces, tags of words."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.learning import ngrams, windows
from pipeline.learning.decode import BEGIN, INSIDE, OUT, TAGS
from pipeline.learning.doc_names import document_type
from pipeline.learning.jsonl import Example, Mention
from pipeline.learning.windows import Encoded, Window
from pipeline.schema.labels import KINDS, LAYERS, NAMED, STATUSES, THEMES

LOSS_HELD_OUT = "held-out "  # prefix of the names of losses on sentences not trained on
# Windows of every size that may occur in use: from a single sentence to a long run.
BUDGETS = (1, 40, 80, 80, 120, 120, 160, 160, 200, 200)
CUT = 0.5  # share of runs that are cut in two, so that a sentence's place in its window varies
NO_TYPE = 0.2  # share of windows without a document type, because it is unknown for some files
JITTER = 15  # random noise on lengths in pieces before sorting, so that batches differ by epoch


class SpanTarget(NamedTuple):
    """A span of words, and the probability of each of its labels, all 0 if nobody told."""

    layer: int
    first: int
    end: int
    labels: Mapping[str, NDArray[np.float32]]  # of kind, status or named


class Target(NamedTuple):
    """How a sentence is to be read, in probabilities: 0 and 1 by its labels, between them by opinions."""

    pairs: NDArray[np.float16]  # (words, layers, tags, tags), see `nets/crf.py`
    spans: tuple[SpanTarget, ...]
    themes: NDArray[np.float32]


class Samples(NamedTuple):
    """Sentences to train on, ready to be packed."""

    examples: tuple[Example, ...]
    encoded: tuple[Encoded, ...]
    pooled: tuple[NDArray[np.int64], ...]  # (2, pieces): places of a sentence's pieces, and their words
    targets: tuple[Target, ...]
    chains: tuple[tuple[int, ...], ...]  # runs of consecutive sentences
    prefixes: tuple[tuple[int, ...], ...]
    first: int
    last: int


Pieces = Callable[[Sequence[str]], list[tuple[list[int], list[tuple[int, int]]]]]


def make(examples: Sequence[Example], pieces: Pieces, *, first: int, last: int) -> Samples:
    """Return the sentences with the tags of their words; mentions that touch no word are left out."""
    read = pieces([one.text for one in examples])
    encoded = [
        _shortened(windows.align(one.text, ids, offsets))
        for one, (ids, offsets) in zip(examples, read, strict=True)
    ]
    types = [document_type(one.doc) for one in examples]
    known = {kind: tuple(pieces([kind])[0][0]) for kind in sorted(set(types))}
    return Samples(
        examples=tuple(examples),
        encoded=tuple(encoded),
        pooled=tuple(map(_pooled, encoded)),
        targets=tuple(_target(one, words) for one, words in zip(examples, encoded, strict=True)),
        chains=tuple(chains(examples)),
        prefixes=tuple(known[kind] for kind in types),
        first=first,
        last=last,
    )


def chains(examples: Sequence[Example]) -> Iterator[tuple[int, ...]]:
    """Yield runs of consecutive sentences: same document, same page, ids that count up."""
    chain: list[int] = []
    before = ("", None, "", -1)
    for at, one in enumerate(examples):
        digits = re.search(r"\d*$", one.id)
        number = int(digits.group() or 0) if digits else 0
        here = (one.doc, one.page, one.id.rstrip("0123456789"), number)
        if chain and here != (*before[:3], before[3] + 1):
            yield tuple(chain)
            chain = []
        chain.append(at)
        before = here  # type: ignore[assignment]
    if chain:
        yield tuple(chain)


def parts(examples: Sequence[Example], n: int) -> list[list[Example]]:
    """Split sentences by document into `n` parts of similar size, each with documents of every type.

    Documents of a type are assigned, largest first, to the part with the fewest sentences of this type.
    """
    sizes = Counter(one.doc for one in examples)
    of_type: list[Counter[str]] = [Counter() for _ in range(n)]
    home = {}
    for doc in sorted(sizes, key=lambda doc: (document_type(doc), -sizes[doc], doc)):
        kind = document_type(doc)
        at = min(range(n), key=lambda part: (of_type[part][kind], of_type[part].total()))
        of_type[at][kind] += sizes[doc]
        home[doc] = at
    found: list[list[Example]] = [[] for _ in range(n)]
    for one in examples:
        found[home[one.doc]].append(one)
    return found


def shuffled(
    samples: Samples, rng: random.Random, *, share: Callable[[Example], float] = lambda one: 1.0
) -> list[Window]:
    """Return the windows of one epoch, of random sizes, some without their document type.

    A run of sentences is drawn with the probability that `share` returns for its first one.
    """
    found: list[Window] = []
    for chain in samples.chains:
        if rng.random() >= share(samples.examples[chain[0]]):
            continue
        parts = [chain]
        if len(chain) > 3 and rng.random() < CUT:
            at = rng.randrange(1, len(chain))
            parts = [chain[:at], chain[at:]]
        bare = rng.random() < NO_TYPE
        found += _packed(samples, parts, rng.choice(BUDGETS), bare=bare)
    return found


def ordered(samples: Samples, *, budget: int) -> list[Window]:
    """Return the same windows that the extractor makes."""
    return _packed(samples, samples.chains, budget, bare=False)


def batches(made: Sequence[Window], *, pieces: int, rng: random.Random | None = None) -> list[list[Window]]:
    """Return batches of windows of similar length, at most `pieces` with padding; shuffled with `rng`."""
    lengths = [len(one.ids) for one in made]
    sizes = [length + (rng.random() * JITTER if rng else 0.0) for length in lengths]
    order = sorted(range(len(made)), key=sizes.__getitem__)
    found = [[made[at] for at in batch] for batch in windows.batches(order, lengths, pieces=pieces)]
    if rng:
        rng.shuffle(found)
    return found


def spelling(
    examples: Sequence[Example], begun: Mapping[str, NDArray[np.float32]] | None = None
) -> dict[str, NDArray[np.float32]]:
    """Return the tables of the n-gram regressions, by their names in `heads.npz`.

    Those of a tagger to go on from (`begun`) are learned on from, and stay where there is nothing to learn.
    """
    found = dict(begun or {})
    themes = np.array([[theme in one.themes for theme in THEMES] for one in examples], dtype=np.float32)
    rows = [ngrams.features(one.text) for one in examples]
    name = "ngrams.theme"
    found[name] = ngrams.fit(rows, themes, single=False, epochs=4, begun=found.get(name))
    layer = LAYERS.index("instrument")
    for what, labels in (("kind", KINDS["instrument"]), ("status", STATUSES["instrument"])):
        spans = [(one, span) for one in examples for span in one.mentions
                 if span.layer == "instrument" and told(span, what)]  # fmt: skip
        if not spans:
            continue
        wanted = [[label == getattr(span, what) for label in labels] for _, span in spans]
        if what == "kind":
            rows = [ngrams.features(span.text) for _, span in spans]
        else:
            rows = [ngrams.around(one.text, span.start, span.end) for one, span in spans]
        targets, name = np.array(wanted, dtype=np.float32), f"ngrams.{what}.{layer}"
        found[name] = ngrams.fit(rows, targets, single=True, epochs=5, begun=found.get(name))
    return found


def _packed(samples: Samples, parts: Sequence[Sequence[int]], budget: int, *, bare: bool) -> list[Window]:
    prefixes: Sequence[tuple[int, ...]] = [()] * len(samples.examples) if bare else samples.prefixes
    return list(
        windows.pack(parts, samples.encoded, prefixes, budget=budget, first=samples.first, last=samples.last)
    )


def _shortened(whole: Encoded) -> Encoded:
    return next(windows.cut(whole), Encoded((), (), ()))


def _pooled(encoded: Encoded) -> NDArray[np.int64]:
    places, sizes = windows.places(encoded)
    return np.stack((places, np.repeat(np.arange(len(sizes)), sizes)))


def _target(example: Example, encoded: Encoded) -> Target:
    spans = tuple(_spans(example, encoded.words))
    themes = np.array([theme in example.themes for theme in THEMES], dtype=np.float32)
    return Target(pairs(_tags(len(encoded.words), spans)), spans, themes)


def pairs(tags: NDArray[np.int64]) -> NDArray[np.float16]:
    """Return the tags of words, (words, layers), as pairs with the tag before (`nets/crf.py`)."""
    before = np.vstack((np.full_like(tags[:1], OUT), tags[:-1]))
    one_of_all = np.eye(TAGS * TAGS, dtype=np.float16)[TAGS * before + tags]
    found: NDArray[np.float16] = one_of_all.reshape(*tags.shape, TAGS, TAGS)
    return found


def _spans(example: Example, words: Sequence[tuple[int, int]]) -> Iterator[SpanTarget]:
    taken: set[tuple[int, int]] = set()
    for one in example.mentions:
        inside = [at for at, (start, end) in enumerate(words) if start < one.end and end > one.start]
        layer = LAYERS.index(one.layer)
        if inside and not taken & {(layer, at) for at in inside}:
            taken |= {(layer, at) for at in inside}
            labels = {
                what: np.array([label == told(one, what) for label in known], np.float32)
                for what, known in label_sets(one.layer)
            }
            yield SpanTarget(layer, inside[0], inside[-1] + 1, labels)


def told(one: Mention, what: str) -> str | None:
    """Return a mention's kind, status or named, None if it was not told; a challenge is open unless told."""
    given: str | None = getattr(one, what)
    return "open" if given is None and (one.layer, what) == ("challenge", "status") else given


def label_sets(layer: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield what is told of the spans of a layer beside their place, with the labels to choose from."""
    sets = (("kind", KINDS[layer]), ("status", STATUSES[layer]), ("named", NAMED if layer == "actor" else ()))
    yield from ((what, labels) for what, labels in sets if labels)


def _tags(n: int, spans: Sequence[SpanTarget]) -> NDArray[np.int64]:
    found = np.zeros((n, len(LAYERS)), dtype=np.int64)
    for span in spans:
        found[span.first : span.end, span.layer] = INSIDE
        found[span.first, span.layer] = BEGIN
    return found
