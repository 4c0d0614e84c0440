"""Say what the words around mentions settle about relations: lists, votes, denials, »von … gefordert«.

Data: `taxonomies/relation_cues.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

import msgspec

from pipeline.knowledge import german
from pipeline.knowledge.toml import load
from pipeline.records import Record, Span

MENTION = "\0"  # in place of a mention, see `marked`
_NONE = re.compile(r"\b[Kk]ein(?:e[nrms]?|erlei)?\s+$")


class Votes(Record, forbid_unknown_fields=True):
    """What is said of a vote; the first three stand before the voters, by what they want of the matter."""

    demands: tuple[str, ...]
    rejects: tuple[str, ...]
    none: tuple[str, ...]
    voters: str
    refusing: str
    accepting: str


class Cues(Record, forbid_unknown_fields=True):
    """The content of the file; words are separated by white space, those of `not_…` are patterns."""

    joins: tuple[str, ...]
    articles: str
    wanting: str
    resisting: str
    wishes: str
    resistance: str
    ending: tuple[str, ...]
    despite: str
    beside: tuple[str, ...]
    solving: str
    worsening: str
    not_refused: tuple[str, ...]
    not_worse: tuple[str, ...]
    denied: str
    votes: Votes


@cache
def cues() -> Cues:
    """Return the content of the data file."""
    return load("relation_cues", Cues)


def marked(text: str, start: int, end: int) -> str:
    """Return a text with a sign in place of the mention from `start` to `end`, for `pattern`."""
    return f"{text[:start]}{MENTION}{text[end:]}"


def pattern(patterns: Iterable[str], **meant: str) -> re.Pattern[str]:
    """Return one pattern of several in which X stands for a mention and names for other patterns."""
    meant |= {"X": MENTION}
    signs = "|".join(sorted(meant, key=len, reverse=True))
    return re.compile(re.sub(signs, lambda match: meant[match[0]], "|".join(patterns)))


def listed(text: str, mentions: Sequence[Span]) -> dict[int, list[int]]:
    """Return the neighbours in the same list for each mention that has any, by position.

    Instruments must be nouns: of »Schulen bauen und Armut bekämpfen«, the second is the aim of the first.
    """
    found: dict[int, list[int]] = {}
    for i, first in enumerate(mentions):
        for j, second in enumerate(mentions):
            ordered = first.label == second.label and first.end <= second.start
            if ordered and _may_be_listed(first, second) and _join().fullmatch(text, first.end, second.start):
                found.setdefault(i, []).append(j)
                found.setdefault(j, []).append(i)
    return found


def _may_be_listed(first: Span, second: Span) -> bool:
    return first.label != "instrument" or (_is_noun(first.text) and _is_noun(second.text))


def _is_noun(phrase: str) -> bool:
    return not phrase.split()[-1][:1].islower() if phrase.split() else False


def vote(text: str, mentions: Sequence[Span], voter: Span, matter: Span) -> str:
    """Return what a vote says of an instrument: "demands", "rejects", or "none" if the actor only abstained.

    "" if it did not vote, or if the sentence speaks of refusing and of accepting outside the instrument.
    """
    said = next(reversed([*_votes().finditer(text, 0, voter.start)]), None)
    if said is None or not _voters().fullmatch(_without_actors(text, mentions), said.end(), voter.start):
        return ""
    rest = f"{text[: matter.start]} {text[matter.end :]}"
    refused, accepted = (bool(pattern.search(rest)) for pattern in _decided())
    if said.lastgroup == "none" or not refused:
        return str(said.lastgroup)
    return "" if accepted else {"demands": "rejects", "rejects": "demands"}[str(said.lastgroup)]


def _without_actors(text: str, mentions: Sequence[Span]) -> str:
    for one in mentions:
        if one.label == "actor":
            text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    return text


def stance(text: str, start: int, end: int) -> str:
    """Return what the words around an actor say of its opinion: "demands", "rejects" or "".

    »Das von A geforderte Gesetz« and »auf Antrag der A«, or »gegen den Widerstand der A«.
    """
    by_actor = _by().search(text, 0, start)
    for kind, (participle, noun) in _stances().items():
        if (by_actor and participle.match(text, end)) or noun.search(text, 0, start):
            return kind
    return ""


def is_to_end(text: str, start: int, end: int) -> bool:
    """Return whether what stands between `start` and `end` is the object of a verb that ends it.

    So it is in »die Abgabe abzuschaffen« and »die Abgabe und den Fonds zu streichen«, but not in »aus der
    Abgabe zu streichen«.
    """
    return bool(_ending().match(text, end)) and not _governed().search(text, 0, start)


def exculpates(text: str, start: int) -> bool:
    """Return whether a problem exists in spite of the instrument that begins at `start`."""
    return bool(_despite().search(text, 0, start))


def fails(text: str, start: int, end: int) -> bool:
    """Return whether an instrument only does not solve what stands between `start` and `end`.

    So it is in »löst das Problem nicht« and »kann das Problem nicht beheben«, but not if it »verschärft« it.
    """
    before, after, worse = _failing()
    said = before.search(text, 0, start)
    failed = after.match(text, end) or (said and (said["not"] or re.match(r"\s+nicht\b", text[end:])))
    return bool(failed) and not worse.search(text)


def is_neither(text: str, mentions: Sequence[Span], actor: Span) -> bool:
    """Return whether an actor is one of those who do neither: »weder die A noch die B fordern das Gesetz«."""
    before = _without_actors(text, mentions)[: actor.start]
    return bool(_neither().search(before))


def is_not_refused(text: str, start: int, end: int) -> bool:
    """Return whether a sentence denies that what stands between `start` and `end` is refused.

    So it is in »lehnt das Gesetz nicht ab«, »ist nicht gegen das Gesetz« and »nicht ablehnen«.
    """
    return bool(_denied("not_refused").search(marked(text, start, end)))


def is_beside(text: str, start: int) -> bool:
    """Return whether what begins at `start` is harmed or beside the matter: »jeden Eingriff in das Recht«."""
    return bool(_beside().search(text, 0, start))


def is_not_worse(text: str, start: int, end: int) -> bool:
    """Return whether a sentence denies that the challenge between `start` and `end` gets worse."""
    return bool(_denied("not_worse").search(marked(text, start, end)))


def denies(text: str, start: int) -> bool:
    """Return whether there is none of what begins at `start`: »erzeugt keinen Mehraufwand«."""
    return bool(_NONE.search(text, 0, start))


@cache
def _join() -> re.Pattern[str]:
    joins = "|".join(map(re.escape, cues().joins))
    return re.compile(rf"\s*(?:{joins})\s*(?:(?:{'|'.join(cues().articles.split())})\s+)?")


@cache
def _votes() -> re.Pattern[str]:
    by_vote = msgspec.structs.asdict(cues().votes)
    sides = (
        f"(?P<{side}>{'|'.join(map(re.escape, by_vote[side]))})" for side in ("demands", "rejects", "none")
    )
    return re.compile(rf"\b(?:{'|'.join(sides)})\b".replace(r"\ ", r"\s+"), re.IGNORECASE)


@cache
def _voters() -> re.Pattern[str]:
    words = "|".join(cues().votes.voters.split())
    return re.compile(rf"(?:\s|[,/&]|\.(?=\s*(?:,|und\b|sowie\b))|\b(?:{words})\b)*")


@cache
def _decided() -> tuple[re.Pattern[str], re.Pattern[str]]:
    votes = cues().votes
    refused, accepted = ("|".join(stems.split()) for stems in (votes.refusing, votes.accepting))
    return re.compile(rf"\b(?:{refused})", re.IGNORECASE), re.compile(rf"\b(?:{accepted})", re.IGNORECASE)


@cache
def _by() -> re.Pattern[str]:
    return re.compile(r"\b(?:[Vv]on(?:\s+(?:der|den|dem))?|[Vv]om)\s+$")


@cache
def _stances() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """Return the patterns of a participle behind an actor and of a noun before it."""
    of = r"(?:von|vom|der|des)(?:\s+(?:der|den))?\s+(?:Fraktion(?:en)?\s+)?(?:der\s+|des\s+)?"
    told = cues()
    words = {"demands": (told.wanting, told.wishes), "rejects": (told.resisting, told.resistance)}
    return {
        kind: (
            re.compile(rf"\s+(?:bereits\s+)?(?:{'|'.join(stems.split())})(?:e[rnms]?)?\b"),
            re.compile(rf"\b(?:{'|'.join(nouns.split())})\s+{of}$"),
        )
        for kind, (stems, nouns) in words.items()
    }


@cache
def _ending() -> re.Pattern[str]:
    """Return a pattern of what follows: no other verb, means or negation, then the one that ends it."""
    ending = "|".join(map(re.escape, cues().ending))
    between = rf"(?:(?!\b(?:zu|durch|mit|nicht|statt)\b|\b\w+zu\w+en\b|\b(?:{ending})\b)[^,;:.])*"
    return re.compile(rf"{between}\b(?:{ending})\b")


@cache
def _governed() -> re.Pattern[str]:
    """Return a pattern of a preposition before an instrument, perhaps with article and adjective."""
    articles = cues().articles.split()
    prepositions = "|".join(sorted(german.word_set("relations", "prepositions") - set(articles)))
    of = rf"(?:(?:{'|'.join(articles)}|eine[mrns]?|ein)\s+)?(?:\w+e[nrms]?\s+)?$"
    return re.compile(rf"\b(?:{prepositions})\s+{of}", re.IGNORECASE)


@cache
def _failing() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return patterns of the verb before a challenge, of »nicht« and verb after it, and of what is worse."""
    articles, solving = "|".join(cues().articles.split()), "|".join(cues().solving.split())
    verb = rf"\b(?:{solving})\w*"
    return (
        re.compile(
            rf"{verb}(?P<not>\s+nicht)?,?\s+(?:dass\s+)?(?:(?:{articles}|eine?n?)\s+)?(?:\w+e[nrms]?\s+)?$"
        ),
        re.compile(rf"(?:\s+\w+)?\s+nicht\s+(?:\w+\s+)?{verb}"),
        re.compile(rf"\b(?:{'|'.join(cues().worsening.split())})"),
    )


@cache
def _denied(name: str) -> re.Pattern[str]:
    told = cues()
    return pattern(getattr(told, name), DENIED=told.denied, WORSE="|".join(told.worsening.split()))


@cache
def _neither() -> re.Pattern[str]:
    words = "|".join((*cues().votes.voters.split(), *cues().articles.split(), "noch"))
    return re.compile(rf"\bweder\b(?:\s|[,/&]|\b(?:{words})\b)*$", re.IGNORECASE)


@cache
def _beside() -> re.Pattern[str]:
    """Return a pattern of such words before an instrument, perhaps with article and adjectives."""
    articles = rf"(?:{'|'.join(cues().articles.split())}|(?:ein|ihr|sein|unser|dies)(?:e[mnrs]?)?)\s+"
    return re.compile(rf"\b(?:{'|'.join(cues().beside)})\s+(?:{articles})?(?:[\w-]+e[nrms]?\s+){{0,2}}$")


@cache
def _despite() -> re.Pattern[str]:
    articles = "|".join(cues().articles.split())
    return re.compile(rf"\b(?:{'|'.join(cues().despite.split())})\s+(?:(?:{articles})\s+)?$", re.IGNORECASE)
