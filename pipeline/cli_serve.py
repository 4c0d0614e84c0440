"""The command that shows an output folder in the browser; part of the command line."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def serve(
    out: Annotated[Path, typer.Argument(help="Output folder of a run, e.g. build/sample")],
    corpus: Annotated[
        Path | None, typer.Option(help="Folder of the documents (default: the one the run names)")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port")] = 8440,
    host: Annotated[str, typer.Option(help="Address to listen on; only this computer by default")] = (
        "127.0.0.1"
    ),
    edit: Annotated[
        bool, typer.Option("--edit", help="Let those correct mentions who have the address printed")
    ] = False,
) -> None:
    """Show the tables in the browser: documents with marks in place, evidence, search, trends.

    Example: politikspur serve build/sample
    """
    from pipeline.serving.listen import listen

    token = secrets.token_urlsafe(18) if edit else ""
    asked = f"?token={token}" if edit else ""
    typer.echo(f"{out}: http://{host}:{port}/{asked} (stop with Ctrl-C)")
    listen(out, corpus=corpus, host=host, port=port, token=token)
