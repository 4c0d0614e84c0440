"""The commands that hand data out and take corrections in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from pipeline.commands.arguments import Out, OutAnywhere
from pipeline.commands.progress import warn
from pipeline.errors import InputError
from pipeline.plain import counted

app = typer.Typer()


@app.command()
def export(
    out: OutAnywhere,
    form: Annotated[str, typer.Option("--format", help="Format; `list` shows all")] = "csv",
    to: Annotated[Path | None, typer.Option("--to", help="Folder for the files")] = None,
    table: Annotated[
        list[str] | None, typer.Option(help="Only this table, as CSV or XLSX; may be repeated")
    ] = None,
    publish: Annotated[Path | None, typer.Option(help="New folder for a package to publish")] = None,
    without_texts: Annotated[
        bool, typer.Option("--without-texts", help="Hashes and offsets instead of texts (with --publish)")
    ] = False,
    title: Annotated[str, typer.Option(help="Title of the package")] = "",
    author: Annotated[list[str] | None, typer.Option(help="Author of the package; may be repeated")] = None,
    licence: Annotated[str, typer.Option(help="Licence of the tables, e.g. CC-BY-4.0")] = "",
) -> None:
    """Export the tables to other formats, or for publication.

    Example: politikspur export build/sample --format excel-csv --to build/excel
    Example: politikspur export build/sample --table trends --table concepts --to build/csv
    """
    from pipeline.exports import FORMS
    from pipeline.exports import export as write

    mixed = {"--table": bool(table), "--to": to is not None, "--format": form != "csv"}
    if publish is not None and (lone := next(filter(mixed.get, mixed), "")):
        remedy = "a package has all tables, in a folder and formats of its own"
        raise InputError(lone, "cannot be used with --publish", remedy)
    given = {"--without-texts": without_texts, "--title": title, "--author": author, "--licence": licence}
    if publish is None and (lone := next(filter(given.get, given), "")):
        raise InputError(lone, "belongs to --publish", "give --publish FOLDER instead of --to")
    if publish is not None:
        _publish(out, publish, title, author or (), licence, texts=not without_texts)
    elif form == "list":
        typer.echo("\n".join(f"{name:<16} {about}" for name, (_, about) in FORMS.items()))
    elif to is None:
        raise InputError("export", "has no destination", "give --to FOLDER or --publish FOLDER")
    else:
        typer.echo("\n".join(map(str, write(out, form, to, tables=table or ()))))
        _tell_left_out(out, form, table or ())


def _publish(out: Path, to: Path, title: str, authors: Sequence[str], licence: str, *, texts: bool) -> None:
    from pipeline.publishing import publish as package

    edition = package.Edition(title=title, authors=tuple(authors), licence=licence, texts=texts)
    typer.echo(f"{to}: {counted(len(package.publish(out, to, edition)), 'file')}")
    if texts and (n := package.unlicensed(out)):
        told = f"documents that state no licence: {n}; see LICENCES.csv before you pass their texts on"
        warn(f"{told}, or publish --without-texts")
    if texts and (n := package.people(out)):
        told = f"people whom corrections.csv names, with their notes: {n}; ask them before you pass it on"
        warn(f"{told}, or publish --without-texts")


def _tell_left_out(out: Path, form: str, named: Sequence[str]) -> None:
    if form != "xlsx" or named:
        return
    from pipeline.exports.workbook import left_out
    from pipeline.schema import TABLES

    if names := left_out(out, list(TABLES.values())):
        more = f"--table {names[0]} --format xlsx writes one alone"
        warn(f"too large for one file, left out: {', '.join(names)}; {more}")


@app.command()
def rehydrate(
    package: Annotated[Path, typer.Argument(help="Package made by `export --publish --without-texts`")],
    originals: Annotated[Path, typer.Argument(help="Folder of the original files, under any names")],
    to: Annotated[Path, typer.Option("--to", help="Folder for the tables with texts")],
    password: Annotated[str, typer.Option(help="Password of encrypted originals")] = "",
) -> None:
    """Restore the texts of a published package.

    They are taken from the original files and verified by hash.

    Example: politikspur rehydrate package originals --to tables
    """
    from pipeline.publishing.rehydrate import rehydrate as restore

    files = restore(package, originals, to, password=password)
    typer.echo(f"{to}: {counted(len(files), 'table')}, each with the hash it had when the package was made")


@app.command()
def correct(
    out: Out,
    source: Annotated[
        Path | None, typer.Option("--from", help="CSV of corrections, or an XMI file edited in INCEpTION")
    ] = None,
    who: Annotated[str, typer.Option(help="Who corrects, if the file has no column `who`")] = "",
    training: Annotated[
        Path | None, typer.Option(help="Write the corrected sentences in the codebook's format (JSON lines)")
    ] = None,
    queue: Annotated[
        Path | None, typer.Option(help="Write the mentions the model is least sure of, for review (CSV)")
    ] = None,
    size: Annotated[int, typer.Option(min=1, help="Mentions per layer in --queue")] = 30,
) -> None:
    """Store corrections by people; the next run applies them.

    So does every later run, even after a change of reader or model.

    The CSV has the columns action (add, delete, relabel, span, kind, status, named, concept), mention_id or
    document, quote and layer (with prefix and suffix where the words occur more than once), and the new
    values: new_layer, kind, status, named, concept, text. Columns who and note may say who corrects, and why.

    --queue writes such a CSV: fill in `action` where the model is wrong, leave the other lines as they are.

    Example: politikspur correct build/sample --queue review.csv
    Example: politikspur correct build/sample --from review.csv --who "Ada Beispiel"
    """
    if source is not None:
        from pipeline.correcting.correct import correct as store

        done = store(out, source, who=who, now=datetime.now(UTC))
        typer.echo(f"{counted(done.stored, 'correction')} stored, {done.known} known already")
        if not (done.stored or done.known):
            typer.echo(f"No line of {source.name} asks for one: fill in its column `action`")
        if done.stored:
            typer.echo(f"Apply them: politikspur run CORPUS --out {quote(str(out))}")
    if training is not None:
        from pipeline.correcting.reviewed import reviewed
        from pipeline.learning.jsonl import write

        examples = list(reviewed(out))
        write(training, examples)
        typer.echo(f"{training}: {counted(len(examples), 'sentence')}")
    if queue is not None:
        from pipeline.correcting.doubts import write_queue

        typer.echo(f"{queue}: {counted(write_queue(out, queue, size=size), 'mention')} to look at")
    if source is None and training is None and queue is None:
        raise InputError("correct", "has nothing to do", "give --from, --training or --queue with a FILE")


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="Output folder of one run")],
    after: Annotated[Path, typer.Argument(help="Output folder of another run")],
    rows: Annotated[int, typer.Option(min=0, help="Number of rows to print")] = 10,
    json: Annotated[bool, typer.Option("--json", help="All rows as JSON, one object per line")] = False,
) -> None:
    """Show which rows differ between two runs, and why.

    Example: politikspur diff build/before build/after
    """
    import msgspec

    from pipeline.diff import RowChange, circumstances
    from pipeline.diff import diff as compare

    found: Counter[tuple[str, str, str]] = Counter()
    shown: list[RowChange] = []
    for change in compare(before, after):
        if json:
            typer.echo(msgspec.json.encode(change))
        found[change.table, change.change, change.why] += 1
        shown += [change] if len(shown) < rows else []
    if json:
        return
    for one in circumstances(before, after):
        typer.echo(f"{one.what}: {one.before} → {one.after}")
    for (table, change_made, why), n in found.items():
        typer.echo(f"{n:>7,} {table:<15} {change_made:<8} {why}")
    for change in shown:
        told = "; ".join(f"{name}: {old} → {new}" for name, (old, new) in change.values.items())
        name = f"»{change.name}«" if change.name else ""
        parts = (change.table, change.key, change.change, name, change.document, told)
        typer.echo(" ".join(filter(None, parts))[:300])
    if not found:
        typer.echo("The tables are the same.")


@app.command()
def runs(
    out: OutAnywhere,
    json: Annotated[bool, typer.Option("--json", help="Everything recorded, one object per run")] = False,
) -> None:
    """List the runs behind an output folder.

    With their counts, the time per stage and what failed.

    Example: politikspur runs build/sample
    """
    import msgspec

    from pipeline.running.journal import history

    for run in history(out):
        if json:
            typer.echo(msgspec.json.encode(run))
            continue
        counts, seconds = run["counts"], run["seconds"]
        parts = (counted(counts.get(f"{name}s", 0), name) for name in ("document", "sentence", "mention"))
        rows = ", ".join(parts)
        stages = ", ".join(f"{stage} {value:.1f} s" for stage, value in seconds.items()) or "not measured"
        typer.echo(f"{run['started']:%Y-%m-%d %H:%M:%S}  {run['run_key'][:12]}  {rows}  ({stages})")
        if run["earlier"]:
            typer.echo(f"    as before: {', '.join(run['earlier'])}")
        for failure in run["failures"]:
            typer.echo(f"    {failure['status']:<8} {failure['path']}: {failure['reason']}")
