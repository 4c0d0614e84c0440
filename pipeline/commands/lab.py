"""The commands that train and measure."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.arguments import Fast, SettingsFile
from pipeline.commands.help import Commands
from pipeline.errors import InputError, SettingsError

app = typer.Typer()
bench = typer.Typer(
    cls=Commands,
    help="Measure quality and speed.\n\nExample: politikspur bench read --truth pages --pdf folder",
    no_args_is_help=True,
)

SAMPLE, REFERENCES = Path("corpora/sample"), "truth/mentions.jsonl"


@contextmanager
def _extra() -> Iterator[None]:
    """Say how to install what training needs if it is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        remedy = "in the checkout: .venv/bin/pip install -e '.[train]'"
        raise SettingsError(str(error.name), "is not installed", remedy) from error


@app.command()
def train(
    config: Annotated[Path, typer.Argument(help="Training configuration (TOML)")],
    out: Annotated[Path, typer.Option(help="Folder for the trained model")],
    folds: Annotated[
        int | None,
        typer.Option(min=0, help="Folds of a cross-validation by document (0: only held-out documents)"),
    ] = None,
    keep: Annotated[
        bool, typer.Option(help="Keep the tagger in --out, trained so before: only judge it anew")
    ] = False,
) -> None:
    """Train a tagger on labelled sentences (extra `train`).

    Example: politikspur train my.toml --out models/mine (models/README.md tells what to write into it)
    """
    from pipeline.commands.progress import share_bar

    with _extra():
        from pipeline.train import train as train_tagger
    with share_bar("train") as observe:
        tell = partial(typer.echo, err=True)
        curve = train_tagger(config, out, folds=folds, keep=keep, observe=observe, tell=tell)
    for number, epoch in enumerate(curve, 1):
        told = ", ".join(f"{name} {value:.3f}" for name, value in epoch.items())
        typer.echo(f"epoch {number}: {told}")
    typer.echo(f"{out}: use it with [tag] model in a settings file; its report: {out / 'report.md'}")


@app.command()
def evaluate(
    gold: Annotated[Path | None, typer.Option(help="Reference labels in the codebook's format")] = None,
    relations: Annotated[Path | None, typer.Option(help="Evaluate relations against this file")] = None,
    json: Annotated[Path | None, typer.Option(help="Also write the figures as JSON")] = None,
    folder: Annotated[
        Path | None, typer.Option("--report", help="Folder for tables and plots of the tagger's errors")
    ] = None,
    settings: SettingsFile = None,
    fast: Fast = False,
) -> None:
    """Evaluate the tagger against reference labels.

    Prints precision, recall and F1 with bootstrap intervals.

    Without --gold, the references are the hand-labelled sentences of the sample collection. --relations
    evaluates relations: between given mentions, end to end, and against a baseline.

    Example: politikspur evaluate --gold corpora/sample/truth/mentions.jsonl
    """
    from pipeline import evaluate, evaluate_relations
    from pipeline.config import load_settings

    if relations and (gold or folder):
        what = "cannot be used with --relations"
        raise InputError("--gold" if gold else "--report", what, "evaluate tagger and relations one by one")
    judge = evaluate_relations if relations else evaluate
    references = relations or gold or _sample_references()
    report = judge.evaluate_file(references, load_settings(settings, fast=fast))
    for line in judge.report_lines(report):
        typer.echo(line)
    if json:
        from pipeline.store import write_json

        write_json(json, report)
    if folder and isinstance(report, evaluate.Evaluation):
        from pipeline.learning.analysis import write

        typer.echo(write(folder, {gold.name if gold else "the sample": report}))


def _sample_references() -> Path:
    path = SAMPLE / REFERENCES
    if not path.is_file():
        raise InputError("evaluate", f"there is no {path} here", "give references with --gold FILE")
    return path


@bench.command("read")
def bench_read(
    truth: Annotated[
        Path | None, typer.Option(help="Folder of reference pages of these PDFs, one JSON file each")
    ] = None,
    pdf: Annotated[Path | None, typer.Option(help="Folder of PDFs (default: that of the sample)")] = None,
    words: Annotated[
        Path | None, typer.Option(help="Folder of clean texts (NAME.txt for NAME.pdf), for whole documents")
    ] = None,
) -> None:
    """Compare the reader with others: quality and speed.

    The others are pdfplumber, pdfminer.six, pypdfium2 and poppler, if installed. Quality is measured on
    the reference pages of the sample, or on those that you give for your PDFs. --words measures the
    reader alone: precision and recall of the words of whole documents.

    Example: politikspur bench read --truth pages --pdf folder
    """
    from pipeline.reading.readbench import bench as compare
    from pipeline.reading.readbench import bench_words

    if not pdf and not truth:
        truth = SAMPLE / "truth" / "pages"
    folder = pdf or SAMPLE / "pdf"
    if words is None:
        compare(truth, folder, typer.echo)
    else:
        bench_words(words, folder, typer.echo)


