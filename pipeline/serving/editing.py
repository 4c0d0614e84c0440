"""Accept corrections in the browser, only with the token and from the explorer's own pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from hmac import compare_digest
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipeline import store
from pipeline.asking.evidence import Evidence, evidence
from pipeline.correcting import correct, corrections, requests
from pipeline.correcting.anchors import fold
from pipeline.correcting.corrections import Correction, taken_back
from pipeline.errors import InputError, QueryError
from pipeline.outputs import file_state
from pipeline.schema.labels import KINDS, LAYERS, STATUSES
from pipeline.serving.frame import Site, cookie, language, may_edit, shown
from pipeline.serving.pending import pending
from pipeline.serving.rendering import address

LARGEST = 8_192  # bytes of a form
MOVING = ("delete", "relabel", "span")  # after these, the mention is no longer where the tables say


def let_in(site: Site, request: Request) -> Response | None:
    """Return the answer to an address with the token: a cookie, and a redirect to the address without it."""
    given = request.query_params.get("token", "")
    if not site.token or not compare_digest(given.encode(), site.token.encode()):
        return None
    parts = [part for part in request.url.path.split("/") if part]
    answer = RedirectResponse(address(language(request), *parts), 303)
    answer.set_cookie(cookie(site), site.token, httponly=True, samesite="strict")
    return answer


def state(site: Site) -> tuple[object, ...]:
    """Return what pages depend on besides their address: the tables, the run, the corrections, the day."""
    marker, today = file_state(site.out / store.MARKER), dt.datetime.now(dt.UTC).date()
    return site.reader.stamp, marker, stored(site), today


def stored(site: Site) -> tuple[int, ...]:
    """Return what changes with every correction that is stored, () if there is none."""
    return file_state(site.out / corrections.FILE)


def routes(site: Site) -> list[Route]:
    """Return the routes of edit mode."""

    async def change(request: Request) -> Response:
        form = await _form(request)
        return await run_in_threadpool(_changed, site, request, form)

    return [Route("/mentions/{mention_id}", change, methods=["POST"])]


def events(site: Site, found: Evidence) -> tuple[Correction, ...]:
    """Return the corrections of a mention's words, latest last."""
    # with the sentences beside it, or words that are a whole sentence would be those of any other
    before = fold(f"{found.before} {found.sentence[: found.char_start]}")
    after = fold(f"{found.sentence[found.char_end :]} {found.after}")
    words = fold(found.text)
    return tuple(
        event
        for event in corrections.load(site.out)
        if event.document_id == found.document_id
        and fold(event.quote.exact) == words
        and _agree(fold(event.quote.prefix)[::-1], before[::-1])
        and _agree(fold(event.quote.suffix), after)
    )


def _agree(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def choices(layer: str, said: Sequence[Correction], waiting: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the corrections possible for a mention: kinds, statuses, other layers with their kinds.

    If the next run will move or remove the mention, the last correction can only be taken back.
    """
    if said and said[-1].event_id in waiting and said[-1].action in MOVING:
        return {}
    others = {name: KINDS[name] or ("",) for name in LAYERS if name != layer}
    return {
        "kind": tuple(KINDS[layer]),
        "status": tuple(STATUSES[layer]),
        "relabel": tuple(f"{name}:{kind}" for name, kinds in others.items() for kind in kinds),
    }


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a form, none if it is too large."""
    data = b""
    async for part in request.stream():
        data += part
        if len(data) > LARGEST:
            return {}
    read = parse_qs(data.decode("utf-8", "replace"), max_num_fields=20)
    return {name: values[0].strip() for name, values in read.items()}


def _own(site: Site, request: Request, form: dict[str, str]) -> bool:
    """Return whether a form was sent from a page of the explorer by somebody who has the token."""
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
            with store.locked(site.out):
                correct.append(site.out, _made(site, mention_id, form))
        except (InputError, QueryError) as error:
            return shown(site, request, "refusal.html.j2", status=403, error=error)
    return RedirectResponse(address(language(request), "mentions", mention_id, anchor="correct"), 303)


def _made(site: Site, mention_id: str, form: dict[str, str]) -> list[Correction]:
    """Return the events that a form stands for."""
    found, now = evidence(site.out, mention_id), dt.datetime.now(dt.UTC)
    said, who = events(site, found), form.get("who", "")[:100]
    allowed = choices(found.layer, said, pending(site.reader, stored(site)).events)
    if form.get("said") == "restore":
        if not said:
            raise InputError("edit", "nothing was said about this mention", "there is nothing to take back")
        if not who:
            raise InputError("edit", "does not say who corrects", "fill in the name")
        return [taken_back(said[-1], who=who, time=now.isoformat(timespec="seconds"))]
    values = _values(found, form, allowed) | {"mention_id": mention_id, "note": form.get("note", "")[:500]}
    given = {name: value for name, value in values.items() if value}
    return correct.events(site.out, [requests.Request(where="explorer", values=given)], who=who, now=now)


def _values(found: Evidence, form: dict[str, str], allowed: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Return a form's content as columns of a correction file."""
    said, _, value = form.get("said", "").partition(":")
    if not allowed:
        raise InputError("edit", "the last correction moves or removes the mention", "take it back first")
    if said == "accept":
        return (
            {"action": "status", "status": found.status}
            if found.status
            else {"action": "kind", "kind": found.kind}
        )
    if said == "reject":
        return {"action": "delete"}
    if said == "span":
        return {"action": "span", "text": form.get("text", "")}
    if value in allowed.get(said, ()):
        layer, _, kind = value.partition(":")
        return {"action": said} | ({"new_layer": layer, "kind": kind} if said == "relabel" else {said: value})
    raise InputError("edit", f"{form.get('said', '')!r} is not a correction", "choose one of the list")
