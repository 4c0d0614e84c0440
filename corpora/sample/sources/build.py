"""Build the sample collection: typeset the sources, write manifest.csv and truth/documents.jsonl.

    python corpora/sample/sources/build.py             # everything
    python corpora/sample/sources/build.py NAME ...    # these documents only (no manifest, no truth)
    python corpora/sample/sources/build.py --out DIR   # everything, into another folder

Needs the package `typst` (a compiler as a wheel); the scan needs numpy, pillow and pypdfium2,
the word-processor document python-docx. The same versions give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import re
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent.parent
SOURCES = HERE / "sources"
MARK = "Fiktives Dokument – Beispielsammlung politikspur"
LICENCE = "CC0-1.0"
TIMESTAMP = 1767225600  # 2026-01-01, in every file: a creation date must not decide anything
COLUMNS = (
    "file", "title", "doc_type", "issuer", "date", "wahlperiode", "language", "pages", "licence",
    "notes", "sha256",
)  # fmt: skip
TOOLS = ("typst", "numpy", "pillow", "pypdfium2", "python-docx")
# First days of the Wahlperioden (constituting sessions): enough to say when a sample was published.
PERIODS = (
    ("bt17", "2009-10-27"), ("bt18", "2013-10-22"), ("bt19", "2017-10-24"),
    ("bt20", "2021-10-26"), ("bt21", "2025-03-25"),
)  # fmt: skip

Facts = dict[str, Any]


def main() -> None:
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", help="documents to build, without suffix (default: all)")
    parser.add_argument("--out", type=Path, default=HERE, help="folder that receives the results")
    args = parser.parse_args()
    built = [build(path, args.out) for path in sources() if not args.names or path.stem in args.names]
    for facts in built:
        print(f"{facts['file']}  {facts['pages']} pages  {facts['bytes']} bytes")
    if not args.names:
        write_manifest(built, args.out)
        write_documents(built, args.out)
        tools = {name: version(name) for name in TOOLS}
        (args.out / "truth" / "built-with.json").write_text(
            json.dumps(tools, indent=1) + "\n", encoding="utf-8"
        )


def sources() -> list[Path]:
    """Return the source of every document, ordered by name."""
    return sorted([*SOURCES.glob("*.typ"), *SOURCES.glob("*.toml")], key=lambda path: path.stem)


def build(path: Path, out: Path) -> Facts:
    """Build one document into `out`; return its facts, headings, pages and hash."""
    facts, content = typeset(path) if path.suffix == ".typ" else office(path)
    facts.setdefault("language", "de")
    if not facts["file"].split("/")[-1].startswith(path.stem + "."):
        raise SystemExit(f"{path.name}: facts.file is {facts['file']}")
    target = out / facts["file"]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return facts | {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


# ------------------------------------------------------------------------------ typeset documents


def typeset(path: Path) -> tuple[Facts, bytes]:
    """Compile a Typst source; an image of the pages where the facts say `scan`."""
    import typst

    compiler = typst.Compiler(path, root=SOURCES, font_paths=[SOURCES / "fonts"], ignore_system_fonts=True)
    content = compiler.compile(format="pdf", timestamp=TIMESTAMP, pdf_tags=False)
    assert isinstance(content, bytes)
    facts = json.loads(compiler.query("<facts>", field="value", one=True))
    facts["headings"] = json.loads(compiler.query("<headings>", field="value", one=True))
    if facts.pop("scan", False):
        content = scanned(content, facts["title"])
    facts["pages"] = n_pages(content)
    return facts, content


def n_pages(content: bytes) -> int:
    """Count the pages of a PDF."""
    import pypdfium2

    return len(pypdfium2.PdfDocument(content))


def scanned(content: bytes, title: str) -> bytes:
    """Turn a PDF into grey, slightly rotated, noisy page images at 150 dpi."""
    import pypdfium2

    images = []
    for number, page in enumerate(pypdfium2.PdfDocument(content)):
        image = page.render(scale=150 / 72, grayscale=True).to_pil().convert("L")
        images.append(worn(image, angle=(0.7, -0.5)[number % 2], seed=number))
    buffer = io.BytesIO()
    stamp = __import__("time").gmtime(TIMESTAMP)
    images[0].save(
        buffer, "PDF", save_all=True, append_images=images[1:], resolution=150, quality=60,
        title=title, keywords=MARK, producer="", creationDate=stamp, modDate=stamp,
    )  # fmt: skip
    return buffer.getvalue()


def worn(image: Any, *, angle: float, seed: int) -> Any:
    """Return a page image as a flatbed scanner gives it: askew, greyish paper, grain, specks."""
    import numpy
    from PIL import Image

    turned = image.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255)
    ink = numpy.asarray(turned, dtype=numpy.float64)
    random = numpy.random.default_rng(seed)
    shade = numpy.linspace(0, 9, ink.shape[1])[None, :]
    grain = random.normal(0, 7, ink.shape)
    specks = (random.random(ink.shape) < 0.00012) * 130
    page = numpy.clip(ink * 0.93 + 8 - shade + grain - specks, 0, 255)
    return Image.fromarray(page.astype(numpy.uint8))


# --------------------------------------------------------- documents of word processors and editors


def office(path: Path) -> tuple[Facts, bytes]:
    """Build a .docx or .md document from a TOML source: facts and `body` in a little Markdown."""
    facts = tomllib.loads(path.read_text(encoding="utf-8"))
    body = facts.pop("body").strip() + "\n"
    blocks = list(blocks_of(body))
    facts["headings"] = [
        {"level": level, "page": None, "number": "", "text": text} for level, text in blocks if level
    ]
    facts["pages"] = ""
    content = docx(facts, blocks) if facts["file"].endswith(".docx") else markdown(facts, body)
    return facts, content


def blocks_of(body: str) -> Iterator[tuple[int, str]]:
    """Yield (heading level or 0, text) for each block; a bullet keeps its leading `- `."""
    for block in re.split(r"\n\s*\n|\n(?=- )", body.strip()):
        text = " ".join(block.split())
        marks = re.match(r"(#+) ", text)
        yield (len(marks[1]), text[marks.end() :]) if marks else (0, text)


def markdown(facts: Facts, body: str) -> bytes:
    """Return the Markdown file: title, body, mark of fiction."""
    return f"# {facts['title']}\n\n{body}\n---\n\n*{MARK}*\n".encode()


def docx(facts: Facts, blocks: list[tuple[int, str]]) -> bytes:
    """Return the document as .docx, the mark of fiction in its footer, all times fixed."""
    import datetime

    from docx import Document

    document = Document()
    document.sections[0].footer.paragraphs[0].text = MARK
    properties = document.core_properties
    properties.title, properties.author = facts["title"], facts["issuer"]
    properties.keywords, properties.comments, properties.language = MARK, facts["notes"], "de-DE"
    moment = datetime.datetime.fromtimestamp(TIMESTAMP, tz=datetime.UTC).replace(tzinfo=None)
    properties.created = properties.modified = moment
    document.add_heading(facts["title"], level=0)
    for level, text in blocks:
        if level:
            document.add_heading(text, level=level)
        else:
            bullet = text.startswith("- ")
            runs(document.add_paragraph(style="List Bullet" if bullet else None), text.removeprefix("- "))
    buffer = io.BytesIO()
    document.save(buffer)
    return fixed_times(buffer.getvalue())


def runs(paragraph: Any, text: str) -> None:
    """Add text to a paragraph, `**…**` in bold."""
    for number, part in enumerate(text.split("**")):
        if part:
            paragraph.add_run(part).bold = True if number % 2 else None


def fixed_times(content: bytes) -> bytes:
    """Rewrite a zip archive with the same time for every member."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return buffer.getvalue()


# ------------------------------------------------------------------------------ manifest and truth


def write_manifest(built: list[Facts], out: Path) -> None:
    """Write manifest.csv, a line a document."""
    with (out / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        for facts in built:
            writer.writerow(facts | {"licence": LICENCE, "notes": f"Fiktion. {facts['notes']}"})


def write_documents(built: list[Facts], out: Path) -> None:
    """Write truth/documents.jsonl: what reading each document should find."""
    lines = []
    for facts in built:
        line = {key: facts[key] for key in ("file", "title", "date", "doc_type", "issuer", "language")}
        line |= {
            "period_published": period(facts["date"]),
            "n_pages": facts["pages"] or None,
            "status": facts.get("status", "ok"),
            "image_only": facts["file"].endswith("-scan.pdf"),
            "headings": facts["headings"],
        }
        lines.append(json.dumps(line, ensure_ascii=False) + "\n")
    (out / "truth").mkdir(parents=True, exist_ok=True)
    (out / "truth" / "documents.jsonl").write_text("".join(lines), encoding="utf-8")


def period(date: str) -> str:
    """Return the Wahlperiode a date falls into, "" without a date."""
    return max((name for name, first in PERIODS if date and first <= date), default="")


if __name__ == "__main__":
    main()
