"""Judge pairs of mentions by a network that reads the sentence with marks around the mentions.

An encoder of six layers, then two layers on the vectors of both mentions' marks and of the sentence's
first piece. `nets/relations.py` trains it; here it is used without torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import ModelError, why
from pipeline.learning.decode import Floats, gelu
from pipeline.learning.encoder import REMEDY, Model
from pipeline.learning.marks import marked, rows
from pipeline.learning.pairs import KINDS, Pair
from pipeline.records import Span

POSITIONS = 512  # of the encoder: pieces and marks of a sentence
CLASSES = ("place", "gap", "kind")  # numbered in columns 4 to 6 of `marks.rows`; each number has a vector
HEADS = ("h1.weight", "h1.bias", "place.weight", "gap.weight", "kind.weight")


class PairNetwork:
    """A loaded network."""

    def __init__(self, folder: Path) -> None:
        """Load a model folder; raise ModelError if it is damaged."""
        self.model = Model(folder)
        last = [f"h2.{at}.{part}" for at in range(len(KINDS)) for part in ("weight", "bias")]
        try:
            with np.load(folder / "heads.npz") as held:
                self._heads = {name: held[name].astype(np.float32) for name in (*HEADS, *last)}
        except (OSError, KeyError, ValueError, BadZipFile) as error:
            raise ModelError(str(folder), f"holds no network for pairs ({why(error)})", REMEDY) from error

    def chances(
        self, text: str, mentions: Sequence[Span], pairs: Sequence[Pair]
    ) -> list[dict[str, float]] | None:
        """Return the probability of each kind of relation for pairs of one sentence.

        None if the sentence is longer than the encoder reads. Sentences are read one at a time, so
        that probabilities do not depend on what else is read.
        """
        sentence = marked(text, mentions, self.model.pieces)
        if len(sentence.ids) > POSITIONS:
            return None
        vectors = self.model.hidden(np.array([sentence.ids], dtype=np.int64))[0]
        numbers = rows(sentence, mentions, pairs)
        hidden = gelu(self._inputs(vectors, numbers) @ self._heads["h1.weight"].T + self._heads["h1.bias"])
        return [self._judged(row, int(kind)) for row, kind in zip(hidden, numbers[:, 6], strict=True)]

    def _inputs(self, vectors: Floats, numbers: NDArray[np.int64]) -> Floats:
        a, b, end_a, end_b = (vectors[numbers[:, at]] for at in range(4))
        first = np.broadcast_to(vectors[0], a.shape)
        classes = [self._heads[f"{name}.weight"][numbers[:, 4 + at]] for at, name in enumerate(CLASSES)]
        return np.concatenate([a, b, end_a, end_b, a * b, first, *classes], axis=1)

    def _judged(self, hidden: Floats, kind: int) -> dict[str, float]:
        name = list(KINDS)[kind]
        logits = self._heads[f"h2.{kind}.weight"] @ hidden + self._heads[f"h2.{kind}.bias"]
        powers = np.exp(logits - logits.max())
        return dict(zip(KINDS[name], (powers / powers.sum()).tolist(), strict=True))
