"""Common parts of the explorer's views: the site, the language, rendered pages, values of an address."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from hmac import compare_digest
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from pipeline.query import marker
from pipeline.records import Record
from pipeline.serving import drawing
from pipeline.serving.images import Images
from pipeline.serving.kept import Pages
from pipeline.serving.reader import Reader
from pipeline.serving.rendering import address, page
from pipeline.wording import Language

LONGEST = 300  # characters of a value in an address
NAMED = ("lang", "anchor")  # what `address` is told by name
REMEMBERED = 2_000  # answers that a page's other language, or the next page of a document, needs again


class Missing(Exception):
    """There is nothing at this address."""


class Held(Record):
    """How many rows of a table have a page in a frozen copy."""

    table: str
    n: int
    of: int


class Copy(Record):
    """The contents of a frozen copy of the explorer."""

    pictures: bool  # whether it includes page images
    held: tuple[Held, ...] = ()


class Site:
    """What all views need: the tables, the page images, the name of the corpus."""

    def __init__(
        self, out: Path, corpus: Path | None = None, token: str = "", copy: Copy | None = None
    ) -> None:
        self.out = out
        self.reader = Reader(out, remembered=REMEMBERED if copy else 0)
        self.images = Images(out, corpus, draw=drawing.drawn if copy else drawing.aside)
        self.pages = Pages()
        self.token = token  # those who have it may correct; "": nobody may
        self.copy = copy  # None if pages are served

    @property
    def name(self) -> str:
        """The name of the corpus."""
        return str(marker(self.out).get("corpus", self.out.name))


View = Callable[[Site, Request], Response]


def language(request: Request) -> Language:
    """Return the language given in the address."""
    return "en" if request.query_params.get("lang") == "en" else "de"


def cookie(site: Site) -> str:
    """Return the name of the cookie with the token: explorers on one computer share their cookies."""
    return f"politikspur-{hashlib.sha256(site.token.encode()).hexdigest()[:12]}"


def may_edit(site: Site, request: Request) -> bool:
    """Return whether the sender of a request has the token of edit mode."""
    given = request.cookies.get(cookie(site), "")
    return bool(site.token) and compare_digest(given.encode(), site.token.encode())


def shown(site: Site, request: Request, name: str, *, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401
    """Return the rendered template as the answer to a request."""
    tongue = language(request)
    other: Language = "de" if tongue == "en" else "en"
    given: dict[str, Any] = {
        key: request.query_params.getlist(key) for key in request.query_params if key not in NAMED
    }
    parts = [part for part in request.url.path.split("/") if part]
    html = page(
        name,
        tongue,
        corpus=site.name,
        token=site.token if may_edit(site, request) else "",
        copy=site.copy,
        here=parts[0] if parts else "",
        other_language=address(other, *parts, **given),
        **values,
    )
    return HTMLResponse(html, status)


def whole(text: str, least: int = 1) -> int:
    """Return a number in an address, which must be at least `least`.

    Raises:
        Missing: it is not such a number.
    """
    if not text.isascii() or not text.isdigit() or len(text) > 6 or int(text) < least:
        raise Missing
    return int(text)


def asked(request: Request, name: str, known: Sequence[str], usual: str) -> str:
    """Return a parameter of the address if it has a known value, else the usual value."""
    value = request.query_params.get(name, usual)
    return value if value in known else usual


def text(request: Request, name: str) -> str:
    """Return a parameter of the address, truncated to `LONGEST`."""
    return request.query_params.get(name, "")[:LONGEST].strip()


def number(request: Request) -> int:
    """Return the page of a list that the address asks for."""
    return whole(request.query_params.get("page", "1"))
