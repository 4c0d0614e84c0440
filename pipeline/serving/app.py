"""The explorer as a web application: addresses to views; the only door to Starlette."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from pipeline.errors import InputError, QueryError
from pipeline.query import marker
from pipeline.reporting.wording import Language
from pipeline.schema import BASES, TABLES
from pipeline.search import By
from pipeline.serving import concepts, curves, documents, finding, mentions, network, questions, start
from pipeline.serving.curves import Choice
from pipeline.serving.guard import Guard
from pipeline.serving.images import Images
from pipeline.serving.reader import Reader
from pipeline.serving.rendering import address, page

STATIC = {
    path.name: path.read_bytes()
    for path in sorted((Path(__file__).parent / "static").iterdir())
    if path.is_file()
}
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
LONGEST = 300  # characters of a value in an address
SHOWN = ("theme", "concept", "actor", "kind", "actor_kind", "status", "layer")
DAY = "public, max-age=86400"


class Missing(Exception):
    """Nothing is at this address."""


class Site:
    """What all views need: the tables, the pictures, the name of the corpus."""

    def __init__(self, out: Path, corpus: Path | None = None) -> None:
        self.out = out
        self.reader = Reader(out)
        self.images = Images(out, corpus)

    @property
    def name(self) -> str:
        """Return the name of the corpus."""
        return str(marker(self.out).get("corpus", self.out.name))


View = Callable[[Site, Request], Response]


def application(out: Path, *, corpus: Path | None = None, hosts: tuple[str, ...] = ()) -> Starlette:
    """Return the explorer of an output folder as an ASGI application.

    Args:
        out: output folder of a run.
        corpus: folder of the documents, for page images; without it the one the run names.
        hosts: names under which it may be asked, beside this computer's own.

    Raises:
        InputError: the folder holds no finished run.
    """
    site = Site(out, corpus)
    known = ["127.0.0.1", "localhost", "[::1]", "testserver", *hosts]
    middleware = [Middleware(TrustedHostMiddleware, allowed_hosts=known), Middleware(Guard)]
    routes = [Route(path, _endpoint(site, view), methods=["GET"]) for path, view in VIEWS.items()]
    missing = _endpoint(site, _nothing)
    return Starlette(routes=routes, middleware=middleware, exception_handlers={404: _as_handler(missing)})


def _as_handler(endpoint: Callable[[Request], Response]) -> Any:  # noqa: ANN401 - Starlette's own type
    return lambda request, error: endpoint(request)


def _endpoint(site: Site, view: View) -> Callable[[Request], Response]:
    """Return a view as an endpoint: one state of the tables, refusals as pages."""

    def endpoint(request: Request) -> Response:
        with site.reader.turn():
            try:
                return view(site, request)
            except Missing:
                return _nothing(site, request)
            except (InputError, QueryError) as error:
                return shown(site, request, "refusal.html.j2", status=400, error=error)

    return endpoint


def language(request: Request) -> Language:
    """Return the language that the address asks for."""
    return "en" if request.query_params.get("lang") == "en" else "de"


def shown(site: Site, request: Request, name: str, *, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401
    """Return a template as the answer to a request."""
    tongue = language(request)
    other: Language = "de" if tongue == "en" else "en"
    asked: dict[str, Any] = {
        key: request.query_params.getlist(key) for key in request.query_params if key != "lang"
    }
    parts = [part for part in request.url.path.split("/") if part]
    text = page(
        name,
        tongue,
        corpus=site.name,
        here=parts[0] if parts else "",
        other_language=address(other, *parts, **asked),
        **values,
    )
    return HTMLResponse(text, status)


def _nothing(site: Site, request: Request) -> Response:
    return shown(site, request, "missing.html.j2", status=404)


def _whole(text: str, least: int = 1) -> int:
    """Return a number of an address.

    Raises:
        Missing: it is none.
    """
    if not text.isascii() or not text.isdigit() or len(text) > 6 or int(text) < least:
        raise Missing
    return int(text)


def _static(site: Site, request: Request) -> Response:
    name = request.path_params["name"]
    if name not in STATIC:
        raise Missing
    kind = TYPES.get(Path(name).suffix, "application/octet-stream")
    return Response(STATIC[name], media_type=kind, headers={"cache-control": DAY})


def _documents(site: Site, request: Request) -> Response:
    return shown(site, request, "documents.html.j2", rows=documents.documents(site.reader))


def _document(site: Site, request: Request) -> Response:
    number = _whole(request.path_params.get("page", "1"))
    wanted = request.query_params.getlist("layer")
    layers = [layer for layer in documents.LAYERS if layer in wanted or not wanted]
    found = documents.view(site.reader, request.path_params["document_id"], number, layers)
    if found is None:
        raise Missing
    mark = request.query_params.get("mark", "")
    return shown(site, request, "document.html.j2", view=found, layers=layers, wanted=wanted, mark=mark)


def _image(site: Site, request: Request) -> Response:
    document_id = request.path_params["document_id"]
    number = _whole(request.path_params["page"])
    row = documents.document(site.reader, document_id)
    if row is None or number > row["n_pages"]:
        raise Missing
    try:
        data = site.images.png(document_id, row["sha256"], number)
    except InputError as error:
        return PlainTextResponse(str(error), 404)
    return Response(data, media_type="image/png", headers={"cache-control": "private, max-age=600"})


def _mention(site: Site, request: Request) -> Response:
    mention_id = request.path_params["mention_id"]
    if site.reader.row("select 1 from mentions where mention_id = ?", mention_id) is None:
        raise Missing
    found = mentions.proof(site.reader, mention_id)
    link = str(request.base_url).rstrip("/") + address("de", "mentions", mention_id)
    today = dt.datetime.now(dt.UTC).date()
    return shown(
        site,
        request,
        "mention.html.j2",
        proof=found,
        link=link,
        citation=mentions.citation(found, site.reader, link, today=today),
        bibtex=mentions.bibtex(found, site.reader, link, today=today),
    )


def _asked(request: Request, name: str, known: Sequence[str], usual: str) -> str:
    """Return a value of the address that is one of those known."""
    value = request.query_params.get(name, usual)
    return value if value in known else usual


def _text(request: Request, name: str) -> str:
    return request.query_params.get(name, "")[:LONGEST].strip()


def _number(request: Request) -> int:
    return _whole(request.query_params.get("page", "1"))


def _search(site: Site, request: Request) -> Response:
    question = _text(request, "q")
    by = cast(By, _asked(request, "by", ("words", "meaning", "both"), "words"))
    chosen = {name: _text(request, name) for name in finding.FACETS if _text(request, name)}
    error = ""
    try:
        found = finding.answer(site.reader, question, chosen, by, _number(request))
    except QueryError as refusal:
        error, found = str(refusal), finding.answer(site.reader, "", chosen, by, 1)
    asked = {"q": question, "by": by if by != "words" else "", **chosen}
    return shown(
        site, request, "search.html.j2", answer=found, question=question, by=by, asked=asked, error=error
    )


def _concepts(site: Site, request: Request) -> Response:
    layer = _asked(request, "layer", documents.LAYERS, "")
    words = _text(request, "q")
    found = concepts.concepts(site.reader, layer=layer, words=words, page=_number(request))
    return shown(site, request, "concepts.html.j2", found=found, layer=layer, words=words)


def _concept(site: Site, request: Request) -> Response:
    found = concepts.life(
        site.reader,
        request.path_params["concept_id"],
        period=_text(request, "period"),
        status=_text(request, "status"),
        page=_number(request),
    )
    if found is None:
        raise Missing
    return shown(site, request, "concept.html.j2", life=found)


def _choice(request: Request) -> Choice:
    return Choice(
        basis=_asked(request, "basis", BASES, "published"),
        unit=_asked(request, "unit", SHOWN, "theme"),
        slice=_asked(request, "slice", ("all", "document_type", "issuer"), "all"),
        items=tuple(dict.fromkeys(request.query_params.getlist("item")))[: curves.MOST],
    )


def _trends(site: Site, request: Request) -> Response:
    choice = _choice(request)
    found = curves.trends(site.reader, choice)
    if choice.items and not found.panels:  # another unit was chosen: its own items
        choice = msgspec.structs.replace(choice, items=())
        found = curves.trends(site.reader, choice)
    return shown(site, request, "trends.html.j2", choice=choice, found=found, units=SHOWN)


def _sentences(site: Site, request: Request) -> Response:
    choice, period = _choice(request), _text(request, "period")
    value = "all" if choice.slice == "all" else _text(request, "value")
    if len(choice.items) != 1:
        raise Missing
    row = curves.point(site.reader, choice, period=period, value=value)
    if row is None:
        raise Missing
    found = curves.behind(site.reader, choice, period=period, value=value, page=_number(request))
    asked = {key: request.query_params[key] for key in request.query_params if key not in ("page", "lang")}
    return shown(
        site, request, "sentences.html.j2", choice=choice, row=row, found=found, value=value, asked=asked
    )


def _start(site: Site, request: Request) -> Response:
    return shown(site, request, "start.html.j2", start=start.start(site.reader, language(request)))


def _sql(site: Site, request: Request) -> Response:
    sql = request.query_params.get("q", "")[: questions.LONGEST].strip()
    error, answer = "", questions.Answered()
    try:
        answer = questions.answered(site.out, sql) if sql else answer
    except QueryError as refusal:
        error = str(refusal)
    gallery, tables = questions.gallery(), tuple(TABLES.values())
    return shown(
        site, request, "sql.html.j2", sql=sql, answer=answer, error=error, gallery=gallery, tables=tables
    )


def _file(site: Site, request: Request) -> Response:
    form = request.path_params["form"]
    if form not in questions.FORMS:
        raise Missing
    data = questions.file(site.out, request.query_params.get("q", ""), form)
    told = {"content-disposition": f'attachment; filename="politikspur.{form}"'}
    return Response(data, media_type=questions.FORMS[form], headers=told)


def _network(site: Site, request: Request) -> Response:
    about, least = _text(request, "about"), _whole(request.query_params.get("least", "1"))
    found = network.network(site.reader, period=_text(request, "period"), least=least, about=about)
    concept = site.reader.row("select * from concepts where concept_id = ?", about) if about else None
    if about and concept is None:
        raise Missing
    return shown(site, request, "network.html.j2", net=found, about=concept, short=network.short)


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
    "/sql": _sql,
    "/answer.{form}": _file,
}
