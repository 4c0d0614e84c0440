"""Replace the texts in tables by hashes and offsets, and restore them from the original files.

Offsets lead from attributes and mentions to their sentence, from a sentence to its passage, and a
passage's number leads to what the reader finds in the original file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from pipeline import outputs
from pipeline.homes import called
from pipeline.knowledge import german
from pipeline.knowledge.nominative import nominative
from pipeline.plain import cell
from pipeline.schema import TABLES
from pipeline.schema.declare import Column, Row

Cells = dict[str, str]
MAX_WORDS = (
    6  # of a label that is shown: names are shorter (»Sonderfonds des Bundes für Kulturveranstaltungen«)
)
LEFT_OUT = ("corrections",)  # quotes texts throughout, and names people
HASHED = {"passages": "text", "sentences": "text", "mentions": "text", "attributes": "text"}
LABELLED = tuple(name for name, table in TABLES.items() if "label" in {one.name for one in table.columns})


def sha256(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def columns(name: str) -> list[Column]:
    """Return the columns of a table as published without texts."""
    found: list[Column] = []
    for column in TABLES[name].columns:
        if HASHED.get(name) == column.name:
            about = f"SHA-256 of the text ({column.about})"
            found.append(Column("text_sha256", about=about, null=column.null))
        elif (name, column.name) == ("concepts", "aliases"):
            found.append(Column("aliases", "texts", "Wordings found, as SHA-256 where they come from a text"))
        elif (name, column.name) != ("passages", "heading_path"):
            found.append(column)
    return found


def rows(out: Path, name: str) -> Iterator[Row]:
    """Yield the rows of a table as published without texts."""
    change = _change(out, name)
    wanted = [column.name for column in columns(name)]
    for row in outputs.rows(out, name):
        changed = change(row)
        yield {column: changed[column] for column in wanted}


def _change(out: Path, name: str) -> Callable[[Row], Row]:
    """Return the function that withholds the texts of a row of a table."""
    if name in HASHED:
        return _hashed
    return _names(out) if name in LABELLED else lambda row: row


def _hash(text: str) -> str:
    return f"sha256:{sha256(text)}"


def _hashed(row: Row) -> Row:
    return row | {"text_sha256": None if row["text"] is None else sha256(row["text"])}


def _names(out: Path) -> Callable[[Row], Row]:
    """Return a function that hashes aliases taken from texts, and such labels if too long for a name."""
    texts = {row["text"] for row in outputs.rows(out, "mentions", ["text"])}
    known = {form for text in texts for form in _forms(text)}

    def change(row: Row) -> Row:
        label = row["label"]
        found = row | {"label": _hash(label) if label in known and _is_long(label) else label}
        if "aliases" in row:
            found["aliases"] = [_hash(alias) if alias in known else alias for alias in row["aliases"]]
        return found

    return change


def _forms(text: str) -> set[str]:
    """Return the forms in which the words of a mention may name a concept."""
    form = german.normalise(text)
    law = called(form, "instrument")  # in the title of an article, which a text alone has, too
    return {form, *(one for name in (form, law) if _is_long(name) for one in (name, nominative(name)))}


def _is_long(name: str) -> bool:
    return len(name.split()) > MAX_WORDS


class RestoredTexts:
    """The texts of documents that were read again, and where they disagree with the tables.

    The tables must be restored in the order of `ORDER`: each finds its texts through earlier ones.
    """

    ORDER = ("passages", "sentences", "mentions", "attributes", "concepts")

    def __init__(self, passages: Mapping[str, Mapping[int, tuple[str, list[str]]]]) -> None:
        """Take the passages by document and number: text and headings above."""
        self.read = passages
        self.known: dict[str, str] = {}  # id of a passage, sentence or mention's sentence -> text
        self.aliases: dict[str, str] = {}
        self.wrong: dict[str, int] = {}  # document -> number of passages that differ

    def restore(self, name: str, found: Iterable[Cells]) -> Iterator[list[str]]:
        """Yield the rows of a table with its texts, as cells in the declared order."""
        names = [column.name for column in TABLES[name].columns]
        change = getattr(self, f"_{name}", None)
        for row in found:
            whole = change(row) if change else row
            if label := self.aliases.get(whole.get("label", "")):
                whole = whole | {"label": cell(label)}
            yield [whole[column] for column in names]

    def _passages(self, row: Cells) -> Cells:
        text, path = self.read[row["document_id"]].get(int(row["number"]), ("", []))
        if row["text_sha256"] and sha256(text) != row["text_sha256"]:
            self.wrong[row["document_id"]] = self.wrong.get(row["document_id"], 0) + 1
        self.known[row["passage_id"]] = text
        return row | {"text": cell(text) if row["text_sha256"] else "", "heading_path": cell(path)}

    def _sentences(self, row: Cells) -> Cells:
        text = self._cut(row["passage_id"], row)
        self.known[row["sentence_id"]] = text
        return row | {"text": cell(text)}

    def _mentions(self, row: Cells) -> Cells:
        text = self._cut(row["sentence_id"], row)
        self.known[row["mention_id"]] = self.known[row["sentence_id"]]
        self.aliases |= {_hash(form): form for form in _forms(text)}
        return row | {"text": cell(text)}

    def _attributes(self, row: Cells) -> Cells:
        return row | {"text": cell(self._cut(row["mention_id"], row))}

    def _concepts(self, row: Cells) -> Cells:
        aliases = msgspec.json.decode(row["aliases"], type=list[str])
        return row | {"aliases": cell([self.aliases.get(alias, alias) for alias in aliases])}

    def _cut(self, home: str, row: Cells) -> str:
        return self.known[home][int(row["char_start"]) : int(row["char_end"])]
