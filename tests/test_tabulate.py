"""Rows of one document."""

import pytest
from msgspec.structs import replace

from pipeline.catalogue import document
from pipeline.records import Dropped, PageLedger, Reading, Relation, Relations, Tags
from pipeline.schema import TABLES
from pipeline.tables import to_arrow
from pipeline.tabulate import LinkedDocument, rows
from tests.builders import make_passage, make_source, make_span, make_text

SENTENCE = "Gegen den Fachkräftemangel fordert der Bund ein Förderprogramm über 5 Mio. Euro."


def span(words, label, **values):
    return make_span(text=words, start=SENTENCE.index(words), label=label, **values)


SPANS = (
    span("Fachkräftemangel", "challenge"),
    span("Bund", "actor", kind="federal", status="", named="yes"),
    span("Förderprogramm", "instrument", kind="funding", status="demanded"),
    span("5 Mio. Euro", "amount", kind="exact", status="", value="5000000", unit="EUR", by="rule:amounts"),
    make_span(text=SENTENCE, label="theme", kind="labour", status="", score=0.91234),
)


def linked(*passages, spans=SPANS, relations=(), **known):
    passages = passages or (make_passage(SENTENCE),)
    text = make_text(*passages)
    source = make_source(date="2023-05-04", doc_type="positionspapier")
    return LinkedDocument(
        document=document(source, text, **known),
        text=text,
        readings=tuple(
            Reading(passage=p, text=p.text, start=0, end=len(p.text)) for p in passages if p.role != "contact"
        ),
        tags=Tags(spans=spans),
        relations=Relations(relations=relations),
        concepts=tuple("c1" if s.label == "challenge" else "" for s in spans),
        results_key="r",
        run_key="k",
    )


@pytest.mark.parametrize(
    "name",
    ["documents", "pages", "omissions", "passages", "sentences", "sentence_themes", "mentions", "attributes"],
)
def test_rows_follow_the_schema(name):
    to_arrow(TABLES[name], rows(linked())[name])


def test_the_reasons_account_for_what_is_left_out_of_a_page():
    contact = make_passage("Erika Muster, erika.muster@verband.example", number=1, role="contact")
    given = linked(make_passage(SENTENCE), contact)
    page = PageLedger(number=1, width=595, height=842, text_source="text", n_chars=108)
    text = replace(given.text, pages=(page,), dropped=(Dropped(1, "Seite 1", "page_number"),))
    found = rows(replace(given, text=text))
    assert [(row["page"], row["reason"], row["n_chars"]) for row in found["omissions"]] == [
        (1, "contact", 40), (1, "page_number", 6),
    ]  # fmt: skip
    assert [(row["n_chars"], row["n_dropped_chars"]) for row in found["pages"]] == [(68, 46)]


def test_a_mention_says_what_where_and_who():
    challenge, actor, instrument = rows(linked())["mentions"]
    assert (challenge["text"], challenge["concept_id"], challenge["status"]) == (
        "Fachkräftemangel",
        "c1",
        "open",
    )
    assert (actor["kind"], actor["named"], actor["concept_id"]) == ("federal", True, None)
    assert (instrument["status"], instrument["source"]) == ("demanded", "model")
    assert SENTENCE[instrument["char_start"] : instrument["char_end"]] == instrument["text"]
    assert (challenge["page"], len(challenge["boxes"])) == (1, 1)
    assert challenge["period_published"] == "bt20"


def test_an_amount_belongs_to_the_instrument_of_its_sentence():
    found = rows(linked())
    (amount,) = found["attributes"]
    assert amount["mention_id"] == found["mentions"][2]["mention_id"]
    assert (amount["value"], amount["unit"]) == ("5000000", "EUR")
    assert SENTENCE[amount["char_start"] : amount["char_end"]] == amount["text"] == "5 Mio. Euro"


def test_an_amount_that_is_named_twice_has_two_rows():
    sentence = "Der Fonds erhält 400 Mio. Euro (2025) und 400 Mio. Euro (2026)."
    given = [make_span(text="Fonds", start=4, label="instrument", kind="funding", status="planned")]
    for year in (2026, 2025):
        start = sentence.index(f"400 Mio. Euro ({year})")
        given.append(
            make_span(text="400 Mio. Euro", start=start, label="amount", kind="exact", status="",
                      value="400000000", unit=f"EUR {year}", by="rule:amounts")
        )  # fmt: skip
    found = rows(linked(make_passage(sentence), spans=tuple(given)))["attributes"]
    assert [(row["unit"], row["char_start"]) for row in found] == [("EUR 2025", 17), ("EUR 2026", 42)]
    to_arrow(TABLES["attributes"], found)


