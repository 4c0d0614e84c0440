"""Measure how fast and how well PDFs are read, compared with other readers.

Every reader reads the same pages in the same process; the figure is pages per second of CPU time,
so that a busy machine changes little. The others are imported here rather than through their doors,
so that the calls measured are those that their users would make.
"""

from __future__ import annotations

import gc
import importlib.util
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.clean import clean
from pipeline.config import Read
from pipeline.errors import InputError
from pipeline.read import read_pages
from pipeline.reading.formats import decode
from pipeline.reading.pdfium import Document, Glyphs
from pipeline.split import page_text, passages
from pipeline.stopwatch import cpu_seconds

if TYPE_CHECKING:
    from pipeline.reading.pagescore import Truth

SETTINGS = Read(ocr=False, ocr_dpi=300, password="")
DOCUMENTS, PAGES = 12, 20  # documents for speed, pages read of each
SKIPPED = 4  # pages at the start of each, since titles and contents are read quickly
NAME = 20  # characters of the column that names the readers

Reader = Callable[[Path, Sequence[int]], list[str]]  # pages from 1 -> their texts


def bench(truth: Path | None, folder: Path, out: Callable[[str], None] = print) -> None:
    """Print quality against hand-made pages in `truth`, if given, and speed on the PDFs of `folder`.

    `truth` holds one JSON file per page, see `pagescore.Truth`.

    Raises:
        InputError: a folder is missing or holds nothing to read.
    """
    readers = _readers()
    if truth is not None:
        _quality(truth, folder, readers, out)
        out("")
    _speed(folder, readers, out)


def bench_words(texts: Path, folder: Path, out: Callable[[str], None] = print) -> None:
    """Print how many words are read right: precision and recall of whole documents.

    `texts` holds the text of each document as a person cleaned it, in a file `NAME.txt`; `folder` its
    PDF `NAME.pdf`. Tables of contents do not count as text.

    Raises:
        InputError: there are no texts, or one has no PDF.
    """
    if not _has_scorer(out):
        return
    from pipeline.reading.pagescore import words

    truths = sorted(texts.glob("*.txt"))
    if not truths:
        raise InputError(str(texts), "holds no text", "name a folder of clean texts, NAME.txt of NAME.pdf")
    width = max(len(path.stem) for path in truths) + 1
    out("words of".ljust(width) + "".join(f"{name:>11}" for name in ("read", "clean", "precision", "recall")))
    for path in truths:
        read = passages(clean(list(read_pages(folder / f"{path.stem}.pdf", settings=SETTINGS))))
        text = "\n".join(passage.text for passage in read if passage.role != "contents")
        found = words(text, decode(path.read_bytes()))
        counts = f"{found.given:11}{found.wanted:11}"
        out(f"{path.stem:{width}}{counts}{found.precision:11.4f}{found.recall:11.4f}")


def _readers() -> dict[str, Reader]:
    found: dict[str, Reader] = {"politikspur": _politikspur, "pypdfium2": _pypdfium2}
    if importlib.util.find_spec("pdfplumber"):
        found |= {"pdfplumber": _pdfplumber, "pdfminer.six": _pdfminer}
    if shutil.which("pdftotext"):
        found["poppler"] = _poppler
    return found


def _politikspur(path: Path, pages: Sequence[int]) -> list[str]:
    found = passages(clean(list(read_pages(path, settings=SETTINGS))))
    return [page_text(found, page) for page in pages]


def _passages(path: Path, pages: Sequence[int]) -> list[str]:
    """Read nothing but these pages, as the others do for speed."""
    found = passages(clean(list(read_pages(path, settings=SETTINGS, pages=frozenset(pages)))))
    return [passage.text for passage in found]


def _pypdfium2(path: Path, pages: Sequence[int]) -> list[str]:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return [document[page - 1].get_textpage().get_text_range() for page in pages]


def _pdfplumber(path: Path, pages: Sequence[int]) -> list[str]:
    import pdfplumber

    with pdfplumber.open(path, pages=list(pages)) as document:
        return [page.extract_text() for page in document.pages]


def _pdfminer(path: Path, pages: Sequence[int]) -> list[str]:
    from pdfminer.high_level import extract_text

    texts = extract_text(path, page_numbers=[page - 1 for page in pages]).split("\f")
    return texts[: len(pages)]


