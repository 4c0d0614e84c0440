"""Map the explorer's addresses to its views as a web application; the only door to Starlette."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pipeline.asking import gallery
from pipeline.errors import InputError, QueryError
from pipeline.query import marker
from pipeline.schema import TABLES
from pipeline.schema.labels import LAYERS, THEMES
from pipeline.schema.values import BASES, SLICES
from pipeline.serving import (
    concepts,
    curves,
    desk,
    documents,
    downloads,
    editing,
    finding,
    mentions,
    network,
    passages,
    patterns,
    pending,
    questions,
    shelf,
    start,
)
from pipeline.serving.curves import TrendChoice
from pipeline.serving.frame import Copy, Missing, Site, View, asked, language, number, shown, text, whole
from pipeline.serving.guard import Guard
from pipeline.serving.indexing import Preparing
from pipeline.serving.rendering import address

STATIC = {
    path.name: path.read_bytes()
    for path in sorted((Path(__file__).parent / "static").iterdir())
    if path.is_file()
}
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
SHOWN = ("theme", "user_theme", "concept", "actor", "kind", "actor_kind", "status", "layer")  # units
DRAWN = tuple(unit for unit in SHOWN if unit != "user_theme")  # whose sentences are listed
HERE = ("127.0.0.1", "localhost", "::1", "0.0.0.0", "::")  # addresses that lead nowhere from another computer
QUEUE = 32  # questions that wait for their turn; more are sent away
Endpoint = Callable[[Request], Awaitable[Response]]
AT_ONCE = 4  # pages (and pictures) made at once: more would wait for each other, and each needs memory
POINT = ("basis", "unit", "slice", "item", "period", "value")  # what an address says of a point
DAY = "public, max-age=86400"
RETRY = "10"  # seconds after which to ask again for what is being prepared


def application(
    out: Path,
    *,
    corpus: Path | None = None,
    hosts: tuple[str, ...] = (),
    token: str = "",
    copy: Copy | None = None,
) -> Starlette:
    """Return the explorer of an output folder as an ASGI application.

    Args:
        out: output folder of a run.
        corpus: folder of the documents, for page images; by default the one named by the run.
        hosts: host names that requests may use, in addition to localhost and addresses.
        token: secret of those who may correct; if empty, nobody may.
        copy: the contents of a frozen copy, if the pages are to be saved as files.

    Raises:
        InputError: the folder holds no finished run.
    """
    site = Site(out, corpus, token, copy)
    middleware = [Middleware(Guard, names=("localhost", *hosts))]
    asking, drawing = CapacityLimiter(desk.AT_ONCE), CapacityLimiter(AT_ONCE)
    turns = dict.fromkeys(ASKING, asking) | ({} if copy else {_image: drawing})
    routes = [
        Route(path, _aside(site, view, turns[view]) if view in turns else _endpoint(site, view))
        for path, view in VIEWS.items()
    ]
    if token:
        routes += editing.routes(site)
    missing = _endpoint(site, _nothing)
    handlers = {404: _as_handler(missing)}
    served = Starlette(
        routes=routes, middleware=middleware, exception_handlers=handlers, lifespan=_few_threads
    )
    served.state.site = site
    return served


@asynccontextmanager
async def _few_threads(served: Starlette) -> AsyncIterator[None]:
    """Render few pages at a time; other requests wait, so that memory does not grow with the readers."""
    to_thread.current_default_thread_limiter().total_tokens = AT_ONCE
    yield


def _as_handler(endpoint: Callable[[Request], Response]) -> Any:  # noqa: ANN401 - Starlette's own type
    return lambda request, error: endpoint(request)


def _endpoint(site: Site, view: View) -> Callable[[Request], Response]:
    """Return a view as an endpoint that sees one state of the tables and shows errors as pages."""

    def endpoint(request: Request) -> Response:
        def made() -> Response:
            return editing.let_in(site, request) or view(site, request)

        try:
            with site.reader.turn():
                if view in FRESH or site.token or site.copy:
                    return made()
                return site.pages.answer(request, editing.state(site), made)
        except Missing:
            return _nothing(site, request)
        except Preparing:
            answer = shown(site, request, "preparing.html.j2", status=503)
            answer.headers["retry-after"] = RETRY
            return answer
        except (InputError, QueryError) as error:
            return shown(site, request, "refusal.html.j2", status=400, error=error)

    return endpoint


def _aside(site: Site, view: View, turns: CapacityLimiter) -> Endpoint:
    """Return an endpoint that keeps no other page waiting, and nobody's turn for a reader who has gone."""
    endpoint = _endpoint(site, view)

    async def waiting(request: Request) -> Response:
        if view is _sql and not request.query_params.get("q"):
            return await to_thread.run_sync(endpoint, request)
        if view in ASKING and turns.statistics().tasks_waiting >= QUEUE:
            error = QueryError("SQL", "too many questions are waiting", "ask again in a moment")
            return shown(site, request, "refusal.html.j2", status=503, error=error)
        async with turns:
            if await request.is_disconnected():
                return Response(status_code=408)
            return await to_thread.run_sync(endpoint, request, limiter=CapacityLimiter(1))

    return waiting


