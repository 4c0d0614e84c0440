"""Repeat parts of a finished run from its tables: trends, report, sentences to be judged."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import outputs, store
from pipeline.errors import InputError
from pipeline.running.finish import finish, keys, reveal, write_trends
from pipeline.stopwatch import Stopwatch
from pipeline.tasks import Job
from pipeline.wording import Language

if TYPE_CHECKING:
    from pipeline.tracking.user_themes import Theme


def retrack(out: Path, given: Path | None = None) -> None:
    """Compute trends, changes and lineage of an output folder again, and write its report.

    Args:
        out: The output folder.
        given: Settings file that overrides [track], [open_themes] and [report] of the last run.

    Raises:
        InputError: the folder holds no finished run of this schema, another run is writing there, or the
            user's themes are gone with the folder of the documents.
        SettingsError: the file changes other settings.
    """
    from pipeline.running.journal import settings_of, write_again
    from pipeline.tables import stamp

    with _reopened(out) as marker, store.aside(out / "tables") as fresh:
        job, watch = Job(Path(marker["folder"]), out, settings_of(out, given)), Stopwatch()
        _check_themes(job)
        made = keys(str(marker["documents_key"]), job)
        stamp(fresh, made.run)
        for path in sorted((out / "tables").glob("*.parquet")):
            shutil.copy2(path, fresh / path.name)
        with watch.stage("trends"):
            write_trends(fresh, job)
        write_again(fresh, job.settings, made, watch)
        reveal(fresh, out)
        finish(job, made)


def _check_themes(job: Job) -> None:
    from pipeline.running.journal import had_themes

    if not job.corpus.is_dir() and had_themes(job.out):
        remedy = "bring it back, or give the folder where the documents are now to `politikspur run`"
        raise InputError(str(job.corpus), "is gone, and your own themes with it", remedy)


def report_again(
    out: Path, *, language: Language = "de", title: str = "", figures: bool = False
) -> tuple[Path, ...]:
    """Write the report of a finished run again, with `figures` its figures as well; return the paths.

    By default its title is that of the run.

    Raises:
        InputError: the folder holds no finished run of this schema, or another run is writing there.
    """
    from pipeline.report import report, write_figures

    with _reopened(out) as marker:
        path = report(out, title=title or marker["corpus"], language=language)
        return path, *(write_figures(out, language=language) if figures else ())


def draw(out: Path, theme: str) -> Path:
    """Write sentences of a user's theme to a file, to be judged, and return its path.

    Raises:
        InputError: the folder holds no finished run, there is no such theme, or it has no sentences.
    """
    from pipeline.tracking import counts, user_themes

    themes = _themes(out)
    with counts.connect(out / "tables") as base:
        counts.prepare(base)
        user_themes.find(base, tuple(themes.values()), out / store.REGISTRY)
        return user_themes.draw(base, themes, theme)


def own_themes(out: Path) -> tuple[str, ...]:
    """Return a line about each of the user's themes in the folder of a finished run: what was found of it."""
    from pipeline.tracking import counts, user_themes

    themes = _themes(out)
    with counts.connect(out / "tables", names=("sentences", "concepts", "user_themes")) as base:
        return tuple(user_themes.told(base, path, theme) for path, theme in themes.items())


def _themes(out: Path) -> dict[Path, Theme]:
    """Return the user's themes that lie beside the documents of a finished run."""
    from pipeline.tracking import user_themes

    return user_themes.load(Path(str(outputs.finished(out)["folder"])) / user_themes.FOLDER)


@contextmanager
def _reopened(out: Path) -> Iterator[dict[str, Any]]:
    """Lock the folder of a finished run, and yield its marker."""
    outputs.finished(out)  # checked first, since the lock would create a missing folder
    with store.locked(out):
        yield outputs.finished(out)