def _poppler(path: Path, pages: Sequence[int]) -> list[str]:
    first, last = str(min(pages)), str(max(pages))
    command = ["pdftotext", "-f", first, "-l", last, str(path), "-"]
    printed = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8", "replace")
    texts = printed.split("\f")
    return [texts[page - min(pages)] for page in pages]


def _quality(truth: Path, folder: Path, readers: dict[str, Reader], out: Callable[[str], None]) -> None:
    if not _has_scorer(out):
        return
    from pipeline.reading.pagescore import Score, load, score

    pages, names = load(truth), Score.__struct_fields__
    if not pages:
        raise InputError(str(truth), "holds no page", "name a folder of truth pages")
    out(f"quality on {len(pages)} pages".ljust(NAME) + "".join(f"{name:>12}" for name in names))
    places = {page.file: _found(page.file, folder, truth) for page in pages}
    for name, reader in readers.items():
        found = score(zip(pages, _texts(places, pages, reader), strict=True))
        out(name.ljust(NAME) + "".join(f"{getattr(found, measure):12.4f}" for measure in names))


def _has_scorer(out: Callable[[str], None]) -> bool:
    if importlib.util.find_spec("rapidfuzz"):
        return True
    out("quality: not measured (needs the package rapidfuzz)")
    return False


def _found(name: str, *folders: Path) -> Path:
    """Return the PDF of reference pages, from the folder of PDFs or from beside the pages.

    Raises:
        InputError: it is in none of the folders.
    """
    place = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if place is None:
        where = " nor in ".join(map(str, folders))
        raise InputError(name, f"is neither in {where}", "name the folder of these PDFs with --pdf")
    return place


def _texts(places: Mapping[str, Path], pages: Sequence[Truth], reader: Reader) -> Iterator[str]:
    """Yield the text that a reader returns for each page; pages of one file are consecutive."""
    for name, wanted in groupby(pages, key=lambda page: page.file):
        yield from reader(places[name], [page.page for page in wanted])


def _speed(folder: Path, readers: dict[str, Reader], out: Callable[[str], None]) -> None:
    long, short = range(SKIPPED + 1, SKIPPED + PAGES + 1), range(1, 2)
    sample = next((found for pages in (long, short) if (found := _sample(folder, list(pages)))), [])
    if not sample:
        raise InputError(str(folder), "holds no PDF with text", "name a folder of PDFs")
    n = sum(len(pages) for _, pages in sample)
    spent = _spent(readers | {"politikspur": _passages}, sample)
    out(f"speed on {n} pages, one process   pages a second of CPU time   times pdfplumber")
    for name, seconds in spent.items():
        times = f"{spent['pdfplumber'] / seconds:18.1f}" if "pdfplumber" in spent else ""
        out(f"{name:<19}{n / seconds:27.1f}{times}")


def _spent(readers: dict[str, Reader], sample: Sequence[tuple[Path, list[int]]]) -> dict[str, float]:
    """Return the seconds of each reader; they take turns, so that other processes affect all alike."""
    for reader in readers.values():
        reader(*sample[0])  # so that compiling and imports are not measured
    spent = dict.fromkeys(readers, 1e-6)
    for path, pages in sample:
        for name, reader in readers.items():
            gc.collect()  # so that no reader pays for what another leaves
            start = cpu_seconds()
            reader(path, pages)
            spent[name] += cpu_seconds() - start
    return spent


def _sample(folder: Path, pages: list[int]) -> list[tuple[Path, list[int]]]:
    return list(islice(_born_digital(folder, pages), DOCUMENTS))


def _born_digital(folder: Path, pages: list[int]) -> Iterator[tuple[Path, list[int]]]:
    """Yield PDFs that have these pages, spread over the folder, without scans."""
    places = sorted(folder.glob("*.pdf"))
    for path in places[:: max(1, len(places) // (2 * DOCUMENTS))]:
        try:
            with Document(path) as document:
                if document.n_pages >= pages[-1] and all(_has_text(document.glyphs(page)) for page in pages):
                    yield path, pages
        except InputError:
            continue


def _has_text(glyphs: Glyphs) -> bool:
    """Return whether a page has visible text, as opposed to the hidden text layer of a scan."""
    return len(glyphs.codes) > 0 and not any(style.hidden for style in glyphs.style)
