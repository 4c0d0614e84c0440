"""Save the explorer's pages as static files whose links lead from file to file."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from itertools import chain, count
from pathlib import Path
from typing import Any, get_args
from urllib.parse import unquote, urlsplit

import msgspec
from starlette.applications import Starlette
from starlette.types import Message, Scope

from pipeline import outputs, store
from pipeline.config import Limits
from pipeline.errors import InputError, PipelineError
from pipeline.query import rows
from pipeline.records import Record
from pipeline.serving.app import application
from pipeline.serving.filing import ABOUT, ASSETS, filed, in_language, kind, links, place
from pipeline.serving.frame import Copy, Held
from pipeline.wording import Language
from pipeline.workers import Crew, Finished, Note, Progress, Raised

MOST = 5_000  # pages of one kind
PART, LED = 40, 1_000  # pages that a process makes, and files that it links, before it asks for more
MAKING = 0.9  # of the time goes into making pages, the rest into their links
HOUR = 3_600
LIMITS = Limits(page_cpu_seconds=HOUR, document_cpu_seconds=HOUR, memory_mb=2_048)  # of a process
OK = 200
LANGUAGES: tuple[Language, ...] = get_args(Language)
COUNTED = ("documents", "concepts", "mentions")  # tables of which each row has a page


class Frozen(Record):
    """What was written to a frozen copy."""

    files: int
    size: int  # bytes
    held: tuple[Held, ...]
    undrawn: int  # page images that could not be drawn


class Sheets(Record):
    """Pages that a process makes."""

    out: Path
    to: Path
    copy: Copy
    addresses: tuple[str, ...]


class Made(Record):
    """The addresses that have a page, and those that their pages link to."""

    kept: tuple[str, ...]
    onward: tuple[str, ...]


class Files(Record):
    """Files in which a process makes links lead to files."""

    to: Path
    names: tuple[str, ...]
    kept: frozenset[str]


Tell = Callable[[float], None]
Through = Callable[[Sequence[Sheets | Files], Callable[[], None]], list[Any]]


def freeze(
    out: Path,
    to: Path,
    *,
    pictures: bool = False,
    most: int = MOST,
    workers: int = 1,
    tell: Tell = lambda share: None,
) -> Frozen:
    """Write the explorer of an output folder as static files into an empty or new folder.

    The same tables give identical bytes, whatever the number of workers. Views that need a server
    (search, SQL, corrections) are left out. The folder appears when all of it is written.

    Args:
        out: output folder of a run.
        to: folder of the copy.
        pictures: whether to include page images.
        most: the largest number of pages of one kind; those nearest to the start page are kept.
        workers: number of processes that make pages; one works in this process.
        tell: called with the share that is done, 0..1.

    Raises:
        InputError: the run is not finished or a run replaces it meanwhile, or the folder is not empty.
    """
    anew = store.anew(to, "give another --site, or remove it first")
    with anew as fresh, _through(workers) as through:
        sheets = Sheets(out=out, to=fresh, copy=Copy(pictures=pictures), addresses=())
        with outputs.unchanged(out):
            copy, kept, undrawn = _crawl(through, sheets, most, workers, tell)
        _lead(through, fresh, kept, workers, tell)
        sizes = [path.stat().st_size for path in fresh.rglob("*") if path.is_file()]
    return Frozen(files=len(sizes), size=sum(sizes), held=copy.held, undrawn=undrawn)


def work(task: Sheets | Files, note: Note) -> Made | None:
    """Make pages, or lead the links in files to files; runs in a worker."""
    if isinstance(task, Sheets):
        return asyncio.run(_make(task, note))
    for at, name in enumerate(task.names):
        note("links", at)
        path = task.to / name
        html = path.read_text(encoding="utf-8")
        path.write_text(filed(html, name, task.kept.__contains__), encoding="utf-8")
    return None


@contextmanager
def _through(workers: int) -> Iterator[Through]:
    """Yield a function that puts tasks through `work`, in this process or in several."""
    if workers > 1:
        with Crew(work, workers=workers) as crew:
            yield partial(_shared, crew)
        return
    try:
        yield lambda tasks, done: [work(task, lambda *_: done()) for task in tasks]
    finally:
        _application.cache_clear()


def _shared(crew: Crew, tasks: Sequence[Sheets | Files], done: Callable[[], None]) -> list[Any]:
    """Return the results of tasks that several processes share; `done` is called for each page."""
    found: dict[int, Any] = {}
    for event in crew.run(tasks, LIMITS):
        if isinstance(event, Progress):
            done()
        elif isinstance(event, Finished):
            found[event.task] = event.result
        elif isinstance(event, Raised):
            raise PipelineError(event.where, event.what, event.remedy)
        else:
            what = f"a process that makes pages was lost ({event.reason})"
            raise InputError("--site", what, "run the same command again")
    return [found[at] for at in range(len(tasks))]


def _crawl(
    through: Through, sheets: Sheets, most: int, workers: int, tell: Tell
) -> tuple[Copy, set[str], int]:
    """Make the pages that can be reached from the start; return their addresses and the failed pictures."""
    wave, seen, n = ["/"], {"/", ABOUT}, Counter[str]()
    kept: set[str] = set()
    lengths = _lengths(sheets.out)
    likely, numbers, share = _likely(lengths, most), count(1), 0.0

    def done() -> None:
        nonlocal share
        share = max(share, min(1.0, next(numbers) / max(likely, len(seen))))  # may fall when more are seen
        tell(MAKING * share)

    while wave:
        tasks = [msgspec.structs.replace(sheets, addresses=part) for part in _parts(wave, PART, workers)]
        made: list[Made] = through(tasks, done)
        kept.update(chain.from_iterable(one.kept for one in made))
        onward = dict.fromkeys(chain.from_iterable(one.onward for one in made))
        wave = []
        for address in onward:
            if address not in seen and n[kind(address)] < most:
                seen.add(address)
                n[kind(address)] += 1
                wave.append(address)
    copy = msgspec.structs.replace(sheets.copy, held=_held(lengths, kept))
    through([msgspec.structs.replace(sheets, copy=copy, addresses=(ABOUT,))], lambda: None)
    return copy, kept | {ABOUT}, n["images"] - sum(kind(address) == "images" for address in kept)


def _lead(through: Through, to: Path, kept: set[str], workers: int, tell: Tell) -> None:
    """Make the links of all pages lead to files."""
    pages = sorted(address for address in kept if kind(address) not in ASSETS)
    names = [place(address, language) for address in pages for language in LANGUAGES]
    numbers, known = count(1), frozenset(kept)
    tasks = [Files(to=to, names=part, kept=known) for part in _parts(names, LED, workers)]
    through(tasks, lambda: tell(MAKING + (1 - MAKING) * next(numbers) / len(names)))


def _parts(whole: Sequence[str], most: int, workers: int) -> Iterator[tuple[str, ...]]:
    """Yield a list in parts of at most `most`, small enough that all workers get some."""
    size = max(1, min(most, -(-len(whole) // (2 * workers))))
    for at in range(0, len(whole), size):
        yield tuple(whole[at : at + size])


def _lengths(out: Path) -> dict[str, dict[str, int]]:
    """Return the number of pages of each document, and of rows of the tables of which each has a page."""
    whole = "select document_id, n_pages from documents where n_pages > 0"
    pages = {str(row["document_id"]): int(row["n_pages"]) for row in rows(out, whole)}
    counts = {table: int(rows(out, f"select count(*) as n from {table}")[0]["n"]) for table in COUNTED}
    return {"pages": pages, "rows": counts}


def _likely(lengths: dict[str, dict[str, int]], most: int) -> int:
    """Return about how many pages a copy will have, before they are found."""
    pages = sum(lengths["pages"].values()) or lengths["rows"]["documents"]
    return sum(min(n, most) for n in (pages, lengths["rows"]["concepts"], lengths["rows"]["mentions"]))


def _held(lengths: dict[str, dict[str, int]], kept: set[str]) -> tuple[Held, ...]:
    """Return how many documents, concepts and mentions have pages in a copy, and how many pages are there."""
    steps = {tuple(urlsplit(address).path.split("/")[1:]) for address in kept}
    named = {one[:2] for one in steps if len(one) > 1}
    found = {
        table: Held(table=table, n=sum(one[0] == table for one in named), of=lengths["rows"][table])
        for table in COUNTED
    }
    pages = Held(
        table="pages",
        n=sum(one[0] == "documents" and one[1] in lengths["pages"] for one in steps if len(one) > 2),
        of=sum(lengths["pages"].values()),
    )
    return found["documents"], pages, found["concepts"], found["mentions"]


@lru_cache(1)
def _application(out: Path, copy: Copy) -> Starlette:
    return application(out, copy=copy)


async def _make(task: Sheets, note: Note) -> Made:
    """Write pages in all languages."""
    app = _application(task.out, Copy(pictures=task.copy.pictures))
    app.state.site.copy = task.copy
    kept: list[str] = []
    onward: dict[str, None] = {}
    for at, address in enumerate(task.addresses):
        note("pages", at)
        found = await _keep(app, address, task.to)
        if found is not None:
            kept.append(address)
            onward.update(dict.fromkeys(found))
    return Made(kept=tuple(kept), onward=tuple(onward))


async def _keep(app: Starlette, address: str, to: Path) -> Iterator[str] | None:
    """Write a page in all languages and return the addresses it links to, or None if there is no page."""
    html = ""
    for language in LANGUAGES[: 1 if kind(address) in ASSETS else None]:
        status, data = await _answer(app, in_language(address, language))
        if status != OK:
            return None
        path = to / place(address, language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        html = html or ("" if kind(address) in ASSETS else data.decode())
    return links(html)


async def _answer(app: Starlette, address: str) -> tuple[int, bytes]:
    """Return status and body of the application's answer, without using a network."""
    parts = urlsplit(address)
    scope: Scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(parts.path),
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": [(b"host", b"localhost")],
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)
