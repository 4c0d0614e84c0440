"""Map addresses of the explorer to the files of a frozen copy, and rewrite links between them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import sha256
from html import escape, unescape
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from pipeline.wording import Language

ABOUT = "/about"  # describes what a copy holds; the explorer has no such page
KINDS = ("", "about", "trends", "sentences", "concepts", "network", "patterns", "documents", "mentions")
ASSETS = ("static", "images")  # the same in both languages
USUAL = {("basis", "published"), ("slice", "all"), ("page", "1")}  # the defaults of a view
LEFT_OUT = {("sentences", "slice"), ("network", "about")}  # would be as many pages as all others together
NARROWED = {
    ("concepts", "period"),
    ("concepts", "status"),
    ("concepts", "document"),
}  # the whole page shows the same sentences
DROPPED = ("lang", "mark", "v")  # expressed by the folder, the anchor and the copy itself
KNOWN = 2**16  # addresses whose file is cached: most pages link to the same few
LONGEST = 120  # characters of a file's name; file systems allow 255 bytes
_LINK = re.compile(r' (href|src)="([^"]*)"')  # Jinja escapes quotes in values, so nothing else matches


@lru_cache(KNOWN)
def plain(link: str) -> str:
    """Return the address of a link without language and anchor, or "" if it is not part of a copy."""
    if not link.startswith("/"):
        return ""
    parts = urlsplit(link)
    path = parts.path.rstrip("/") or "/"
    steps = path.split("/")
    if steps[1] not in KINDS + ASSETS:
        return ""
    if steps[1] == "documents" and len(steps) == 3:
        path += "/1"
    asked = sorted(
        pair
        for pair in parse_qsl(parts.query)
        if pair[0] not in DROPPED and pair not in USUAL and (steps[1], pair[0]) not in NARROWED
    )
    if any((steps[1], name) in LEFT_OUT for name, _ in asked):
        return ""
    return f"{path}?{urlencode(asked)}" if asked else path


def kind(address: str) -> str:
    """Return the view that an address belongs to, its first part."""
    return urlsplit(address).path.split("/")[1]


def in_language(address: str, language: Language) -> str:
    """Return the address of a page in a language."""
    return address if language == "de" else address + ("&" if "?" in address else "?") + f"lang={language}"


@lru_cache(KNOWN)
def place(address: str, language: Language) -> str:
    """Return the file of an address: `/concepts?layer=actor` in English: `en/concepts--layer-actor.html`."""
    parts = urlsplit(address)
    if kind(address) in ASSETS:
        return parts.path[1:]
    *folders, name = [unquote(step) for step in (parts.path[1:] or "index").split("/")]
    asked = "".join(f"--{name}-{value}" for name, value in parse_qsl(parts.query))
    lead = [language] if language != "de" else []
    return "/".join([*lead, *map(_safe, folders), _safe(name + asked)]) + ".html"


def _safe(name: str) -> str:
    """Return a name that every file system accepts; a digest distinguishes names that were changed."""
    safe = re.sub(r"[^a-z0-9_-]+", "-", name.lower())[:LONGEST]
    return safe if safe == name else f"{safe}-{sha256(name.encode()).hexdigest()[:8]}"


def links(html: str) -> Iterator[str]:
    """Yield the addresses of a page's links and images, as `plain` returns them."""
    for _, value in _LINK.findall(html):
        address = plain(unescape(value))
        if address:
            yield address


def filed(html: str, at: str, kept: Callable[[str], bool]) -> str:
    """Return a page with links to files; a link to a page that is not in the copy becomes plain text.

    Args:
        html: the page as the explorer shows it.
        at: the file of the page itself.
        kept: returns whether the copy holds an address.
    """

    def relative(match: re.Match[str]) -> str:
        name, link = match[1], unescape(match[2])
        if not link.startswith("/"):
            return match[0]
        address = plain(link)
        if not address or not kept(address):
            return ""
        target = place(address, _tongue(link))
        anchor = urlsplit(link).fragment
        path = quote(posixpath.relpath(target, posixpath.dirname(at) or "."))
        return f' {name}="{escape(path + (f"#{anchor}" if anchor else ""))}"'

    return _LINK.sub(relative, html)


def _tongue(link: str) -> Language:
    return "en" if ("lang", "en") in parse_qsl(urlsplit(link).query) else "de"
