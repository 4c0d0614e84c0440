"""The sample collection: files, manifest and truth agree, and the stories happen as told."""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import json
import re
import tomllib
from datetime import date
from functools import cache
from importlib import metadata
from itertools import pairwise
from math import sqrt
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from pipeline.knowledge.calendars import period_of
from pipeline.schema.labels import ACTOR_KINDS, INSTRUMENT_KINDS, LAYERS, THEMES
from pipeline.schema.values import ALL_DOCUMENT_TYPES

SAMPLE = Path(__file__).parent.parent / "corpora" / "sample"
MARK = "Fiktives Dokument – Beispielsammlung politikspur"
PERIODS = ("bt17", "bt18", "bt19", "bt20", "bt21")
REAL_PARTIES = re.compile(r"\b(CDU|CSU|SPD|FDP|AfD|BSW|Die Linke|DIE LINKE|BÜNDNIS 90|Bündnis 90)\b")
MAIL = re.compile(r"[\w.+-]+@[\w.-]+")
CONTACT = re.compile(r"^(#+ )?(Ihre )?(Ansprechpersonen|Kontakt|Contact)", re.MULTILINE)


def truth(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SAMPLE / "truth" / name).read_text("utf-8").splitlines()]


MANIFEST = list(csv.DictReader((SAMPLE / "manifest.csv").open(encoding="utf-8", newline="")))
DOCUMENTS = {line["file"]: line for line in truth("documents.jsonl")}
STORIES = tomllib.loads((SAMPLE / "truth" / "stories.toml").read_text("utf-8"))["story"]
PDFS = [row["file"] for row in MANIFEST if row["file"].endswith(".pdf")]
FILES = {Path(file).stem: file for file in DOCUMENTS}


@cache
def pages(file: str) -> tuple[str, ...]:
    """The text of each page (one for a file without pages), words joined across lines."""
    if DOCUMENTS[file]["image_only"]:  # what the picture shows is known from its source alone
        source = SAMPLE / "sources" / Path(file).with_suffix(".typ").name
        return (source.read_text("utf-8").split("\n)\n", 1)[1],) * int(DOCUMENTS[file]["n_pages"])
    if file.endswith(".pdf"):
        document = pypdfium2.PdfDocument(SAMPLE / file)
        texts = [page.get_textpage().get_text_range() for page in document]
        return tuple(text.replace("\ufffe", "").replace("\r\n", "\n") for text in texts)
    if file.endswith(".docx"):
        from docx import Document

        return ("\n".join(paragraph.text for paragraph in Document(str(SAMPLE / file)).paragraphs),)
    return ((SAMPLE / file).read_text("utf-8").replace("**", ""),)


def squashed(text: str) -> str:
    """Letters and digits alone: what is left when lines, spaces and hyphens differ."""
    return "".join(sign for sign in text.lower() if sign.isalnum())


def stands_on(file: str, page: int | None, text: str) -> bool:
    return squashed(text) in squashed(pages(file)[(page or 1) - 1])


