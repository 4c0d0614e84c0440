"""Split German text into words and mark its sentences; the door to spaCy.

Boundaries come from `pipeline.reading.sentences`, so that the stages and the spaCy component agree;
spaCy is loaded only if words or a pipeline are needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from pipeline.reading.sentences import boundaries

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span

COMPONENT = "politikspur_sentences"
KEPT = "politikspur"  # in doc.user_data: span id -> values of its attributes
# Attributes of a marked span, such as `span._.status`, with their defaults.
ATTRIBUTES: Mapping[str, str | float] = {"kind": "", "status": "", "named": "", "score": 1.0}


def words(text: str) -> list[tuple[int, int]]:
    """Return the offsets of the tokens of `text` by spaCy's rules for German, without white space."""
    return [(t.idx, t.idx + len(t)) for t in _tokenizer().make_doc(text) if not t.is_space]


@cache
def _tokenizer() -> Language:
    return blank()


def blank() -> Language:
    """Return a German pipeline with spaCy's tokenizer and the sentence component.

    The colon in »Bürger:innen« does not divide the word, as it would by spaCy's own rule.
    """
    import spacy
    from spacy.util import compile_infix_regex

    register()
    nlp = spacy.blank("de")
    infixes = [str(rule).replace("[:<>=]", "(?:[<>=]|:(?!in))") for rule in nlp.Defaults.infixes or ()]
    nlp.tokenizer.infix_finditer = compile_infix_regex(infixes).finditer  # type: ignore[union-attr]
    nlp.add_pipe(COMPONENT)
    return nlp


@cache
def register() -> None:
    """Register the sentence component and the attributes of marked spans with spaCy."""
    from spacy.language import Language
    from spacy.tokens import Span

    Language.component(COMPONENT, func=mark_sentences)
    for name in ATTRIBUTES:
        Span.set_extension(name, getter=partial(_attribute, name), force=True)


def mark_sentences(doc: Doc) -> Doc:
    """Set the sentence starts of a spaCy document; boundaries never cut a token."""
    starts = iter(start for start, _ in boundaries(doc.text))
    following = next(starts, None)
    for token in doc:
        token.is_sent_start = token.i == 0
        if following is not None and not token.is_space and token.idx + len(token) > following:
            token.is_sent_start = True
            while following is not None and following < token.idx + len(token):
                following = next(starts, None)
    return doc


def mark(
    doc: Doc, group: str, place: tuple[int, int], *, name: str, values: Mapping[str, str | float | None]
) -> None:
    """Add a span to a group of `doc.spans`; its label is its kind, or the group if it has none.

    It covers all words that the characters touch, because spaCy has no parts of words. spaCy stores
    extension attributes by a span's characters alone, and an actor may cover the words of an instrument;
    therefore `ATTRIBUTES` are stored under the span's name, also by `DocBin(store_user_data=True)`.

    Args:
        doc: The document.
        group: A layer, or "theme".
        place: Offsets of the first character and after the last one.
        name: The span's id, unique in the document.
        values: `ATTRIBUTES` of the span; empty ones are left out.
    """
    label = str(values.get("kind") or group)
    span = doc.char_span(*place, label=label, span_id=name, alignment_mode="expand")
    if span is None:
        return
    if group not in doc.spans:
        doc.spans[group] = []
    doc.spans[group].append(span)
    kept = {key: value for key, value in values.items() if value not in (None, "")}
    doc.user_data.setdefault(KEPT, {})[name] = kept


def _attribute(name: str, span: Span) -> Any:  # noqa: ANN401 - words, and a number for the score
    return span.doc.user_data.get(KEPT, {}).get(span.id_, {}).get(name, ATTRIBUTES[name])
