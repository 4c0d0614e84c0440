"""Find the sentences of a document that repeat an earlier one of it, apart from numbers.

Titles of a budget, columns of a synopsis and mottos of chapters return dozens of times in one
document. They are one statement, so they count once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Years stay, because sentences about two years say two things.
_NUMBER = re.compile(r"(?<!\d)(?!(?:19|20)\d\d(?!\d))\d+")


def repeats(texts: Iterable[str]) -> frozenset[int]:
    """Return the positions of the sentences of a document that say the same as an earlier one.

    Args:
        texts: the sentences in the order of the document; they are compared word by word, with all numbers
            but years alike (»Titel 422 01 Bezüge«, »Titel 422 11 Bezüge«).
    """
    seen, found = set[str](), set[int]()
    for at, text in enumerate(texts):
        said = _NUMBER.sub("0", text)
        if said in seen:
            found.add(at)
        seen.add(said)
    return frozenset(found)
