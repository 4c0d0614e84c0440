"""The line as a whole: from a folder of documents to tables, trends and a report.

This is the only file that knows the order of the stages of a corpus (`process.py` knows the
order inside a document). Nothing is shown before it is whole: tables are written aside,
verified, and moved into place; the marker `run.json` comes last.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from pipeline import __version__, store
from pipeline.config import Settings
from pipeline.corpus import find_sources
from pipeline.correcting import corrections
from pipeline.engine import Share, work_through
from pipeline.errors import InputError
from pipeline.process import Outcome, Task, known, process
from pipeline.records import Record
from pipeline.reporting.wording import Language
from pipeline.schema import VERSION
from pipeline.stopwatch import Entry, Stopwatch
from pipeline.store import DATABASE, MARKER, OPEN_THEMES, REGISTRY, REPORT
from pipeline.versions import digest, stage_version
from pipeline.workers import Crew, Event, Finished, Progress

HASHES = "cache/files.json"
CORPUS_STAGES = ("link", "tabulate", "catalogue", "tables", "collect")
LAST_STAGES = ("track", "report")  # done again by `retrack`
MIN_FREE_BYTES = 200 * 2**20  # the tables of 100 documents need about half of it


class Moment(Record):
    """Where a run is: what it does, and how much of it is done."""

    stage: str
    done: int = 0  # documents
    total: int = 0  # documents
    pages: int = 0
    share: float = 0.0  # of the bytes of all documents to process, 0..1
    entries: tuple[Entry, ...] = ()  # what a log says about stages that have just ended


Observer = Callable[[Moment], None]


class Keys(NamedTuple):
    """What decides the tables that follow from the documents, and what decides all tables."""

    documents: str
    run: str


class Summary(Record):
    """What a run did."""

    run_key: str
    changed: bool
    n_documents: int
    n_processed: int  # documents that were not up to date
    warnings: tuple[str, ...] = ()


def run(
    corpus: Path,
    out: Path,
    settings: Settings,
    *,
    workers: int,
    observe: Observer,
    manifest: Path | None = None,
    cluster: Share | None = None,
) -> Summary:
    """Bring an output folder up to date with a folder of documents.

    Args:
        corpus: The folder.
        out: The output folder; it is made if there is none.
        settings: What decides how documents are read, tagged and counted.
        workers: Processes that read and tag; the results do not depend on their number.
        observe: Is told where the run is.
        manifest: What is known about the files, by default `manifest.csv` in the folder.
        cluster: What a worker takes on a Ray cluster; without it all work is done on this machine.

    Raises:
        InputError: the corpus is no folder or holds no document, or the output cannot be written.
    """
    from pipeline.outputs import unanchored

    watch = Stopwatch()
    with store.locked(out):
        tasks, warnings = _tasks(corpus, out, settings, manifest)
        found = [known(task) for task in tasks]
        outdated = [task for task, outcome in zip(tasks, found, strict=True) if outcome is None]
        if not outdated and _is_current(out, key := _keys(tasks, found, corpus, settings).run):
            return _summary(key, tasks, 0, warnings, changed=False)
        _check_space(out)
        _process(outdated, settings, workers, cluster, observe, watch)
        outcomes = _outcomes(tasks)
        keys = _keys(tasks, outcomes, corpus, settings)
        _publish(tasks, outcomes, corpus, out, settings, keys, observe, watch)
        return _summary(keys.run, tasks, len(outdated), [*warnings, *unanchored(out)], changed=True)


def retrack(out: Path, given: Path | None = None) -> None:
    """Compute trends, changes and lineage of an output folder again, and its report.

    Args:
        out: The folder.
        given: Settings that win over those of its last run, in [track], [open_themes] and [report].

    Raises:
        InputError: the folder holds no finished run of this schema, or another run holds it.
        SettingsError: other settings differ.
    """
    from pipeline.journal import settings_of, write_again
    from pipeline.tables import stamp

    with _reopened(out) as marker, store.aside(out / "tables") as fresh:
        settings, corpus, watch = settings_of(out, given), Path(marker["folder"]), Stopwatch()
        documents = str(marker["documents_key"])
        keys = Keys(documents, _run_key(documents, corpus, settings))
        stamp(fresh, keys.run)
        for path in sorted((out / "tables").glob("*.parquet")):
            shutil.copy2(path, fresh / path.name)
        with watch.stage("trends"):
            _track(fresh, out, corpus, settings)
        write_again(fresh, settings, keys.run, watch)
        _reveal(fresh, out)
        _finish(out, keys, corpus, settings)


@contextmanager
def _reopened(out: Path) -> Iterator[dict[str, Any]]:
    """Hold the folder of a finished run, and give its marker."""
    from pipeline import outputs

    outputs.finished(out)  # a folder that is not there would be made by the lock
    with store.locked(out):
        yield outputs.finished(out)


def draw(out: Path, theme: str) -> Path:
    """Write sentences of a user's theme to be judged, and return the file.

    Raises:
        InputError: the folder holds no finished run, or there is no such theme or no sentence of it.
    """
    from pipeline import outputs
    from pipeline.tracking import counts, user_themes

    folder = Path(str(outputs.finished(out)["folder"])) / user_themes.FOLDER
    themes = user_themes.load(folder)
    with counts.connect(out / "tables") as base:
        counts.prepare(base)
        user_themes.find(base, tuple(themes.values()))
        return user_themes.draw(base, themes, theme)


def report_again(
    out: Path, *, language: Language = "de", title: str = "", figures: bool = False
) -> tuple[Path, ...]:
    """Write the report of a finished run again, its figures too if wanted, and return their paths.

    Without a title it has the one of the run.

    Raises:
        InputError: the folder holds no finished run of this schema, or another run holds it.
    """
    from pipeline.report import report, write_figures

    with _reopened(out) as marker:
        path = report(out, title=title or marker["corpus"], language=language)
        return path, *(write_figures(out, language=language) if figures else ())


def _summary(
    key: str, tasks: Sequence[Task], n_processed: int, warnings: Sequence[str], *, changed: bool
) -> Summary:
    return Summary(
        run_key=key,
        changed=changed,
        n_documents=len(tasks),
        n_processed=n_processed,
        warnings=tuple(warnings),
    )


def _tasks(
    corpus: Path, out: Path, settings: Settings, manifest: Path | None
) -> tuple[list[Task], Sequence[str]]:
    """Return one task a document, ordered by document id."""
    hashes = store.read_json(out / HASHES) or {}
    before = {path: tuple(entry) for path, entry in hashes.items()}
    found = find_sources(corpus, known=before, manifest=manifest)
    if found.hashes != hashes:
        store.write_json(out / HASHES, found.hashes)
    sources = sorted(found.sources, key=lambda source: source.document_id)
    tasks = [Task(source=s, folder=str(corpus), out=str(out), settings=settings) for s in sources]
    return tasks, found.warnings


def _check_space(out: Path) -> None:
    free = store.free_space(out)
    if free < MIN_FREE_BYTES:
        raise InputError(
            str(out), f"only {free // 2**20} MB are free there", "make room or give another --out"
        )


def _process(
    tasks: Sequence[Task],
    settings: Settings,
    workers: int,
    cluster: Share | None,
    observe: Observer,
    watch: Stopwatch,
) -> None:
    """Process documents until every one has a result, the largest first."""
    tasks = sorted(tasks, key=lambda task: (-task.source.size, task.source.document_id))
    total, size = len(tasks), sum(task.source.size for task in tasks) or 1
    done, pages, finished = 0, 0, 0
    for event in _events(tasks, settings, workers, cluster):
        entries: tuple[Entry, ...] = ()
        if isinstance(event, Finished):
            done, finished = done + 1, finished + tasks[event.task].source.size
            entries = event.result
        elif isinstance(event, Progress) and event.stage == "read":
            pages += event.at > 1
        for entry in entries:
            watch.add(entry.stage, entry.seconds)
        share = finished / size
        observe(Moment("documents", done, total, pages=pages, share=share, entries=entries))


def _events(
    tasks: Sequence[Task], settings: Settings, workers: int, cluster: Share | None
) -> Iterator[Event]:
    if cluster is not None:
        from pipeline.cluster import spread

        yield from spread(tasks, cluster)
        return
    with Crew(process, workers=workers) as crew:
        yield from work_through(crew, tasks, settings.limits)


def _outcomes(tasks: Sequence[Task]) -> list[Outcome]:
    found = [known(task) for task in tasks]
    lost = [task.source.path for task, outcome in zip(tasks, found, strict=True) if outcome is None]
    if lost:
        remedy = "run again if the program was changed meanwhile, else check the disk of the output folder"
        raise InputError(lost[0], "its results could not be stored", remedy)
    return [outcome for outcome in found if outcome is not None]


def _keys(
    tasks: Sequence[Task], outcomes: Sequence[Outcome | None], corpus: Path, settings: Settings
) -> Keys:
    inputs = [
        f"{task.source.path} {outcome.results_key if outcome else ''} {sorted(task.source.manifest.items())}"
        for task, outcome in zip(tasks, outcomes, strict=True)
    ]
    stages = [stage_version(stage) for stage in CORPUS_STAGES]
    said = corrections.fingerprint(Path(tasks[0].out)) if tasks else ""
    values = repr((settings.read, settings.limits, settings.tag, settings.link))
    documents = digest(str(VERSION), __version__, values, said, *stages, *inputs)
    return Keys(documents, _run_key(documents, corpus, settings))


def _run_key(documents: str, corpus: Path, settings: Settings) -> str:
    """Return the key of everything that decides the tables, given that of what is counted in them."""
    from pipeline.tracking.user_themes import FOLDER, fingerprint

    stages = [stage_version(stage) for stage in LAST_STAGES]
    values = repr((settings.track, settings.open_themes, settings.report))
    return digest(documents, values, fingerprint(corpus / FOLDER), *stages)


def _is_current(out: Path, key: str) -> bool:
    """Tell whether the tables in place are those of this key and none has been touched."""
    marker = store.read_json(out / MARKER) or {}
    if marker.get("run_key") != key or marker.get("registry") != _registry_hash(out):
        return False
    sizes = {path.name: path.stat().st_size for path in _published(out)}
    return (out / REPORT).is_file() and sizes == marker.get("sizes")


def _published(out: Path) -> list[Path]:
    return sorted([*(out / "tables").glob("*.parquet"), *out.glob("*.duckdb")])


def _publish(
    tasks: Sequence[Task],
    outcomes: Sequence[Outcome],
    corpus: Path,
    out: Path,
    settings: Settings,
    keys: Keys,
    observe: Observer,
    watch: Stopwatch,
) -> None:
    """Write all tables aside, verify them, move them into place, and write report and marker."""
    from pipeline.collect import collect
    from pipeline.journal import write_run
    from pipeline.tables import stamp

    with store.aside(out / "tables") as fresh:
        stamp(fresh, keys.run)
        with watch.stage("tables"):
            tell = partial(_tell, observe, tasks)
            registry = collect(tasks, outcomes, fresh, out, settings, tell, run_key=keys.run)
        observe(Moment(stage="trends", entries=(watch.entry("tables"),)))
        with watch.stage("trends"):
            _track(fresh, out, corpus, settings)
        write_run(fresh, out / "tables", settings, keys.run, watch)
        _reveal(fresh, out)
    store.write_bytes(out / REGISTRY, registry)
    observe(Moment(stage="report", entries=(watch.entry("trends"),)))
    with watch.stage("report"):
        _finish(out, keys, corpus.resolve(), settings)
    observe(Moment(stage="report", share=1.0, entries=(watch.entry("report"),)))
    store.prune(out, {(stage, k) for outcome in outcomes for stage, k in outcome.keys.items()})


def _finish(out: Path, keys: Keys, folder: Path, settings: Settings) -> None:
    """Write the report and then the marker that says that all is in place."""
    from pipeline.report import report

    title = settings.report.title or folder.name
    report(out, title=title)
    sizes = {path.name: path.stat().st_size for path in _published(out)}
    marker = {
        "run_key": keys.run,
        "documents_key": keys.documents,
        "corpus": title,
        "folder": str(folder),
        "schema": VERSION,
        "sizes": sizes,
        "registry": _registry_hash(out),
    }
    store.write_json(out / MARKER, marker)


def _registry_hash(out: Path) -> str:
    files = [path for name in (REGISTRY, OPEN_THEMES) if (path := out / name).is_file()]
    return digest(*(path.read_bytes() for path in files)) if files else ""


def _tell(observe: Observer, tasks: Sequence[Task], done: int) -> None:
    observe(Moment(stage="tables", done=done, total=len(tasks), share=done / max(len(tasks), 1)))


def _track(fresh: Path, out: Path, corpus: Path, settings: Settings) -> None:
    from pipeline.tables import write_table
    from pipeline.track import Suggest, track
    from pipeline.tracking import user_themes, vectors
    from pipeline.tracking.trust import trust

    known, values, wanted = trust(settings.tag.model), settings.track, settings.open_themes
    suggest = Suggest(
        encoder=wanted.encoder,
        sentences=wanted.sentences,
        themes=wanted.themes,
        resamples=values.resamples,
        seed=values.seed,
    )
    for name, table in track(
        fresh,
        resamples=values.resamples,
        seed=values.seed,
        error_rates=known.error_rates,
        f1=known.f1,
        weights=values.weights,
        compare_unlike=values.compare_unlike,
        edges=values.edges,
        duplicates=values.duplicates,
        themes=user_themes.load(corpus / user_themes.FOLDER),
        suggest=suggest if wanted.sentences else None,
        book=out / OPEN_THEMES,
        vectors=out / "cache" / vectors.FILE,
        spill=fresh,
    ):
        write_table(fresh, name, table)


def _reveal(fresh: Path, out: Path) -> None:
    """Verify the tables written aside and move each into place in one step."""
    from pipeline.tables import verify, write_duckdb

    verify(fresh)
    (out / MARKER).unlink(missing_ok=True)
    for path in sorted(fresh.glob("*.parquet")):
        store.move(path, out / "tables" / path.name)
    write_duckdb(out / "tables", out / DATABASE)
