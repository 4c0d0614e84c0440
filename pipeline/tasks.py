"""What a run is asked to do, what a worker is asked to do for one document, and where the results are then.

Plain records, apart from `process`: tables follow from stored results, not from the code that made them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from msgspec import field

from pipeline.config import Settings
from pipeline.records import Fact, Record, Source


class Job(NamedTuple):
    """The inputs of a run."""

    corpus: Path
    out: Path
    settings: Settings


class Task(Record):
    """What a worker needs to process one document."""

    source: Source
    folder: str
    out: str
    settings: Settings


class Signature(Record):
    """What near-duplicates of a document are found by."""

    signature: bytes = b""
    facts: Mapping[str, Fact] = field(
        default_factory=dict
    )  # of the text: from them follows when it was published


class Outcome(Record):
    """The keys under which the results of one document are stored."""

    document_id: str
    keys: dict[str, str]  # stage -> key
    results_key: str  # hash of the content of all results
