"""The parts of fetching: the door to the web, the Bundestag's DIP, registries of documents."""

from __future__ import annotations

from pipeline.records import Record


class Wanted(Record):
    """One document to fetch, and what is known about it beforehand."""

    id: str  # unique in its source: an id of DIP or of a registry
    file: str  # its name in the folder
    address: str  # "" if its source gives none
    facts: dict[str, str]  # canonical column of a manifest -> value
    sha256: str = ""  # of the file, if its source states it
    md5: str = ""
    version: str = ""  # changes when the source says that the document has changed


class Listing(Record):
    """One page of a list of documents."""

    total: int  # documents of the whole list
    wanted: tuple[Wanted, ...]
