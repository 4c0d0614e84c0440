"""The spaCy component agrees with the plain boundaries."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipeline.reading import nlp
from pipeline.reading.sentences import boundaries

TEXTS = [
    "Nach Art. 20 Abs. 3 GG gilt das. Wir handeln, z. B. heute.  Ende",
    "Die Bürger:innen haben gewählt. Das gilt.Das auch.",
    "„Wir brauchen das!“ Der Antrag wurde angenommen.",
    "",
    "   ",
    "Ein Titel ohne Punkt\n\nDer Text dazu steht hier.",
]


@pytest.mark.parametrize("text", TEXTS)
def test_component_has_as_many_sentences_as_the_plain_function(text: str) -> None:
    doc = nlp.blank()(text)
    assert [s.text.strip() for s in doc.sents if s.text.strip()] == [text[a:b] for a, b in boundaries(text)]


def test_words_are_offsets_into_the_text() -> None:
    text = "Die Bürger:innen zahlen 3,5 Mio. Euro."
    assert [text[a:b] for a, b in nlp.words(text)] == [
        "Die",
        "Bürger:innen",
        "zahlen",
        "3,5",
        "Mio.",
        "Euro",
        ".",
    ]


def test_splitting_does_not_load_spacy() -> None:
    code = "import sys, pipeline.split, pipeline.reading.nlp; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
