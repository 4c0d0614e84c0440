"""The command that fetches documents from the web."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.arguments import BUILD
from pipeline.commands.progress import count_bar, warn
from pipeline.plain import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.fetching import Listing
    from pipeline.fetching.dip import Query
    from pipeline.fetching.web import Web

app = typer.Typer()
DIP = "dip"


@app.command()
def fetch(
    source: Annotated[
        str,
        typer.Argument(help="Folder of a registry (corpora/federal), a .txt of https addresses, or `dip`"),
    ],
    to: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the files (default: build/fetched/NAME; of a list, where `run` has them)"
        ),
    ] = None,
    show: Annotated[bool, typer.Option("--list", help="Only list what would be fetched")] = False,
    period: Annotated[list[int] | None, typer.Option(help="dip: number of a Wahlperiode; repeatable")] = None,
    protocols: Annotated[bool, typer.Option("--protocols", help="dip: Plenarprotokolle")] = False,
    kind: Annotated[str, typer.Option(help="dip: Drucksachetyp: Antrag, Unterrichtung …")] = "",
    initiator: Annotated[list[str] | None, typer.Option(help="dip: Urheber; repeated: all of them")] = None,
    title: Annotated[list[str] | None, typer.Option(help="dip: title words; repeated: any of them")] = None,
    since: Annotated[str, typer.Option(help="dip: first day, e.g. 2022-01-31")] = "",
    until: Annotated[str, typer.Option(help="dip: last day")] = "",
    limit: Annotated[int, typer.Option(min=0, help="Maximum number of documents, 0 for all")] = 0,
    key: Annotated[str, typer.Option(envvar="POLITIKSPUR_DIP_KEY", help="dip: API key")] = "",
    api: Annotated[str, typer.Option(help="dip: address of the API (default: the Bundestag's)")] = "",
    again: Annotated[
        bool, typer.Option("--again", help="Also check whether files already there have changed")
    ] = False,
    pause: Annotated[float, typer.Option(min=0, help="Seconds between two requests")] = 1.0,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for a server")] = 30.0,
    max_mb: Annotated[int, typer.Option(min=1, help="Largest document in MB")] = 200,
    trust: Annotated[list[str] | None, typer.Option(help="Host that may be private or lack https")] = None,
) -> None:
    """Download public documents into a folder for `run`.

    What is known about them is written to a manifest there.

    A registry is a table of addresses with what is known of each; `dip` is the documentation system of the
    Bundestag, whose API needs a key: https://dip.bundestag.de/über-dip/hilfe/api gives a public one. A list
    of addresses is also fetched by `run` itself, which does not ask for a document twice.

    Example: politikspur fetch corpora/federal --list
    Example: politikspur fetch dip --period 20 --title Fachkräfte --to build/fetched/skills
    Example: politikspur fetch addresses.txt --again
    """
    from pipeline import places
    from pipeline.fetch import fetch as bring
    from pipeline.fetch import first
    from pipeline.fetching import registries
    from pipeline.fetching.dip import Query
    from pipeline.fetching.web import Manners, Web

    query = Query(
        resource="plenarprotokoll" if protocols else "drucksache",
        periods=tuple(period or ()),
        kind=kind,
        initiators=tuple(initiator or ()),
        titles=tuple(title or ()),
        since=since,
        until=until,
    )
    is_list = places.is_list(source)
    place = to or (BUILD / f"{Path(source).stem}-documents" if is_list else BUILD / "fetched" / _name(source))
    manners = Manners(pause=pause, timeout=timeout)
    with Web(manners, trusted=frozenset(trust or ())) as web:
        listings = first(_listings(source, query, web, key, api), limit)
        if show:
            _print(listings)
            return
        whole = is_list and places.claimed(place, source) and not limit
        with count_bar("fetch") as observe:
            done = bring(
                listings, place, web, largest=max_mb * 10**6, again=again, observe=observe, whole=whole
            )
    for failure in done.failures:
        warn(failure)
    typer.echo(f"{place}: {done.new} new, {done.known} there before, {len(done.failures)} failed")
    if source != DIP and not is_list and (filled := registries.fill(Path(source), done.hashes)):
        typer.echo(f"{source}: hashes filled in: {filled}")
    if done.failures:
        raise typer.Exit(1)
    typer.echo(f"Read them: {f'politikspur run {quote(source)}' if is_list and not to else reading(place)}")


def _name(source: str) -> str:
    """Return the name of a source, for a file with that of its folder: many are called registry.csv."""
    from pipeline.fetching import registries

    path = Path(source).resolve()
    if source == DIP or not path.is_file():
        return source if source == DIP else path.name
    return path.parent.name if path.name == registries.FILE else f"{path.parent.name}-{path.stem}"


def reading(place: Path) -> str:
    """Return the command that runs over a fetched folder; of build/NAME, its output cannot be build/NAME."""
    command = f"politikspur run {quote(str(place))}"
    taken = (BUILD / place.resolve().name).resolve() == place.resolve()
    return f"{command} --out {quote(f'{place}-output')}" if taken else command


def _listings(source: str, query: Query, web: Web, key: str, api: str) -> Iterable[Listing]:
    from pipeline.errors import InputError
    from pipeline.fetching import addresses, dip, registries
    from pipeline.places import is_list

    if source == DIP:
        return dip.listings(web, query, key=key, api=api or dip.API)
    if query != dip.Query():
        what = f"is a {'list' if is_list(source) else 'registry'}, and the filters are those of `dip`"
        raise InputError(source, what, "leave them out, or choose from what --list prints")
    if is_list(source):
        return [addresses.listing(Path(source))]
    return [registries.listing(registries.load(Path(source)))]


def _print(listings: Iterable[Listing]) -> None:
    n = 0
    for listing in listings:
        n += len(listing.wanted)
        for wanted in listing.wanted:
            facts = wanted.facts
            told = f"{facts.get('date', ''):<10}  {wanted.address or 'no PDF'}  {facts.get('title', '')}"
            typer.echo(told.rstrip())
    typer.echo(counted(n, "document"), err=True)
