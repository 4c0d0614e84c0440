"""Keep the state of a training after each epoch, so that one that was killed goes on from there."""

from __future__ import annotations

import pickle
import random
from pathlib import Path
from typing import Any

import torch

from pipeline import store

NAME = ".halfway"  # added to the name of the model folder


class Halfway:
    """The state of one training, in a file beside its model folder until that is finished."""

    def __init__(self, folder: Path, key: str) -> None:
        """Take the model folder, and a digest of all that the training depends on."""
        self.path, self.key = folder.with_name(folder.name + NAME), key

    def read(self) -> dict[str, Any] | None:
        """Return what was kept last, or None if nothing of the very same training was."""
        try:
            found: dict[str, Any] = torch.load(self.path, map_location="cpu", weights_only=True)
        except (OSError, EOFError, RuntimeError, pickle.UnpicklingError):
            return None
        return found if found.get("key") == self.key else None

    def keep(self, **state: Any) -> None:  # noqa: ANN401 - tensors and plain values
        """Write the state in one step."""
        with store.replacing(self.path) as temporary:
            torch.save({"key": self.key, **state}, temporary)

    def forget(self) -> None:
        """Remove the file, because the model folder is complete."""
        self.path.unlink(missing_ok=True)


def chances(rng: random.Random) -> dict[str, Any]:
    """Return the states of everything that draws random numbers."""
    return {
        "order": rng.getstate(),
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }


def set_chances(rng: random.Random, states: dict[str, Any]) -> None:
    """Let random numbers go on where `chances` was called."""
    rng.setstate(states["order"])
    torch.set_rng_state(states["torch"])
    if states["cuda"]:
        torch.cuda.set_rng_state_all(states["cuda"])
