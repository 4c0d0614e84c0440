"""Measure how fast and how well sentences are tagged: one line per model, and one for keywords alone.

Each model runs in a process of its own, on one thread; seconds are CPU time, so that a busy machine
changes little. Quality is measured on references, speed on whole documents that are read beforehand.
"""

from __future__ import annotations

import multiprocessing as mp
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from pipeline import cards, evaluate, tag
from pipeline.clean import clean
from pipeline.config import load_settings
from pipeline.contexts import contexts
from pipeline.errors import InputError
from pipeline.extractors import mentions
from pipeline.learning import encoder, jsonl, keywords
from pipeline.learning.doc_names import document_type
from pipeline.learning.jsonl import Example
from pipeline.read import read_pages
from pipeline.records import Context, Record
from pipeline.schema.labels import LAYERS
from pipeline.split import split
from pipeline.stopwatch import peak_bytes

KEYWORDS = "keywords"
JUDGED = (*LAYERS, "theme")
Document = list[Context]


class Measured(Record, frozen=True, kw_only=True):
    """One line of the table."""

    name: str
    sentences: float  # per second of CPU time
    pages: float  # per second of CPU time
    memory: float  # MB, peak of a process that loads the model and tags
    size: float  # MB of the model's files
    f1: dict[str, float]  # by layer, at IoU >= 0.5
    alike: float  # F1 of its spans (exact, with all labels) against the first model's


def bench(
    gold: Path,
    folder: Path,
    *,
    models: Sequence[str] = ("tagger",),
    floats: bool = False,
    tell: Callable[[str], None] = print,
) -> list[Measured]:
    """Print a table: speed on the PDFs of a folder and F1 on references, for each model and for keywords.

    Args:
        gold: File of references in the codebook's format.
        folder: Folder of PDFs; those that cannot be read are left out.
        models: Names or folders; the others are compared with the first.
        floats: Also measure the first model with weights converted back to floats (needs the extra `train`).
        tell: Called with each line.

    Raises:
        InputError: there is nothing to read, or there are no references.
        ModelError: a model is missing or damaged.
    """
    documents, pages = _documents(folder)
    n = sum(map(len, documents))
    if not n:
        raise InputError(str(folder), "holds no PDF with German sentences", "name a folder of PDFs")
    reference = list(jsonl.labelled(gold))
    for model in models:
        cards.find(model)
    tell(f"speed on {n} sentences of {pages} pages, one thread, a second of CPU time; F1 on {gold}")
    tell(
        f"{'':20}sentences   pages  memory    size  " + "  ".join(f"{one:>10}" for one in JUDGED) + "  alike"
    )
    found, first = [], None
    with tempfile.TemporaryDirectory() as place:
        named = {name: name for name in models}
        if floats:
            named[f"{models[0]} in floats"] = str(_restored(models[0], Path(place) / "floats"))
        for label, name in (named | {KEYWORDS: KEYWORDS}).items():
            with mp.get_context("spawn").Pool(1) as pool:
                tagged, seconds, memory = pool.apply(_run, (name, reference, documents))
            first = first or tagged
            report = evaluate.evaluate(gold, tagged)
            measured = Measured(
                name=label,
                sentences=n / seconds,
                pages=pages / seconds,
                memory=memory / 1e6,
                size=0.0 if name == KEYWORDS else _size(cards.find(name)) / 1e6,
                f1={one.name: one.f1 for one in report.scores if one.group == "layer"},
                alike=_alike(first, tagged),
            )
            tell(_line(measured))
            found.append(measured)
    return found


def _restored(model: str, folder: Path) -> Path:
    from pipeline.learning import packing, quantize

    source = cards.find(model)
    shutil.copytree(source, folder)
    shutil.copyfile(source / encoder.verify(source).tokenizer, folder / encoder.TOKENIZER)
    quantize.restore(source / "encoder.onnx", folder / "encoder.onnx")
    packing.write_card(folder, {}, {})
    return folder


def _documents(folder: Path) -> tuple[list[Document], int]:
    """Return the sentences of the PDFs in a folder as a run reads them, and the number of pages."""
    documents, pages = [], 0
    settings = load_settings().read
    for path in sorted(folder.glob("*.pdf")):
        try:
            text = split(clean(list(read_pages(path, settings=settings))))
        except InputError:
            continue
        documents.append(contexts(text, document_type(path.stem)))
        pages += len(text.pages)
    return documents, pages


def _run(
    name: str, reference: Sequence[Example], documents: Sequence[Document]
) -> tuple[list[Example], float, int]:
    """Return the tagged references, the seconds that the documents took, and the peak memory in bytes."""
    if name == KEYWORDS:
        tagged = list(keywords.tagged(reference))
        start = time.process_time()
        for one in chain.from_iterable(documents):
            list(keywords.tagged([Example(id="", text=one.text)]))
    else:
        tagger = mentions.load(name)
        tagged = list(tag.tagged(reference, tagger))  # also loads what is loaded on first use
        start = time.process_time()
        for document in documents:
            for _ in mentions.spans(tagger, document):
                pass
    seconds = max(time.process_time() - start, 1e-6)
    return tagged, seconds, peak_bytes()


def _size(folder: Path) -> int:
    """Return the bytes of the files that a model needs, as its card names them."""
    return sum((folder / name).stat().st_size for name in encoder.verify(folder).files)


def _alike(first: Sequence[Example], other: Sequence[Example]) -> float:
    mine, theirs = (Counter(_facts(one)) for one in (first, other))
    return 2 * (mine & theirs).total() / max(1, mine.total() + theirs.total())


def _facts(examples: Sequence[Example]) -> Iterator[tuple[object, ...]]:
    for at, one in enumerate(examples):
        for found in one.mentions:
            yield at, found.layer, found.start, found.end, found.kind, found.status, found.named


def _line(one: Measured) -> str:
    f1 = "  ".join(f"{one.f1.get(layer, 0.0):10.3f}" for layer in JUDGED)
    speed = f"{one.sentences:10.0f}{one.pages:8.1f}{one.memory:8.0f}{one.size:8.1f}"
    return f"{one.name:<19}{speed}  {f1}  {one.alike:.3f}"
