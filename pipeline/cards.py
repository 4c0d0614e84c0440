"""The cards of models, read without loading a model."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from pipeline.config import models_folder
from pipeline.errors import ModelError
from pipeline.versions import digest


def find(name: str) -> Path:
    """Return the folder of a model: a name among the shipped models, or a path.

    Raises:
        ModelError: there is no such model.
    """
    for folder in (models_folder() / name, Path(name)):
        if (folder / "card.toml").is_file():
            return folder
    raise ModelError(name, "no such model", "name a folder that holds a card.toml, or a model of models/")


def model_hash(name: str) -> str:
    """Return what changes when any file of a model changes, as its card states them.

    Args:
        name: A folder of the shipped models, or the path of another model folder.

    Raises:
        ModelError: there is no such model, or its card cannot be read.
    """
    path = find(name) / "card.toml"
    try:
        return _hash_of(path.read_bytes())
    except (OSError, msgspec.DecodeError, KeyError, AttributeError) as error:
        what = f"cannot be read ({error})"
        raise ModelError(str(path), what, "install the package again") from None


@cache  # reading TOML takes milliseconds, and every document asks
def _hash_of(card: bytes) -> str:
    files = msgspec.toml.decode(card)["files"]
    return digest(*(f"{file} {value}" for file, value in sorted(files.items())))
