"""Tell full sentences, which say something when quoted, from headings, contents, indexes and cells."""

from __future__ import annotations

_FORMS = (
    r"^[^\pL]*\p{Lu}.*[.!?][\"“”»«‘’›‹)\]]*$",  # not the middle of one: »soll höchstens«
    r"^(?:\S+\s+){3}",
)
_NOT = r"\. ?\. ?\.|^[^§]*\d ?ff?\.$"  # »Klima . . . . 12«, »Klima 3, Wald 128 ff.«


def is_sentence(text: str, kind: str) -> str:
    """Return SQL for whether a text has the form of a sentence: four words or more, and a full stop.

    Args:
        text: column of the text.
        kind: column of the kind of its passage; headings and captions are no sentences, cells may be.
    """
    forms = " and ".join(f"regexp_matches({text}, '{form}')" for form in _FORMS)
    return f"({kind} not in ('heading', 'caption') and {forms} and not regexp_matches({text}, '{_NOT}'))"
