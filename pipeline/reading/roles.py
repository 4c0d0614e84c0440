"""Give passages their role by the headings above them and by what they hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from msgspec.structs import replace

from pipeline.knowledge.words import load
from pipeline.reading.spool import PARTS, spooled
from pipeline.records import Passage, Record, Role

MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[\w.+-]+\s?(?:\(at\)|\[at\])\s?[\w.-]+", re.I)
PHONE = re.compile(r"(?:\b(?:Tel(?:efon)?|Fon|Mobil|Fax)\b\.?:?\s*|\+49|\b0)[\d ()/–-]{6,}\d")
SIGN = re.compile(r"@|[(\[]at[)\]]|\d[\d ()/–-]{5}", re.I)
LONGEST_ENTRY = 200  # letters of an entry of a table of contents
NEAR_CONTACT = 120  # letters: names and offices beside an address are shorter


class Cue(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Words in a heading, or at the beginning of a passage, that announce a role."""

    role: Role
    pattern: str


class Cues(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The data file `roles.toml`."""

    cue: tuple[Cue, ...]
    opening: tuple[Cue, ...]


@cache
def _cues() -> tuple[tuple[Role, re.Pattern[str]], ...]:
    return _compiled(load("roles", Cues).cue)


@cache
def _openings() -> tuple[tuple[Role, re.Pattern[str]], ...]:
    return _compiled(load("roles", Cues).opening)


def _compiled(cues: Sequence[Cue]) -> tuple[tuple[Role, re.Pattern[str]], ...]:
    return tuple((cue.role, re.compile(cue.pattern, re.I)) for cue in cues)


@lru_cache(maxsize=4096)
def announced(heading: str) -> Role:
    """Return the role that a heading announces, "" where it announces none."""
    return next((role for role, pattern in _cues() if pattern.search(heading)), "")


def roles(found: Sequence[Passage]) -> Sequence[Passage]:
    """Return the passages with their roles: the innermost heading that announces one decides."""
    given = [_role(passage) for passage in found]
    if any(passage.level == 2 for passage in found if passage.kind == "heading"):
        given = ["" if _is_title(p) else role for p, role in zip(found, given, strict=True)]
    given = _text_after_contents(found, given)
    for at, passage in enumerate(found):
        if given[at] != "contact" and _is_contact(passage.text):
            given[at] = "contact"
            for beside in _beside(found, at):
                given[beside] = "contact"
    played = (replace(p, role=role) if role else p for p, role in zip(found, given, strict=True))
    return spooled(Passage, played, room=PARTS)


def _role(passage: Passage) -> Role:
    if passage.role:
        return passage.role
    for role, pattern in _openings():
        if pattern.match(passage.text):
            return role
    path = (*passage.heading_path, passage.text) if passage.kind == "heading" else passage.heading_path
    return next((role for heading in reversed(path) if (role := announced(heading))), "")


def _text_after_contents(found: Sequence[Passage], given: Sequence[Role]) -> list[Role]:
    """Return the roles; text that follows a table of contents without a heading is no part of it."""
    out: list[Role] = []
    over = False
    for passage, role in zip(found, given, strict=True):
        listed = passage.role == "contents" or (passage.kind == "heading" and announced(passage.text) == role)
        over = not listed and (over or len(passage.text) > LONGEST_ENTRY)
        out.append("" if over and role == "contents" else role)
    return out


def _is_title(passage: Passage) -> bool:
    return passage.kind == "heading" and passage.level == 1 and passage.number < 5


def _is_contact(text: str) -> bool:
    """Tell whether a passage is little more than an address by mail or telephone."""
    if len(text) > 3 * NEAR_CONTACT or not SIGN.search(text):
        return False
    rest = PHONE.sub("", MAIL.sub("", text))
    return len(rest) < len(text) and len(rest) < NEAR_CONTACT


def _beside(found: Sequence[Passage], at: int) -> list[int]:
    """Return the short passage before an address: the name it belongs to."""
    before = at - 1
    if before >= 0 and found[before].kind == "paragraph" and len(found[before].text) < NEAR_CONTACT:
        return [before] if not found[before].text.rstrip().endswith((".", ":", "!", "?")) else []
    return []
