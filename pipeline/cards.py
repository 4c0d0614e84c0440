"""The cards of models, read without loading a model."""

from __future__ import annotations

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
    folder = find(name)
    try:
        card = msgspec.toml.decode((folder / "card.toml").read_bytes())
        return digest(*(f"{file} {value}" for file, value in sorted(card["files"].items())))
    except (OSError, msgspec.DecodeError, KeyError, AttributeError) as error:
        what = f"cannot be read ({error})"
        raise ModelError(str(folder / "card.toml"), what, "install the package again") from None
