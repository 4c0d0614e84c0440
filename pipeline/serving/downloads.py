"""Offer every table that is shown as a file: the same query without the limits of a page."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request

from pipeline.schema.values import BASES, NETWORKS
from pipeline.serving import concepts, curves, finding, mentions, network, patterns, shelf
from pipeline.serving.frame import Missing, asked, text, whole
from pipeline.serving.passages import RANKED, every
from pipeline.serving.patterns import Select
from pipeline.serving.questions import MOST
from pipeline.serving.reader import Reader


def question(reader: Reader, request: Request, choice: curves.TrendChoice) -> Select:
    """Return the query for the address of a table.

    Raises:
        Missing: there is no table of this name.
    """
    name = request.path_params["name"]
    if name in patterns.VIEWS:
        return patterns.VIEWS[name][0](reader, patterns.choice(request))
    if name not in TABLES:
        raise Missing
    return TABLES[name](reader, request, choice)


def _documents(reader: Reader, request: Request, choice: curves.TrendChoice) -> Select:
    return shelf.listed(*shelf_choice(request))


def _concepts(reader: Reader, request: Request, choice: curves.TrendChoice) -> Select:
    where, values = concepts.listed_by(*(text(request, name) for name in ("layer", "theme", "q")))
    return concepts.LIST.format(where), values


def _periods(reader: Reader, request: Request, choice: curves.TrendChoice) -> Select:
    return concepts.PERIODS, [text(request, "concept")] * 2


def _quotes(reader: Reader, request: Request, choice: curves.TrendChoice) -> Select:
    given = (text(request, name) for name in ("concept", "period", "status", "document"))
    named = concepts.named(*given)
    return every(named), named.values


def _stances(reader: Reader, request: Request, choice: curves.TrendChoice) -> Select:
    actor, period, document = (text(request, name) for name in ("concept", "period", "document"))
    return concepts.stances(actor, period, document, most=MOST + 1)


def _trends(reader: Reader, request: Request, choice: curves.TrendChoice) -> Select:
    return curves.ROWS, curves.asked(reader, choice)


def _sentences(reader: Reader, request: Request, choice: curves.TrendChoice) -> Select:
    row = curves.point(reader, choice, period=text(request, "period"), value=text(request, "value"))
    if row is None:
        raise Missing
    counted = curves.counted(row)
    return every(counted), counted.values


def _search(reader: Reader, request: Request, choice: curves.TrendChoice) -> Select:
    found = finding.answer(reader, finding.question(request), 1, most=finding.WRITTEN)
    if found.alone:
        return every(found.alone), found.alone.values
    return RANKED, [list(found.ids)]


def _counts(reader: Reader, request: Request, choice: curves.TrendChoice) -> Select:
    counted = mentions.counted(mentions.told(reader, text(request, "mention")))
    if counted is None:
        raise Missing
    return counted


def _network(reader: Reader, request: Request, choice: curves.TrendChoice) -> Select:
    return network.EDGES, network.values(network_choice(request))


def shelf_choice(request: Request) -> tuple[str, dict[str, str]]:
    """Return the words and the facets by which an address narrows the list of documents."""
    given = {name: text(request, name) for name in shelf.FACETS}
    return text(request, "q"), {name: value for name, value in given.items() if value}


def network_choice(request: Request) -> network.NetworkChoice:
    """Return the choice of a network that an address expresses."""
    return network.NetworkChoice(
        basis=asked(request, "basis", BASES, "published"),
        period=text(request, "period"),
        network=asked(request, "network", NETWORKS, NETWORKS[0]),
        least=whole(request.query_params.get("least", "1")),
        about=text(request, "about"),
    )


TABLES: dict[str, Callable[[Reader, Request, curves.TrendChoice], Select]] = {
    "documents": _documents,
    "concepts": _concepts,
    "periods": _periods,
    "quotes": _quotes,
    "stances": _stances,
    "trends": _trends,
    "sentences": _sentences,
    "search": _search,
    "counts": _counts,
    "network": _network,
}
