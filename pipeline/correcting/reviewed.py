"""Export corrected sentences as training data, in the codebook's file format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline import outputs
from pipeline.correcting import corrections
from pipeline.correcting.anchors import Place, find, letters
from pipeline.correcting.corrections import Correction
from pipeline.learning.jsonl import Example, Mention
from pipeline.schema.declare import Row
from pipeline.schema.labels import SAID_NAMED


def reviewed(out: Path) -> Iterator[Example]:
    """Yield the sentences in which people have corrected something, with all their labels.

    Labels that nobody corrected in these sentences are the model's.
    """
    outputs.finished(out)
    documents = {row["document_id"]: row["path"] for row in outputs.rows(out, "documents")}
    said = corrections.by_document(corrections.load(out), documents)
    said.pop("", None)
    sentences = outputs.of_documents(out, "sentences", list(said))
    mentions = outputs.of_documents(out, "mentions", list(said))
    themes = outputs.of_documents(out, "sentence_themes", list(said))
    for document, of in sorted(said.items()):
        texts = [row["text"] for row in sentences[document]]
        for number in sorted(_touched(texts, of)):
            here = [row for row in mentions[document] if row["sentence_number"] == number]
            about = [row["theme"] for row in themes[document] if row["sentence_number"] == number]
            yield _example(documents[document], sentences[document][number], about, here)


def _touched(texts: Sequence[str], of: Sequence[Correction]) -> set[int]:
    """Return the positions of the sentences that events refer to."""
    whole = letters(texts)
    found = (find(whole, texts, event.quote) for event in of)
    return {place.sentence for place in found if isinstance(place, Place)}


def _example(path: str, sentence: Row, themes: Sequence[str], mentions: Sequence[Row]) -> Example:
    return Example(
        id=sentence["sentence_id"],
        doc=Path(path).stem,
        page=sentence["page"],
        text=sentence["text"],
        themes=tuple(themes),
        mentions=tuple(
            Mention(
                layer=row["layer"],
                start=row["char_start"],
                end=row["char_end"],
                text=row["text"],
                kind=row["kind"],
                status=row["status"],
                named=SAID_NAMED[row["named"]] or None,
            )
            for row in mentions
        ),
    )