def _nothing(site: Site, request: Request) -> Response:
    return shown(site, request, "missing.html.j2", status=404)


def _static(site: Site, request: Request) -> Response:
    name = request.path_params["name"]
    if name not in STATIC:
        raise Missing
    kind = TYPES.get(Path(name).suffix, "application/octet-stream")
    return Response(STATIC[name], media_type=kind, headers={"cache-control": DAY})


def _documents(site: Site, request: Request) -> Response:
    words, chosen = downloads.shelf_choice(request)
    found = shelf.shelf(site.reader, words, chosen, number(request))
    return shown(site, request, "documents.html.j2", found=found, words=words, given={"q": words, **chosen})


def _document(site: Site, request: Request) -> Response:
    at = whole(request.path_params.get("page") or request.query_params.get("page", "1"))
    wanted = request.query_params.getlist("layer")
    layers = tuple(layer for layer in LAYERS if layer in wanted or not wanted)
    found = documents.view(site.reader, request.path_params["document_id"], at, layers)
    if found is None:
        raise Missing
    mark = request.query_params.get("mark", "")
    return shown(site, request, "document.html.j2", view=found, layers=layers, wanted=wanted, mark=mark)


def _image(site: Site, request: Request) -> Response:
    document_id = request.path_params["document_id"]
    number = whole(request.path_params["page"])
    row = documents.document(site.reader, document_id)
    if row is None or number > row["n_pages"]:
        raise Missing
    if reason := documents.lost(site.reader, document_id, number):
        return PlainTextResponse(reason, 404)
    try:
        data = site.images.png(document_id, row["sha256"], number, run=site.reader.stamp)
    except InputError as error:
        return PlainTextResponse(str(error), 404)
    return Response(data, media_type="image/png", headers={"cache-control": "private, max-age=600"})


def _mention(site: Site, request: Request) -> Response:
    mention_id = request.path_params["mention_id"]
    found = mentions.proof(site.reader, mention_id)
    if found is None:
        raise Missing
    waiting = _waiting(site)
    events = () if site.copy else editing.events(site, found.found)
    link = "" if site.copy else str(request.base_url).rstrip("/") + address("de", "mentions", mention_id)
    cited = "" if request.url.hostname in HERE else link
    today = dt.datetime.now(dt.UTC).date()
    return shown(
        site,
        request,
        "mention.html.j2",
        proof=found,
        link=link,
        local=not cited,
        citation=mentions.citation(found, site.reader, cited, today=today),
        choices=editing.choices(found.found.layer, events, waiting.events),
        waiting=waiting,
        shift=pending.shift,
        events=events,
        bibtex=mentions.bibtex(found, site.reader, cited, today=today),
    )


def _search(site: Site, request: Request) -> Response:
    question, error = finding.question(request), ""
    try:
        found = finding.answer(site.reader, question, number(request), most=finding.MOST)
    except QueryError as refusal:
        error, found = (
            _said(refusal),
            finding.answer(site.reader, msgspec.structs.replace(question, words=""), 1, most=0),
        )
    return shown(site, request, "search.html.j2", answer=found, question=question, error=error)


def _said(refusal: QueryError) -> str:
    """Return what is wrong with a question and what to do; where it was asked, the reader sees."""
    return f"{refusal.what}; {refusal.remedy}"


def _concepts(site: Site, request: Request) -> Response:
    layer = asked(request, "layer", LAYERS, "")
    field, words = asked(request, "theme", THEMES, ""), text(request, "q")
    found = concepts.concepts(site.reader, layer=layer, theme=field, words=words, page=number(request))
    return shown(
        site, request, "concepts.html.j2", found=found, layer=layer, field=field, fields=THEMES, words=words
    )


def _concept(site: Site, request: Request) -> Response:
    found = concepts.life(
        site.reader,
        request.path_params["concept_id"],
        period=text(request, "period"),
        status=text(request, "status"),
        document=text(request, "document"),
        page=number(request),
    )
    if found is None:
        raise Missing
    return shown(site, request, "concept.html.j2", life=found)


