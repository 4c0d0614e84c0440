"""Compute the vectors of the registry's names, which every run needs; a script, run by hand.

`python -m pipeline.learning.fit_names models/concepts`

To be run whenever names in `taxonomies/concepts.toml` or the model change. Vectors of known names are kept if
the other files of the model are those they were made with.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from pipeline.knowledge.registry import load_registry
from pipeline.learning.distribution import ROOTS, Distribution
from pipeline.learning.encoder import verify
from pipeline.learning.likeness import NAMES, Kept, described, made_with, project, read_names, read_weights
from pipeline.store import write_bytes
from pipeline.versions import file_sha256


def main(folder: Path) -> Iterator[str]:
    """Write the vectors into the folder, and yield the line for the card."""
    entries = [entry for entry in load_registry().concept if entry.layer != "actor"]
    names = sorted({name for entry in entries for name in entry.worded})
    model = made_with(verify(folder).files)
    kept = read_names(folder) if (folder / NAMES).is_file() else Kept()
    known = kept.by_name() if kept.model == model else {}
    new = [name for name in names if name not in known]
    if new:
        roots = Distribution(folder / ROOTS)
        known |= dict(zip(new, project(described(new, folder, roots), read_weights(folder)), strict=True))
    write_bytes(folder / NAMES, msgspec.msgpack.encode(Kept.of(model, {name: known[name] for name in names})))
    yield f"{len(names)} names, {len(new)} of them computed"
    yield f'"{NAMES}" = "{file_sha256(folder / NAMES)}"'


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in main(Path(sys.argv[1])))
