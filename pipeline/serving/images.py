"""Give page images with contact data blacked out, and cache them in memory up to a bound."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.asking.originals import file_of, withheld
from pipeline.errors import InputError
from pipeline.outputs import file_state
from pipeline.serving import drawing
from pipeline.serving.kept import KeptBytes

BOUND = 24 * 2**20  # bytes cached, some 80 pages of text; browsers cache images as well
AGAIN = 600.0  # seconds after which a page that could not be drawn is tried again

Draw = Callable[[drawing.Sheet], bytes]


class Images:
    """The page images of an output folder.

    Args:
        out: output folder of a run.
        corpus: folder of the documents; by default the one named by the run.
        bound: the largest number of bytes kept in memory.
        draw: what draws a page; by default processes that are stopped if a page hangs.
    """

    def __init__(
        self, out: Path, corpus: Path | None, *, bound: int = BOUND, draw: Draw = drawing.aside
    ) -> None:
        self._out, self._corpus, self._draw, self.kept = out, corpus, draw, KeptBytes(bound)
        self._files: dict[tuple[str, str], tuple[Path, tuple[int, ...]]] = {}
        self._refused: dict[Hashable, tuple[float, tuple[str, str, str]]] = {}  # until when, and why
        self._turn = threading.Condition()
        self._drawing: set[Hashable] = set()

    def png(self, document_id: str, sha256: str, page: int, *, run: Hashable = None) -> bytes:
        """Return a page as PNG.

        Args:
            document_id: id of the document.
            sha256: hash of its file.
            page: number of the page, from 1.
            run: the state of the tables: another run may black out more.

        Raises:
            InputError: the file is missing or has changed, the page is damaged or takes too long to draw, or
                it is not known where contact data stand.
        """
        name = (document_id, sha256, page, run)
        if found := self.kept.get(name):
            return found
        with self._alone(name):
            return self.kept.get(name) or self.kept.keep(name, self._tried(name, document_id, sha256, page))

    @contextmanager
    def _alone(self, name: Hashable) -> Iterator[None]:
        """Draw a page once at a time: if it hangs, those who ask for it again take no process from others."""
        with self._turn:
            self._turn.wait_for(lambda: name not in self._drawing)
            self._drawing.add(name)
        try:
            yield
        finally:
            with self._turn:
                self._drawing.remove(name)
                self._turn.notify_all()

    def _tried(self, name: Hashable, document_id: str, sha256: str, page: int) -> bytes:
        """Return a page as PNG, unless it could not be drawn a moment ago."""
        sheet = self._sheet(document_id, sha256, page)
        until, why = self._refused.get(name, (0.0, ("", "", "")))
        if until > time.monotonic():
            raise InputError(*why)
        try:
            return self._draw(sheet)
        except InputError as error:
            self._refused[name] = time.monotonic() + AGAIN, (error.where, error.what, error.remedy)
            raise

    def _sheet(self, document_id: str, sha256: str, page: int) -> drawing.Sheet:
        path, hidden = self._file(document_id, sha256), withheld(self._out, document_id, page)
        return drawing.Sheet(path=str(path), page=page, hidden=hidden)

    def _file(self, document_id: str, sha256: str) -> Path:
        """Return the file of a document, whose hash is computed again if the file has changed."""
        known = self._files.get((document_id, sha256))
        if known is None or file_state(known[0]) != known[1]:
            path = file_of(self._out, document_id, corpus=self._corpus)
            self._files[document_id, sha256] = known = (path, file_state(path))
        return known[0]
