"""Load the settings: the defaults in `config.toml`, overridden by a user's file, checked and frozen."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from pipeline.errors import SettingsError, why
from pipeline.records import Record
from pipeline.schema.values import Duplicates, Weights

PACKAGE = Path(__file__).parent
DEFAULTS = PACKAGE / "config.toml"
Whole = Annotated[int, Meta(ge=0)]
Limit = Annotated[int, Meta(ge=1)]


class Read(Record, forbid_unknown_fields=True):
    """How documents are read."""

    ocr: bool
    ocr_dpi: Annotated[int, Meta(ge=50, le=1200)]
    password: str


class Limits(Record, forbid_unknown_fields=True):
    """How much one page and one document may cost before the worker is stopped."""

    page_cpu_seconds: Limit
    document_cpu_seconds: Limit
    memory_mb: Limit


class Tag(Record, forbid_unknown_fields=True):
    """The model that tags, and the one to use if speed matters more than precision."""

    model: str
    fast: str


class Relate(Record, forbid_unknown_fields=True):
    """How relations are judged: by regression alone, or by regression and network."""

    network: bool


class Link(Record, forbid_unknown_fields=True):
    """How mentions become concepts."""

    model: str
    often: Whole


class Track(Record, forbid_unknown_fields=True):
    """How trends are estimated."""

    resamples: Annotated[int, Meta(ge=10)]  # percentiles need some
    seed: Whole
    weights: Weights
    correct_errors: bool
    compare_unlike: bool
    edges: Whole
    duplicates: Duplicates
    least_sentences: Whole
    least_expected: Annotated[float, Meta(ge=0)]


class OpenThemes(Record, forbid_unknown_fields=True):
    """How open themes, those suggested by the corpus, are sought."""

    encoder: str
    sentences: Whole
    themes: Whole


class Report(Record, forbid_unknown_fields=True):
    """The heading of the report."""

    title: str


class Settings(Record, forbid_unknown_fields=True):
    """All settings of a run."""

    read: Read
    limits: Limits
    tag: Tag
    relate: Relate
    link: Link
    track: Track
    open_themes: OpenThemes
    report: Report


def load_settings(
    path: Path | None = None, *, fast: bool = False, title: str = "", used: Mapping[str, Any] | None = None
) -> Settings:
    """Return the defaults, overridden by the values of `used` and then by those of `path` (TOML).

    With `fast` the faster model tags, and relations are judged without their network; `title` is the heading
    of the report. `used` are the settings of an earlier run, as that run has recorded them.

    Raises:
        SettingsError: the file is missing, is not TOML, or has an unknown or invalid value.
    """
    values = _merged(msgspec.toml.decode(DEFAULTS.read_bytes()), used or {})
    if path is not None:
        values = _merged(values, _user_values(path))
    try:
        settings = msgspec.convert(values, Settings)
    except msgspec.ValidationError as error:
        remedy = f"{DEFAULTS} has all names and defaults" if path else "run `politikspur run` again"
        raise SettingsError(str(path or "the last run"), str(error), remedy) from None
    if fast:
        tag = replace(settings.tag, model=settings.tag.fast)
        settings = replace(settings, tag=tag, relate=Relate(network=False))
    return replace(settings, report=Report(title=title)) if title else settings


def _user_values(path: Path) -> dict[str, Any]:
    try:
        values: dict[str, Any] = msgspec.toml.decode(path.read_bytes().removeprefix(BOM_UTF8))
    except (OSError, msgspec.DecodeError) as error:
        raise SettingsError(str(path), f"cannot be read ({why(error)})", "give a TOML file") from None
    return values


def _merged(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for name, value in over.items():
        old = base.get(name)
        merged[name] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def models_folder() -> Path:
    """Return the folder of the shipped models: inside the wheel, or beside the package."""
    inside = PACKAGE / "models"
    return inside if inside.is_dir() else PACKAGE.parent / "models"
