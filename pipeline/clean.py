"""Clean the pages of a document: set page furniture apart and put the columns in reading order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from msgspec.structs import replace

from pipeline.reading.columns import arrange
from pipeline.reading.furniture import furniture
from pipeline.reading.layout import body_type
from pipeline.reading.margins import margins, put_beside
from pipeline.reading.sidenotes import sidenotes
from pipeline.reading.spool import PAGES, spooled
from pipeline.records import Cleaned, Dropped, Page, Why

_REPEATS: Why = "margin_note"
_UNREADABLE: Why = "unreadable"


def clean(pages: Sequence[Page]) -> Cleaned:
    """Remove the furniture from the pages of one document and put their lines in reading order."""
    readable = spooled(Page, (page for page in pages if page.text_source != "none"), room=PAGES)
    found = furniture(readable)
    body = body_type(readable)
    for number, note in sidenotes(readable, body, found):
        found[number].update(dict.fromkeys(note, _REPEATS))
    beside = margins(readable, body, found)
    dropped: list[Dropped] = []

    def kept() -> Iterator[Page]:
        for page in pages:
            unread = dict.fromkeys(range(len(page.lines)), _UNREADABLE)
            out = found.get(page.number, unread)  # an unreadable page loses all its lines
            dropped.extend(Dropped(page.number, page.lines[at].text, why) for at, why in sorted(out.items()))
            headings = beside.get(page.number, [])
            apart = {*out, *chain.from_iterable(headings)}
            text = tuple(line for at, line in enumerate(page.lines) if at not in apart)
            arranged = arrange(replace(page, lines=text))
            yield put_beside(arranged, ([page.lines[at] for at in heading] for heading in headings))

    cleaned = spooled(Page, kept(), room=PAGES)  # consuming it also fills `dropped`
    return Cleaned(pages=cleaned, dropped=tuple(dropped))
