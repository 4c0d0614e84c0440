"""Find relations between the mentions of a sentence: who demands what against which challenge.

Each pair of mentions is judged on its own by a logistic regression on the features of `pairs`. A
relation is reported if the probability of any kind exceeds the threshold for this kind of pair, and if
both mentions are likely enough to be what the tagger takes them for. Weights, thresholds and scores
are in `models/relations`; `fit_relations` makes them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec.structs import replace

from pipeline.config import models_folder
from pipeline.contexts import announcements, mentions_by_sentence, readings
from pipeline.errors import ModelError
from pipeline.learning.pairs import NONE, Pair, pairs, placed
from pipeline.records import Record, Relation, Relations, Span, Tags, Text

FROM_ACTOR = ("responsible", "demands", "rejects")
WEIGHTS = "relations/weights.json"
SURE = 0.7  # least probability beyond the sentence; 48 of 60 such rows of real documents were right
LIKELY = 0.25  # least joint probability of a relation and its mentions; 2 of 7 checked rows below were right


class PairWeights(Record):
    """The weights for one kind of pair, such as actor and instrument."""

    kinds: tuple[str, ...]  # of relations, "none" among them
    threshold: float  # the least probability of any relation
    bias: tuple[float, ...]
    weights: dict[str, tuple[float, ...]]  # by feature: one weight per kind


class RelationModel(Record):
    """A judge for each kind of pair, and the hash of the file they were read from."""

    judges: dict[str, PairWeights]
    digest: str = ""


def relate_text(text: Text, tags: Tags) -> Relations:
    """Return relations within each sentence, and from lead-ins and headings to sentences below them.

    Positions refer to the document's spans.
    """
    sentences = [reading.text for reading in readings(text)]
    spoken, above = mentions_by_sentence(tags), announcements(text)
    found: list[Relation] = []
    for sentence, places in spoken.items():
        mentions = [tags.spans[place] for place in places]
        found += _replaced(relate(sentences[sentence], mentions), places)
        if sentence in above:
            host, end, rule = above[sentence]
            over = [place for place in spoken.get(host, ()) if tags.spans[place].end <= end]
            given = [tags.spans[place] for place in over]
            related = relate_above(sentences[host][:end], given, sentences[sentence], mentions, rule)
            found += _replaced(related, [*over, *places])
    return Relations(relations=tuple(found))


def relate(text: str, mentions: Sequence[Span]) -> list[Relation]:
    """Return the relations between the mentions of one sentence, ordered by source and target.

    `source` and `target` are positions in `mentions`; `score` is the probability of the reported kind;
    `rule` says where the second mention stands relative to the first ("pair:inside", "pair:after" …).

    Raises:
        ModelError: the shipped weights are missing or damaged.
    """
    found = [one for pair in pairs(text, mentions) if (one := _related(pair, mentions))]
    return sorted(found, key=lambda relation: (relation.source, relation.target, relation.kind))


def relate_above(
    above: str, over: Sequence[Span], text: str, mentions: Sequence[Span], rule: str
) -> list[Relation]:
    """Return relations between a lead-in or heading and a sentence below it that lacks the other end.

    Both are judged as one text, as a reader takes them: »Gründerzentren: Abwanderung stoppen«.
    A mention that already has a relation of this kind of pair in its own sentence gets none from above.
    `source` and `target` are positions in `[*over, *mentions]`.
    """
    start = f"{above.rstrip(' .:')}: "
    n = len(over)
    below = [replace(span, start=span.start + len(start), end=span.end + len(start)) for span in mentions]
    related = {(at + n, _between(a, b)) for one in relate(text, mentions)
               for a, b in ((mentions[one.source], mentions[one.target]),)
               for at in (one.source, one.target)}  # fmt: skip
    both = [*over, *below]
    found = []
    for pair in pairs(start + text, both):
        across = (pair.first < n) != (pair.second < n)
        if not across or (max(pair.first, pair.second), frozenset(pair.kind.split("-"))) in related:
            continue
        one = _related(pair, both)
        if one and one.score >= SURE:
            found.append(replace(one, rule=rule))
    return found


def _replaced(found: Sequence[Relation], places: Sequence[int]) -> Iterator[Relation]:
    for one in found:
        yield replace(one, source=places[one.source], target=places[one.target])


def _between(a: Span, b: Span) -> frozenset[str]:
    """Return the kind of a pair, regardless of its order."""
    return frozenset((a.label, b.label))


def _related(pair: Pair, mentions: Sequence[Span]) -> Relation | None:
    """Return the relation between the two mentions of a pair, if there is one."""
    source, target = pair.first, pair.second
    kind, score = decide(pair, load().judges[pair.kind])
    if kind == NONE or score * mentions[source].score * mentions[target].score < LIKELY:
        return None
    if kind in FROM_ACTOR:
        source, target = target, source
    rule = f"pair:{placed(mentions[pair.first], mentions[pair.second])}"
    return Relation(source=source, target=target, kind=kind, score=round(score, 4), rule=rule)


def decide(pair: Pair, judge: PairWeights) -> tuple[str, float]:
    """Return the most probable kind of relation, or "none", and its probability."""
    chances = probabilities(pair.features, judge)
    none = chances[NONE]
    if 1 - none < judge.threshold:
        return NONE, none
    kind = max((kind for kind in judge.kinds if kind != NONE), key=lambda kind: chances[kind])
    return kind, chances[kind]


def probabilities(features: Mapping[str, float], judge: PairWeights) -> dict[str, float]:
    """Return the probability of each kind; features unknown to the judge are ignored."""
    sums = list(judge.bias)
    for name, size in features.items():
        for at, weight in enumerate(judge.weights.get(name, ())):
            sums[at] += size * weight
    top = max(sums)
    powers = [math.exp(value - top) for value in sums]
    return {kind: power / sum(powers) for kind, power in zip(judge.kinds, powers, strict=True)}


@cache
def load(folder: Path | None = None) -> RelationModel:
    """Return the shipped model, which is read once per process."""
    path = (folder or models_folder()) / WEIGHTS
    try:
        data = path.read_bytes()
        judges = msgspec.json.decode(data, type=dict[str, PairWeights])
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(str(path), f"cannot be read ({error})", "install the package again") from error
    return RelationModel(judges=judges, digest=sha256(data).hexdigest()[:12])