def begins_on(file: str, page: int | None, text: str) -> bool:
    """A sentence may run on over the page, or be interrupted by a footnote or a margin."""
    return stands_on(file, page, text) or stands_on(file, page, text[: max(12, len(text) // 5)])


# ------------------------------------------------------------------------------ files and manifest


def test_there_is_enough_of_every_kind() -> None:
    assert len(MANIFEST) >= 22
    kinds = {row["doc_type"] for row in MANIFEST}
    assert kinds >= {
        "koalitionsvertrag", "wahlprogramm", "strategie", "bericht", "drucksache", "gesetzentwurf",
        "plenarprotokoll", "positionspapier",
    }  # fmt: skip
    assert {line["period_published"] for line in DOCUMENTS.values()} == {"", *PERIODS}
    agreements = [row["wahlperiode"] for row in MANIFEST if row["doc_type"] == "koalitionsvertrag"]
    assert sorted(agreements) == ["17", "18", "19", "20", "21"]


def test_manifest_lists_every_file() -> None:
    there = {
        f"{path.parent.name}/{path.name}"
        for folder in ("pdf", "other")
        for path in (SAMPLE / folder).iterdir()
    }
    assert {row["file"] for row in MANIFEST} == there == set(DOCUMENTS)


@pytest.mark.parametrize("row", MANIFEST, ids=lambda row: row["file"])
def test_manifest_agrees_with_the_file(row: dict[str, str]) -> None:
    content = (SAMPLE / row["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == row["sha256"]
    assert row["doc_type"] in ALL_DOCUMENT_TYPES
    assert row["licence"] == "CC0-1.0"
    assert "Fiktion" in row["notes"]
    line = DOCUMENTS[row["file"]]
    assert all(line[key] == row[key] for key in ("title", "doc_type", "issuer", "date", "language"))
    if row["pages"]:
        assert len(pypdfium2.PdfDocument(content)) == int(row["pages"]) == line["n_pages"]
        assert 2 <= int(row["pages"]) <= 8


@pytest.mark.parametrize("line", DOCUMENTS.values(), ids=lambda line: line["file"])
def test_period_of_publication(line: dict[str, Any]) -> None:
    expected = period_of(date.fromisoformat(line["date"])) if line["date"] else ""
    assert line["period_published"] == expected


def test_special_documents() -> None:
    undated = "pdf/kurzimpuls-cluster-ohne-datum.pdf"
    assert DOCUMENTS[undated]["date"] == ""
    assert not re.search(r"\b(19|20)\d\d\b|Wahlperiode \d|\d\. (Wahl|Legislatur)", "".join(pages(undated)))
    scan = next(file for file, line in DOCUMENTS.items() if line["image_only"])
    assert not any(page.get_textpage().count_chars() for page in pypdfium2.PdfDocument(SAMPLE / scan))
    english = [line for line in DOCUMENTS.values() if line["language"] == "en"]
    assert [line["status"] for line in english] == ["skipped"]


# --------------------------------------------------------------------------------- marks and manners


@pytest.mark.parametrize("file", PDFS)
def test_every_page_is_marked_as_fiction(file: str) -> None:
    document = pypdfium2.PdfDocument(SAMPLE / file)
    facts = document.get_metadata_dict()
    assert MARK in facts["Keywords"]
    assert facts["CreationDate"].startswith("D:20260101")
    if not DOCUMENTS[file]["image_only"]:
        assert all(squashed(MARK) in squashed(page) for page in pages(file))


def test_other_formats_are_marked_as_fiction() -> None:
    from docx import Document

    for row in MANIFEST:
        if row["file"].endswith(".md"):
            assert MARK in pages(row["file"])[0]
        if row["file"].endswith(".docx"):
            document = Document(str(SAMPLE / row["file"]))
            assert document.sections[0].footer.paragraphs[0].text == MARK


@pytest.mark.parametrize("file", list(DOCUMENTS))
def test_addresses_stand_in_contact_blocks_alone(file: str) -> None:
    text = "\n".join(pages(file))
    contact = CONTACT.search(text)
    start = contact.start() if contact else len(text)
    for mail in MAIL.finditer(text):
        assert mail.start() > start, mail[0]
        assert mail[0].endswith(".example"), mail[0]


@pytest.mark.parametrize("file", list(DOCUMENTS))
def test_no_real_party_speaks(file: str) -> None:
    assert not REAL_PARTIES.search("\n".join(pages(file)))


# -------------------------------------------------------------------------------------------- truth


@pytest.mark.parametrize("line", DOCUMENTS.values(), ids=lambda line: line["file"])
def test_headings_stand_on_their_pages(line: dict[str, Any]) -> None:
    assert line["headings"]
    for heading in line["headings"]:
        assert heading["text"]
        assert stands_on(line["file"], heading["page"], heading["number"] + heading["text"]), heading
    numbers = [heading["page"] or 0 for heading in line["headings"]]
    assert numbers == sorted(numbers)


def test_mentions_follow_the_codebook() -> None:
    lines = truth("mentions.jsonl")
    assert len(lines) >= 60
    assert len({line["id"] for line in lines}) == len(lines)
    kinds = {"challenge": (None,), "instrument": INSTRUMENT_KINDS, "actor": ACTOR_KINDS}
    for line in lines:
        assert len(line["themes"]) <= 2
        assert set(line["themes"]) <= set(THEMES)
        for mention in line["mentions"]:
            assert line["text"][mention["start"] : mention["end"]] == mention["text"]
            assert mention["text"] == mention["text"].strip(' .,;:"„“')
            assert mention["layer"] in LAYERS
            assert mention["kind"] in kinds[mention["layer"]]


def test_mentions_of_one_layer_do_not_overlap() -> None:
    for line in truth("mentions.jsonl"):
        for layer in LAYERS:
            spans = sorted((m["start"], m["end"]) for m in line["mentions"] if m["layer"] == layer)
            assert all(before[1] <= after[0] for before, after in pairwise(spans)), line["text"]


@pytest.mark.parametrize("name", ["mentions.jsonl", "periods.jsonl"])
def test_sentences_of_the_truth_stand_on_their_pages(name: str) -> None:
    for line in truth(name):
        assert begins_on(FILES[line["doc"]], line["page"], line["text"]), line


def test_periods_addressed() -> None:
    lines = truth("periods.jsonl")
    assert len(lines) >= 30
    for line in lines:
        places = (line["text"] + line["heading"]).lower()
        assert line["expression"].lower() in places
        assert line["period_published"] == DOCUMENTS[FILES[line["doc"]]]["period_published"]
        assert line["periods_addressed"] == sorted(set(line["periods_addressed"]))
        assert set(line["periods_addressed"]) <= set(PERIODS)
    other = [line for line in lines if line["periods_addressed"] != [line["period_published"]]]
    assert len(other) >= 15


# ------------------------------------------------------------------------------------------ stories


def test_there_are_stories_of_every_state() -> None:
    assert len(STORIES) >= 10
    states = {period["state"] for story in STORIES for period in story["period"]}
    assert states == {"new", "continued", "grown", "faded", "dropped", "revived"}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["id"])
def test_quotes_prove_the_story(story: dict[str, Any]) -> None:
    names = "|".join(story["aliases"])
    for period in story["period"]:
        quotes = period.get("evidence", [])
        assert len(quotes) >= (0 if period["state"] == "dropped" else 2)
        assert {quote["status"] for quote in quotes} == set(period["statuses"])
        assert period["state"] == "dropped" or period["status"] in period["statuses"]
        for quote in quotes:
            assert DOCUMENTS[quote["file"]]["period_published"] == period["id"]
            assert stands_on(quote["file"], quote["page"], quote["quote"]), quote
            assert re.search(names, quote["quote"]), quote


@cache
def words(period: str) -> int:
    return sum(len(text(file).split()) for file in german(period))


def text(file: str) -> str:
    return " ".join(" ".join(pages(file)[:1] if DOCUMENTS[file]["image_only"] else pages(file)).split())


def german(period: str) -> list[str]:
    return [
        file
        for file, line in DOCUMENTS.items()
        if line["period_published"] == period and line["language"] == "de"
    ]


def occurrences(story: dict[str, Any], period: str) -> int:
    forms = "|".join(rf"\b{alias}\w{{0,2}}\b" for alias in story["aliases"])
    pattern = re.compile(forms.replace("-", r"-?\s*"))
    return sum(len(pattern.findall(text(file))) for file in german(period))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["id"])
def test_states_follow_from_the_texts(story: dict[str, Any]) -> None:
    told = {period["id"]: period for period in story["period"]}
    before: int | None = None  # occurrences in the period before, None until the first
    for period, last in zip(PERIODS, ("", *PERIODS), strict=False):
        n = occurrences(story, period)
        state, firm = state_of(before, n, words(last) if last else 1, words(period))
        if state:
            assert (told[period]["state"], told[period]["n"]) == (state, n)
            assert told[period]["firm"] == firm
        else:
            assert period not in told
        before = n if n or before is not None else None


def state_of(before: int | None, n: int, words_before: int, words_now: int) -> tuple[str, bool]:
    """Say what became of a concept, and whether firmly: the rule of the README."""
    if not before:
        return ("new" if before is None else "revived") if n else "", True
    if not n:
        return "dropped", before >= 2
    ratio, part = (n / words_now) / (before / words_before), words_now / (words_before + words_now)
    both = before + n
    errors = abs(n - both * part) / sqrt(both * part * (1 - part))  # standard errors of chance
    if errors < 1 or 1 / 1.5 < ratio < 1.5:
        return "continued", errors < 0.7 or 1 / 1.35 <= ratio <= 1.35
    return "grown" if ratio > 1 else "faded", errors >= 1.3 and max(ratio, 1 / ratio) >= 1.75


# ---------------------------------------------------------------------------------------- the build


@pytest.mark.slow
def test_building_again_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("typst")
    versions = json.loads((SAMPLE / "truth" / "built-with.json").read_text("utf-8"))
    if versions != {name: metadata.version(name) for name in versions}:
        pytest.skip("other versions of the typesetting packages than those of built-with.json")
    spec = importlib.util.spec_from_file_location("sample_build", SAMPLE / "sources" / "build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr("sys.argv", ["build.py", "--out", str(tmp_path)])
    module.main()
    built = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(built) > len(MANIFEST)
    for path in built:
        assert path.read_bytes() == (SAMPLE / path.relative_to(tmp_path)).read_bytes(), path.name
