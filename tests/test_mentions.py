"""The tagger on sentences made for this test, and on input that is no sentence."""

from __future__ import annotations

import shutil

import pytest

from pipeline.errors import ModelError
from pipeline.extractors import mentions
from pipeline.learning import encoder
from pipeline.reading.roles import announced
from pipeline.reading.sentences import boundaries
from pipeline.records import Context


def found(text: str, label: str, **surroundings) -> dict[str, tuple[str, str]]:
    spans = mentions.extract([Context(text=text, **surroundings)])
    return {span.text: (span.kind, span.status) for span in spans if span.label == label}


def test_a_challenge_is_found_with_its_words():
    assert "Fachkräftemangel" in " ".join(found("Der Fachkräftemangel bremst den Wohnungsbau.", "challenge"))


def test_an_instrument_has_kind_and_status():
    spans = found("Wir werden ein Klimaschutzgesetz verabschieden.", "instrument", doc_type="wahlprogramm")
    assert ("regulation", "planned") in spans.values()


def test_actors_in_a_list_are_separate():
    spans = found("Bund, Länder und Kommunen tragen die Kosten gemeinsam.", "actor")
    assert spans == {"Bund": ("federal", ""), "Länder": ("state", ""), "Kommunen": ("municipal", "")}


def test_a_greeting_has_no_mention():
    assert found("Guten Morgen und herzlich willkommen.", "challenge") == {}
    assert found("Guten Morgen und herzlich willkommen.", "instrument") == {}


def test_offsets_are_code_points_of_the_sentence():
    text = "„Ärzt:innen 🦆 fehlen“: Der Ärztemangel auf dem Land wächst."
    for span in mentions.extract([Context(text=text)]):
        assert text[span.start : span.end] == span.text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\u00ad",
        "\x00\x01",
        "🦆" * 700,
        "a" * 20000,
        "§" * 3000,
        ("Haushalt " * 3000).strip(),
        "日本語" * 400,
    ],
)
def test_odd_input_gives_no_error(text):
    for span in mentions.extract([Context(text=text), Context(text="Die EU handelt.")]):
        assert 0.0 <= span.score <= 1.0


def test_a_long_sentence_is_read_to_its_end():
    text = "Es geht um " + "Akten, " * 900 + "und der Bundestag beschließt ein Klimaschutzgesetz."
    spans = list(mentions.extract([Context(text=text)]))
    assert any(span.text == "Bundestag" for span in spans)
    assert sum(span.label == "theme" for span in spans) <= 2


def test_a_theme_covers_its_sentence():
    text = "Wir bauen 100.000 Sozialwohnungen und begrenzen die Mieten."
    themes = [span for span in mentions.extract([Context(text=text)]) if span.label == "theme"]
    assert "housing" in {span.kind for span in themes}
    assert {(span.start, span.end, span.text) for span in themes} == {(0, len(text), text)}


def test_two_calls_agree_to_the_last_digit():
    contexts = [Context(text="Die Kommunen brauchen mehr Geld für Schulen."), Context(text="Der Bund hilft.")]
    assert list(mentions.extract(contexts)) == list(mentions.extract(contexts))


def test_a_folder_without_heads_is_no_tagger(tmp_path):
    folder = tmp_path / "half"
    shutil.copytree(encoder.find("e5-small-de"), folder)
    with pytest.raises(ModelError, match="is not a tagger"):
        mentions.load(str(folder))


def sections(shared, doc_type) -> list[Context]:
    """Return the seed document's sentences with the kinds and roles that the reader gives them."""
    contexts, heading = [], ""
    for block in (shared / "seed" / "kurzimpuls-cluster.md").read_text(encoding="utf-8").split("\n"):
        text = block.removeprefix("- ").replace("**", "").strip()
        kind = "item" if block.startswith("- ") else "paragraph"
        if text and kind == "paragraph" and len(text) < 90 and text[-1] not in ".:":
            heading, kind = text, "heading"
        role = announced(heading) or ""
        for start, end in boundaries(text) if role != "contact" else ():
            given = {"heading_path": (heading,), "role": role, "kind": kind, "doc_type": doc_type}
            contexts.append(Context(text=text[start:end], **given))
    return contexts


@pytest.mark.parametrize("doc_type", ["", "positionspapier"])
def test_the_seed_document_tells_what_was_achieved_and_what_is_demanded(shared, doc_type):
    contexts = sections(shared, doc_type)
    spans = list(mentions.extract(contexts))
    texts = {label: {one.text for one in spans if one.label == label} for label in mentions.LABELS}
    assert texts["challenge"] >= {
        "Klimawandel",
        "geopolitischen Veränderungen",
        "Bürokratie",
        "Fachkräftemangel",
    }
    assert any(text.startswith("auslaufende Marktlebenszyklen") for text in texts["challenge"])
    assert texts["actor"] >= {"Cluster", "Unternehmen", "Wissenschaft"}
    by_role = [(contexts[one.sentence].role, one.status) for one in spans if one.label == "instrument"]
    achieved = [status for role, status in by_role if role == "achieved"]
    assert len(achieved) >= 3 and set(achieved) == {"existing"}
    asked = {status for role, status in by_role if role == "measure"}
    assert asked <= {"demanded", "planned"}
