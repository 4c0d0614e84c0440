"""Find relations between the mentions of a sentence: who demands what against which challenge.

Each pair of mentions is judged by a logistic regression on the features of `pairs` and by a
network that reads the sentence (`pair_network`): the probability of a relation is the weighted mean of both.
Without the network, or in a sentence too long for it, the regression judges alone. A relation is reported if
the probability of any kind exceeds the threshold for this kind of pair, and if both mentions are likely
enough to be what the tagger takes them for. Words settle what they settle (`phrasing`): the members of a list
have the same relations, who voted against a bill rejects it. Weights, thresholds and scores are in
`models/relations`; `fit_relations` makes them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from pipeline.cards import RELATIONS, find
from pipeline.contexts import announcements, mentions_by_sentence, readings
from pipeline.errors import ModelError, why
from pipeline.knowledge import phrasing
from pipeline.learning.encoder import REMEDY, verify
from pipeline.learning.pair_network import PairNetwork
from pipeline.learning.pairs import FROM_ACTOR, NONE, Pair, pairs, placed
from pipeline.learning.status import is_spared
from pipeline.records import Record, Relation, Relations, Span, Tags, Text

OPPOSITE = {"demands": "rejects", "rejects": "demands"}
WEIGHTS, DECISIONS = "weights.json", "decisions.toml"
DIGITS = 4  # of a probability
# Rows of real documents were read for these; for all but `LISTED` when the regression still judged alone.
SURE = 0.7  # least probability beyond the sentence; 48 of 60 such rows were right
LISTED = 0.7  # least probability of what is shared in a list; 21 of 25 such rows were right
LIKELY = 0.25  # least joint probability of a relation and its mentions; 2 of 7 rows below were right


class PairWeights(Record):
    """The regression's weights for one kind of pair, such as actor and instrument."""

    kinds: tuple[str, ...]  # of relations, "none" among them
    bias: tuple[float, ...]
    weights: dict[str, tuple[float, ...]]  # by feature: one weight per kind


class Thresholds(Record):
    """The least probability of any relation, by kind of pair."""

    both: dict[str, float]  # of regression and network together
    regression: dict[str, float]  # of the regression alone


class Decisions(Record):
    """What becomes of probabilities."""

    share: float  # weight of the regression beside the network
    thresholds: Thresholds


class RelationModel(NamedTuple):
    """The regression's weights by kind of pair, the decisions, and the network if it judges, too."""

    weights: dict[str, PairWeights]
    decisions: Decisions
    network: PairNetwork | None


class Spoken(NamedTuple):
    """A text and its mentions."""

    text: str
    mentions: Sequence[Span]


def relate_text(text: Text, tags: Tags, *, network: bool = True) -> Relations:
    """Return relations within each sentence, and from lead-ins and headings to sentences below them.

    Positions refer to the document's spans. Without `network` the regression judges alone.
    """
    sentences = [reading.text for reading in readings(text)]
    spoken, above = mentions_by_sentence(tags), announcements(text)
    found: list[Relation] = []
    for sentence, places in spoken.items():
        below = Spoken(sentences[sentence], [tags.spans[place] for place in places])
        own = relate(*below, network=network)
        found += _replaced(own, places)
        if sentence in above:
            host, end, rule = above[sentence]
            over = [place for place in spoken.get(host, ()) if tags.spans[place].end <= end]
            host_part = Spoken(sentences[host][:end], [tags.spans[place] for place in over])
            related = relate_above(host_part, below, own, rule, network=network)
            found += _replaced(related, [*over, *places])
    return Relations(relations=tuple(found))


def relate(text: str, mentions: Sequence[Span], *, network: bool = True) -> list[Relation]:
    """Return the relations between the mentions of one sentence, ordered by source and target.

    `source` and `target` are positions in `mentions`; `score` is the probability of the reported kind;
    `rule` says where the second mention stands relative to the first ("pair:inside", "pair:after" …), or
    "list" if one of them stands in a list with a mention whose relation is likely.

    Raises:
        ModelError: the shipped weights are missing or damaged.
    """
    spoken = Spoken(text, mentions)
    found = _related(spoken, list(pairs(text, mentions)), network=network)
    found += _of_lists(spoken, found)
    return sorted(found, key=lambda relation: (relation.source, relation.target, relation.kind))


