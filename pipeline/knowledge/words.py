"""Load a word list from a data file of `taxonomies/` as a typed record."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from pipeline.errors import TaxonomyError

FOLDER = Path(__file__).parent.parent / "taxonomies"
T = TypeVar("T")


def load(name: str, shape: type[T], *, folder: Path = FOLDER) -> T:
    """Return the file `name`.toml as a record of type `shape`.

    Raises:
        TaxonomyError: the file is missing, is not TOML, or does not have that shape.
    """
    path = folder / f"{name}.toml"
    try:
        return msgspec.toml.decode(path.read_bytes(), type=shape)
    except OSError:
        raise TaxonomyError(path.name, "cannot be read", "reinstall the package") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TaxonomyError(path.name, str(error), "correct the entry named") from None
