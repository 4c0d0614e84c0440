"""Export words, sentences and mentions as CoNLL-U (universaldependencies.org/format)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline import store
from pipeline.publishing.annotated import Annotated, documents
from pipeline.reading import nlp
from pipeline.schema.declare import Row


def conllu(out: Path, to: Path) -> Iterator[Path]:
    """Write one file; the words of mentions have `Challenge=B`, `Instrument=I` … in MISC.

    A comment `mention = START END layer kind status mention_id` gives the exact extent of each mention.
    """
    path = to / "politikspur.conllu"
    with store.replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        for document in documents(out):
            file.writelines(_sentences(document))
    yield path


def _sentences(document: Annotated) -> Iterator[str]:
    passage = ""
    for at, (sentence, mentions) in enumerate(zip(document.sentences, document.mentions, strict=True)):
        lines = [f"# newdoc id = {document.document['document_id']}"] if at == 0 else []
        if sentence["passage_id"] != passage:
            passage = sentence["passage_id"]
            lines.append(f"# newpar id = {passage}")
        lines.append(f"# sent_id = {sentence['sentence_id']}")
        lines.append(f"# text = {_one_line(sentence['text'])}")
        lines += [f"# themes = {' '.join(document.themes[at])}"] if document.themes[at] else []
        lines += [f"# mention = {_mention(row)}" for row in mentions]
        yield "\n".join([*lines, *_words(sentence["text"], mentions)]) + "\n\n"


def _one_line(text: str) -> str:
    return text.translate({ord(c): " " for c in "\n\r\t\x0b\x0c\x85\u2028\u2029"})


def _mention(row: Row) -> str:
    labels = (row["layer"], row["kind"] or "_", row["status"] or "_", row["mention_id"])
    return " ".join([str(row["char_start"]), str(row["char_end"]), *labels])


def _words(text: str, mentions: Sequence[Row]) -> Iterator[str]:
    words = nlp.words(text)
    for at, (start, end) in enumerate(words):
        gap = text[end : words[at + 1][0]] if at + 1 < len(words) else " "
        misc = [*_marks(start, end, mentions), *([] if gap else ["SpaceAfter=No"])]
        form = _one_line(text[start:end])
        yield "\t".join([str(at + 1), form, *["_"] * 7, "|".join(misc) or "_"])


def _marks(start: int, end: int, mentions: Sequence[Row]) -> Iterator[str]:
    """Yield B for the first word that a mention touches, and I for the others."""
    for row in mentions:
        if row["char_start"] < end and start < row["char_end"]:
            yield f"{row['layer'].capitalize()}={'B' if start <= row['char_start'] else 'I'}"
