"""To merges by meaning: two keys that share a root and whose other roots mean the same.

»Register für Lobbyisten« joins »Lobbyregister«; »Strompreisbremse« and »Gaspreisbremse« stay apart,
though their vectors are nearer: what decides is the part in which two names differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Embed = Callable[[Sequence[str]], NDArray[np.float32]]

# Chosen on the seen half of tests/cases (no wrong merge there down to .90 and .87) and by reading every
# merge among 16,843 forms of 66 documents: at .92 and .90 a third of 69 was wrong (»Arbeitsförderung«
# with »Wirtschaftsförderung«), at .955 and .90 one of 19. A shared stem (»Lobby«, »Lobbyist«) stands
# in for the second condition.
WHOLE = 0.955  # cosine of the names
PART = 0.90  # cosine of the roots in which they differ
STEM = 4  # letters of a shared stem
MOST_ROOTS = 5  # longer names are phrases, which differ in more than the vectors tell
MOST_APART = 2  # roots in which either name may differ
LAW = "gesetz"  # a root that makes a name that of a law
COMMON = 300  # a root in more names than that blocks nothing: each name would meet too many


class Name(NamedTuple):
    """A concept with one of its names; earlier ones in a list are preferred as targets."""

    concept: str
    layer: str
    key: str
    text: str
    is_target: bool  # others may join it: the registry knows it, or it is said more than once
    is_fixed: bool  # it joins no other


def merges(names: Sequence[Name], embed: Embed, barred: Callable[[str, str], bool]) -> dict[str, str]:
    """Return which concept joins which; a concept others joined joins none.

    Time grows with the number of names that share a root that is not `COMMON`, not with its square.
    """
    candidates = list(_candidates(names, barred))
    near = _near(candidates, embed)
    parts = sorted({part for name, target, _ in near for part in _apart(name, target)})
    vectors = _vectors(parts, embed)
    found: dict[str, str] = {}
    targets: set[str] = set()
    for concept, options in _by_concept(near).items():
        likely = [(_likeness(*option, vectors), option[1].concept) for option in options]
        open_to = [(like, into) for like, into in likely if like and into not in found]
        if open_to and concept not in targets:
            found[concept] = max(open_to, key=lambda pair: (pair[0], pair[1]))[1]
            targets.add(found[concept])
    return found


Near = tuple[Name, Name, float]  # a name, its target, and how near their names are


def _near(candidates: Sequence[tuple[Name, Name]], embed: Embed) -> list[Near]:
    """Keep the candidates whose names are near; only their parts need vectors of their own."""
    vectors = _vectors(sorted({name.text for pair in candidates for name in pair}), embed)
    whole = ((name, target, float(vectors[name.text] @ vectors[target.text])) for name, target in candidates)
    return [option for option in whole if option[2] >= WHOLE]


def _vectors(texts: Sequence[str], embed: Embed) -> dict[str, NDArray[np.float32]]:
    return dict(zip(texts, embed(texts), strict=True)) if texts else {}


def _by_concept(near: Sequence[Near]) -> dict[str, list[Near]]:
    found: defaultdict[str, list[Near]] = defaultdict(list)
    for option in near:
        found[option[0].concept].append(option)
    return found


def _candidates(names: Sequence[Name], barred: Callable[[str, str], bool]) -> Iterator[tuple[Name, Name]]:
    """Yield each name with every earlier target that it may join, as far as roots tell."""
    blocks: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for at, name in enumerate(names):
        roots = name.key.split()
        if len(roots) > MOST_ROOTS:
            continue
        shared = {(name.layer, root) for root in roots}
        if not name.is_fixed:
            met = {i for block in shared if len(blocks[block]) <= COMMON for i in blocks[block]}
            for i in sorted(met):
                if _comparable(name, names[i]) and not barred(names[i].concept, name.key):
                    yield name, names[i]
        if name.is_target:
            for block in shared:
                blocks[block].append(at)


def _comparable(name: Name, target: Name) -> bool:
    a, b = set(name.key.split()), set(target.key.split())
    mine, theirs = a - b, b - a
    if name.concept == target.concept or not mine or not theirs:
        return False
    if max(len(mine), len(theirs)) > MOST_APART:
        return False
    if (LAW in mine) != (LAW in theirs):  # »Recht auf Selbstbestimmung« is no »Selbstbestimmungsgesetz«
        return False
    return not any(letter.isdigit() for root in mine | theirs for letter in root)


def _apart(name: Name, target: Name) -> tuple[str, str]:
    """Return the roots that only the one and only the other has."""
    a, b = set(name.key.split()), set(target.key.split())
    return " ".join(sorted(a - b)), " ".join(sorted(b - a))


def _likeness(name: Name, target: Name, whole: float, vectors: dict[str, NDArray[np.float32]]) -> float:
    """Return how alike two names are, 0 where the parts in which they differ are not alike enough."""
    mine, theirs = _apart(name, target)
    part = float(vectors[mine] @ vectors[theirs])
    return round(whole + part, 4) if part >= PART or _same_stem(mine, theirs) else 0.0


def _same_stem(mine: str, theirs: str) -> bool:
    short, long = sorted((mine, theirs), key=len)
    return " " not in long and len(short) >= STEM and long.startswith(short)
