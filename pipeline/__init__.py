"""German policy documents in, citable tables out.

`pipeline.open("build/sample")` opens the tables of a run in a notebook (see `pipeline.asking.access`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.asking.access import Corpus

__version__ = "0.1.0"


def open(out: str | Path, corpus: str | Path | None = None) -> Corpus:
    """Return the tables of a run as an object that answers questions.

    Args:
        out: output folder, such as build/sample.
        corpus: folder of the documents, for pictures of pages; by default the one named by the run.

    Raises:
        InputError: the folder holds no finished run.
    """
    from pipeline.asking.access import Corpus

    return Corpus(out, corpus)
