"""Keep vectors of sentences in a file, so that tracking a folder again computes only those of new ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from pipeline.records import Record
from pipeline.store import write_bytes
from pipeline.versions import digest

FILE = "open_themes.vectors"
Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]


class Kept(Record):
    """Vectors of the texts that were encoded last."""

    encoder: str  # vectors from another encoder are meaningless
    vectors: dict[str, bytes]  # hash of the text -> 32-bit floats


def kept(path: Path, encoder: str, encode: Encode) -> Encode:
    """Return an encoder that computes only vectors missing in the file, and stores those of its texts there.

    Args:
        path: path of the file; one that is missing, damaged or of another encoder counts as empty.
        encoder: identifies the encoder, for example by a hash.
        encode: function from texts to vectors, (texts, dimensions).
    """

    def encoded(texts: Sequence[str]) -> Vectors:
        stored, names = load(path), [digest(text) for text in texts]
        known = stored.vectors if stored.encoder == encoder else {}
        lacking = {name: text for name, text in zip(names, texts, strict=True) if name not in known}
        if lacking:
            made = encode(list(lacking.values()))
            known |= {name: vector.tobytes() for name, vector in zip(lacking, made, strict=True)}
            used = Kept(encoder=encoder, vectors={name: known[name] for name in names})
            write_bytes(path, msgspec.msgpack.encode(used))
        return np.array([np.frombuffer(known[name], dtype=np.float32) for name in names])

    return encoded


def halved(encode: Encode) -> Encode:
    """Return an encoder that works on both halves of its texts at once; there has to be one."""

    def encoded(texts: Sequence[str]) -> Vectors:
        middle = len(texts) // 2
        halves = [half for half in (texts[:middle], texts[middle:]) if half]
        with ThreadPoolExecutor(2) as pool:
            return np.concatenate([*pool.map(encode, halves)])

    return encoded


def load(path: Path) -> Kept:
    """Return the vectors in a file; none if it is missing or damaged."""
    with suppress(OSError, msgspec.MsgspecError):
        return msgspec.msgpack.decode(path.read_bytes(), type=Kept)
    return Kept(encoder="", vectors={})
