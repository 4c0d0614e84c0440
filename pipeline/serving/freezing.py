"""Save the explorer's pages as static files whose links lead from file to file."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from itertools import chain, count
from pathlib import Path
from typing import get_args
from urllib.parse import unquote, urlsplit

import msgspec
from starlette.applications import Starlette
from starlette.types import Message, Scope

from pipeline import store
from pipeline.errors import InputError
from pipeline.records import Record
from pipeline.serving.app import application
from pipeline.serving.filing import ABOUT, ASSETS, filed, in_language, kind, links, place
from pipeline.serving.frame import Copy, Held, Site
from pipeline.wording import Language

MOST = 5_000  # pages of one kind
AT_ONCE = 4  # pages rendered at once
OK = 200
LANGUAGES: tuple[Language, ...] = get_args(Language)
COUNTED = ("documents", "concepts", "mentions")  # tables of which each row has a page
Tell = Callable[[int, int], None]


class Frozen(Record):
    """What was written to a frozen copy."""

    files: int
    size: int  # bytes
    held: tuple[Held, ...]
    undrawn: int  # page images that could not be drawn


def freeze(
    out: Path, to: Path, *, pictures: bool = False, most: int = MOST, tell: Tell = lambda done, known: None
) -> Frozen:
    """Write the explorer of an output folder as static files into an empty or new folder.

    The same tables give identical bytes. Views that need a server (search, SQL, corrections) are left out.

    Args:
        out: output folder of a run.
        to: folder of the copy.
        pictures: whether to include page images.
        most: the largest number of pages of one kind; those nearest to the start page are kept.
        tell: called with the addresses done and those known so far.

    Raises:
        InputError: the run is not finished, or the folder is not empty.
    """
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise InputError(str(to), "is not an empty folder", "give another --site, or remove it first")
    app = application(out, copy=Copy(pictures=pictures))
    to.parent.mkdir(parents=True, exist_ok=True)
    with store.aside(to) as fresh:
        kept, undrawn = asyncio.run(_crawl(app, fresh, most, tell))
        for path in fresh.rglob("*.html"):
            html = path.read_text(encoding="utf-8")
            at = path.relative_to(fresh).as_posix()
            path.write_text(filed(html, at, kept.__contains__), encoding="utf-8")
        sizes = [path.stat().st_size for path in fresh.rglob("*") if path.is_file()]
        if to.exists():
            to.rmdir()
        fresh.replace(to)
    return Frozen(files=len(sizes), size=sum(sizes), held=app.state.site.copy.held, undrawn=undrawn)


async def _crawl(app: Starlette, to: Path, most: int, tell: Tell) -> tuple[set[str], int]:
    """Save the pages that can be reached from the start; return their addresses and the failed pictures."""
    wave, seen, n = ["/"], {"/", ABOUT}, Counter[str]()
    kept: set[str] = set()
    few, done = asyncio.Semaphore(AT_ONCE), count(1)

    async def keep(address: str) -> list[str] | None:
        onward = await _keep(app, address, to, few)
        tell(next(done), len(seen))
        return onward

    while wave:
        found = await asyncio.gather(*map(keep, wave))
        kept.update(address for address, onward in zip(wave, found, strict=True) if onward is not None)
        onward = dict.fromkeys(chain.from_iterable(one for one in found if one is not None))
        wave = []
        for address in onward:
            if address not in seen and n[kind(address)] < most:
                seen.add(address)
                n[kind(address)] += 1
                wave.append(address)
    site = app.state.site
    site.copy = msgspec.structs.replace(site.copy, held=_held(site, kept))
    await _keep(app, ABOUT, to, few)
    return kept | {ABOUT}, n["images"] - sum(kind(address) == "images" for address in kept)


def _held(site: Site, kept: set[str]) -> tuple[Held, ...]:
    """Return how many documents, concepts and mentions have pages in a copy, and how many pages are there."""
    steps = {tuple(urlsplit(address).path.split("/")[1:]) for address in kept}
    named = {one[:2] for one in steps if len(one) > 1}
    found = {
        table: Held(
            table=table,
            n=sum(one[0] == table for one in named),
            of=site.reader.rows(f"select count(*) as n from {table}")[0]["n"],
        )
        for table in COUNTED
    }
    whole = "select document_id, n_pages from documents where n_pages > 0"
    lengths = {
        row["document_id"]: row["n_pages"] for row in site.reader.rows(whole, most=found["documents"].of)
    }
    pages = Held(
        table="pages",
        n=sum(one[0] == "documents" and one[1] in lengths for one in steps if len(one) > 2),
        of=sum(lengths.values()),
    )
    return found["documents"], pages, found["concepts"], found["mentions"]


async def _keep(app: Starlette, address: str, to: Path, few: asyncio.Semaphore) -> list[str] | None:
    """Write a page in all languages and return the addresses it links to, or None if there is no page."""
    html = ""
    async with few:
        for language in LANGUAGES[: 1 if kind(address) in ASSETS else None]:
            status, data = await _answer(app, in_language(address, language))
            if status != OK:
                return None
            path = to / place(address, language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            html = html or ("" if kind(address) in ASSETS else data.decode())
    return list(links(html))


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
