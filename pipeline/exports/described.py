"""Export the codebook as a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline import store
from pipeline.publishing.codebook import codebook


def codebook_page(out: Path, to: Path) -> Iterator[Path]:
    """Write codebook.html."""
    store.write_bytes(to / "codebook.html", codebook().encode())
    yield to / "codebook.html"
