"""The commands that train and measure; part of the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()
bench = typer.Typer(
    help="Measure quality and speed.\n\nExample: politikspur bench read --truth pages --pdf folder",
    no_args_is_help=True,
)


@app.command()
def train(
    config: Annotated[Path, typer.Argument(help="What to train from, and how (TOML)")],
    out: Annotated[Path, typer.Option(help="Folder for the trained model")],
) -> None:
    """Train a tagger on labelled sentences (needs the extra `train`).

    Example: politikspur train models/tagger/train.toml --out build/tagger
    """
    from pipeline.train import train as train_tagger

    for number, epoch in enumerate(train_tagger(config, out), 1):
        told = ", ".join(f"{name} {value:.3f}" for name, value in epoch.items())
        typer.echo(f"epoch {number}: {told}")
    typer.echo(f"{out}: use it with [tag] model in a settings file")


@bench.command("read")
def bench_read(
    truth: Annotated[Path, typer.Option(help="Hand-made pages: a JSON file a page, and score.py")],
    pdf: Annotated[Path, typer.Option(help="Folder of the PDFs of these pages, also used for speed")],
) -> None:
    """Compare the reader with pdfplumber, pdfminer.six, pypdfium2 and poppler: quality and speed.

    Example: politikspur bench read --truth ../shared/pages --pdf ../shared/corpora/pdf
    """
    from pipeline.reading.readbench import bench as compare

    compare(truth, pdf, typer.echo)


@bench.command("search")
def bench_search(
    folder: Annotated[Path, typer.Option(help="Empty folder for the index and the vectors")],
    sentences: Annotated[int, typer.Option(min=1000, help="Invented sentences")] = 1_000_000,
) -> None:
    """Measure search by words and by meaning on invented sentences: build, size, seconds a question.

    Example: politikspur bench search --folder build/searchbench
    """
    from pipeline.searching.searchbench import measure_meaning, measure_words

    for name, measure in (("words", measure_words), ("meaning", measure_meaning)):
        found = measure(folder / name, sentences=sentences)
        built = f"built in {found.seconds:.0f} s, {found.megabytes:.0f} MB, recall {found.recall:.2f}"
        asked = f"median {found.median:.1f} ms, p95 {found.p95:.1f} ms, worst {found.worst:.1f} ms"
        typer.echo(f"{name:<8} {found.sentences:,} sentences {built}; a question {asked}")


app.add_typer(bench, name="bench")
