"""What is taken from a sentence, one file each, all of one shape; a new file here is used at once.

An extractor has `LABELS` (the labels of its spans), `EXAMPLES` (sentences with the tags written
in, at least one without) and `extract(contexts)`, which yields spans. One that also has
`WHOLE_DOCUMENT = True` is given the sentences in their order, since it looks at neighbours;
the others are given each sentence once, however often it occurs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from pipeline.records import Span


class Extractor(Protocol):
    """The shape of the modules of this package."""

    LABELS: tuple[str, ...]
    EXAMPLES: tuple[str, ...]

    extract: Callable[..., Iterator[Span]]


@cache
def found() -> dict[str, Extractor]:
    """Return the extractors by name, in alphabetical order."""
    names = sorted(info.name for info in iter_modules(__path__) if not info.name.startswith("_"))
    return {name: cast(Extractor, import_module(f"{__name__}.{name}")) for name in names}
