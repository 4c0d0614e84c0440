"""Gather the facts about a document from its manifest row and its text, and note where each came from."""

from __future__ import annotations

from pipeline.knowledge import calendars, states
from pipeline.records import Fact, Record, Source, Status, Text
from pipeline.schema.values import ALL_DOCUMENT_TYPES, PAPERS, PROGRAMMES

OF_PARLIAMENTS = (*PAPERS, "gesetzentwurf")


class DocumentFacts(Record):
    """What is known about a document: one row of the table `documents`, without the counts."""

    document_id: str
    source: Source
    title: Fact
    issuer: Fact
    doc_type: Fact
    published: Fact  # ISO, as exact as it is known: 2021, 2021-11 or 2021-11-24
    precision: str  # day, month, year or none
    parliament: str  # "" if no calendar is known
    period_published: str
    period_home: str
    period_rule: str
    language: str
    status: Status
    reason: str
    duplicate_of: str = ""
    repeated: frozenset[int] = frozenset()  # positions of sentences that say the same as an earlier one

    def counts(self, sentence: int) -> bool:
        """Return whether a sentence, by its position, counts: not in a duplicate, and not if repeated."""
        return not self.duplicate_of and sentence not in self.repeated


def document(
    source: Source, text: Text, *, duplicate_of: str = "", repeated: frozenset[int] = frozenset()
) -> DocumentFacts:
    """Return the facts about a document; the manifest takes precedence over the text."""
    title, issuer = _fact("title", source, text), _fact("issuer", source, text)
    kind, published = doc_type(source, text), _date(source, text)
    state = _state(source, text, issuer.value, title.value)
    parliament = _parliament(source, text, state, issuer.value, kind.value, title.value)
    precision = _precision(published.value)
    told = _told_period(source, text, parliament)
    period, home, rule = _periods(published.value, precision, parliament, kind.value, title.value, told)
    return DocumentFacts(
        document_id=source.document_id,
        source=source,
        title=title,
        issuer=issuer,
        doc_type=kind,
        published=published,
        precision=precision,
        parliament=parliament,
        period_published=period,
        period_home=home,
        period_rule=rule,
        language=text.language,
        status="skipped" if duplicate_of and text.status == "ok" else text.status,
        reason=text.reason or (f"repeats {duplicate_of}" if duplicate_of else _foreign(state)),
        duplicate_of=duplicate_of,
        repeated=repeated,
    )


def _state(source: Source, text: Text, issuer: str, title: str) -> str:
    """Return the other state that issued a document, "" if manifest or head place it in a parliament."""
    told = source.manifest.get("parliament", "") or source.manifest.get("wahlperiode", "")
    if told or _stated(text, "parliament") not in ("", calendars.SOME_LAND):
        return ""
    stated = text.facts.get("state", Fact())
    by_name = stated.origin == "file" and states.is_german(issuer)  # which says what an institute writes on
    return states.state_of(issuer, title) or ("" if by_name else stated.value)


def _parliament(source: Source, text: Text, state: str, issuer: str, doc_type: str, title: str) -> str:
    """Return the parliament told by the manifest, a paper, a programme, or else issuer and title."""
    told = source.manifest.get("parliament", "")
    if told or state:
        return told
    own = _stated(text, "parliament")
    if own not in ("", calendars.SOME_LAND) and doc_type in (*OF_PARLIAMENTS, *PROGRAMMES):
        return own
    found = calendars.document_parliament(issuer, doc_type, title)
    if source.manifest.get("wahlperiode", ""):
        return found or "bt"
    return "" if found == "bt" and own == calendars.SOME_LAND else found


def _foreign(state: str) -> str:
    return f"issued by another state ({state}): belongs to no Wahlperiode" if state else ""


def _stated(text: Text, name: str) -> str:
    return text.facts.get(name, Fact()).value


def _fact(name: str, source: Source, text: Text) -> Fact:
    if value := source.manifest.get(name, ""):
        return Fact(value=value, origin="manifest")
    return text.facts.get(name, Fact())


def _date(source: Source, text: Text) -> Fact:
    """Return the date; a year or month of the manifest is made exact by a date in the text within it."""
    told, stated = _fact("date", source, text), text.facts.get("date", Fact())
    return stated if told.value and stated.value.startswith(f"{told.value}-") else told


def doc_type(source: Source, text: Text) -> Fact:
    """Return the type of a document and its origin; `other` if nothing states the type."""
    found = _fact("doc_type", source, text)
    return found if found.value in ALL_DOCUMENT_TYPES else Fact(value="other", origin="none")


def _precision(published: str) -> str:
    return {0: "none", 1: "year", 2: "month", 3: "day"}[len(published.split("-")) if published else 0]


def _told_period(source: Source, text: Text, parliament: str) -> str:
    """Return the period whose number the manifest or the document itself states.

    The number is one of the Bundestag unless the manifest or the document also states the parliament. In its
    place a document may state the year in which the period begins.
    """
    given, stated = source.manifest.get("wahlperiode", ""), _stated(text, "wahlperiode")
    if not given and len(stated) == len("2021"):
        return calendars.begun_in(int(stated), parliament)
    of_house = _stated(text, "parliament") == parliament
    if parliament != "bt" and not of_house and not (given and source.manifest.get("parliament", "")):
        return ""
    known = {str(entry.number): entry.id for entry in calendars.periods(parliament)}
    return known.get((given or stated).strip().rstrip("."), "")


def _periods(
    published: str, precision: str, parliament: str, doc_type: str, title: str, told: str
) -> tuple[str, str, str]:
    """Return period of publication, period the document speaks for, and the rule that decided.

    A stated number of the Wahlperiode is used only if the date decides nothing. In manifestos and
    coalition agreements it means the period spoken for, elsewhere the period of publication. In a gap
    only papers, bills and minutes can be of a period: of the last that began before, which for them has
    not ended.
    """
    period, rule = calendars.period_published(published, precision, parliament)
    home, home_rule = calendars.home_period(published, precision, parliament, doc_type=doc_type, title=title)
    if doc_type in PROGRAMMES:
        return (period, home, home_rule) if home or not told else (period, told, "stated number")
    if rule == "gap" and (
        doc_type not in OF_PARLIAMENTS or told != calendars.begun_before(published, parliament)
    ):
        told = ""
    if not period and told:
        return told, told, "stated number"
    return period, home or period, rule
