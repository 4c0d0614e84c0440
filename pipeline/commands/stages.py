"""The commands from documents to tables: the whole run, and single stages of it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from shlex import quote
from typing import Annotated, Literal

import typer

from pipeline import places
from pipeline.commands import progress
from pipeline.commands.arguments import Fast, Out, SettingsFile, places_of_run
from pipeline.errors import PipelineError
from pipeline.plain import counted

app = typer.Typer()
WORKERS = max(1, os.cpu_count() or 1)
NAMED = 3  # documents named at the end of a run that lack a date or an issuer
REASONS = 8  # told at the end of a run; `politikspur runs` lists every document


@app.command()
def run(
    corpus: Annotated[
        str, typer.Argument(help="Folder of documents, s3://bucket/folder, or a .txt of https addresses")
    ],
    out: Annotated[
        str, typer.Option(help="Output folder or s3://bucket/folder (default: build/NAME of the corpus)")
    ] = "",
    manifest: Annotated[Path | None, typer.Option(help="Manifest, if it is not in CORPUS")] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes that read and tag documents (default: one per processor)"),
    ] = None,
    engine: Annotated[
        Literal["local", "ray"], typer.Option(help="ray: on the cluster at RAY_ADDRESS, see docs/cluster.md")
    ] = "local",
    cpus: Annotated[float, typer.Option(min=0.1, help="Processors per worker on a cluster")] = 1.0,
    gpus: Annotated[float, typer.Option(min=0.0, help="GPUs per worker on a cluster")] = 0.0,
    settings: SettingsFile = None,
    fast: Fast = False,
    title: Annotated[str, typer.Option(help="Title of report and explorer (default: name of CORPUS)")] = "",
    password: Annotated[str, typer.Option(help="Password tried on encrypted files; not recorded")] = "",
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar, no summary")] = False,
    log: Annotated[
        Literal["bar", "json"], typer.Option(help="json: one line per stage on standard error")
    ] = "bar",
) -> None:
    """Turn a folder of documents into tables and a report.

    Only what changed since the last run is computed; an interrupted run resumes where it stopped. Files that
    cannot be read are listed with a status and a reason; if no file can be read, the exit code is 1.

    Example: politikspur run corpora/sample --out build/sample
    """
    import msgspec

    from pipeline import outputs
    from pipeline.config import load_settings
    from pipeline.corpus import MANIFEST
    from pipeline.run import run as run_line
    from pipeline.running.engine import WorkerShare

    started, where = time.monotonic(), places_of_run(corpus, out)
    place = where.out
    with progress.log() if log == "json" else progress.bar(quiet=quiet) as observe:
        values = load_settings(settings, fast=fast, title=title)
        if password:
            values = msgspec.structs.replace(
                values, read=msgspec.structs.replace(values.read, password=password)
            )
        done = run_line(
            where.corpus,
            place,
            values,
            workers=workers or WORKERS,
            observe=observe,
            manifest=manifest,
            cluster=WorkerShare(cpus=cpus, gpus=gpus, workers=workers or 0) if engine == "ray" else None,
        )
    for warning in (*where.warnings, *done.warnings):
        progress.warn(warning, as_json=log == "json")
    if not (done.changed or done.n_processed):
        typer.echo(f"{place}: up to date, nothing to do ({counted(done.n_documents, 'document')})")
    elif not quiet:
        _print_summary(place)
        bucket = places.full(corpus) if places.elsewhere(corpus) and manifest is None else ""
        _print_lacking(place, where.corpus / MANIFEST if manifest is None else manifest, bucket)
        seconds = time.monotonic() - started
        typer.echo(
            f"{done.n_processed} of {counted(done.n_documents, 'document')} processed in {seconds:.0f} s"
        )
    if where.target:
        places.put(place, where.target)
        typer.echo(f"Put to: {where.target}")
    typer.echo(f"Tables: {place / 'tables'}\nReport: {place / 'report.html'}")
    if all(row["status"] == "failed" for row in outputs.rows(place, "documents", ["status"])):
        told = f"{where.corpus}: no document could be read; `politikspur runs {quote(str(place))}` says why"
        progress.warn(told, as_json=log == "json")
        raise typer.Exit(1)


def _print_summary(out: Path) -> None:
    """Print what is named most often, a block each Wahlperiode, then what was read and what was not."""
    from pipeline.track import summary

    found = summary(out / "tables")
    for extent in found.extents:
        text = f"{counted(extent.documents, 'document')}, {counted(extent.sentences, 'sentence')}"
        typer.echo(f"{extent.period_id or 'without a Wahlperiode'} ({text})")
        for layer in found.mentions:
            key = extent.period_id, layer
            named = [f"{top.label} ({top.n})" for top in found.tops if (top.period_id, top.layer) == key]
            if named:
                typer.echo(f"  {layer + 's':<12} {', '.join(named)}")
        typer.echo()
    layers = ", ".join(counted(n, layer) for layer, n in found.mentions.items())
    typer.echo(
        f"In brackets: sentences that name it. In all {counted(found.sentences, 'sentence')}, {layers}.\n"
    )
    states = ", ".join(f"{n} {status}" for status, n in found.documents.items())
    pages = f"{counted(found.pages, 'page')} ({found.pages_lost} lost)"
    typer.echo(f"{counted(sum(found.documents.values()), 'document')} ({states}), {pages}")
    for unread in found.unread[:REASONS]:
        typer.echo(f"  {unread.n:>5,} {unread.status}: {unread.reason}")
    if found.unread:
        more = len(found.unread) - REASONS
        others = f", and {counted(more, 'more reason')}" if more > 0 else ""
        typer.echo(f"  Which ones{others}: politikspur runs {quote(str(out))}")


def _print_lacking(out: Path, manifest: Path, bucket: str) -> None:
    """Say which documents lack date or issuer, so that figures leave them out, and how to change that.

    The folder of `manifest` follows `bucket`, if there is one, so what is written must go there.
    """
    from pipeline.asking.gallery import question
    from pipeline.tracking import counts

    with counts.connect(out / "tables") as base:
        sql = f"""select file, u.issuer, d.period_published is null and d.published_precision <> 'day'
            from ({question("undated").sql}) u join documents d on d.path = file order by file"""
        rows = base.execute(sql).fetchall()
    lacking = {
        "an exact date, and so in no figure by Wahlperiode of publication": [
            file for file, _, is_undated in rows if is_undated
        ],
        "an issuer, and so in no figure by issuer": [file for file, issuer, _ in rows if not issuer],
    }
    for what, found in lacking.items():
        more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
        if found:
            typer.echo(f"{counted(len(found), 'document')} without {what}: {', '.join(found[:NAMED])}{more}")
    lists, there = f"politikspur query {quote(str(out))} undated", f"{bucket}/{manifest.name}"
    if rows and manifest.exists():
        typer.echo(
            f"  Give them in {there if bucket else manifest}; a list: {lists} --format csv --to undated.csv"
        )
    elif rows:
        place, put = (f"{manifest.parent}.csv", f", put it to {there}") if bucket else (str(manifest), "")
        typer.echo(f"  Give them: {lists} --format excel-csv --to {quote(place)}")
        typer.echo(f"  makes a list; fill in its columns `date` (24.11.2021) and `issuer`{put} and run again")


@app.command()
def read(
    files: Annotated[list[Path], typer.Argument(help="Documents")],
    pages: Annotated[str, typer.Option(help="Pages to print, e.g. 3,5-9 (default: all)")] = "",
    password: Annotated[str, typer.Option(help="Password of an encrypted file")] = "",
    jsonl: Annotated[bool, typer.Option("--jsonl", help="JSON lines, one object per page")] = False,
) -> None:
    """Print the text of documents, page by page.

    Example: politikspur read paper.pdf --pages 3,5-9 --jsonl
    """
    import msgspec

    from pipeline.config import load_settings
    from pipeline.reading.pages import page_numbers, page_texts

    wanted, failed = page_numbers(pages), False
    settings = msgspec.structs.replace(load_settings().read, password=password)
    for file in files:
        try:
            for number, text in page_texts(file, settings=settings, wanted=wanted):
                record = {"file": file.name, "page": number, "text": text}
                typer.echo(
                    msgspec.json.encode(record).decode()
                    if jsonl
                    else f"--- {file.name} {number} ---\n{text}\n"
                )
        except PipelineError as error:
            failed = True
            typer.echo(f"politikspur: {error}", err=True)
    if failed:
        raise typer.Exit(1)


@app.command()
def tag(
    source: Annotated[Path, typer.Option("--in", help="Sentences as JSON lines")],
    out: Annotated[Path, typer.Option("--out", help="The same lines with themes and mentions")],
    settings: SettingsFile = None,
    fast: Fast = False,
) -> None:
    """Tag sentences: challenges, instruments, actors and themes.

    Each line is an object with `id` and `text`, and optionally `doc`, `page` and `heading`. Consecutive
    sentences of the same document and page are read as running text.

    Example: politikspur tag --in corpora/sample/truth/mentions.jsonl --out build/tagged.jsonl
    """
    from pipeline.config import load_settings
    from pipeline.tag import tag_file

    tag_file(source, out, model=load_settings(settings, fast=fast).tag.model)


@app.command()
def link(
    source: Annotated[Path, typer.Option("--in", help="Cases as JSON lines")],
    out: Annotated[Path, typer.Option("--out", help="The same lines with concept and periods")],
) -> None:
    """Link mentions to concepts and sentences to Wahlperioden.

    Unlike a run without settings, this also joins names to known concepts by meaning. Concepts and merges
    of your own in an output folder (`concepts.toml`) are not used.

    Each line is an object with `id` and any of: `layer` and `mention`, `text` (the sentence),
    `heading`, `doc`, `title`, `published`, `document_type`, `issuer`, `parliament`, `kind`.

    Example: echo '{"id": 1, "layer": "challenge", "mention": "Lehrermangel", "published": "2022"}' > in.jsonl
    Example: politikspur link --in in.jsonl --out out.jsonl
    """
    from pipeline.cases import link_cases

    link_cases(source, out)


@app.command()
def track(
    out: Out,
    settings: SettingsFile = None,
    judge: Annotated[
        str, typer.Option(help="Draw sentences of this theme of your own for you to judge")
    ] = "",
) -> None:
    """Recompute trends, networks and themes of a run.

    Also changes, life stories and the report. All of them are computed from the tables of the run.

    Define themes of your own in themes/*.toml beside the documents (name, terms, concepts, not). --judge
    writes a CSV there; your judgements in it measure how precise the theme is, and correct its shares.
    The settings are those of the last run; --settings can change how trends and open themes are computed,
    and the title.

    Example: politikspur track build/sample
    Example: politikspur track build/sample --judge Handwerk
    """
    from pipeline.again import draw, own_themes, retrack

    if judge:
        typer.echo(f"{draw(out, judge)}: fill in `right`, then run `politikspur track {quote(str(out))}`")
        return
    retrack(out, settings)
    typer.echo(f"{out / 'tables'}: trends, life stories, networks and themes are up to date")
    for line in own_themes(out):
        typer.echo(line)
