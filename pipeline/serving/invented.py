"""Write an output folder of invented documents with pages, of any size, for `bench serve`.

Words are drawn with frequencies as in German text (Zipf 1949); the pages are real PDF files in a
fixed-width font, so that the place of every mention is known without reading them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from pipeline import store
from pipeline.config import load_settings
from pipeline.knowledge import calendars
from pipeline.records import Record
from pipeline.schema import TABLES, VERSION
from pipeline.schema.declare import Row
from pipeline.schema.labels import ACTOR_KINDS, INSTRUMENT_KINDS, INSTRUMENT_STATUSES, LAYERS, THEMES
from pipeline.tables import Writer, write_duckdb, write_table, writing
from pipeline.track import track
from pipeline.tracking.invented import ISSUERS, PERIODS, TYPES
from pipeline.zipf import SEED, drawn, vocabulary

CONCEPTS = 20_000
WIDTH, HEIGHT = 595.0, 842.0  # points
LEFT, TOP, SIZE, LINE = 50.0, 60.0, 8.0, 48.0
LETTER = 0.6 * SIZE  # Courier
ON_PAGE = 15  # sentences, one per line
OF_PASSAGE = 5
PARTS = (  # the makings of a sentence, in turn: three mentions in two sentences
    (("actor", "{} wollen"), ("instrument", " {} ausbauen und dafür Mittel bereitstellen.")),
    (("challenge", "Eine Ursache ist, wie viele Stellungnahmen zeigen, {}."),),
)


class InventedConcept(Record):
    """A concept from which mentions are drawn."""

    concept_id: str
    layer: str
    label: str
    kind: str | None


def invent(out: Path, *, documents: int = 100, mentions: int = 150_000) -> Path:
    """Write an output folder and, beside its tables, the PDF files; return the folder of the files."""
    corpus = out / "corpus"
    corpus.mkdir(parents=True)
    rng = np.random.default_rng(SEED)
    concepts = _concepts(rng)
    of_layer = {layer: [one for one in concepts if one.layer == layer] for layer in LAYERS}
    each = -(-mentions * 2 // 3 // documents)
    counted: Counter[str] = Counter()
    with writing(out / "tables", TABLES) as writers:
        for at in range(documents):
            rows = _document(at, each, rng, of_layer, corpus)
            counted.update(row["concept_id"] for row in rows["mentions"])
            for name, found in rows.items():
                empty = {column.name: None for column in TABLES[name].columns if column.null}
                writers[name].add(empty | row for row in found)
        _known(writers, concepts, counted)
    for name, table in track(out / "tables", replace(load_settings().track, resamples=49)):
        write_table(out / "tables", name, table)
    write_duckdb(out / "tables", out / store.DATABASE)
    told = {"run_key": "invented", "corpus": corpus.name, "folder": str(corpus.resolve()), "schema": VERSION}
    store.write_json(out / store.MARKER, told)
    return corpus


def _concepts(rng: np.random.Generator) -> list[InventedConcept]:
    kinds = {"instrument": INSTRUMENT_KINDS, "actor": ACTOR_KINDS}
    return [
        InventedConcept(
            concept_id=f"c{at:06}",
            layer=LAYERS[at % 3],
            label=word,
            kind=str(rng.choice(kinds[LAYERS[at % 3]])) if at % 3 else None,
        )
        for at, word in enumerate(vocabulary()[-CONCEPTS:])
    ]


def _known(writers: dict[str, Writer], concepts: Sequence[InventedConcept], counted: Counter[str]) -> None:
    writers["concepts"].add(
        {
            "concept_id": one.concept_id, "layer": one.layer, "label": one.label, "theme": None,
            "aliases": [one.label], "is_generic": False, "n_mentions": counted[one.concept_id],
            "first_period": PERIODS[0], "last_period": PERIODS[-1], "wikidata": None, "verified": False,
            "wider": None,
        }
        for one in concepts
    )  # fmt: skip
    writers["periods"].add(
        {
            "period_id": one.id, "parliament": "bt", "number": one.number, "first_day": one.first_day,
            "last_day": calendars.last_day(one), "verified": one.verified == "yes",
        }
        for one in calendars.periods("bt") if one.id in PERIODS
    )  # fmt: skip


def _document(
    at: int, n: int, rng: np.random.Generator, concepts: dict[str, list[InventedConcept]], corpus: Path
) -> dict[str, list[Row]]:
    """Write the file of one document and return its rows."""
    document, period = f"d{at:04}", PERIODS[at % len(PERIODS)]
    choices = {layer: iter(drawn(len(some), rng, n).tolist()) for layer, some in concepts.items()}
    status, themes = rng.integers(4, size=n), rng.integers(len(THEMES), size=n)
    rows: dict[str, list[Row]] = defaultdict(list)
    for number in range(n):
        theme = THEMES[themes[number]]
        picked = [
            (words, concepts[layer][next(choices[layer])]) for layer, words in PARTS[number % len(PARTS)]
        ]
        _sentence(rows, document, period, number, picked, INSTRUMENT_STATUSES[status[number]], theme)
    rows["passages"] = list(_passages(document, rows["sentences"]))
    pages = [texts for _, texts in _pages(rows["sentences"])]
    data = pdf(pages)
    (corpus / f"{document}.pdf").write_bytes(data)
    rows["documents"] = [_row(document, at, period, len(pages), n, hashlib.sha256(data).hexdigest())]
    rows["pages"] = [
        {
            "document_id": document, "page": page, "width": WIDTH, "height": HEIGHT, "text_source": "text",
            "n_chars": sum(map(len, texts)), "n_dropped_chars": 0, "language": "de", "quality": 1.0,
            "status": "ok", "reason": "",
        }
        for page, texts in enumerate(pages, 1)
    ]  # fmt: skip
    return rows


def _row(document: str, at: int, period: str, pages: int, n: int, sha256: str) -> Row:
    kind = TYPES[at // len(PERIODS) % len(TYPES)]
    first = next(one.first_day for one in calendars.periods("bt") if one.id == period)
    return {
        "document_id": document, "source_id": document, "sha256": sha256, "path": f"{document}.pdf",
        "title": f"{kind.capitalize()} Nr. {at + 1}", "title_from": "manifest",
        "issuer": f"Verband {at % ISSUERS + 1}", "issuer_from": "manifest", "document_type": kind,
        "document_type_from": "manifest", "parliament": "bt", "published": first + dt.timedelta(days=at),
        "published_precision": "day", "published_from": "manifest", "period_published": period,
        "period_home": period, "period_rule": "day", "language": "de", "n_pages": pages, "n_sentences": n,
        "duplicate_of": None, "licence": None, "weight": None,
        "status": "ok", "reason": "", "results_key": "r", "run_key": "invented",
    }  # fmt: skip


def _sentence(
    rows: dict[str, list[Row]], document: str, period: str, number: int,
    picked: Sequence[tuple[str, InventedConcept]], status: str, theme: str,
) -> None:  # fmt: skip
    """Add a sentence with its mentions, and the relation of an actor to an instrument."""
    text, page, line = "", 1 + number // ON_PAGE, number % ON_PAGE
    sentence, made = f"{document}s{number:06}", []
    for words, one in picked:
        start = len(text) + words.index("{}")
        text += words.format(one.label)
        end, top = start + len(one.label), TOP + LINE * line
        box = {"page": page, "x0": LEFT + LETTER * start, "x1": LEFT + LETTER * end, "top": top}
        made.append({
            "mention_id": f"m{sentence}{one.layer[0]}", "sentence_id": sentence, "document_id": document,
            "sentence_number": number, "layer": one.layer, "text": one.label, "char_start": start,
            "char_end": end, "kind": one.kind,
            "status": {"challenge": "open", "instrument": status, "actor": None}[one.layer],
            "named": one.layer == "actor" or None, "score": 0.9, "concept_id": one.concept_id, "page": page,
            "boxes": [box | {"bottom": top + SIZE}], "period_published": period,
            "periods_addressed": [period], "counted": True, "source": "model", "by": "model:invented",
        })  # fmt: skip
    rows["mentions"] += made
    if len(made) > 1:
        rows["relations"].append({
            "relation_id": f"r{sentence}", "document_id": document, "sentence_number": number,
            "sentence_id": sentence, "from_mention": made[0]["mention_id"],
            "to_mention": made[1]["mention_id"], "kind": "demands", "score": 0.9, "rule": "invented",
        })  # fmt: skip
    rows["sentences"].append({
        "sentence_id": sentence, "passage_id": f"{document}p{number // OF_PASSAGE:05}",
        "document_id": document, "number": number, "page": page, "text": text,
        "char_start": sum(len(row["text"]) + 1 for row in rows["sentences"][number - number % OF_PASSAGE:]),
        "char_end": 0, "periods_addressed": [period], "period_rule": "published", "counted": True,
    })  # fmt: skip
    rows["sentences"][-1]["char_end"] = rows["sentences"][-1]["char_start"] + len(text)
    rows["sentence_themes"].append({
        "sentence_id": sentence, "document_id": document, "sentence_number": number, "theme": theme,
        "score": 0.9,
    })  # fmt: skip


def _passages(document: str, sentences: Sequence[Row]) -> Iterator[Row]:
    for number, start in enumerate(range(0, len(sentences), OF_PASSAGE)):
        own = sentences[start : start + OF_PASSAGE]
        yield {
            "passage_id": own[0]["passage_id"], "document_id": document, "number": number,
            "pages": sorted({row["page"] for row in own}), "kind": "heading" if number % 40 == 0 else "item",
            "level": 1, "heading_path": [f"Kapitel {1 + number // 40}"], "role": "measure",
            "text": " ".join(row["text"] for row in own), "language": "de",
        }  # fmt: skip


def _pages(sentences: Sequence[Row]) -> Iterator[tuple[int, list[str]]]:
    for start in range(0, len(sentences), ON_PAGE):
        yield 1 + start // ON_PAGE, [row["text"] for row in sentences[start : start + ON_PAGE]]


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """Return pages of lines as a PDF file (ISO 32000-1: objects, page tree, cross-reference table)."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]/MediaBox[0 0 {WIDTH} {HEIGHT}]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>",
    ]
    for at, lines in enumerate(pages):
        drawing = b"BT/F %g Tf %g %g Td %g TL" % (SIZE, LEFT, HEIGHT - TOP - 0.75 * SIZE, LINE)
        drawing += b"".join(b"(%s)Tj T*\n" % _escaped(line) for line in lines) + b"ET"
        content = f"{5 + 2 * at} 0 R"
        page = f"<</Type/Page/Parent 2 0 R/Resources<</Font<</F 3 0 R>>>>/Contents {content}>>"
        objects += [page.encode(), b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing)]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, end = len(objects) + 1, len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return data + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, end)


def _escaped(line: str) -> bytes:
    """Return a line as a string in the syntax of PDF."""
    found = line.encode("cp1252", "replace")
    return found.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
