"""Arguments that several commands take, and the places they stand for."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Annotated, NamedTuple

import typer

from pipeline import places
from pipeline.errors import shown

BUILD = Path("build")


class Places(NamedTuple):
    """Where a run finds its documents, where it works, and where its output goes in the end."""

    corpus: Path
    out: Path
    target: str  # "" where the output stays where it is made
    warnings: tuple[str, ...]


def places_of_run(corpus: str, out: str) -> Places:
    """Return the places of a run; documents that lie elsewhere are brought here."""
    name = _name(corpus)
    target = out if places.elsewhere(out) else ""
    folder = BUILD / name if target or not out else places.here(out)
    named = folder if folder.name else folder.resolve()  # »--out .«
    found, warnings = places.brought(corpus, named.with_name(f"{named.name}-documents"))
    return Places(found, folder, target, warnings)


def _name(place: str) -> str:
    if places.elsewhere(place):
        return PurePosixPath(shown(place)).name
    path = places.here(place).resolve()
    return path.stem if path.is_file() else path.name


def _taken(place: str) -> Path:
    return places.taken(place, BUILD / "taken" / _name(place))


SettingsFile = Annotated[
    Path | None,
    typer.Option("--settings", help="TOML file whose values override the defaults"),
]
Fast = Annotated[
    bool, typer.Option("--fast", help="Faster, less precise: a smaller tagger, no network for relations")
]
Out = Annotated[Path, typer.Argument(help="Output folder of a run, e.g. build/sample")]
OutAnywhere = Annotated[
    Path,
    typer.Argument(
        parser=_taken, metavar="OUT", help="Output of a run: a folder, e.g. build/sample, or s3://bucket/name"
    ),
]