@bench.command("tag")
def bench_tag(
    gold: Annotated[Path, typer.Option(help="Reference labels in the codebook's format")] = SAMPLE
    / REFERENCES,
    pdf: Annotated[Path, typer.Option(help="Folder of PDFs, for speed")] = SAMPLE / "pdf",
    model: Annotated[list[str] | None, typer.Option(help="Model, or its folder; repeatable")] = None,
    floats: Annotated[
        bool, typer.Option("--floats", help="Also the first model in floats (extra `train`)")
    ] = False,
) -> None:
    """Measure taggers: speed on one core, memory, size and F1.

    Example: politikspur bench tag --gold references.jsonl --pdf folder --model tagger --model models/mine
    """
    from pipeline.learning.tagbench import bench as measure

    with _extra():
        measure(gold, pdf, models=model or ["tagger"], floats=floats, tell=typer.echo)


@bench.command("search")
def bench_search(
    folder: Annotated[Path, typer.Option(help="Empty folder for the index and the vectors")],
    sentences: Annotated[int, typer.Option(min=1000, help="Invented sentences")] = 1_000_000,
) -> None:
    """Measure search on invented sentences.

    By words and by meaning: build time, size of the index, time per query.

    Example: politikspur bench search --folder build/searchbench
    """
    from pipeline.searching.searchbench import measure_meaning, measure_words

    for name, measure in (("words", measure_words), ("meaning", measure_meaning)):
        found = measure(folder / name, sentences=sentences)
        built = f"built in {found.seconds:.0f} s, {found.megabytes:.0f} MB, recall {found.recall:.2f}"
        asked = f"median {found.median:.1f} ms, p95 {found.p95:.1f} ms, worst {found.worst:.1f} ms"
        typer.echo(f"{name:<8} {found.sentences:,} sentences {built}; a question {asked}")


@bench.command("serve")
def bench_serve(
    out: Annotated[
        Path | None,
        typer.Argument(help="Output folder of a run (default: an invented one, as large as asked)"),
    ] = None,
    corpus: Annotated[Path | None, typer.Option(help="Folder of its documents, for page images")] = None,
    documents: Annotated[int, typer.Option(min=1, help="Invented documents")] = 100,
    mentions: Annotated[int, typer.Option(min=100, help="Invented mentions")] = 150_000,
    readers: Annotated[int, typer.Option(min=1, help="Simultaneous readers")] = 50,
) -> None:
    """Measure the explorer: views, many readers at once, memory.

    Example: politikspur bench serve build/sample
    """
    from pipeline.serving.invented import invent
    from pipeline.serving.servebench import measure, told

    with tempfile.TemporaryDirectory() as folder:
        if out is None:
            out = Path(folder) / "out"
            corpus = invent(out, documents=documents, mentions=mentions)
        for line in told(measure(out, corpus=corpus, readers=readers)):
            typer.echo(line)


@bench.command("track")
def bench_track(
    out: Annotated[
        Path | None,
        typer.Argument(help="Output folder of a run (default: invented tables, as large as asked)"),
    ] = None,
    documents: Annotated[int, typer.Option(min=1, help="Invented documents")] = 100,
    mentions: Annotated[int, typer.Option(min=100, help="Invented mentions")] = 150_000,
    settings: Annotated[Path | None, typer.Option(help="Settings file")] = None,
) -> None:
    """Measure what trends, networks and open themes cost.

    Example: politikspur bench track build/sample
    """
    from pipeline.config import load_settings
    from pipeline.running.journal import settings_of
    from pipeline.tracking.invented import invent
    from pipeline.tracking.trackbench import measure, told

    with tempfile.TemporaryDirectory() as folder:
        tables = out / "tables" if out else Path(folder)
        if out is None:
            invent(tables, documents=documents, mentions=mentions)
        for line in told(measure(tables, settings_of(out, settings) if out else load_settings(settings))):
            typer.echo(line)


@bench.command("intervals")
def bench_intervals(
    replications: Annotated[int, typer.Option(min=50, help="Simulated texts of each kind")] = 1000,
) -> None:
    """Simulate the coverage of intervals and the power of tests.

    Prints the tables of METHODS.md. A thousand replications take some minutes; 50 give an impression.

    Example: politikspur bench intervals --replications 100
    """
    from pipeline.tracking.simulated import told

    for line in told(replications):
        typer.echo(line)


app.add_typer(bench, name="bench")


@bench.command("scale")
def bench_scale(
    documents: Annotated[
        list[int] | None,
        typer.Option(help="Documents of a corpus; repeatable (default: 100, 1,000, 5,000)"),
    ] = None,
    engine: Annotated[
        list[str] | None, typer.Option(help='"1 worker", "2 workers" or "Ray"; repeatable')
    ] = None,
) -> None:
    """Measure how the cost of a run grows with its documents.

    Time, memory and disk, for invented documents of two pages.

    Example: politikspur bench scale --documents 100 --documents 1000 --engine "2 workers"
    """
    from pipeline.running.scalebench import ENGINES, SIZES
    from pipeline.running.scalebench import bench as measure

    measure(documents or SIZES, engine or tuple(ENGINES), typer.echo)