def relate_above(
    over: Spoken, below: Spoken, own: Sequence[Relation], rule: str, *, network: bool = True
) -> list[Relation]:
    """Return relations between a lead-in or heading and a sentence below it that lacks the other end.

    Both are judged as one text, as a reader takes them: »Gründerzentren: Abwanderung stoppen«.
    A mention that already has a relation of this kind of pair in its own sentence (`own`) gets none from
    above. `source` and `target` are positions in `[*over.mentions, *below.mentions]`.
    """
    start = f"{over.text.rstrip(' .:')}: "
    n = len(over.mentions)
    moved = [replace(m, start=m.start + len(start), end=m.end + len(start)) for m in below.mentions]
    related = {(at + n, _between(a, b)) for one in own
               for a, b in ((below.mentions[one.source], below.mentions[one.target]),)
               for at in (one.source, one.target)}  # fmt: skip
    both = Spoken(start + below.text, [*over.mentions, *moved])

    def is_open(first: int, second: int) -> bool:
        kind = _between(both.mentions[first], both.mentions[second])
        return (first < n) != (second < n) and (max(first, second), kind) not in related

    found = _related(both, list(pairs(*both, is_open)), network=network)
    return [replace(one, rule=rule) for one in found if one.score >= SURE]


def _of_lists(spoken: Spoken, found: Sequence[Relation]) -> list[Relation]:
    """Return the relations that neighbours in a list share with mentions that are surely related.

    In the training sentences 152 of 160 such neighbours do, but not those that are inside the other end.
    """
    neighbours = phrasing.listed(*spoken)
    related = {frozenset((one.source, one.target)) for one in found}
    added: list[Relation] = []
    queue = [one for one in found if one.score >= LISTED]
    for one in queue:  # grows while it is read: lists have more than two members
        for end, other in ((one.source, one.target), (one.target, one.source)):
            for new in neighbours.get(end, ()):
                key = frozenset((new, other))
                places = [placed(spoken.mentions[at], spoken.mentions[other]) for at in (end, new)]
                if key in related or not {"after", "before"}.issuperset(places):
                    continue
                ends = {end: new, other: other}
                more = replace(one, source=ends[one.source], target=ends[one.target], rule="list")
                if _is_likely(more, spoken.mentions):
                    related.add(key)
                    added.append(more)
                    queue.append(more)
    return added


def _is_likely(one: Relation, mentions: Sequence[Span]) -> bool:
    """Return whether a relation and both of its mentions are likely enough together."""
    return one.score * mentions[one.source].score * mentions[one.target].score >= LIKELY


def _replaced(found: Sequence[Relation], places: Sequence[int]) -> Iterator[Relation]:
    for one in found:
        yield replace(one, source=places[one.source], target=places[one.target])


def _between(a: Span, b: Span) -> frozenset[str]:
    """Return the kind of a pair, regardless of its order."""
    return frozenset((a.label, b.label))


def _related(spoken: Spoken, found: Sequence[Pair], *, network: bool) -> list[Relation]:
    """Return the relations among some pairs of mentions."""
    judged = zip(found, judge(spoken, found, network=network), strict=True)
    relations = (_relation(pair, spoken.mentions, kind, score) for pair, (kind, score) in judged)
    return [told for one in relations if one and (told := _as_worded(one, spoken))]


