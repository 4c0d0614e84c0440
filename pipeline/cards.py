"""Read the cards of models (`card.toml`) without loading the models."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from pipeline.config import models_folder
from pipeline.errors import ModelError, why
from pipeline.versions import digest

CARD = "card.toml"
RELATIONS = "relations"  # the model that judges relations; no setting names another


def find(name: str) -> Path:
    """Return the folder of a model that is given by the name of a shipped model or by a path.

    Raises:
        ModelError: there is no such model.
    """
    for folder in (models_folder() / name, Path(name)):
        if (folder / CARD).is_file():
            return folder
    raise ModelError(name, "no such model", f"name a folder that holds a {CARD}, or a model of models/")


def read(name: str) -> dict[str, Any]:
    """Return the content of a model's card; the dictionary is cached, so do not change it.

    Args:
        name: A folder of the shipped models, or the path of another model folder.

    Raises:
        ModelError: there is no such model, or its card cannot be read.
    """
    path = find(name) / CARD
    try:
        return _decoded(path.read_bytes())
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from None


def model_hash(name: str) -> str:
    """Return a hash of a model's files, from the file hashes that its card states.

    Args:
        name: A folder of the shipped models, or the path of another model folder.

    Raises:
        ModelError: there is no such model, or its card cannot be read.
    """
    try:
        files = read(name)["files"].items()
    except (KeyError, AttributeError) as error:
        raise _unreadable(find(name) / CARD, error) from None
    return digest(*(f"{file} {value}" for file, value in sorted(files)))


def hold(*names: str) -> None:
    """Make sure that models have not changed since this process first asked, because it keeps what it loads.

    Raises:
        ModelError: a model has changed, is missing, or its card cannot be read.
    """
    for name in names:
        now = model_hash(name)
        if now != _HELD.setdefault(name, now):
            raise ModelError(name, "was changed while a run used it", "run the same command again")


_HELD: dict[str, str] = {}  # hashes of models by name


def _unreadable(path: Path, error: Exception) -> ModelError:
    return ModelError(str(path), f"cannot be read ({why(error)})", "install the package again")


@cache  # reading TOML takes milliseconds, and every document asks
def _decoded(card: bytes) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.toml.decode(card)
    return found
