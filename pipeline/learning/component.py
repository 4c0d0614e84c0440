"""Provide the tagger as a spaCy component: the layers in `doc.spans`, the themes of each sentence.

`spacy.load("models/spacy")` gives the shipped pipeline; `nlp.add_pipe("politikspur_tagger")` adds the
tagger to another one, after any component that sets the sentence boundaries.
"""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline import __version__, tag
from pipeline.extractors import mentions
from pipeline.learning.jsonl import Example
from pipeline.reading import nlp

NAME = "politikspur_tagger"


class Component:
    """Labels the sentences of a document with a tagger."""

    def __init__(self, model: str, document_type: str) -> None:
        mentions.load(model)  # report a missing model when the pipeline is built
        self.model = model
        self.document_type = document_type

    def __call__(self, doc: Doc) -> Doc:
        """Fill the groups `challenge`, `instrument`, `actor` and `theme` of `doc.spans`."""
        for layer in mentions.LABELS:
            doc.spans[layer] = []
        sentences = list(doc.sents)
        examples = [Example(id="", doc=self.document_type, text=one.text) for one in sentences]
        for _, contexts in tag.groups(examples):
            for span in sorted(mentions.extract(contexts, model=self.model), key=tag.order):
                start = sentences[span.sentence].start_char
                place = start + span.start, start + span.end
                name = f"{span.label}:{place[0]}:{place[1]}:{span.kind}"
                values = {key: getattr(span, key) for key in nlp.ATTRIBUTES}
                nlp.mark(doc, span.label, place, name=name, values=values)
        return doc


@Language.factory(NAME, default_config={"model": "tagger", "document_type": ""}, requires=["doc.sents"])
def component(nlp: Language, name: str, model: str, document_type: str) -> Component:
    """Return the component for a pipeline.

    Args:
        nlp: The pipeline that it belongs to.
        name: Its name in the pipeline.
        model: A tagger of `models/`, or the path of a model folder.
        document_type: The type of the texts, which helps the tagger, as in `labels.DOCUMENT_TYPES`, or "".
    """
    return Component(model, document_type)


def pipeline() -> Language:
    """Return the pipeline that ships as `models/spacy`."""
    made = nlp.blank()
    made.add_pipe(NAME)
    made.meta |= {
        "name": "politikspur",
        "version": __version__,
        "description": "Challenges, policy instruments, actors and themes in German policy text",
        "license": "MIT",
    }
    return made


def themes(sentence: Span) -> dict[str, float]:
    """Return the themes of a sentence with their scores, likeliest first."""
    given = sentence.doc.spans.get("theme", ())
    here = [one for one in given if sentence.start <= one.start < sentence.end]
    return {one.label_: one._.score for one in sorted(here, key=lambda one: -one._.score)}


nlp.register()
Span.set_extension("themes", getter=themes, force=True)
Doc.set_extension("themes", getter=lambda doc: [themes(one) for one in doc.sents], force=True)
