"""Tell from the words before a name whether it means a certain body: »die Partei«, not »eine Partei«."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from pipeline.knowledge.taxonomy import actor_words

Reference = Literal["", "definite", "indefinite"]

_WORD = re.compile(r"\w[\w-]*|[^\w\s]")
_ADJECTIVE = re.compile(r"[a-zäöüß][\w-]*e[rnms]?")
_NEAR = 60  # characters before a name that are looked at


def reference(sentence: str, start: int) -> Reference:
    """Return how the name that begins at `start` is introduced; "" if by neither kind of word.

    Adjectives may stand between (»eine starke Koalition«), but a name with an adjective before it is not
    that of the body without it: »die schwarz-gelbe Koalition« is not definite.
    """
    words = _WORD.findall(sentence[max(0, start - _NEAR) : max(0, start)])
    is_near = True
    for word in reversed(words):
        if _indefinite().fullmatch(word):
            return "indefinite"
        if _definite().fullmatch(word):
            return "definite" if is_near else ""
        if not _ADJECTIVE.fullmatch(word) and word not in (",", "und"):
            return ""
        is_near = False
    return ""


@cache
def _definite() -> re.Pattern[str]:
    return re.compile("|".join(actor_words().definite))


@cache
def _indefinite() -> re.Pattern[str]:
    return re.compile("|".join(actor_words().indefinite))
