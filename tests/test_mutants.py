"""Damaged PDFs, made by chance from those of the sample: each has a status, none stops the reader."""

import random
import re
import zlib
from pathlib import Path

from msgspec.structs import replace

from pipeline.config import load_settings
from pipeline.read import read_pages
from pipeline.reading.spool import PAGES, spooled
from pipeline.records import Page, Text
from pipeline.texts import attempt, text_of
from pipeline.workers import Crew, Finished, Note, Stopped

SETTINGS = load_settings()
READ = replace(SETTINGS.read, ocr=False)
LIMITS = replace(SETTINGS.limits, page_cpu_seconds=10, document_cpu_seconds=20, memory_mb=1000)
SEED, MUTANTS = 20, 150
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
OBJECT = re.compile(rb"\d+ 0 obj.*?endobj\s", re.DOTALL)


def flipped(pdf, rng):
    """Some bytes are others."""
    made = bytearray(pdf)
    for _ in range(rng.choice((1, 5, 40, 400))):
        made[rng.randrange(len(made))] = rng.randrange(256)
    return bytes(made)


def inflated(pdf, rng):
    """A number has many digits more: a size, a length, an offset, a page."""
    at = rng.choice([match.end() for match in re.finditer(rb"[ /\[]\d+", pdf)])
    return pdf[:at] + b"9" * rng.choice((1, 3, 12)) + pdf[at:]


def cut(pdf, rng):
    """A stream lacks its end, or the file does."""
    start, end = rng.choice([match.span(1) for match in STREAM.finditer(pdf)])
    at = rng.randrange(start, end)
    return pdf[:at] + (pdf[end:] if rng.random() < 0.7 else b"")


def rewritten(pdf, rng):
    """A stream holds other bytes below its packing: operators, glyphs and maps that flips never reach."""
    packed = [match for match in STREAM.finditer(pdf) if match[1].startswith(b"x")]
    match = rng.choice(packed)
    content = flipped(zlib.decompressobj().decompress(match[1]), rng)
    return pdf[: match.start(1)] + zlib.compress(content) + b"\n" + pdf[match.end(1) :]


def doubled(pdf, rng):
    """An object stands twice, the second time under the number of another."""
    first, other = rng.sample(OBJECT.findall(pdf), 2)
    copy = other.partition(b" ")[0] + b" " + first.partition(b" ")[2]
    return pdf.replace(b"startxref", copy + b"startxref", 1).replace(b"xref", b"xxxx", rng.randrange(2))


def mutants(folder: Path, originals: list[bytes]) -> list[str]:
    rng = random.Random(SEED)
    paths = []
    for number in range(MUTANTS):
        made = rng.choice(originals)
        rewrite = rng.random() < 0.4
        if rewrite:
            made = rewritten(made, rng)
        if not rewrite or rng.random() < 0.3:
            made = rng.choice((flipped, inflated, cut, doubled))(made, rng)
        paths.append(folder / f"{number:03}.pdf")
        paths[-1].write_bytes(made)
    return list(map(str, paths))


def status(path: str, note: Note) -> tuple[str, str, int]:
    """Return status, reason and number of passages, as a run finds them; runs in a limited worker."""
    file = Path(path)
    note("read", 1)
    pages = attempt(lambda: spooled(Page, read_pages(file, settings=READ), room=PAGES))
    text = pages if isinstance(pages, Text) else text_of(file, "pdf", pages)
    return text.status, text.reason, len(text.passages)


def test_damaged_files_have_a_status_and_stop_nothing(root, tmp_path):
    originals = [path.read_bytes() for path in sorted((root / "corpora/sample/pdf").glob("*.pdf"))]
    paths = mutants(tmp_path, [pdf for pdf in originals if len(pdf) < 70_000])
    with Crew(status, workers=1) as crew:
        events = list(crew.run(paths, LIMITS))
    assert not [(Path(paths[one.task]).name, one.reason) for one in events if isinstance(one, Stopped)]
    found = {one.task: one.result for one in events if isinstance(one, Finished)}
    assert sorted(found) == list(range(MUTANTS))
    for state, reason, passages in found.values():
        assert state in ("ok", "partial", "failed", "skipped")
        assert passages if state in ("ok", "partial") else reason
