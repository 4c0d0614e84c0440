"""Find the places in which a document speaks about itself: title page, running heads, imprint, end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from msgspec.structs import replace

from pipeline.knowledge.toml import load
from pipeline.records import Passage, Record, Text

FRONT_LETTERS = 2500  # letters of the title page and what follows; a page of running text has 3,000
BODY = 350  # letters: a longer passage is running text
LINE = 200  # letters: longer passages are not lines of a title
ENDS = 40  # passages at each end among which the imprint is
END = 15  # passages at the end that may contain place and date of signing
PARTS = re.compile(r"\s+[·|•]\s+")  # »Positionspapier · Berlin, 3. Mai 2021«


class Kind(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A kind of document, and what such documents call themselves."""

    doc_type: str
    cues: tuple[str, ...]
    weak: bool = False  # used only if no other kind is named: a statement may be about a strategy
    unless: str = ""  # a pattern on the title page that excludes it


class Cues(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The data file `describe.toml`."""

    kind: tuple[Kind, ...]
    title: dict[str, tuple[str, ...]]
    date: dict[str, tuple[str, ...]]
    issuer: dict[str, tuple[str, ...]]


class Front(Record, frozen=True, kw_only=True):
    """The places in which a document speaks about itself."""

    passages: tuple[Passage, ...]  # of the title page, before running text begins
    margins: str  # running heads and feet of the first pages
    imprint: tuple[Passage, ...]
    end: tuple[Passage, ...]
    notes: tuple[Passage, ...]  # short passages before and after the text: who decided it, and when

    @property
    def text(self) -> str:
        """Margins and title page in one string, passages separated by a bar."""
        return " | ".join([self.margins, *(passage.text for passage in self.passages)])

    @property
    def parts(self) -> list[str]:
        """The texts of the title page, and what stands side by side in them each for itself."""
        return [part for passage in self.passages for part in PARTS.split(passage.text)]


@cache
def cues() -> Cues:
    """Return the content of the data file."""
    return load("describe", Cues)


@cache
def pattern(*parts: str) -> re.Pattern[str]:
    """Return a pattern that matches where one of several does, without regard to case."""
    return re.compile("|".join(parts), re.IGNORECASE)


def front_of(text: Text) -> Front:
    """Return the places of a document in which it speaks about itself."""
    margins = " | ".join(dropped.text for dropped in text.dropped if dropped.page <= 2)[:FRONT_LETTERS]
    first = text.passages[0].pages[:1] if text.passages else ()
    near = [p for p in text.passages[:60] if not p.pages or p.pages[0] <= first[0] + 1]
    around = text.passages if len(text.passages) <= 60 else (*text.passages[:25], *text.passages[-35:])
    return Front(
        passages=tuple(_until_body(near)),
        margins=margins,
        imprint=tuple(_imprint(text.passages)),
        end=tuple(text.passages[-END:]),
        notes=tuple(p for p in around if len(p.text) <= BODY),
    )


def _until_body(passages: Sequence[Passage]) -> Iterator[Passage]:
    letters = 0
    for passage in passages:
        letters += len(passage.text)
        body = len(passage.text) > BODY and not passage.text.startswith("der Abgeordneten")
        if body or letters > FRONT_LETTERS:
            return
        if passage.role != "contents":
            yield passage


def _imprint(passages: Sequence[Passage]) -> Iterator[Passage]:
    """Yield the passages at both ends that tell who issued the document, a mere label with what it is for."""
    own = "|".join(("impressum", *cues().issuer["cues"]))
    cue, label = pattern(rf"^\W*(?:{own})", rf"\b(?:{own})\s*:"), pattern(rf"\W*(?:{own})\W*")
    for at, passage in enumerate(passages):
        is_outside = at < ENDS or at >= len(passages) - ENDS
        told = passage.role == "imprint" or (len(passage.text) < 2 * BODY and cue.search(passage.text))
        if is_outside and told:
            then = passages[at + 1].text if at + 1 < len(passages) and label.fullmatch(passage.text) else ""
            yield replace(passage, text=f"{passage.text.rstrip(' :')}: {then}") if then else passage
