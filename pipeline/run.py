"""Run the whole pipeline, from a folder of documents to tables, trends and a report.

This is the only file that knows the order of the stages of a corpus (`process.py` knows the order
inside a document). Nothing appears before it is complete: tables are written to a folder aside,
verified, and moved into place (`running/finish.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from pipeline import __version__, store
from pipeline.cards import RELATIONS, model_hash
from pipeline.config import Settings
from pipeline.contexts import ANALYSED
from pipeline.corpus import HASHES, find_sources
from pipeline.correcting import corrections
from pipeline.errors import InputError, PipelineError
from pipeline.knowledge.registry import fingerprint
from pipeline.process import known, process, try_again
from pipeline.records import Record
from pipeline.running.engine import WorkerShare, work_through
from pipeline.running.finish import Keys, finish, is_current, is_of, keys, reveal, write_trends
from pipeline.running.leftovers import clear
from pipeline.schema import VERSION
from pipeline.stopwatch import LogEntry, Stopwatch
from pipeline.store import REGISTRY
from pipeline.tasks import Job, Outcome, Task
from pipeline.versions import digest, stage_version
from pipeline.workers import Crew, Event, Finished, Progress

CORPUS_STAGES = ("link", "tabulate", "catalogue", "tables", "running.collect")
MIN_FREE_BYTES = 200 * 2**20  # the tables of 100 documents need about half of that


class Moment(Record):
    """The progress of a run: what it is doing, and how much of it is done."""

    stage: str
    done: int = 0  # documents
    total: int = 0  # documents
    pages: int = 0
    share: float = 0.0  # of the bytes of all documents to process, 0..1
    entries: tuple[LogEntry, ...] = ()  # about stages that have just ended


Observer = Callable[[Moment], None]


class RunSummary(Record):
    """The result of a run."""

    run_key: str
    changed: bool  # whether the tables were written
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
    cluster: WorkerShare | None = None,
) -> RunSummary:
    """Bring an output folder up to date with a folder of documents.

    Args:
        corpus: The folder of documents.
        out: The output folder; it is created if it is missing.
        settings: How documents are read, tagged and counted.
        workers: Number of processes that read and tag; the results do not depend on it.
        observe: Called with the progress of the run.
        manifest: File with what is known about the documents, by default `manifest.csv` in the folder.
        cluster: What a worker may use on a Ray cluster; without it, all work is done on this machine.

    Raises:
        InputError: the corpus is not a folder or holds no document, or the output cannot be written, is
            the folder of the documents or has a question mark in its path.
    """
    from pipeline.outputs import set_aside, unanchored

    _check_place(corpus, out)
    job, watch = Job(corpus, out, settings), Stopwatch()
    with store.locked(out):
        tasks, warnings, unseen = _tasks(job, manifest)
        _keys(job, (), ())  # a model or theme that is missing or wrong ends the run before hours of reading
        for task in tasks:
            try_again(task)
        found = [known(task) for task in tasks]
        outdated = [task for task, outcome in zip(tasks, found, strict=True) if outcome is None]
        outdated.sort(key=lambda task: (-task.source.size, task.source.document_id))  # the largest first
        if outdated:
            _check_space(out)
            for moment in _heard(outdated, _events(outdated, settings, workers, cluster), watch):
                observe(moment)
            found = [known(task) for task in tasks]
        outcomes = _all(tasks, found)
        made = _keys(job, tasks, outcomes)
        if changed := not is_current(out, made.run):
            _check_space(out)
            _write(job, tasks, outcomes, made, observe, watch)
            german = {task.source.path for task in tasks if task.source.manifest.get("language") == ANALYSED}
            warnings = [*warnings, *unanchored(out), *set_aside(out, german)]
        elif not is_of(out, corpus):
            finish(job, made)
        if changed or outdated:
            used = {t.source.path: outcome.keys for t, outcome in zip(tasks, outcomes, strict=True)}
            clear(out, used, unseen)
    return RunSummary(
        run_key=made.run,
        changed=changed,
        n_documents=len(tasks),
        n_processed=len(outdated),
        warnings=tuple(warnings),
    )


def _tasks(job: Job, manifest: Path | None) -> tuple[list[Task], Sequence[str], Sequence[str]]:
    """Return one task per document, ordered by document id, warnings, and what could not be opened.

    The paths are whole ones, as workers on a cluster are at home in other folders.
    """
    corpus, out, settings = job
    hashes = store.read_json(out / HASHES) or {}
    before = {path: tuple(entry) for path, entry in hashes.items()}
    found = find_sources(corpus, known=before, manifest=manifest)
    if found.hashes != hashes:
        store.write_json(out / HASHES, found.hashes)
    sources = sorted(found.sources, key=lambda source: source.document_id)
    folder, place = str(corpus.resolve()), str(out.resolve())
    tasks = [Task(source=s, folder=folder, out=place, settings=settings) for s in sources]
    return tasks, found.warnings, found.unseen


def _check_place(corpus: Path, out: Path) -> None:
    if out.resolve() == corpus.resolve():
        raise InputError(str(out), "is the folder of the documents", "give another --out")
    if "?" in str(out.resolve()):
        raise InputError(str(out), "has a »?« in its path, where DuckDB cannot write", "give another --out")


def _check_space(out: Path) -> None:
    free = store.free_space(out)
    if free < MIN_FREE_BYTES:
        raise InputError(
            str(out), f"only {free // 2**20} MB are free there", "make room or give another --out"
        )


def _events(
    tasks: Sequence[Task], settings: Settings, workers: int, cluster: WorkerShare | None
) -> Iterator[Event]:
    """Process the documents, on this machine or on the cluster, and yield the events.

    After an error, the next run makes the hashes of all files: one may have changed and kept size and time.
    """
    try:
        if cluster is not None:
            from pipeline.running.cluster import spread

            yield from spread(tasks, cluster)
            return
        with Crew(process, workers=workers) as crew:
            yield from work_through(crew, tasks, settings.limits)
    except PipelineError:
        (Path(tasks[0].out) / HASHES).unlink(missing_ok=True)
        raise


def _heard(tasks: Sequence[Task], events: Iterator[Event], watch: Stopwatch) -> Iterator[Moment]:
    """Yield the progress after each event; `watch` adds up the seconds of each stage."""
    total, size = len(tasks), sum(task.source.size for task in tasks) or 1
    done, pages, finished = 0, 0, 0
    for event in events:
        entries: tuple[LogEntry, ...] = ()
        if isinstance(event, Finished):
            done, finished = done + 1, finished + tasks[event.task].source.size
            entries = event.result
        elif isinstance(event, Progress) and event.stage == "read":
            pages += event.at > 1
        for entry in entries:
            watch.add(entry.stage, entry.seconds)
        yield Moment("documents", done, total, pages=pages, share=finished / size, entries=entries)


def _all(tasks: Sequence[Task], found: Sequence[Outcome | None]) -> list[Outcome]:
    """Return the outcomes of all documents; raise InputError if one is missing."""
    lost = [task.source.path for task, outcome in zip(tasks, found, strict=True) if outcome is None]
    if lost:
        remedy = "run again if the program was changed meanwhile, else check the disk of the output folder"
        raise InputError(lost[0], "its results could not be stored", remedy)
    return [outcome for outcome in found if outcome is not None]


def _keys(job: Job, tasks: Sequence[Task], outcomes: Sequence[Outcome]) -> Keys:
    inputs = [
        f"{source.path} {source.document_id} {outcome.results_key} {sorted(source.manifest.items())}"
        for source, outcome in zip((task.source for task in tasks), outcomes, strict=True)
    ]
    stages = [stage_version(stage) for stage in CORPUS_STAGES]
    said, settings = corrections.fingerprint(job.out), job.settings
    values = repr((settings.read, settings.limits, settings.tag, settings.relate, settings.link))
    # Relations between corrected mentions are judged when tables are written, not per document.
    models = [model_hash(name) if name else "" for name in (RELATIONS, settings.link.model)]
    concepts = fingerprint(job.out / REGISTRY, grows=bool(settings.link.model))
    made = keys(digest(str(VERSION), __version__, values, *models, said, concepts, *stages, *inputs), job)
    return made._replace(own={f"own {REGISTRY}": concepts, **made.own})


def _write(
    job: Job,
    tasks: Sequence[Task],
    outcomes: Sequence[Outcome],
    made: Keys,
    observe: Observer,
    watch: Stopwatch,
) -> None:
    """Write all tables aside, verify them, move them into place, and write the report and the marker.

    Raises:
        InputError: the concepts were edited meanwhile; they and the tables in place stay as they are.
    """
    from pipeline.running.collect import collect
    from pipeline.running.journal import write_run
    from pipeline.tables import stamp

    _, out, settings = job
    before = _concepts(out)
    with store.aside(out / "tables") as fresh:
        stamp(fresh, made.run)
        with watch.stage("tables"):
            tell = partial(_tell, observe, tasks)
            registry = collect(job, tasks, outcomes, fresh, tell, run_key=made.run)
        observe(Moment(stage="trends", entries=(watch.entry("tables"),)))
        with watch.stage("trends"):
            write_trends(fresh, job)
        write_run(fresh, out / "tables", settings, made, watch)
        if _concepts(out) != before:
            raise InputError(str(out / REGISTRY), "was edited during the run", "run the same command again")
        reveal(fresh, out)
    store.write_bytes(out / REGISTRY, registry)
    observe(Moment(stage="report", entries=(watch.entry("trends"),)))
    with watch.stage("report"):
        finish(job, made)
    observe(Moment(stage="report", share=1.0, entries=(watch.entry("report"),)))


def _concepts(out: Path) -> bytes:
    path = out / REGISTRY
    return path.read_bytes() if path.is_file() else b""


def _tell(observe: Observer, tasks: Sequence[Task], done: int) -> None:
    observe(Moment(stage="tables", done=done, total=len(tasks), share=done / max(len(tasks), 1)))
