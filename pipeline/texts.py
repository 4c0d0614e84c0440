"""Make the text of a document from its pages or its file, with a status and a reason if it is not whole.

A document may be hostile or damaged in any way, so no error leaves this module, unless it tells of the
machine (a full disk): it becomes the status »failed«. `process` stores texts under this module's version,
so it also notices what changes here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from pipeline.contexts import ANALYSED
from pipeline.errors import PipelineError, of_machine, unread
from pipeline.records import Format, Page, Text

T = TypeVar("T")


def text_of(path: Path, format: Format, pages: Sequence[Page] | None) -> Text:
    """Return the text of a document, described and judged.

    Args:
        path: The document; its name may tell what it is.
        format: Its format.
        pages: Its pages if it is a PDF, else None: the file is then read here.
    """
    text = attempt(lambda: _split(path, format, pages))
    described = attempt(lambda: _described(text, path.name)) if text.status == "ok" else text
    return judged(described)


def attempt(make: Callable[[], T]) -> T | Text:
    """Return what `make` returns; turn an error into a text with status and reason.

    Raises:
        OSError, MachineError: the machine lacks something (room, open files), which ends the run.
    """
    try:
        return make()
    except Exception as error:  # a hostile document must not stop the run; it is reported with its name
        if of_machine(error):
            raise
        remedy = f"; {error.remedy}" if isinstance(error, PipelineError) else ""
        return Text(status="failed", reason=unread(error) + remedy)


def judged(text: Text) -> Text:
    """Return the text with its status (failed, partial, skipped or ok) and the reason."""
    status, reason = text.status, text.reason
    lost = [page for page in text.pages if page.status == "failed"]
    if status == "ok" and not any(passage.text for passage in text.passages):
        status, reason = "failed", reason or _first_reason(text) or "holds no text"
    elif status == "ok" and text.language != ANALYSED:
        status = "skipped"
        reason = f"the language is {text.language}, only German is analysed"
        if text.language == "und":
            reason = "holds too little running text to tell its language"
    elif status == "ok" and lost:
        status = "partial"
        reason = f"{len(lost)} of {len(text.pages)} pages could not be read: {lost[0].reason}"
    return replace(text, status=status, reason=reason)


def _split(path: Path, format: Format, pages: Sequence[Page] | None) -> Text:
    if pages is None:
        from pipeline.reading.formats import read_document
        from pipeline.split import from_passages

        return from_passages(read_document(path, format=format))
    from pipeline.clean import clean
    from pipeline.split import split

    return split(clean(pages))


def _described(text: Text, name: str) -> Text:
    from pipeline.reading.describe import describe

    return replace(text, facts=describe(text, path=name))


def _first_reason(text: Text) -> str:
    return next((page.reason for page in text.pages if page.reason), "")
