"""The commands that ask an output folder a question."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.arguments import OutAnywhere
from pipeline.commands.progress import prepared, warn
from pipeline.errors import InputError
from pipeline.plain import counted
from pipeline.schema.values import Basis

if TYPE_CHECKING:
    import pyarrow as pa

app = typer.Typer()
EVERY = 100_000  # sentences that one search writes at most
Form = Annotated[str, typer.Option("--format", help="table, csv, excel-csv, json, markdown or parquet")]
ToFile = Annotated[Path | None, typer.Option("--to", help="File to write; its suffix can set the format")]


@app.command()
def query(
    out: OutAnywhere,
    sql: Annotated[str, typer.Argument(help="SQL (DuckDB), or the number or name of an example")] = "",
    form: Form = "",
    to: ToFile = None,
    examples: Annotated[bool, typer.Option("--examples", help="List the example questions")] = False,
    rows: Annotated[int, typer.Option(min=0, help="Maximum number of rows, 0 for all")] = 10_000,
    seconds: Annotated[float, typer.Option(min=0.1, help="Time limit of the query")] = 60.0,
) -> None:
    """Query the tables with SQL.

    Queries are read-only and can access nothing but the tables.

    Example: politikspur query build/sample "select label, n_mentions from concepts order by 2 desc limit 5"
    Example: politikspur query build/sample new-challenges --format csv
    """
    from pipeline.asking.gallery import is_reference, question, questions
    from pipeline.query import query as ask

    if examples:
        for number, entry in enumerate(questions(), 1):
            typer.echo(f"{number:>2}  {entry.name}\n    {entry.de}\n    {entry.en}")
        return
    sql = question(sql).sql if is_reference(sql) else sql
    found = ask(out, sql, rows=rows and rows + 1, seconds=seconds)
    if rows and found.num_rows > rows:
        warn(f"only the first {rows:,} rows; --rows 0 gives all")
        found = found.slice(0, rows)
    _give(found, to, form)


def _give(table: pa.Table, to: Path | None, form: str) -> None:
    """Write an answer to a file, or else show it.

    Raises:
        InputError: the file is a manifest, which holds what somebody knows about all documents of a folder.
    """
    from pipeline.asking.answers import formatted, save
    from pipeline.corpus import MANIFEST

    if to and to.name.casefold() == MANIFEST and to.exists():
        remedy = "write to another file, and copy from there what it lacks"
        raise InputError(str(to), "is there already and would lose what it says", remedy)
    if to:
        save(table, to, form)
    else:
        typer.echo(formatted(table, form or "table"), nl=False)


@app.command()
def search(
    out: OutAnywhere,
    question: Annotated[str, typer.Argument(help='Words, "phrases", -excluded words, prefixes*')],
    period: Annotated[list[str] | None, typer.Option(help="Wahlperiode: 20, bt20, by18 …")] = None,
    basis: Annotated[Basis, typer.Option(help="Which period is meant")] = "published",
    layer: Annotated[list[str] | None, typer.Option(help="challenge, instrument, actor")] = None,
    issuer: Annotated[list[str] | None, typer.Option(help="Issuer, or part of its name")] = None,
    document_type: Annotated[list[str] | None, typer.Option("--type", help="Kind of document")] = None,
    theme: Annotated[list[str] | None, typer.Option(help="Policy field")] = None,
    duplicates: Annotated[bool, typer.Option("--duplicates", help="Include repetitions")] = False,
    semantic: Annotated[bool, typer.Option("--semantic", help="By meaning instead of words")] = False,
    both: Annotated[bool, typer.Option("--both", help="By words and by meaning, merged")] = False,
    limit: Annotated[
        int | None,
        typer.Option(min=1, max=EVERY, help="Most sentences (default: 10; with --to all, 200 by meaning)"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object per sentence")] = False,
    to: ToFile = None,
    form: Form = "",
) -> None:
    """Find sentences by words or by meaning.

    German words are found in their inflected forms and in compounds.

    The index is built at the first search and follows the tables. Repeating a filter means "or".

    Example: politikspur search build/sample "Fachkräfte Handwerk" --period 20 --layer instrument
    Example: politikspur search build/sample Fachkräftemangel --to all.csv --format excel-csv
    """
    from pipeline.commands import hits

    filters = hits.filters(period, basis, layer, issuer, document_type, theme, duplicates=duplicates)
    by = hits.way(semantic=semantic, both=both)
    usual = 10 if to is None else EVERY if by == "words" else hits.LIKE
    found = hits.search(out, question, filters=filters, limit=limit or usual, by=by, tell=prepared)
    prepared("", 0, 0)
    if to or form or json:
        for note in hits.notes(found):
            warn(note)
    if to or form:
        from pipeline.asking.answers import tabled

        _give(tabled(hits.as_columns(found)), to, form)
        if to:
            cut = limit is None and by != "words" and len(found.hits) == hits.LIKE
            more = ", the best; --limit N writes more" if cut else ""
            typer.echo(f"{to}: {counted(len(found.hits), 'sentence')}{more}")
        return
    for line in hits.as_json(found) if json else hits.as_text(found, bold=sys.stdout.isatty()):
        typer.echo(line)


@app.command()
def explain(
    out: OutAnywhere,
    reference: Annotated[str, typer.Argument(help="Id, quote, or figure: bt20/published/theme/energy")],
    picture: Annotated[
        Path | None, typer.Option(help="PNG to write: the page of a mention, its words marked")
    ] = None,
    corpus: Annotated[Path | None, typer.Option(help="Folder of the documents, for the picture")] = None,
) -> None:
    """Trace a label or a figure back to the words in the file.

    Example: politikspur explain build/sample "Fachkräftemangel im Ausbauhandwerk"
    """
    from pipeline.asking.explain import explain as trail

    typer.echo(trail(out, reference))
    if picture:
        from pipeline.asking.evidence import evidence

        evidence(out, reference, corpus=corpus).image().save(picture, "PNG")
        typer.echo(picture)