@pytest.mark.parametrize(
    ("label", "kind", "qualifier"),
    [
        ("amount", "at_most", "at_most"),
        ("amount", "about:dem", "about"),
        ("share", "at_least", "at_least"),
        ("deadline", "from", "from"),
        ("law", "paragraph", None),
    ],
)
def test_an_attribute_says_how_its_value_is_meant(label, kind, qualifier):
    given = span("5 Mio. Euro", label, kind=kind, status="", value="5000000", unit="EUR", by="rule:x")
    (row,) = rows(linked(spans=(SPANS[2], given)))["attributes"]
    assert row["qualifier"] == qualifier
    to_arrow(TABLES["attributes"], [row])


@pytest.mark.parametrize(
    ("value", "kind", "kept"),
    [
        ("2000", "until", False),
        ("2022-12-31", "before", False),
        ("2023", "until", True),
        ("2020-01-01", "from", True),
        ("wp:0", "until", True),
        ("wp:18", "until", False),
    ],
)
def test_what_was_so_until_a_year_gone_by_is_no_deadline(value, kind, kept):
    known = SPANS[2]
    given = span("5 Mio. Euro", "deadline", kind=kind, status="", value=value, unit="day", by="rule")
    assert [row["value"] for row in rows(linked(spans=(known, given)))["attributes"]] == [value] * kept


def test_an_attribute_is_told_as_its_document_means_it():
    given = span("5 Mio. Euro", "deadline", kind="until", status="", value="decade:0/9", unit="year", by="r")
    (row,) = rows(linked(spans=(SPANS[2], given)))["attributes"]
    assert (row["value"], row["unit"], row["qualifier"]) == ("2029", "year", "until")
    undated = rows(replace(linked(spans=(SPANS[2], given)), document=document(make_source(), make_text())))
    (row,) = undated["attributes"]
    assert (row["text"], row["value"], row["unit"]) == ("5 Mio. Euro", "", None)
    to_arrow(TABLES["attributes"], [row])


def test_relations_lead_from_mention_to_mention():
    found = rows(linked(relations=(Relation(1, 2, "demands", 0.8, "cue"),)))
    (relation,) = found["relations"]
    assert relation["from_mention"] == found["mentions"][1]["mention_id"]
    assert relation["to_mention"] == found["mentions"][2]["mention_id"]


def test_contact_data_stand_nowhere():
    secret = "Dr. Erika Muster, erika.muster@verband.example"
    contact = make_passage(secret, number=1, kind="heading", role="contact")
    below = make_passage("Telefon 030 000000", number=2, role="contact", heading_path=(secret,))
    found = rows(linked(make_passage(SENTENCE), contact, below))
    assert "Muster" not in repr(found) and "030 000000" not in repr(found)
    assert [row["role"] for row in found["passages"]] == [None, "contact", "contact"]


def test_equal_sentences_have_ids_of_their_own_that_do_not_depend_on_their_place():
    twice = (make_passage(SENTENCE), make_passage(SENTENCE, number=1))
    ids = [row["sentence_id"] for row in rows(linked(*twice))["sentences"]]
    assert len(set(ids)) == 2
    moved = (make_passage("Vorweg."), make_passage(SENTENCE, number=1), make_passage(SENTENCE, number=2))
    assert [row["sentence_id"] for row in rows(linked(*moved, spans=()))["sentences"]][1:] == ids


def test_sentences_of_a_repetition_are_not_counted():
    found = rows(linked(duplicate_of="d9"))
    assert [row["counted"] for row in found["sentences"]] == [False]
    assert {row["counted"] for row in found["mentions"]} == {False}


def test_a_sentence_that_a_document_repeats_counts_once():
    twice = (make_passage(SENTENCE), make_passage(SENTENCE, number=1))
    again = rows(linked(*twice, repeated=frozenset({1})))["sentences"]
    assert [row["counted"] for row in again] == [True, False]