def _choice(request: Request) -> TrendChoice:
    return TrendChoice(
        basis=asked(request, "basis", BASES, "published"),
        unit=asked(request, "unit", DRAWN, "theme"),
        slice=asked(request, "slice", SLICES, "all"),
        items=tuple(dict.fromkeys(request.query_params.getlist("item"))),
    )


def _trends(site: Site, request: Request) -> Response:
    choice = _choice(request)
    found = curves.trends(site.reader, choice)
    return shown(site, request, "trends.html.j2", choice=choice, found=found, units=DRAWN)


def _sentences(site: Site, request: Request) -> Response:
    choice, period, value = _choice(request), text(request, "period"), text(request, "value")
    row = curves.point(site.reader, choice, period=period, value=value)
    if row is None:
        raise Missing
    found = passages.listed(site.reader, curves.counted(row), page=number(request))
    given = {key: request.query_params[key] for key in POINT if key in request.query_params}
    waiting = _waiting(site)
    whole_collection = (choice.slice, choice.basis) == ("all", "published")
    return shown(
        site,
        request,
        "sentences.html.j2",
        choice=choice,
        row=row,
        found=found,
        value=value,
        asked=given,
        waiting=waiting,
        shift=pending.shift(waiting, choice.unit, choice.items[0], period) if whole_collection else 0,
    )


def _waiting(site: Site) -> pending.Pending:
    """Return what corrections will change; a copy, which others get, holds only what a run has counted."""
    return pending.Pending() if site.copy else pending.pending(site.reader, editing.stored(site))


def _start(site: Site, request: Request) -> Response:
    return shown(site, request, "start.html.j2", start=start.start(site.reader, language(request)))


def _sql(site: Site, request: Request) -> Response:
    sql = request.query_params.get("q", "").strip()
    error, answer = "", questions.Answered()
    try:
        answer = questions.answered(site.out, sql) if sql else answer
    except QueryError as refusal:
        error = _said(refusal)
    examples, tables = gallery.questions(), tuple(TABLES.values())
    return shown(
        site, request, "sql.html.j2", sql=sql, answer=answer, error=error, gallery=examples, tables=tables
    )


def _file(site: Site, request: Request) -> Response:
    form = request.path_params["form"]
    if form not in questions.FORMS:
        raise Missing
    return _attached(questions.file(site.out, request.query_params.get("q", ""), form), "politikspur", form)


def _download(site: Site, request: Request) -> Response:
    form = request.path_params["form"]
    if form not in questions.FORMS:
        raise Missing
    sql, values = downloads.question(site.reader, request, _choice(request))
    data = questions.file(site.out, sql, form, values)
    return _attached(data, request.path_params["name"], form)


def _attached(data: bytes, name: str, form: str) -> Response:
    told = {"content-disposition": f'attachment; filename="{name}.{form.removeprefix("excel-")}"'}
    return Response(data, media_type=questions.FORMS[form], headers=told)


def _network(site: Site, request: Request) -> Response:
    choice = downloads.network_choice(request)
    about = site.reader.row("select * from concepts where concept_id = ?", choice.about)
    if choice.about and about is None:
        raise Missing
    found = network.network(site.reader, choice)
    return shown(site, request, "network.html.j2", net=found, about=about, short=network.short)


def _patterns(site: Site, request: Request) -> Response:
    name, chosen = request.path_params.get("name", "slopes"), patterns.choice(request)
    found = patterns.shown(site.reader, name, chosen)
    page = f"patterns_{name}.html.j2"
    return shown(site, request, page, pattern=name, choice=chosen, units=SHOWN, **found)


def _about(site: Site, request: Request) -> Response:
    if site.copy is None:
        raise Missing
    return shown(site, request, "about.html.j2", run=marker(site.out))


ASKING = (_sql, _file, _download)  # views that wait for a process that answers
FRESH = (_static, _image, *ASKING)  # views that are files, or whose answers may change each time
VIEWS: dict[str, View] = {
    "/": _start,
    "/static/{name}": _static,
    "/documents": _documents,
    "/documents/{document_id}": _document,
    "/documents/{document_id}/{page}": _document,
    "/images/{document_id}/{page}.png": _image,
    "/mentions/{mention_id}": _mention,
    "/search": _search,
    "/concepts": _concepts,
    "/concepts/{concept_id}": _concept,
    "/trends": _trends,
    "/sentences": _sentences,
    "/network": _network,
    "/patterns": _patterns,
    "/patterns/{name}": _patterns,
    "/sql": _sql,
    "/answer.{form}": _file,
    "/download/{name}.{form}": _download,
    "/about": _about,
}
