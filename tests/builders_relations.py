"""Mentions for the tests of relations."""

from pipeline.records import Span


def span(text: str, words: str, label: str, kind: str = "", status: str = "", named: str = "no") -> Span:
    start = text.index(words)
    return Span(
        sentence=0, start=start, end=start + len(words), text=words, label=label, kind=kind,
        status=status, named=named,
    )  # fmt: skip
