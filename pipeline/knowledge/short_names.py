"""Find the full names for which a document also uses their first word alone, as »der Clusterwettbewerb«."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.knowledge import german, keys
from pipeline.knowledge.generic import is_generic

_FULL = re.compile(r"(?P<head>[A-ZÄÖÜ][\w-]{6,}) [A-ZÄÖÜ][\w-]*[a-zäöüß][\w-]*(?: [\w-]+){0,3}")
_POINTING = re.compile(
    r"\b(?:d(?:er|ie|as|es|em|en)|am|beim|im|vom|zum|zur|diese[rsmn]?) [»„“]?$", re.IGNORECASE
)


def short_names(mentions: Sequence[tuple[str, str]]) -> dict[int, str]:
    """Return by position the full names that instruments of a document stand for.

    After »Clusterwettbewerb Zukunftsregionen«, »der Clusterwettbewerb« is the same, unless there is another
    full name with this word, or the word stood alone before (then it is a name of its own).

    Args:
        mentions: the instruments in order, each with the text before it in its sentence.
    """
    full: dict[
        str, dict[str, str]
    ] = {}  # by first word: full names as first written, by the lemmas of the rest
    found, alone = dict[int, str](), set[str]()
    for at, (text, before) in enumerate(mentions):
        name = german.normalise(text)
        if head := _head(name):
            full.setdefault(head, {}).setdefault(keys.surface(name.partition(" ")[2]), name)
        elif (head := _bare(name)) not in full:
            alone.add(head)
        elif _POINTING.search(before):
            found[at] = head
    single = {head: next(iter(names.values())) for head, names in full.items() if len(names) == 1}
    return {at: single[head] for at, head in found.items() if head in single.keys() - alone}


def _head(name: str) -> str:
    """Return the first word of a full name, a compound that is not generic; "" if it is none."""
    match = _FULL.fullmatch(name)
    if not match or not name.rpartition(" ")[2][0].isupper() or german.is_adjective(name.split(" ")[1]):
        return ""
    head = _bare(match["head"])
    is_compound = len(keys.key(head, "instrument").split()) > 1
    return head if is_compound and not is_generic(head, "instrument") else ""


def _bare(word: str) -> str:
    return word[:-1] if word.endswith("s") else word
