"""Keep what takes seconds to compute from shipped data beside it, as Python keeps compiled code.

The file is in `__pycache__` and names the version of all code and data that it follows from, so that it is
never read by another. Where it cannot be written, or nothing shall be (`PYTHONDONTWRITEBYTECODE`), the value
is computed in every process.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from pipeline.knowledge.toml import FOLDER
from pipeline.store import recalled, remember
from pipeline.versions import stage_version

T = TypeVar("T")
PLACE = FOLDER / "__pycache__"


def kept(name: str, module: str, kind: type[T], compute: Callable[[], T]) -> T:
    """Return a value that follows from a module and its data alone, computed if none is kept.

    Args:
        name: what the value is, the beginning of its file's name.
        module: whose code and data it follows from, as for `stage_version`.
        kind: its type, one that MessagePack can hold.
        compute: makes it.
    """
    path = PLACE / f"{name}-{stage_version(module)}.msgpack"
    if (found := recalled(path, kind)) is not None:
        return found
    value = compute()
    if remember(path, value):
        for old in set(PLACE.glob(f"{name}-*.msgpack")) - {path}:
            with suppress(OSError):
                old.unlink(missing_ok=True)
    return value
