"""From pages as read to pages of text alone: furniture set apart, columns in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from pipeline.reading.columns import arrange
from pipeline.reading.furniture import furniture
from pipeline.reading.layout import body_type
from pipeline.reading.sidenotes import sidenotes
from pipeline.reading.spool import PAGES, spooled
from pipeline.records import Cleaned, Dropped, Page


def clean(pages: Sequence[Page]) -> Cleaned:
    """Take the furniture out of the pages of one document and put their lines in reading order."""
    readable = spooled(Page, (page for page in pages if page.text_source != "none"), room=PAGES)
    found = furniture(readable)
    for number, note in sidenotes(readable, body_type(readable), found):
        found[number].update(dict.fromkeys(note, "margin note that repeats the text"))
    dropped = [
        Dropped(page.number, page.lines[at].text, why)
        for page in pages
        for at, why in sorted(_left_out(page, found).items())
    ]
    kept = (arrange(_without(page, _left_out(page, found))) for page in pages)
    return Cleaned(pages=spooled(Page, kept, room=PAGES), dropped=tuple(dropped))


def _left_out(page: Page, found: Mapping[int, Mapping[int, str]]) -> Mapping[int, str]:
    """Return the positions of lines that are no text, with the reason; all those of an unreadable page."""
    return found.get(page.number, dict.fromkeys(range(len(page.lines)), page.reason))


def _without(page: Page, out: Mapping[int, str]) -> Page:
    return replace(page, lines=tuple(line for at, line in enumerate(page.lines) if at not in out))
