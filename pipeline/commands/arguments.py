"""Arguments that several commands take, and the places they stand for."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from shlex import quote
from typing import Annotated, NamedTuple

import typer

from pipeline import places, store
from pipeline.errors import InputError, shown

BUILD = Path("build")


class Places(NamedTuple):
    """Where a run finds its documents, where it works, and where its output goes in the end."""

    corpus: Path
    out: Path
    target: str  # "" where the output stays where it is made
    warnings: tuple[str, ...]


def places_of_run(corpus: str, out: str) -> Places:
    """Return the places of a run; documents that lie elsewhere are brought here.

    Raises:
        InputError: the documents cannot be brought, or the folder in `build` holds the run of others.
    """
    target = out if places.elsewhere(out) else ""
    folder = BUILD / _name(corpus) if target or not out else places.here(out)
    named = folder if folder.name else folder.resolve()  # »--out .«
    copy = named.with_name(f"{named.name}-documents")
    if (target or not out) and (other := _other(corpus, folder, copy)):
        remedy = f"give another --out, or --out {quote(str(folder))} to go on there"
        if target:
            remedy = "run this in another folder: what becomes the output is first made in its build"
        raise InputError(str(folder), f"holds the run of {other}", remedy)
    found, warnings = places.brought(corpus, copy)
    return Places(found, folder, target, warnings)


def _other(corpus: str, out: Path, copy: Path) -> str:
    """Return the corpus of the run in an output folder if it is another one that is still there, else ""."""
    folder = str((store.read_json(out / store.MARKER) or {}).get("folder", ""))
    begun = not folder and (places.elsewhere(corpus) or places.is_list(corpus))  # only its documents are here
    before = places.origin(copy) if begun or folder == str(copy.resolve()) else folder
    remote = places.elsewhere(before)
    if not before or (not remote and not Path(before).exists()):
        return ""
    if remote or places.elsewhere(corpus):
        return "" if before == places.full(corpus) else before
    now = places.here(corpus)
    return before if now.exists() and not now.samefile(before) else ""


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
