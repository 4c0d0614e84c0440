"""The commands that show an output folder to people, served or as files."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands import progress
from pipeline.commands.arguments import Out
from pipeline.wording import Language

if TYPE_CHECKING:
    from pipeline.serving.freezing import Frozen

app = typer.Typer()


@app.command()
def serve(
    out: Out,
    corpus: Annotated[
        Path | None, typer.Option(help="Folder of the documents (default: as recorded by the run)")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port")] = 8440,
    host: Annotated[str, typer.Option(help="Address to listen on: 0.0.0.0 also answers other computers")] = (
        "127.0.0.1"
    ),
    edit: Annotated[
        bool, typer.Option("--edit", help="Allow corrections by anyone who has the printed address")
    ] = False,
) -> None:
    """Show documents, evidence and trends in the browser.

    The first start after a run builds the search index, which takes a while for a large corpus.

    Example: politikspur serve build/sample
    """
    from pipeline.serving.listen import bound, listen, ready

    token = secrets.token_urlsafe(18) if edit else ""
    asked = f"?token={token}" if edit else ""
    place = bound(host, port)
    served = ready(out, corpus=corpus, host=host, token=token, tell=progress.prepared)
    progress.prepared("", 0, 0)
    name = f"[{host}]" if ":" in host else host
    typer.echo(f"{out}: http://{name}:{place.getsockname()[1]}/{asked} (stop with Ctrl-C)")
    listen(served, place)


@app.command()
def report(
    out: Out,
    language: Annotated[Language, typer.Option(help="Language of the report")] = "de",
    title: Annotated[str, typer.Option(help="Title of the report (default: that of the run)")] = "",
    site: Annotated[
        Path | None, typer.Option(help="New folder: save the explorer there as static files to host")
    ] = None,
    with_pages: Annotated[
        bool, typer.Option("--with-pages", help="Include page images in --site; check their licences")
    ] = False,
    most: Annotated[int, typer.Option(min=1, help="Maximum number of pages of one kind in --site")] = 5_000,
    figures: Annotated[
        bool,
        typer.Option("--figures", help="Also write the report's figures, as SVG and PNG, to OUT/figures"),
    ] = False,
) -> None:
    """Rewrite the report of a run, or save the explorer as files.

    Example: politikspur report build/sample --figures
    Example: politikspur report build/sample --site build/site
    """
    if site is None:
        from pipeline.again import report_again

        for path in report_again(out, language=language, title=title, figures=figures):
            typer.echo(path)
        return
    from pipeline.serving.freezing import freeze

    with progress.share_bar("freeze") as observe:
        frozen = freeze(out, site, pictures=with_pages, most=most, workers=os.cpu_count() or 1, tell=observe)
    _tell(site, frozen)


def _tell(site: Path, frozen: Frozen) -> None:
    """Say what a frozen copy holds and what it leaves out."""
    typer.echo(f"{site / 'index.html'}: {frozen.files:,} files, {frozen.size / 1e6:,.1f} MB")
    for held in frozen.held:
        if held.n < held.of:
            typer.echo(f"left out: {held.of - held.n:,} of {held.of:,} {held.table} (--most)")
    if frozen.undrawn:
        typer.echo(f"left out: {frozen.undrawn:,} page images whose file is not there or has changed")
    typer.echo("left out: search, SQL and corrections, which need `politikspur serve`")
