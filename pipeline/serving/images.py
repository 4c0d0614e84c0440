"""Draw page images with contact data blacked out, and cache them in memory up to a bound."""

from __future__ import annotations

import io
import threading
from collections.abc import Hashable
from pathlib import Path

from pipeline.asking.originals import file_of, withheld
from pipeline.asking.pictures import marked
from pipeline.reading.pdfium import render
from pipeline.serving.kept import KeptBytes

DPI = 130  # a page of A4 is 1,075 pixels wide: sharp on a laptop's screen, drawn in 0.1 s
BOUND = 24 * 2**20  # bytes cached, some 80 pages of text; browsers cache images as well


class Images:
    """The page images of an output folder.

    Args:
        out: output folder of a run.
        corpus: folder of the documents; by default the one named by the run.
        bound: the largest number of bytes kept in memory.
    """

    def __init__(self, out: Path, corpus: Path | None, *, bound: int = BOUND) -> None:
        self._out, self._corpus, self.kept = out, corpus, KeptBytes(bound)
        self._files: dict[tuple[str, str], tuple[Path, tuple[int, ...]]] = {}
        self._drawing = threading.Lock()  # only one thread at a time may use pdfium

    def png(self, document_id: str, sha256: str, page: int, *, run: Hashable = None) -> bytes:
        """Return a page as PNG.

        Args:
            document_id: id of the document.
            sha256: hash of its file.
            page: number of the page, from 1.
            run: the state of the tables: another run may black out more.

        Raises:
            InputError: the file is missing or has changed, the page is damaged, or it is not known where
                contact data stand.
        """
        name = (document_id, sha256, page, run)
        if found := self.kept.get(name):
            return found
        with self._drawing:
            return self.kept.get(name) or self.kept.keep(name, self._drawn(document_id, sha256, page))

    def _drawn(self, document_id: str, sha256: str, page: int) -> bytes:
        path = self._file(document_id, sha256)
        hidden = withheld(self._out, document_id, page)
        picture, dpi = render(path, page, dpi=DPI)
        buffer = io.BytesIO()
        marked(picture, dpi=dpi, marks=(), hidden=hidden).save(buffer, "PNG", compress_level=1)
        return buffer.getvalue()

    def _file(self, document_id: str, sha256: str) -> Path:
        """Return the file of a document, whose hash is computed again if the file has changed."""
        known = self._files.get((document_id, sha256))
        if known is None or _seen(known[0]) != known[1]:
            path = file_of(self._out, document_id, corpus=self._corpus)
            self._files[document_id, sha256] = known = (path, _seen(path))
        return known[0]


def _seen(path: Path) -> tuple[int, ...]:
    """Return what changes with the content of a file, () if there is none."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino
