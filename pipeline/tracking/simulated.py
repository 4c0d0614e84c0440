"""Check the estimators on simulated texts: what the intervals cover, and what the tests find, rightly or not.

Documents consist of sections. Both have shares of their own, which vary around those of the kind of text, for
rare items more, as in real texts (`variation`); lengths of sections differ by orders of magnitude.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from pipeline.records import Record
from pipeline.tracking import cells, misclassification, resample
from pipeline.tracking.misclassification import ErrorRate
from pipeline.tracking.resample import Floats

SEED, RESAMPLES = 20211026, 999
SECTIONS = 12  # per document
LENGTH = (3.5, 1.2)  # logarithm of the number of sentences in a section: mean and standard deviation
VARIED = 0.5  # part of the usual variation that is between documents of a kind
UNEVEN = 1.1  # of 33 documents as uneven, 13 count by their lengths (Kish), of 14 six, as of real ones
ITEMS = 50  # counted in the same texts
SHARES = (0.2, 0.01, 0.001)
FEW, MANY = (1, 2, 3, 5), (8, 10, 20, 50)  # documents per cell: sections are resampled, documents are
SIDES = (5, 10, 20, 50)  # documents per compared period
CHANGED, BEFORE, AFTER = 0.2, 0.04, 0.08  # part of the items that changes, and the shares
PERIODS = 5  # of a trend; the middle one has a single document of few sections
UNLIKE = (5, 10, 20)  # documents of the earlier of two unlike periods
_NAMED = {
    "covered": "covered by the interval", "power": "found at q ≤ 0.05",
    "false": "false among those found", "size": "p ≤ 0.05 where nothing changes",
    "agreed": "interval and p agree",
}  # fmt: skip


class Texts(Record):
    """The texts of one period."""

    sizes: Floats  # sentences, (documents, sections)
    counts: Floats  # sentences with each item, (documents, sections, items)
    own: Floats  # expected shares of each document, (documents, items)
    shares: Floats  # expected shares of the kind of text, (items,)


class Kind(Record):
    """The nature of the texts of a period."""

    many: int = 1  # times as many documents as in the other period
    length: float = LENGTH[0]
    varied: float = VARIED
    uneven: float = 0.0  # standard deviation of what the logarithms of its documents' lengths add


MIXED = Kind(uneven=UNEVEN)
APART = 2.0  # four times the usual variation between documents
KINDS = {  # of texts, other than the usual
    "documents as uneven as in a mixed corpus": MIXED,
    "items that vary four times as much between documents": Kind(varied=APART),
    "the same in documents as uneven": Kind(varied=APART, uneven=UNEVEN),
}
PAIRS = {  # of unlike periods, the earlier first
    "uneven lengths": (MIXED, MIXED),
    "uneven lengths, four times as many": (MIXED, Kind(many=4, uneven=UNEVEN)),
    "the later texts seven times as long": (Kind(length=2.5), Kind(length=4.5)),
    "four times as many, a tenth as varied": (Kind(varied=APART), Kind(many=4, varied=0.2)),
    "the same with uneven lengths": (
        Kind(varied=APART, uneven=UNEVEN),
        Kind(many=4, varied=0.2, uneven=UNEVEN),
    ),
    "four times as many, ten times as varied": (Kind(varied=0.2), Kind(many=4, varied=2.0)),
}


class Tagger(Record):
    """What a tagger finds of a class, and how it was evaluated."""

    share: float  # of units with the class
    sensitivity: float
    specificity: float
    judged: int  # units of the evaluation
    share_judged: float  # of them with the class


TAGGER = Tagger(share=0.2, sensitivity=0.72, specificity=0.92, judged=1500, share_judged=0.2)  # F1 0.7
WEAKER = {  # evidence about a tagger
    "150 judged": replace(TAGGER, judged=150),
    "a share of 2%": Tagger(share=0.02, sensitivity=0.65, specificity=0.991, judged=1500, share_judged=0.02),
    "a share of 0.5%, 2% of those judged": Tagger(
        share=0.005, sensitivity=0.65, specificity=0.991, judged=1500, share_judged=0.02
    ),
}


class Sampled(Record):
    """A cell as in `cells`: documents are resampled if there are enough, else their sections."""

    even: Floats  # number of clusters if they were of equal size
    replicates: Floats
    share: Floats
    variance: Floats
    effective: Floats
    truth: Floats  # what the interval is for: the kind of text or, if sections are drawn, these texts


def variation(shares: Floats) -> Floats:
    """Return the intraclass correlation of items by share: 8 % at a share of 20 %, 0.2 % at 0.1 %."""
    return np.asarray(0.25 * shares**0.7, dtype=np.float64)


def own_shares(rng: np.random.Generator, shares: Floats, size: tuple[int, ...], part: float) -> Floats:
    """Return `size` shares that vary around others by a part of the usual variation."""
    spread = 1 / (part * variation(shares)) - 1
    drawn = rng.beta(np.broadcast_to(shares * spread, size), np.broadcast_to((1 - shares) * spread, size))
    return np.clip(drawn, 1e-9, 1 - 1e-9)


def write(
    rng: np.random.Generator,
    documents: int,
    shares: Floats,
    *,
    kind: Kind = Kind(),  # noqa: B008
    sections: int = SECTIONS,
    own: Floats | None = None,
    sensitivity: float = 1.0,
    specificity: float = 1.0,
) -> Texts:
    """Return texts as a tagger reads them.

    Args:
        rng: random generator.
        documents: number of documents.
        shares: share of each item in this kind of text.
        kind: the nature of the texts.
        sections: number of sections per document.
        own: shares of the documents, if these are given.
        sensitivity: sensitivity of the tagger.
        specificity: specificity of the tagger.
    """
    if own is None:
        own = own_shares(rng, shares, (documents, len(shares)), kind.varied)
    sizes = rng.lognormal(kind.length, LENGTH[1], (documents, sections))
    if kind.uneven:
        sizes *= rng.lognormal(0, kind.uneven, (documents, 1))
    sizes = np.ceil(sizes)
    there = own_shares(rng, own[:, None], (documents, sections, len(shares)), 1.0)
    seen = there * sensitivity + (1 - there) * (1 - specificity)
    counts = rng.binomial(sizes.astype(np.int64)[..., None], seen).astype(np.float64)
    return Texts(sizes=sizes, counts=counts, own=own, shares=shares)


def sample(rng: np.random.Generator, texts: Texts) -> Sampled:
    """Return the estimators' results for the texts of a period."""
    whole = len(texts.sizes) >= cells.MIN_DOCUMENTS
    sizes = texts.sizes.sum(1) if whole else texts.sizes.ravel()
    counts = texts.counts.sum(1) if whole else texts.counts.reshape(len(sizes), -1)
    weights = resample.bootstrap_weights(len(sizes), RESAMPLES, rng)
    share, independent = counts.sum(0) / sizes.sum(), np.full(counts.shape[1], sizes.sum())
    variance = resample.variance(counts, sizes[:, None], share)
    return Sampled(
        even=resample.even_clusters(sizes[:, None]),
        replicates=(weights @ counts) / (weights @ sizes)[:, None],
        share=share,
        variance=variance,
        effective=resample.effective(share, independent, variance, len(sizes)),
        truth=texts.shares if whole else these(texts),
    )


