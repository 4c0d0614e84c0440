"""Read registries of public documents: tables in `corpora/` with addresses and facts, never with texts.

People write a registry; a fetch adds the hash of each file and records that it was there (`verified`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from pipeline import store
from pipeline.errors import InputError, why
from pipeline.fetching import Listing, Wanted
from pipeline.knowledge.calendars import days_of, last_day, periods
from pipeline.knowledge.taxonomy import Verified
from pipeline.plain import lines
from pipeline.reading.manifest import csv_lines
from pipeline.records import Record
from pipeline.schema.values import ALL_DOCUMENT_TYPES
from pipeline.wording import period_id

FILE = "registry.csv"
ID = re.compile(r"[0-9a-z]+(-[0-9a-z]+)*")
NUMBER = re.compile(r"(\d{1,2})/(\d{1,5})")
HASH = re.compile(r"[0-9a-f]{64}")


class RegistryEntry(Record, forbid_unknown_fields=True):
    """One document: its address, what it is, and where the facts can be checked."""

    id: str  # also the name of the file
    title: str
    doc_type: str  # a value of documents.document_type
    issuer: str
    date: str  # ISO, as exact as it is known: 2018, 2018-09 or 2018-09-03
    period: str  # the Wahlperiode it was published in
    number: str  # of a Bundestag paper, such as 19/1140, else ""
    address: str
    licence: str
    source: str  # where title, date and address can be checked
    verified: Verified  # "yes": a fetch has found the file there
    sha256: str  # of that file, "" until then


def load(place: Path) -> tuple[RegistryEntry, ...]:
    """Return the entries of a registry, given its file or its folder.

    Raises:
        InputError: the file is missing, or an entry breaks a rule.
    """
    path = _path(place)
    if not path.is_file():
        raise InputError(str(path), "is not a registry", f"give a folder with a {FILE}, or `dip`")
    try:
        head, *rows = [cells for _, cells in csv_lines(path)]
        entries = [msgspec.convert(dict(zip(head, cells, strict=True)), RegistryEntry) for cells in rows]
    except (ValueError, msgspec.ValidationError) as error:
        remedy = f"the columns are {', '.join(RegistryEntry.__struct_fields__)}"
        raise InputError(path.name, f"has a line that does not fit ({error})", remedy) from None
    for wrong in (what for entry in entries if (what := fault(entry))):
        raise InputError(path.name, wrong, "correct the line")
    twins = [id_ for id_, n in Counter(entry.id for entry in entries).items() if n > 1]
    if twins:
        raise InputError(path.name, f"names {twins[0]} twice", "keep one of the lines")
    return tuple(entries)


def fault(entry: RegistryEntry) -> str:
    """Return the rule that an entry breaks, or ""."""
    rules = {
        "the id may have small letters, digits and hyphens": ID.fullmatch(entry.id),
        "a title is missing": entry.title.strip(),
        "there is no such doc_type": entry.doc_type in ALL_DOCUMENT_TYPES,
        "an issuer is missing": entry.issuer.strip(),
        "the date does not fall in the period": _falls_in(entry.date, entry.period),
        "the address is not https": urlsplit(entry.address)[:1] == ("https",)
        and urlsplit(entry.address).netloc
        and "@" not in urlsplit(entry.address).netloc,
        "the address is not that of the number": not entry.number or entry.address == paper(entry.number),
        "the number is of another period": not entry.number or entry.period == _period(entry.number),
        "a source is missing": entry.source.strip(),
        "the hash is no SHA-256": not entry.sha256 or HASH.fullmatch(entry.sha256),
        "verified and hash differ": (entry.verified == "yes") == bool(entry.sha256),
    }
    return next((f"{entry.id}: {rule}" for rule, holds in rules.items() if not holds), "")


def paper(number: str) -> str:
    """Return the address of a Bundestag paper (Drucksache), or "" if `number` is not valid.

    Example: 19/1140 is at https://dserver.bundestag.de/btd/19/011/1901140.pdf
    """
    parts = NUMBER.fullmatch(number)
    if not parts:
        return ""
    period, count = int(parts[1]), int(parts[2])
    return f"https://dserver.bundestag.de/btd/{period:02}/{count // 100:03}/{period:02}{count:05}.pdf"


def _period(number: str) -> str:
    parts = NUMBER.fullmatch(number)
    return period_id(parts[1]) if parts else ""


def _falls_in(written: str, period: str) -> bool:
    """Return whether any day that the date may mean lies in the period."""
    days = days_of(written)
    known = next((entry for entry in periods("bt") if entry.id == period), None)
    return bool(days and known and days.first <= last_day(known) and days.last >= known.first_day)


def listing(entries: Sequence[RegistryEntry]) -> Listing:
    """Return the documents of a registry as a listing."""
    return Listing(total=len(entries), wanted=tuple(map(_wanted, entries)))


def fill(place: Path, hashes: Mapping[str, str]) -> int:
    """Write the hashes of fetched files into a registry and return how many were new.

    Raises:
        InputError: the registry cannot be read or written.
    """
    entries = load(place)
    filled = [
        msgspec.structs.replace(entry, sha256=hashes[entry.id], verified="yes")
        if entry.id in hashes and not entry.sha256
        else entry
        for entry in entries
    ]
    changed = sum(old != new for old, new in zip(entries, filled, strict=True))
    if changed:
        written = lines(RegistryEntry.__struct_fields__, map(msgspec.structs.astuple, filled), end="\n")
        try:
            store.write_bytes(_path(place), b"".join(written))
        except OSError as error:
            what = f"cannot take the hashes of fetched files ({why(error)})"
            raise InputError(str(place), what, "copy the registry and fetch from the copy") from None
    return changed


def _path(place: Path) -> Path:
    return place / FILE if place.is_dir() else place


def _wanted(entry: RegistryEntry) -> Wanted:
    facts = {
        "title": entry.title,
        "doc_type": entry.doc_type,
        "issuer": entry.issuer,
        "date": entry.date,
        "wahlperiode": entry.number.partition("/")[0],  # of a paper; for others only the date decides
        "url": entry.address,
        "license": entry.licence,
        "number": entry.number,
    }
    file, hash_ = f"{entry.id}.pdf", entry.sha256
    return Wanted(id=entry.id, file=file, address=entry.address, facts=facts, sha256=hash_)