def _as_worded(one: Relation, spoken: Spoken) -> Relation | None:
    """Return a relation as the words around its actor or challenge settle it, or None if there is none."""
    source, target = spoken.mentions[one.source], spoken.mentions[one.target]
    text = spoken.text
    if one.kind == "worsens" and (
        phrasing.denies(text, target.start)
        or phrasing.exculpates(text, source.start)
        or phrasing.fails(text, target.start, target.end)
        or phrasing.is_not_worse(text, target.start, target.end)
    ):
        return None
    if one.kind not in FROM_ACTOR:
        return one
    if one.kind == "rejects" and placed(target, source) == "inside":
        return replace(one, kind="demands")  # »das Gesetz der A« is what A wants, whoever rejects it
    vote = phrasing.vote(*spoken, source, target) if one.kind != "responsible" else ""
    if vote == NONE or (one.kind in OPPOSITE and phrasing.is_neither(*spoken, source)):
        return None
    settled = vote or phrasing.stance(text, source.start, source.end)
    if settled and phrasing.is_to_end(text, target.start, target.end):
        settled = OPPOSITE[settled]  # »auf Antrag der A, die Abgabe abzuschaffen«
    if one.kind == "rejects" and not settled and is_spared(target, text, source.end):
        settled = "demands"  # »A will die Abgabe nicht abschaffen«
    if one.kind == "rejects" and not settled and _is_unmeant(text, target):
        return None
    return replace(one, kind=settled or one.kind)


def _is_unmeant(text: str, target: Span) -> bool:
    """Return whether something else is rejected than the instrument, or nothing."""
    return phrasing.is_not_refused(text, target.start, target.end) or phrasing.is_beside(text, target.start)


def _relation(pair: Pair, mentions: Sequence[Span], kind: str, score: float) -> Relation | None:
    """Return the relation of a kind between the two mentions of a pair, if there is one."""
    source, target = pair.first, pair.second
    if kind in FROM_ACTOR:
        source, target = target, source
    rule = f"pair:{placed(mentions[pair.first], mentions[pair.second])}"
    found = Relation(source=source, target=target, kind=kind, score=score, rule=rule)
    return found if kind != NONE and _is_likely(found, mentions) else None


def judge(spoken: Spoken, found: Sequence[Pair], *, network: bool) -> list[tuple[str, float]]:
    """Return for pairs of a text the most probable kind of relation, or "none", and its probability."""
    if not found:
        return []
    model = load(network=network)
    thresholds = model.decisions.thresholds
    ours = [probabilities(pair.features, model.weights[pair.kind]) for pair in found]
    read = model.network.chances(*spoken, found) if model.network else None
    if read is None:
        return [decide(one, thresholds.regression[pair.kind]) for pair, one in zip(found, ours, strict=True)]
    return [
        decide(mixed(one, other, model.decisions.share), thresholds.both[pair.kind])
        for pair, one, other in zip(found, ours, read, strict=True)
    ]


def decide(chances: Mapping[str, float], threshold: float) -> tuple[str, float]:
    """Return the most probable kind of relation, or "none", and its probability, rounded."""
    none = round(chances[NONE], DIGITS)
    if round(1 - none, DIGITS) < threshold:
        return NONE, none
    kind = max(
        (kind for kind in sorted(chances) if kind != NONE), key=lambda kind: round(chances[kind], DIGITS)
    )
    return kind, round(chances[kind], DIGITS)


def mixed(ours: Mapping[str, float], read: Mapping[str, float], share: float) -> dict[str, float]:
    """Return the mean of the regression's probabilities, weighted by `share`, and the network's."""
    return {kind: share * ours.get(kind, 0.0) + (1 - share) * chance for kind, chance in read.items()}


def probabilities(features: Mapping[str, float], weights: PairWeights) -> dict[str, float]:
    """Return the regression's probability of each kind; unknown features are ignored."""
    sums = list(weights.bias)
    for name, size in features.items():
        for at, weight in enumerate(weights.weights.get(name, ())):
            sums[at] += size * weight
    top = max(sums)
    powers = [math.exp(value - top) for value in sums]
    return {kind: power / sum(powers) for kind, power in zip(weights.kinds, powers, strict=True)}


@cache
def load(name: str = RELATIONS, *, network: bool) -> RelationModel:
    """Return the model, with its network or without, read once per process.

    Raises:
        ModelError: there is no such model, or it is damaged.
    """
    folder = find(name)
    read = PairNetwork(folder) if network else None
    if read is None:  # the network has checked all files of the folder
        verify(folder)
    try:
        weights = msgspec.json.decode((folder / WEIGHTS).read_bytes(), type=dict[str, PairWeights])
        decisions = msgspec.toml.decode((folder / DECISIONS).read_bytes(), type=Decisions)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(str(folder), f"cannot be read ({why(error)})", REMEDY) from error
    return RelationModel(weights, decisions, read)
