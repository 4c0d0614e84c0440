"""Corrections in the browser: only with the token, only from the explorer's own pages, stored as events."""

from __future__ import annotations

import datetime as dt
from hmac import compare_digest
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipeline import store
from pipeline.correcting import correct, corrections
from pipeline.correcting.corrections import Event
from pipeline.errors import InputError
from pipeline.learning.labels import KINDS, STATUSES
from pipeline.serving.frame import COOKIE, Missing, Site, language, may_edit, shown
from pipeline.serving.rendering import address

LARGEST = 8_192  # bytes of a form


def let_in(site: Site, request: Request) -> Response | None:
    """Return the answer to an address with the token: a cookie, and the address without it."""
    given = request.query_params.get("token", "")
    if not site.token or not compare_digest(given.encode(), site.token.encode()):
        return None
    parts = [part for part in request.url.path.split("/") if part]
    answer = RedirectResponse(address(language(request), *parts), 303)
    answer.set_cookie(COOKIE, site.token, httponly=True, samesite="strict")
    return answer


def state(site: Site) -> tuple[object, ...]:
    """Return what pages depend on beside their address: the tables, the corrections, the day."""
    path = site.out / corrections.FILE
    said = path.stat().st_mtime_ns if path.is_file() else 0
    return site.reader.stamp, said, dt.datetime.now(dt.UTC).date()


def routes(site: Site) -> list[Route]:
    """Return the addresses of edit mode."""

    async def change(request: Request) -> Response:
        form = await _form(request)
        return await run_in_threadpool(_changed, site, request, form)

    return [Route("/mentions/{mention_id}", change, methods=["POST"])]


def events(site: Site, document_id: str, words: str) -> tuple[Event, ...]:
    """Return what was said about words of a document, the latest last."""
    return tuple(
        event
        for event in corrections.load(site.out)
        if event.document_id == document_id and event.quote.exact == words
    )


def choices(layer: str) -> dict[str, tuple[str, ...]]:
    """Return the kinds and statuses that a mention of a layer may have."""
    return {"kind": tuple(KINDS[layer]), "status": tuple(STATUSES[layer])}


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a form; nothing of one that is too large."""
    data = b""
    async for part in request.stream():
        data += part
        if len(data) > LARGEST:
            return {}
    read = parse_qs(data.decode("utf-8", "replace"), max_num_fields=20)
    return {name: values[0].strip() for name, values in read.items()}


def _own(site: Site, request: Request, form: dict[str, str]) -> bool:
    """Tell whether a form comes from a page of the explorer, by one who has the token."""
    origin = request.headers.get("origin", "")
    same = origin == f"{request.url.scheme}://{request.headers.get('host', '')}"
    given = form.get("token", "")
    return same and may_edit(site, request) and compare_digest(given.encode(), site.token.encode())


def _changed(site: Site, request: Request, form: dict[str, str]) -> Response:
    with site.reader.turn():
        try:
            if not _own(site, request, form):
                what = "the form does not come from this explorer, or the token is missing"
                raise InputError("edit", what, "open the address that `politikspur serve --edit` printed")
            mention_id = request.path_params["mention_id"]
            _store(site, _values(site, mention_id, form), form.get("who", ""))
        except (InputError, Missing) as error:
            return shown(site, request, "refusal.html.j2", status=403, error=error or "no such mention")
    return RedirectResponse(address(language(request), "mentions", mention_id, anchor="correct"), 303)


def _values(site: Site, mention_id: str, form: dict[str, str]) -> dict[str, str]:
    """Return the line of a correction file that a form stands for."""
    row = site.reader.row("select * from mentions where mention_id = ?", mention_id)
    if row is None:
        raise Missing
    said, _, value = form.get("said", "").partition(":")
    field = "status" if row["status"] else "kind"
    about = {"mention_id": mention_id, "note": form.get("note", "")[:500]}
    if said == "accept":
        return about | {"action": field, field: str(row[field])}
    if said == "reject":
        return about | {"action": "delete"}
    if said in ("kind", "status") and value in (KINDS if said == "kind" else STATUSES)[row["layer"]]:
        return about | {"action": said, said: value}
    if said == "restore":
        return about | _restored(row, site)
    raise InputError("edit", f"{form.get('said', '')!r} is no correction", "choose one of the list")


def _restored(row: dict[str, object], site: Site) -> dict[str, str]:
    """Return the correction that takes the last one about a mention back."""
    said = events(site, str(row["document_id"]), str(row["text"]))
    if not said:
        raise InputError("edit", "nothing was said about this mention", "there is nothing to take back")
    last = said[-1]
    if last.action == "delete":
        named = last.seen.get("named", "")
        seen = {"kind": last.seen.get("kind", ""), "status": last.seen.get("status", ""), "named": named}
        return {"action": "add", "layer": last.layer, **seen}
    return {"action": last.action, last.action: last.seen.get(last.action, "")}


def _store(site: Site, values: dict[str, str], who: str) -> None:
    given = {name: value for name, value in values.items() if value}
    line = correct.Request(where="explorer", values=given)
    with store.locked(site.out):
        made = correct.events(site.out, [line], who=who[:100], now=dt.datetime.now(dt.UTC))
        correct.append(site.out, made)
