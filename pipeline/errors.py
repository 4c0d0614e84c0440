"""The errors a user may see: each says in one line where it happened, what is wrong and what to do."""

from __future__ import annotations

import errno
import re

FOLDERS = re.compile(r"(?<![\w.])(?:[A-Za-z]:)?[/\\](?:[^\s'\":/\\]+[/\\])+")
LONGEST = 200  # characters of a message of a library
NO_MEMORY = "needed more memory than there is"
LACKING = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EMFILE,
    errno.ENFILE,
    errno.EIO,
}  # numbers of errors of a machine


class PipelineError(Exception):
    """Base class of all errors that the command line prints as one line."""

    def __init__(self, where: str, what: str, remedy: str) -> None:
        super().__init__(f"{where}: {what}; {remedy}")
        self.where, self.what, self.remedy = where, what, remedy


class InputError(PipelineError):
    """A file or folder that cannot be used."""


class SettingsError(PipelineError):
    """A setting that does not exist or has a value that is not allowed."""


class TaxonomyError(PipelineError):
    """A data file of `pipeline/taxonomies` that breaks one of its rules."""


class ModelError(PipelineError):
    """A model folder that is missing, damaged or of another format."""


class TableError(PipelineError):
    """A table whose rows do not follow the schema."""


class QueryError(PipelineError):
    """A question that the tables cannot answer as it was put."""


class FetchError(PipelineError):
    """A document or an answer that could not be fetched."""


class MachineError(PipelineError):
    """What the machine lacks, such as room for temporary files; no document is to blame."""


def of_machine(error: BaseException | None) -> bool:
    """Return whether an error, or what it follows from, tells of the machine and nothing about a document."""
    if isinstance(error, MachineError) or (isinstance(error, OSError) and error.errno in LACKING):
        return True
    return error is not None and of_machine(error.__cause__)


def why(error: Exception) -> str:
    """Return the message of an error; for errors of the operating system without number and file name."""
    return (error.strerror if isinstance(error, OSError) else "") or str(error)


def unread(error: Exception, *, done: str = "read") -> str:
    """Return why a document or page is lost: in the words of the error, without paths of the machine.

    `done` is what could not be done with it.
    """
    if isinstance(error, PipelineError):
        return error.what
    if isinstance(error, MemoryError) or getattr(error, "errno", 0) == errno.ENOMEM:
        return NO_MEMORY
    words = FOLDERS.sub("", " ".join(why(error).split()))
    return f"could not be {done} ({': '.join(filter(None, (type(error).__name__, words)))[:LONGEST]})"


def shown(address: object) -> str:
    """Return an address as a message may show it: without name, password, query and fragment."""
    return re.sub(r"^([\w+.-]+://)[^/?#]*@", r"\1", re.split(r"[?#]", str(address), maxsplit=1)[0])
