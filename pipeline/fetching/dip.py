"""List documents of DIP, the documentation system of the Bundestag (API version 1).

The API is described at https://search.dip.bundestag.de/api/v1/openapi.yaml. It returns up to 100
documents per request and a cursor for the next; the list ends when the cursor stays the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal

import httpx2
import msgspec

from pipeline.errors import FetchError, InputError
from pipeline.fetching import Listing, Wanted
from pipeline.fetching.web import Parameters, Refused, TryAgain, Web
from pipeline.records import Record

API = "https://search.dip.bundestag.de/api/v1"
KEY_PAGE = "https://dip.bundestag.de/über-dip/hilfe/api"
KEY_VARIABLE = "POLITIKSPUR_DIP_KEY"
LICENCE = "official work, § 5 UrhG"
LONGEST = 100  # characters of either part of a file's name
CHAMBERS = {"BT": "Deutscher Bundestag", "BR": "Bundesrat"}


class Query(Record):
    """The documents wanted; each filter narrows the list, of several periods or titles one must match."""

    resource: Literal["drucksache", "plenarprotokoll"] = "drucksache"
    periods: tuple[int, ...] = ()  # numbers of Wahlperioden
    kind: str = ""  # Drucksachetyp: Antrag, Gesetzentwurf, Unterrichtung …
    initiators: tuple[str, ...] = ()  # Urheber, all of them
    titles: tuple[str, ...] = ()  # words of the title
    since: str = ""  # ISO dates, both included
    until: str = ""


class _Place(Record):
    pdf_url: str = ""
    urheber: tuple[str, ...] = ()


class _Document(Record):
    id: str
    dokumentnummer: str
    titel: str
    datum: str
    herausgeber: str
    fundstelle: _Place
    aktualisiert: str = ""
    drucksachetyp: str = ""
    wahlperiode: int | None = None
    pdf_hash: str = ""  # MD5


class _Page(Record):
    total: int = msgspec.field(name="numFound")
    documents: tuple[_Document, ...] = ()
    cursor: str = ""


def listings(web: Web, query: Query, *, key: str, api: str = API) -> Iterator[Listing]:
    """Yield the documents of a query, one page per request.

    Raises:
        InputError: there is no key, or the API does not have a filter for this resource.
        FetchError: the API refuses the key, or its answers do not follow its description.
    """
    if not key:
        raise InputError("dip", "needs a key", f"set {KEY_VARIABLE}; a public key stands on {KEY_PAGE}")
    cursor, listed, total = "", set[str](), 0
    while True:
        page = _page(web, query, key, api, cursor)
        total = total or page.total
        fresh = [document for document in page.documents if document.id not in listed]
        listed |= {document.id for document in fresh}
        if fresh:
            yield Listing(total=total, wanted=tuple(_wanted(entry, query, api) for entry in fresh))
        # The total bounds the number of requests in case the cursor keeps changing.
        if not fresh or page.cursor in ("", cursor) or len(listed) >= total:
            return
        cursor = page.cursor


def parameters(query: Query) -> Parameters:
    """Return the filters of a query under the API's names.

    Raises:
        InputError: there is no filter, one that does not exist for protocols, or a date that is none.
    """
    for day in filter(None, (query.since, query.until)):
        if not _is_day(day):
            raise InputError("dip", f"{day!r} is no day", "write it as 2022-01-31")
    values = [
        *(("f.wahlperiode", str(number)) for number in query.periods),
        ("f.drucksachetyp", query.kind),
        *(("f.urheber", name) for name in query.initiators),
        *(("f.titel", words) for words in query.titles),
        ("f.datum.start", query.since),
        ("f.datum.end", query.until),
    ]
    given = [(name, value) for name, value in values if value]
    if not given:
        raise InputError("dip", "would fetch all there is", "give --period or another filter")
    if query.resource == "plenarprotokoll" and (query.kind or query.initiators or query.titles):
        what = "protocols have no kind, initiator or title to choose by"
        raise InputError("dip", what, "choose them by period and date")
    return given


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _page(web: Web, query: Query, key: str, api: str, cursor: str) -> _Page:
    place = f"{api}/{query.resource}"
    asked = [*parameters(query), ("format", "json"), *([("cursor", cursor)] if cursor else [])]
    try:
        return web.ask(
            place,
            lambda answer: _read(web.body(answer)),
            parameters=asked,
            headers={"Authorization": f"ApiKey {key}"},
        )
    except Refused as refused:
        if refused.status in (httpx2.codes.UNAUTHORIZED, httpx2.codes.FORBIDDEN):
            raise FetchError(place, "refuses the key", f"a public key stands on {KEY_PAGE}") from None
        if refused.status == httpx2.codes.BAD_REQUEST:
            raise InputError("dip", "does not understand a filter", "check --kind and --initiator") from None
        raise


def _read(answer: bytes) -> _Page:
    try:
        return msgspec.json.decode(answer, type=_Page)
    except msgspec.DecodeError as error:
        raise TryAgain(f"gives an answer that is not as described ({error})") from None


def _wanted(entry: _Document, query: Query, api: str) -> Wanted:
    kind = "gesetzentwurf" if entry.drucksachetyp == "Gesetzentwurf" else query.resource
    issuer = "; ".join(entry.fundstelle.urheber) or CHAMBERS.get(entry.herausgeber, entry.herausgeber)
    facts = {
        "title": " ".join(entry.titel.split()),
        "doc_type": kind,
        "issuer": issuer,
        "date": entry.datum,
        "wahlperiode": str(entry.wahlperiode or ""),
        "parliament": "bt",  # papers of the Bundesrat are of its Wahlperioden, too
        "url": entry.fundstelle.pdf_url,
        "license": LICENCE,
        "number": entry.dokumentnummer,
        "drucksachetyp": entry.drucksachetyp,
        "dip": f"{api}/{query.resource}/{entry.id}",
    }
    named = f"{entry.herausgeber} {query.resource} {entry.dokumentnummer}", entry.id
    name = "-".join(re.sub(r"[^0-9a-z]+", "-", part.lower())[:LONGEST] for part in named)
    return Wanted(
        id=f"{query.resource}/{entry.id}",
        file=f"{name}.pdf",
        address=entry.fundstelle.pdf_url,
        facts=facts,
        md5=entry.pdf_hash.lower(),
        version=entry.aktualisiert,
    )
