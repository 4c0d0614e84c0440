"""Account for the characters of every page: each is analysed, or left out for one reason."""

from __future__ import annotations

from collections import Counter

from pipeline.contexts import ANALYSED, silent
from pipeline.records import PageLedger, Text, n_letters
from pipeline.schema.values import MERE_SIGN, OCR_REPLACED, OTHER_LANGUAGE, SILENT_ROLES

IN_PASSAGES = frozenset((*SILENT_ROLES, OTHER_LANGUAGE, MERE_SIGN))  # cleaning had kept these characters
Omitted = dict[int, Counter[str]]  # page -> reason -> characters, spaces not counted


def omitted(text: Text) -> Omitted:
    """Return how many characters of each page are not analysed, by reason; pages without any have none."""
    found: Omitted = {page.number: Counter() for page in text.pages}
    for dropped in text.dropped:
        found[dropped.page][dropped.why] += n_letters(dropped.text)
    left = {page.number: page.n_chars for page in text.pages}
    is_foreign = text.language != ANALYSED
    for passage in text.passages if text.pages else ():
        why = silent(passage) or (OTHER_LANGUAGE if is_foreign else "")
        for piece in passage.pieces:
            n = n_letters(piece.raw)
            left[piece.page] -= n
            if why:
                found[piece.page][why] += n
    for page in text.pages:  # a bullet alone on a line is in no passage
        found[page.number] += Counter({OCR_REPLACED: page.n_replaced, MERE_SIGN: left[page.number]})
    return found


def analysed(page: PageLedger, omitted: Counter[str]) -> int:
    """Return how many characters of a page are analysed, spaces not counted."""
    return page.n_chars - sum(omitted[reason] for reason in IN_PASSAGES)
