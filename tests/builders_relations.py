"""Mentions for the tests of relations."""

from pipeline.records import Span


def span(text: str, words: str, label: str, kind: str = "", status: str = "", named: str = "no") -> Span:
    start = text.index(words)
    return Span(
        sentence=0, start=start, end=start + len(words), text=words, label=label, kind=kind,
        status=status, named=named,
    )  # fmt: skip


def line(text: str, *mentions: tuple[str, str], doc: str = "a") -> dict:
    """Return a sentence of the codebook's form for relations, without any relation yet."""
    found = [span(text, words, layer) for words, layer in mentions]
    return {
        "id": text, "doc": doc, "text": text, "relations": [],
        "mentions": [{"layer": s.label, "start": s.start, "end": s.end, "text": s.text, "kind": None,
                      "status": None, "named": s.named} for s in found],
    }  # fmt: skip
