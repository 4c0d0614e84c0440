"""Assign roles to passages by the headings above them and by their content."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice, takewhile

from msgspec.structs import replace

from pipeline.knowledge.toml import load
from pipeline.reading.numbering import letters
from pipeline.reading.paragraphs import ENDED
from pipeline.reading.spool import PARTS, spooled
from pipeline.records import Passage, Record, Role

MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[\w.+-]+\s?(?:\(at\)|\[at\])\s?[\w.-]+", re.I)
# Without a word before: months (»01/2020 – 12/2022«), titles of a budget (»0901 683 01-165«) and amounts.
NO_PHONE = (
    r"0[1-9]/(?:19|20)\d\d\b|0[13-9]0\d \d{3} \d\d\b|0\d-\d{3}\b"
    r"|000\b|(?:0 \d{1,3}(?: \d{3})* 000|0 1(?: \d{3})+|0\d(?: \d{3})+)\b(?! ?\d)"
)
PHONE = re.compile(
    rf"(?:\b(?:Tel(?:efon)?|Fon|Mobil|Fax)\b\.?:?\s*|\+49|\b(?!{NO_PHONE})0)[\d ()/–-]{{6,}}\d"
)
CITED = re.compile(r"https?://|\b(?:vgl|ebd|siehe|hrsg|hg)\b|\bS\. ?\d|BGBl|Drs\.", re.I)
SIGN = re.compile(r"@|[(\[]at[)\]]|\d[\d ()/–-]{5}", re.I)
PAPER = re.compile(r"\bDrucksache\s*\d")
WHOLE = 0.9  # share of the passages that stand below the title of a printed paper
LONGEST_ENTRY = 200  # letters of an entry of a table of contents
FRONT = 200  # passages at most before the first text
FEWEST_ENTRIES = 10  # of a table of contents without a title
REPEATED = 0.7  # least share of its entries that stand again in the text (four false ones: 0.36 and less)
NEAR_CONTACT = 120  # letters: names and offices beside an address are shorter
PERSON = re.compile(r"(?!.*[A-ZÄÖÜ]{2})(?:(?:Dr|Prof)\. )*[A-ZÄÖÜ][\w'’-]+(?: [A-ZÄÖÜ][\w'’-]+){1,3}")


class Cue(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Words in a heading, or at the beginning of a passage, that indicate a role."""

    role: Role
    pattern: str
    shown: bool = False  # only if what stands below the heading shows it, too


