"""What a run is asked to do, what a worker is asked to do for one document, and where the results are then.

Plain records, apart from `process`: tables follow from stored results, not from the code that made them.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from pipeline.config import Settings
from pipeline.records import Record, Source


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


class Outcome(Record):
    """The keys under which the results of one document are stored."""

    document_id: str
    keys: dict[str, str]  # stage -> key
    results_key: str  # hash of the content of all results
