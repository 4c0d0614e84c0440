"""Sentences and words of German text. The only door to spaCy.

Boundaries come from `pipeline.reading.sentences`, so that the stages and the spaCy component agree;
spaCy is loaded only where words or a pipeline are asked for.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipeline.reading.sentences import boundaries

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

COMPONENT = "politikspur_sentences"


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the offsets of the sentences of `text`."""
    return boundaries(text)


def words(text: str) -> list[tuple[int, int]]:
    """Return the offsets of the tokens of `text` by spaCy's rules for German, white space left out."""
    return [(t.idx, t.idx + len(t)) for t in _tokenizer().make_doc(text) if not t.is_space]


@cache
def _tokenizer() -> Language:
    return blank()


def blank() -> Language:
    """Return a German pipeline with spaCy's tokenizer and the sentence component.

    The colon of »Bürger:innen« does not part a word; spaCy's own rule would split it.
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
    """Make the sentence component known to spaCy under the name `COMPONENT`."""
    from spacy.language import Language

    Language.component(COMPONENT, func=mark_sentences)


def mark_sentences(doc: Doc) -> Doc:
    """Set the sentence starts of a spaCy document; a token that a boundary would cut stays whole."""
    starts = iter(start for start, _ in boundaries(doc.text))
    following = next(starts, None)
    for token in doc:
        token.is_sent_start = token.i == 0
        if following is not None and not token.is_space and token.idx + len(token) > following:
            token.is_sent_start = True
            while following is not None and following < token.idx + len(token):
                following = next(starts, None)
    return doc