def these(texts: Texts) -> Floats:
    """Return the expected shares of just these documents."""
    lengths = texts.sizes.sum(1)
    return np.asarray(lengths @ texts.own / lengths.sum(), dtype=np.float64)


def covered_shares(
    documents: int,
    share: float,
    replications: int,
    *,
    kind: Kind = Kind(),  # noqa: B008
) -> tuple[float, float]:
    """Return how often the interval of a share covers that of these texts, and of the kind of text."""
    rng, hits = np.random.default_rng(SEED), []
    for _ in range(-(-replications // ITEMS)):
        texts = write(rng, documents, np.full(ITEMS, share), kind=kind)
        sampled = sample(rng, texts)
        low, high = resample.share_interval(
            sampled.replicates, sampled.even, sampled.share * sampled.effective, sampled.effective
        )
        hits.append([_within(low, truth, high).mean() for truth in (these(texts), texts.shares)])
    here, such = np.mean(hits, axis=0)
    return float(here), float(such)


def covered_by_tagger(
    documents: int, replications: int, tagger: Tagger = TAGGER
) -> tuple[float, float, float]:
    """Return the coverage for a tagger that errs: of the raw share, the corrected share, and Wilson's.

    The raw share estimates what the tagger would see, the other two the truth; Wilson's treats sentences
    as independent and the tagger as correct.
    """
    rng, hits = np.random.default_rng(SEED), []
    for _ in range(-(-replications // ITEMS)):
        texts = write(
            rng,
            documents,
            np.full(ITEMS, tagger.share),
            sensitivity=tagger.sensitivity,
            specificity=tagger.specificity,
        )
        sampled = sample(rng, texts)
        n, of = sampled.share * sampled.effective, sampled.effective
        raw = resample.share_interval(sampled.replicates, sampled.even, n, of)
        seen = sampled.truth * tagger.sensitivity + (1 - sampled.truth) * (1 - tagger.specificity)
        rates = [judged(rng, tagger) for _ in n]
        known = np.array([(rate.sensitivity, rate.specificity) for rate in rates]).T
        drawn = [
            one for rate in rates if (one := misclassification.error_draws(rate, RESAMPLES, rng)) is not None
        ]
        _, low, high = misclassification.corrected_interval(
            sampled.replicates, sampled.even, n, of, known, np.stack(drawn, axis=1)
        )
        naive = resample.wilson(texts.counts.sum((0, 1)), np.full(ITEMS, texts.sizes.sum()))
        hits.append([
            _within(raw[0], seen, raw[1]).mean(), _within(low, sampled.truth, high).mean(),
            _within(naive[0], sampled.truth, naive[1]).mean(),
        ])  # fmt: skip
    raw_hits, corrected, alone = np.mean(hits, axis=0)
    return float(raw_hits), float(corrected), float(alone)


def judged(rng: np.random.Generator, tagger: Tagger = TAGGER) -> ErrorRate:
    """Return the result of an evaluation of the tagger."""
    positive = rng.binomial(tagger.judged, tagger.share_judged)
    negative = tagger.judged - positive
    right, wrong = rng.binomial(positive, tagger.sensitivity), rng.binomial(negative, 1 - tagger.specificity)
    return ErrorRate(
        true_positive=right,
        false_negative=positive - right,
        false_positive=wrong,
        true_negative=negative - wrong,
    )


class Outcome(Record):
    """The results of comparisons, as shares."""

    covered: float  # differences inside their intervals
    power: float  # changed items that are found at q <= 0.05
    false: float  # unchanged items among those found
    size: float  # unchanged items with p <= 0.05
    agreed: float  # items with p <= 0.05 just if the interval excludes 0


def changes(
    documents: int,
    replications: int,
    *,
    kinds: tuple[Kind, Kind] = (Kind(), Kind()),
    shared: bool = False,
) -> Outcome:
    """Return the results for differences between two periods of `documents` documents, times `many`.

    With `shared`, every document is about both periods, as on the basis of periods addressed.
    """
    sizes = [documents * kind.many for kind in kinds]
    rng = np.random.default_rng(SEED)
    before, after = np.full(2 * ITEMS, BEFORE), np.full(2 * ITEMS, BEFORE)
    moved = np.arange(len(after)) < CHANGED * len(after)
    after[moved] = AFTER
    outcomes = []
    for _ in range(replications):
        first = write(rng, sizes[0], before, kind=kinds[0])
        own = first.own * after / before if shared else None
        second = write(
            rng, sizes[1], after, kind=kinds[1], own=None if own is None else np.minimum(own, 0.99)
        )
        sides = sample(rng, first), sample(rng, second)
        low, high = resample.sum_interval(np.array([[-1.0], [1.0]]), sides)
        truth = sides[1].truth - sides[0].truth
        p = tested(rng, np.repeat([0.0, 1.0], sizes), (first, second))
        outcomes.append(_counted((low, high), truth, p, moved))
    return _mean(outcomes)


def slopes(documents: int, replications: int) -> Outcome:
    """Return the results for slopes if one of several periods has only one document of five sections."""
    rng, outcomes = np.random.default_rng(SEED), []
    rise = np.linspace(BEFORE, AFTER, PERIODS)
    moved = np.arange(2 * ITEMS) < CHANGED * 2 * ITEMS
    places = np.arange(PERIODS, dtype=np.float64)
    for _ in range(replications):
        texts = []
        for at in range(PERIODS):
            poor, shares = at == PERIODS // 2, np.where(moved, rise[at], BEFORE)
            sections = resample.MIN_CLUSTERS if poor else SECTIONS
            texts.append(write(rng, 1 if poor else documents, shares, sections=sections))
        sampled = [sample(rng, some) for some in texts]
        totals = np.array([np.full(2 * ITEMS, some.sizes.sum()) for some in texts])
        weights = resample.slope_weights(places, totals)
        ends = resample.sum_interval(weights, sampled)
        truth = (weights * [side.truth for side in sampled]).sum(0)
        of_documents = np.repeat(places, [len(some.sizes) for some in texts])
        outcomes.append(_counted(ends, truth, tested(rng, of_documents, texts), moved))
    return _mean(outcomes)


def tested(rng: np.random.Generator, places: Floats, texts: Sequence[Texts]) -> Floats:
    """Return the p-values of the permutation test over documents."""
    totals = np.concatenate([some.sizes.sum(1) for some in texts])[:, None]
    counts = np.concatenate([some.counts.sum(1) for some in texts])
    shuffled = resample.shuffle(places, totals, rng)
    return resample.permutation_p(counts, np.zeros(counts.shape[1], dtype=np.int64), shuffled)


def _within(low: Floats, truth: Floats, high: Floats) -> Floats:
    return np.asarray((low <= truth) & (truth <= high), dtype=np.float64)


def _counted(
    ends: tuple[Floats, Floats], truth: Floats, p: Floats, moved: NDArray[np.bool_]
) -> dict[str, float]:
    low, high = ends
    clear = resample.false_discovery(p) <= 0.05
    return {
        "covered": _within(low, truth, high).mean(),
        "power": clear[moved].mean(),
        "false": clear[~moved].sum() / max(1, clear.sum()),
        "size": (p[~moved] <= 0.05).mean(),
        "agreed": ((p <= 0.05) == ((low > 0) | (high < 0))).mean(),
    }


def _mean(outcomes: list[dict[str, float]]) -> Outcome:
    return Outcome(**{name: float(np.mean([one[name] for one in outcomes])) for name in outcomes[0]})


def told(replications: int) -> Iterator[str]:
    """Yield the tables in METHODS.md; comparisons are simulated a tenth as often."""
    yield from _table("Interval of a share", "documents", (*FEW, *MANY), [
        (f"{share:.1%}, {what}", [covered_shares(n, share, replications)[at] for n in (*FEW, *MANY)])
        for share in SHARES for at, what in enumerate(("these texts", "such texts"))
    ])  # fmt: skip
    for name, kind in KINDS.items():
        yield from _table(f"Interval of a share, {name}", "documents", MANY, [
            (f"{share:.1%}, such texts", [covered_shares(n, share, replications, kind=kind)[1] for n in MANY])
            for share in SHARES
        ])  # fmt: skip
    usual = zip(*[covered_by_tagger(n, replications) for n in SIDES], strict=True)
    names = ("raw share", "corrected share", "independent sentences, uncorrected")
    yield from _table("A tagger with F1 0.7", "documents", SIDES, [
        *zip(names, usual, strict=True),
        *((f"corrected share, {name}", [covered_by_tagger(n, replications, tagger)[1] for n in SIDES])
          for name, tagger in WEAKER.items()),
    ])  # fmt: skip
    fewer = -(-replications // 10)
    for name, what in (("Changes", changes), ("Trends", slopes)):
        outcomes = [what(n, fewer) for n in SIDES]
        rows = [(_NAMED[field], [getattr(one, field) for one in outcomes]) for field in _NAMED]
        yield from _table(name, "documents of a period", SIDES, rows)
    unlike = {name: [changes(n, fewer, kinds=kinds) for n in UNLIKE] for name, kinds in PAIRS.items()}
    for field, told_as in _NAMED.items():
        rows = [(name, [getattr(one, field) for one in outcomes]) for name, outcomes in unlike.items()]
        yield from _table(
            f"Changes between unlike periods: {told_as}", "documents of the earlier period", UNLIKE, rows
        )
    both = [changes(n, fewer, shared=True).size for n in SIDES]
    yield from _table("Documents that speak of both periods", "documents", SIDES, [(_NAMED["size"], both)])


def _table(
    title: str, head: str, columns: Sequence[int], rows: Iterable[tuple[str, Iterable[float]]]
) -> Iterator[str]:
    yield f"\n{title}\n"
    yield f"| {head} | {' | '.join(map(str, columns))} |"
    yield "|---" * (len(columns) + 1) + "|"
    for name, values in rows:
        yield f"| {name} | {' | '.join(f'{value:.1%}' for value in values)} |"