class RoleCues(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The data file `roles.toml`."""

    offices: tuple[str, ...]
    cue: tuple[Cue, ...]
    opening: tuple[Cue, ...]


@cache
def role_cues() -> RoleCues:
    """Return the content of the file."""
    return load("roles", RoleCues)


@cache
def _cues() -> tuple[tuple[Role, re.Pattern[str]], ...]:
    return _compiled(role_cues().cue)


@cache
def _openings() -> tuple[tuple[Role, re.Pattern[str]], ...]:
    return _compiled(role_cues().opening)


def _compiled(cues: Sequence[Cue]) -> tuple[tuple[Role, re.Pattern[str]], ...]:
    return tuple((cue.role, re.compile(cue.pattern, re.I)) for cue in cues)


@lru_cache(maxsize=4096)
def announced(heading: str) -> Role:
    """Return the role that a heading indicates, or "" if it indicates none."""
    return next((role for role, pattern in _cues() if pattern.search(heading)), "")


@lru_cache(maxsize=4096)
def _to_be_shown(heading: str) -> Role:
    """Return the role that a heading indicates only if the text below it is of that kind, or ""."""
    cue = next((cue for cue in role_cues().cue if re.search(cue.pattern, heading, re.I)), None)
    return cue.role if cue and cue.shown else ""


def roles(found: Sequence[Passage]) -> Sequence[Passage]:
    """Return the passages with their roles, by the innermost heading that indicates one.

    The heading of a table of contents applies to its entries only, not to the text that follows.
    """
    ends = _ends_of_contents(found)
    placed = spooled(Passage, _placed(found, ends), room=PARTS) if ends else found
    subject, listed = _subject(placed), _untitled(placed)
    silent = _unshown(placed) | {subject}
    given = ["contents" if at in listed else _role(passage, silent) for at, passage in enumerate(placed)]
    if any(passage.level == 2 for passage in placed if passage.kind == "heading"):
        given = ["" if _is_title(p) else role for p, role in zip(placed, given, strict=True)]
    names: set[str] = set()
    for at, passage in enumerate(placed):
        if given[at] != "contact" and _is_contact(passage.text):
            given[at] = "contact"
            for beside in _beside(placed, at):
                given[beside] = "contact"
                names.add(placed[beside].text)
    played = (_played(p, role, names) for p, role in zip(placed, given, strict=True))
    return spooled(Passage, played, room=PARTS)


def _played(passage: Passage, role: Role, names: set[str]) -> Passage:
    """Return a passage with its role, and without the names of contact persons above it."""
    if names.intersection(passage.heading_path):
        path = tuple(heading for heading in passage.heading_path if heading not in names)
        passage = replace(passage, heading_path=path)
    return replace(passage, role=role) if role else passage


def _ends_of_contents(found: Sequence[Passage]) -> dict[int, int]:
    """Return the positions of headings of tables of contents, and where each table ends.

    It ends where its first entry stands again, as the heading of the text, or before the first passage that
    is longer than entries are, and before the headings right above that passage: all of them if entries were
    recognised by page numbers, else the last one.
    """
    ends: dict[int, int] = {}
    start, end, known, first = -1, 0, False, ""
    for at, passage in enumerate(found):
        heading = passage.kind == "heading"
        first = passage.text if at == start + 1 else first
        if heading and announced(passage.text) == "contents":
            start, end, known = at, at + 1, False
            ends[at] = len(found)
        elif passage.role == "contents":
            end, known = at + 1, True
        elif start >= 0 and heading and at > start + 1 and passage.text == first:
            ends[start], start = at, -1
        elif start >= 0 and _is_text(passage):
            ends[start], start = max(end, start + 1), -1
        elif not (heading and known):
            end = at if heading else at + 1
    return ends


def _untitled(found: Sequence[Passage]) -> range:
    """Return the positions of a table of contents with neither title nor page numbers.

    It goes from a heading before all text to where that heading stands again, as most of its entries do.
    """
    front = list(islice(takewhile(lambda passage: not _is_text(passage), found), FRONT))
    heads = {at: letters(passage.text) for at, passage in enumerate(front) if passage.kind == "heading"}
    for start, first in heads.items():
        end = next((at for at, text in heads.items() if at >= start + FEWEST_ENTRIES and text == first), 0)
        if end and not any(passage.role for passage in front[start:end]):
            again = {letters(p.text) for p in islice(found, end, None) if len(p.text) <= LONGEST_ENTRY}
            known = sum(letters(passage.text) in again for passage in front[start:end])
            if known >= REPEATED * (end - start):
                return range(start, end)
    return range(0)


def _is_text(passage: Passage) -> bool:
    """Return whether a passage is long and ends like a sentence, as several entries in one do not."""
    return len(passage.text) > LONGEST_ENTRY and ENDED.search(passage.text.rstrip()[-8:]) is not None


def _placed(found: Sequence[Passage], ends: dict[int, int]) -> Iterator[Passage]:
    """Yield the passages, without the heading of a table of contents after its end."""
    over: set[str] = set()
    title, end = "", -1
    for at, passage in enumerate(found):
        if at == end:
            over.add(title)
        if over.intersection(passage.heading_path):
            path = tuple(heading for heading in passage.heading_path if heading not in over)
            passage = replace(passage, heading_path=path)
        if at in ends:
            title, end = passage.text, ends[at]
            over.discard(title)
        yield passage


def _subject(found: Sequence[Passage]) -> str:
    """Return the title of a printed paper that is set like a section of it, or "".

    Nothing but headings precede it (number, kind, issuer), and nearly all passages stand below it.
    """
    front = list(takewhile(lambda passage: passage.kind == "heading", found))
    if not any(PAPER.search(heading.text) for heading in front[:2]):
        return ""
    for at, heading in enumerate(front):
        depth = len(heading.heading_path)
        if announced(heading.text):
            below = sum(
                heading.text in p.heading_path[depth : depth + 1] for p in islice(found, at + 1, None)
            )
            if below >= WHOLE * (len(found) - at - 1):
                return heading.text
    return ""


def _unshown(found: Sequence[Passage]) -> set[str]:
    """Return the headings such as »Kontakte in die Wirtschaft stärken«: no address stands below them.

    »Anmerkungen« are references if half of the passages cite something.
    """
    below: dict[str, list[bool]] = {}
    for passage in found:
        own = (passage.text,) if passage.kind == "heading" else ()
        for heading in filter(_to_be_shown, (*passage.heading_path, *own)):
            shows = below.setdefault(heading, [])
            if not own:
                shows.append(_shows(passage, _to_be_shown(heading)))
    half = {name: len(shows) / 2 for name, shows in below.items() if _to_be_shown(name) == "references"}
    return {name for name, shows in below.items() if sum(shows) < max(1, half.get(name, 0))}


def _shows(passage: Passage, role: Role) -> bool:
    """Return whether a passage is of the kind that the heading above it seems to announce."""
    text = passage.text
    if role == "contact":
        return any((MAIL.search(text), PHONE.search(text), PERSON.fullmatch(text)))
    return CITED.search(text) is not None


def _role(passage: Passage, silent: set[str]) -> Role:
    if passage.role:
        return passage.role
    for role, pattern in _openings():
        if pattern.match(passage.text):
            return role
    path = (*passage.heading_path, passage.text) if passage.kind == "heading" else passage.heading_path
    sections = (heading for heading in reversed(path) if heading not in silent)
    return next((role for heading in sections if (role := announced(heading))), "")


def _is_title(passage: Passage) -> bool:
    return passage.kind == "heading" and passage.level == 1 and passage.number < 5


def _is_contact(text: str) -> bool:
    """Return whether a passage is little more than a postal address, e-mail or telephone number."""
    if len(text) > 3 * NEAR_CONTACT or not SIGN.search(text):
        return False
    rest = PHONE.sub("", MAIL.sub("", text))
    return len(rest) < len(text) and len(rest) < NEAR_CONTACT


def _beside(found: Sequence[Passage], at: int) -> list[int]:
    """Return the short passage or the name set as a heading before an address, which belong to it."""
    before = found[at - 1] if at else None
    if before is None or len(before.text) >= NEAR_CONTACT:
        return []
    if before.kind == "heading":
        return [at - 1] if PERSON.fullmatch(before.text) else []
    ends = before.text.rstrip().endswith((".", ":", "!", "?"))
    return [at - 1] if before.kind == "paragraph" and not ends else []
