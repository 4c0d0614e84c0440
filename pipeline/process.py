"""Take one document through its stages (read, clean, split, tag, relate, link) and store each result.

Runs in a worker process. A stage is skipped if its result is already stored under its key, a
hash of input content, version and settings. A bad document raises no error: it ends with a
status and a reason, which is stored under its hash and so must be true whenever it is read. What only
the machine was short of holds for one run; the next one forgets it (`try_again`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from pipeline import store
from pipeline.cards import RELATIONS, hold, model_hash
from pipeline.catalogue import doc_type
from pipeline.config import Settings
from pipeline.contexts import contexts
from pipeline.errors import NO_MEMORY, InputError, PipelineError, unread
from pipeline.learning.bills import by_bill, created
from pipeline.reading.spool import PAGES, spooled
from pipeline.records import Page, Relations, Tags, Text
from pipeline.schema.values import SILENT_ROLES
from pipeline.stopwatch import LogEntry, Stopwatch
from pipeline.tasks import Outcome, Signature, Task
from pipeline.texts import attempt, text_of
from pipeline.versions import digest, file_sha256, stage_version
from pipeline.workers import KILLED, Note

TEXT_STAGES = ("read", "texts", "reading.duplicates")
FOR_NOW = (NO_MEMORY, KILLED)  # reasons that may not hold when a document is read again
SENTENCES_AT_ONCE = 512  # progress is reported after each batch; equal sentences in it are tagged once


class _Unforeseen(PipelineError):
    """A stage after reading has ended with an error that no one foresaw: the document is to blame."""


def models(settings: Settings) -> tuple[str, ...]:
    """Return the models that process a document."""
    return settings.tag.model, RELATIONS


def known(task: Task) -> Outcome | None:
    """Return the outcome of a document if all its results are stored, else None."""
    keys = _keys(task)
    hashes = {stage: store.saved(Path(task.out), stage, key) for stage, key in keys.items()}
    if not all(hashes.values()):
        return None
    if task.source.format == "pdf":
        keys["read"] = _pages_key(task)
    whole = digest(*(hashes[stage] for stage in ("text", "tags", "relations")))
    return Outcome(document_id=task.source.document_id, keys=keys, results_key=whole[:16])


def _keys(task: Task) -> dict[str, str]:
    """Return the key of each result by stage; those that follow from a missing one have never been used."""
    out, text = Path(task.out), _text_key(task)
    text_hash = store.saved(out, "text", text)
    tags = _tags_key(task, text_hash)
    tags_hash = store.saved(out, "tags", tags)
    return {
        "text": text,
        "tags": tags,
        "relations": _relations_key(task, text_hash, tags_hash),
        "signature": text,
        "names": _names_key(task, text_hash, tags_hash),
    }


def process(task: Task, note: Note) -> tuple[LogEntry, ...]:
    """Bring the stored results of one document up to date and return log entries for its stages.

    A document with which a stage after reading ends in an error that no one foresaw becomes a failed one.

    Raises:
        ModelError: a model is missing or damaged, or has changed since this process loaded it.
        InputError: the file that was read is not, or no longer, the one that was listed.
    """
    try:
        return _processed(task, note)
    except _Unforeseen as error:
        store.write_json(_faults_place(task), {"0": error.what})
        return _processed(task, note)


def _processed(task: Task, note: Note) -> tuple[LogEntry, ...]:
    used = models(task.settings)
    hold(*used)
    out, watch = Path(task.out), Stopwatch()
    text_key = _text_key(task)
    text = store.load(out, "text", text_key, Text)
    text_hash = store.saved(out, "text", text_key)
    if text is None:
        with watch.stage("read"):
            text = read_text(task, out, note)
        text_key = _text_key(task)  # what had too little memory was left out, and is recorded
        text_hash = store.save(out, "text", text_key, text)
    if not store.saved(out, "signature", text_key):
        store.save(out, "signature", text_key, _signature(text))
    tags_key = _tags_key(task, text_hash)
    tags = store.load(out, "tags", tags_key, Tags)
    tags_hash = store.saved(out, "tags", tags_key)
    if tags is None:
        with watch.stage("tag"), _foreseeing(task):
            tags = _tags(task, text, note)
        hold(*used)
        tags_hash = store.save(out, "tags", tags_key, tags)
    relations_key = _relations_key(task, text_hash, tags_hash)
    if store.load(out, "relations", relations_key, Relations) is None:
        from pipeline.relate import relate_text

        with watch.stage("relate"), _foreseeing(task):
            found = relate_text(text, tags, network=task.settings.relate.network)
        hold(*used)
        store.save(out, "relations", relations_key, found)
    names_key = _names_key(task, text_hash, tags_hash)
    if not store.saved(out, "names", names_key):
        from pipeline.naming import names

        with watch.stage("link"), _foreseeing(task):
            named = names(task.source, text, tags)
        store.save(out, "names", names_key, named)
    return tuple(
        LogEntry(
            stage=stage,
            seconds=seconds,
            document=task.source.path,
            status=text.status,
            reason=text.reason,
            pages=len(text.pages),
        )
        for stage, seconds in watch.seconds.items()
    )


@contextmanager
def _foreseeing(task: Task) -> Iterator[None]:
    """Name the document in errors that come from its text; what the machine lacks concerns the whole run."""
    try:
        yield
    except (PipelineError, OSError, ImportError, MemoryError):
        raise
    except Exception as error:
        what = unread(error, done="analysed")
        raise _Unforeseen(task.source.path, what, "report it with this line") from error


def stored(task: Task) -> dict[str, bytes]:
    """Return the results of a document that are already stored, by path in the output folder."""
    out, keys = Path(task.out), _keys(task) | {"read": _pages_key(task)}
    places = [
        _stops_place(task),
        _faults_place(task),
        *(store.place(out, stage, key) for stage, key in keys.items()),
    ]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in places if path.is_file()}


def stop_at(task: Task, stage: str, page: int, reason: str) -> None:
    """Record the page that stopped a worker, so that the next attempt leaves it out."""
    place = _stops_place(task)
    stops: dict[str, str] = store.read_json(place) or {}
    stops[str(page) if stage == "read" and page else "0"] = reason
    store.write_json(place, stops)


def try_again(task: Task) -> None:
    """Forget what was left out because memory was short: there may be more of it now."""
    stops: dict[str, str] = store.read_json(_stops_place(task)) or {}
    lasting = {page: reason for page, reason in stops.items() if not _is_for_now(reason)}
    if lasting != stops:
        store.write_json(_stops_place(task), lasting)


def _is_for_now(reason: str) -> bool:
    return any(words in reason for words in FOR_NOW)


def _stops_place(task: Task) -> Path:
    key = digest(task.source.sha256, repr(task.settings.limits), stage_version("read"))
    return Path(task.out) / "cache" / "stops" / f"{key}.json"


def _faults_place(task: Task) -> Path:
    """Return where an error after reading is noted; what might mend it makes the place another."""
    stages = ("catalogue", "contexts", "tag", "learning.bills", "relate", "naming")
    versions = [stage_version(stage) for stage in (*TEXT_STAGES, *stages)]
    hashes = map(model_hash, models(task.settings))
    told = repr((task.settings.read, task.settings.relate, sorted(task.source.manifest.items())))
    return _faults(task) / f"{digest(task.source.sha256, told, *versions, *hashes)}.json"


def _faults(task: Task) -> Path:
    return Path(task.out) / "cache" / "faults"


def _stops(task: Task) -> dict[str, str]:
    """Return the pages that stopped a worker, with reasons; page "0" stands for the whole document."""
    stops: dict[str, str] = store.read_json(_stops_place(task)) or {}
    if _faults(task).is_dir():
        stops |= store.read_json(_faults_place(task)) or {}
    return stops


def _pages_key(task: Task) -> str:
    settings = repr(task.settings.read)
    return digest(
        "read", task.source.sha256, stage_version("read"), settings, repr(sorted(_stops(task).items()))
    )


def _text_key(task: Task) -> str:
    versions = [stage_version(module) for module in TEXT_STAGES]
    return digest("text", _pages_key(task), task.source.format, Path(task.source.path).name, *versions)


def _tags_key(task: Task, text_hash: str) -> str:
    given = task.source.manifest.get("doc_type", "stated")
    stages = [stage_version(module) for module in ("catalogue", "contexts", "tag", "learning.bills")]
    return digest("tags", text_hash, given, *stages, model_hash(task.settings.tag.model))


def _relations_key(task: Task, text_hash: str, tags_hash: str) -> str:
    stage, settings = stage_version("relate"), repr(task.settings.relate)
    return digest("relations", text_hash, tags_hash, stage, settings, model_hash(RELATIONS))


def _names_key(task: Task, text_hash: str, tags_hash: str) -> str:
    told = repr(sorted(task.source.manifest.items()))  # date and issuer decide whom an actor's name means
    return digest("names", text_hash, tags_hash, told, stage_version("naming"))


def read_text(task: Task, out: Path, note: Note) -> Text:
    """Return the text of a document; if it cannot be read, status and reason say so.

    Raises:
        InputError: the file that was read is not, or no longer, the one that was listed.
        OSError, MachineError: the machine lacks something (room, open files).
    """
    if not task.source.sha256:
        return Text(status="failed", reason="cannot be opened; check its rights")
    stops = _stops(task)
    if "0" in stops:
        return Text(status="failed", reason=stops["0"])
    if task.source.format == "pdf":
        pages = _stored_pages(task, out, note)
        text = pages if isinstance(pages, Text) else text_of(_path(task), "pdf", pages)
    else:
        text = text_of(_path(task), task.source.format, None)
        _verify(task)
    if text.status == "failed" and _is_for_now(text.reason):
        stop_at(task, "", 0, text.reason)
    return text


def _stored_pages(task: Task, out: Path, note: Note) -> Sequence[Page] | Text:
    kept = store.load_all(out, "read", _pages_key(task), Page)
    if kept is None:
        # All pages go to a file: small records between PDFium's freed blocks would keep memory occupied.
        pages = attempt(lambda: spooled(Page, _pages(task, _path(task), note), room=0))
        _verify(task)
        if isinstance(pages, Text):
            return pages
        store.save_all(out, "read", _pages_key(task), pages)  # reading may have recorded pages to leave out
        kept = iter(pages)
    return spooled(Page, kept, room=PAGES)


def _verify(task: Task) -> None:
    """See that the file is the listed one; what was read is stored under the hash of that."""
    if file_sha256(_path(task)) != task.source.sha256:
        what = "was taken away or changed while the run read it"
        raise InputError(task.source.path, what, "run the same command again")


def _path(task: Task) -> Path:
    return Path(task.folder) / task.source.path


def _pages(task: Task, path: Path, note: Note) -> Iterator[Page]:
    """Yield the pages one by one, announcing each to the parent before it is read."""
    from pipeline.read import read_pages

    bad = {int(page): why for page, why in _stops(task).items()}
    note("read", 1)
    for page in read_pages(path, settings=task.settings.read, bad=bad):
        if page.number not in bad and _is_for_now(page.reason):
            stop_at(task, "read", page.number, page.reason)
        yield page
        note("read", page.number + 1)


def _signature(text: Text) -> Signature:
    from pipeline.reading.duplicates import signature

    told = signature(p.text for p in text.passages if p.role not in SILENT_ROLES)
    return Signature(signature=told, facts=text.facts)


def _tags(task: Task, text: Text, note: Note) -> Tags:
    from pipeline.tag import tag

    found = contexts(text, doc_type(task.source, text).value)
    new = created(found)
    spans = []
    for first in range(0, len(found), SENTENCES_AT_ONCE):
        note("tag", first)
        batch = tag(found[first : first + SENTENCES_AT_ONCE], model=task.settings.tag.model)
        placed = (msgspec.structs.replace(span, sentence=span.sentence + first) for span in batch.spans)
        spans += [by_bill(span, new) for span in placed]
    return Tags(spans=tuple(spans))
