"""What of a text is analysed, and what stands around it."""

from msgspec.structs import replace

from pipeline.contexts import announcements, contexts, mentions_by_sentence, readings
from pipeline.records import Sentence, Tags, Text
from tests.builders import make_passage, make_span, make_text

SENTENCE = "Der Fachkräftemangel bremst das Handwerk."


def test_contact_blocks_foreign_passages_and_contents_are_not_analysed():
    passages = (
        make_passage(SENTENCE),
        make_passage("erika.muster@verband.example", number=1, role="contact"),
        make_passage("Inhalt 3", number=2, role="contents"),
        make_passage("The lack of skilled workers.", number=3, language="en"),
    )
    assert [reading.text for reading in readings(make_text(*passages))] == [SENTENCE]


def test_nothing_of_a_foreign_document_is_analysed():
    assert readings(make_text(make_passage(SENTENCE), language="en")) == []


def test_a_sentence_knows_what_stands_above_it():
    first, second = "Der Mangel wächst.", "Betriebe schließen."
    passage = make_passage(f"{first} {second}", heading_path=("Lage",), role="challenge")
    text = Text(
        language="de",
        passages=(passage, make_passage("Neuer Absatz.", number=1)),
        sentences=(
            Sentence(0, 0, len(first)),
            Sentence(0, len(first) + 1, len(first) + 1 + len(second)),
            Sentence(1, 0, 13),
        ),
    )
    found = contexts(text, "bericht")
    assert found[1].heading_path == ("Lage",) and found[1].role == "challenge"
    assert {context.doc_type for context in found} == {"bericht"}


def test_only_mentions_are_related():
    spans = (make_span(), make_span(label="theme"), make_span(label="actor", sentence=2))
    assert mentions_by_sentence(Tags(spans=spans)) == {0: [0], 2: [2]}


def test_a_lead_in_stands_over_the_rest_of_its_passage_and_a_heading_over_items():
    bullet = "Wohnungsmangel: Er wächst. Wir bauen."
    text = make_text(
        make_passage("Bauen", number=0, kind="heading"),
        make_passage(bullet, number=1, kind="item", heading_path=("Bauen",), lead_in=15),
        make_passage("Mehr Bauland ausweisen.", number=2, kind="item", heading_path=("Bauen",)),
        make_passage("Die Lage ist ernst.", number=3, heading_path=("Bauen",)),
    )
    split = (
        Sentence(0, 0, 5),
        Sentence(1, 0, 26),
        Sentence(1, 27, 37),
        Sentence(2, 0, 23),
        Sentence(3, 0, 19),
    )
    found = announcements(replace(text, sentences=split))
    assert found == {2: (1, 15, "lead-in"), 3: (0, 5, "heading")}
