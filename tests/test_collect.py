"""Corrections reach the tables of a run, and stay when texts and tags change."""

import datetime as dt
from pathlib import Path

import pytest
from msgspec.structs import replace

from pipeline import outputs
from pipeline.correcting.correct import correct
from pipeline.correcting.corrections import load
from pipeline.link import Concept
from pipeline.reading.duplicates import PERMUTATIONS
from pipeline.records import Fact
from pipeline.running import collect
from pipeline.tasks import Outcome, Signature
from tests.builders import make_source
from tests.builders_outputs import WORDS, make_read_output

TEXT = """# Lage

Der Fachkräftemangel bremst das Handwerk. Die Bundesregierung legt ein Förderprogramm auf.

Gegen den Investitionsstau hilft eine Ausbildungsgarantie.
"""
LINES = """mention_id;action;status;kind;concept;new_layer;text
{Förderprogramm};status;rejected;;;;
{Fachkräftemangel};concept;;;Mangel an Auszubildenden;;
{Handwerk};delete;;;;;
{Investitionsstau};span;;;;;den Investitionsstau
{Ausbildungsgarantie};relabel;;;;challenge;
"""


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "papiere"
    folder.mkdir()
    (folder / "lage.md").write_text(TEXT, encoding="utf-8")
    return folder


@pytest.fixture
def out(tmp_path, corpus):
    """An output folder with corrections that no run has applied yet."""
    out = make_read_output(corpus, tmp_path / "out")
    ids = {row["text"]: row["mention_id"] for row in outputs.rows(out, "mentions")}
    (tmp_path / "c.csv").write_text(LINES.format(**ids), encoding="utf-8")
    correct(out, tmp_path / "c.csv", who="Ada", now=dt.datetime(2026, 1, 2, tzinfo=dt.UTC))
    return out


def mentions(out):
    labels = {row["concept_id"]: row["label"] for row in outputs.rows(out, "concepts")}
    return {
        row["text"]: (row["layer"], row["kind"], row["status"], row["source"], labels[row["concept_id"]])
        for row in outputs.rows(out, "mentions")
    }


EXPECTED = {
    "Fachkräftemangel": ("challenge", None, "open", "person", "Mangel an Auszubildenden"),
    "Bundesregierung": ("actor", "federal", None, "model", "Bundesregierung"),
    "Förderprogramm": ("instrument", "funding", "rejected", "person", "Förderprogramm"),
    "den Investitionsstau": ("challenge", None, "open", "person", "Investitionsstau"),
    "Ausbildungsgarantie": ("challenge", None, "open", "person", "Ausbildungsgarantie"),
}


def anchored(out):
    return [
        (row["action"], row["anchored"], row["mention_id"] is None)
        for row in outputs.rows(out, "corrections")
    ]


def test_a_run_applies_corrections(out, corpus):
    before = {row["document_id"]: row["results_key"] for row in outputs.rows(out, "documents")}
    make_read_output(corpus, out)
    assert mentions(out) == EXPECTED
    assert sorted(anchored(out)) == [
        ("concept", True, False),
        ("delete", True, True),
        ("relabel", True, False),
        ("span", True, False),
        ("status", True, False),
    ]
    events = {f"person:{event.event_id}" for event in load(out)}
    assert {row["by"] for row in outputs.rows(out, "mentions") if row["source"] == "person"} <= events
    assert {row["document_id"]: row["results_key"] for row in outputs.rows(out, "documents")} != before


def test_a_corrected_document_is_related_once(out, corpus, monkeypatch):
    related, relate_text = [], collect.relate_text
    monkeypatch.setattr(collect, "relate_text", lambda *a, **k: related.append(a) or relate_text(*a, **k))
    make_read_output(corpus, out)
    assert len(related) == 1


def test_only_corrected_documents_are_named_anew_unless_people_have_own_concepts(
    out, corpus, monkeypatch, tmp_path
):
    found, surfaces = [], collect.surfaces
    monkeypatch.setattr(collect, "surfaces", lambda facts, *a: found.append(facts) or surfaces(facts, *a))
    make_read_output(corpus, tmp_path / "other")
    assert not found
    make_read_output(corpus, out)
    entry = '{ id = "challenge-bau", layer = "challenge", label = "Investitionsstau" }'
    (tmp_path / "other" / "concepts.toml").write_text(f"concept = [{entry}]", encoding="utf-8")
    make_read_output(corpus, tmp_path / "other")
    assert len(found) == 2
    assert "challenge-bau" in [row["concept_id"] for row in outputs.rows(tmp_path / "other", "mentions")]


def test_a_sentence_that_is_repeated_counts_once(corpus, tmp_path):
    (corpus / "lage.md").write_text(f"{TEXT}\nDer Fachkräftemangel bremst das Handwerk.\n", encoding="utf-8")
    out = make_read_output(corpus, tmp_path / "out")
    assert [row["counted"] for row in outputs.rows(out, "sentences")].count(False) == 1
    found = {row["label"]: row["n_mentions"] for row in outputs.rows(out, "concepts")}
    assert found["Fachkräftemangel"] == 1


EARLY, LATE, NONE = "2020-03-01", "2023-03-01", ""  # in the 19th and the 20th Bundestag


@pytest.mark.parametrize(
    ("dates", "described", "files", "found"),
    [
        ((NONE, NONE, NONE), "b", "abc", {"a": "b", "c": "b"}),
        ((LATE, EARLY, NONE), "", "abc", {"c": "b"}),  # tabled again, and a copy that nobody dates
        (("2020", EARLY, "2020-03-02"), "", "abc", {"a": "b", "c": "b"}),
        ((LATE, EARLY, NONE), "a", "aab", {"b": "a", "c": "a"}),  # of one file
    ],
)
def test_the_original_is_dated_described_and_early(monkeypatch, dates, described, files, found):
    texts = {
        name: Signature(bytes(4 * PERMUTATIONS), {"date": Fact(value=date, origin="text")} if date else {})
        for name, date in zip("abc", dates, strict=True)
    }
    monkeypatch.setattr(collect.store, "need", lambda _, __, key, ___: texts[key])
    outcomes = [Outcome(document_id=name, keys={"signature": name}, results_key="k") for name in texts]
    sources = [
        replace(
            make_source(f"{name}.pdf", **({"title": "Papier"} if name == described else {})), sha256=sha256
        )
        for name, sha256 in zip(texts, files, strict=True)
    ]
    assert collect._duplicates(outcomes, Path(), sources) == found


def test_a_second_run_changes_nothing(out, corpus):
    make_read_output(corpus, out)
    first = outputs.path_of(out, "mentions").read_bytes()
    make_read_output(corpus, out)
    assert outputs.path_of(out, "mentions").read_bytes() == first


def test_a_new_model_and_a_changed_file_keep_what_people_said(out, corpus):
    (corpus / "lage.md").write_text(
        "# Neu\n\nEin Satz zuvor.\n\n" + TEXT.replace("- ", "* "), encoding="utf-8"
    )
    make_read_output(corpus, out, words={"Bundesregierung": WORDS["Bundesregierung"]})
    assert mentions(out) == EXPECTED


def test_words_that_left_the_text_are_listed(out, corpus):
    (corpus / "lage.md").write_text(TEXT.replace("Förderprogramm", "Gesetz"), encoding="utf-8")
    make_read_output(corpus, out)
    lost = [row for row in outputs.rows(out, "corrections") if not row["anchored"]]
    assert [(row["selector"]["quote"], row["reason"]) for row in lost] == [
        ("Förderprogramm", "the words are not in the document")
    ]
    told = "correction of 'Förderprogramm' by Ada: the words are not in the document"
    assert outputs.unanchored(out) == [told]
    (corpus / "lage.md").rename(corpus / "anders.md")
    make_read_output(corpus, out)
    assert {row["reason"] for row in outputs.rows(out, "corrections")} == {
        "the document is not in the corpus"
    }


def test_a_renamed_ministry_is_one_actor_with_its_names_in_order():
    concept = Concept(
        concept_id="actor-bmwe", layer="actor", label="Bundesministerium für Wirtschaft und Energie"
    )
    found = collect._name_rows(concept)
    assert [row["short"] for row in found][-2:] == ["BMWK", "BMWE"]
    assert [row["valid_from"] for row in found] == sorted(row["valid_from"] for row in found)
    assert found[-2]["successor"] == found[-1]["name"] and found[-1]["successor"] is None


def test_things_and_unknown_actors_have_no_names_over_time():
    concepts = [
        Concept(concept_id="challenge-x", layer="challenge", label="Fachkräftemangel"),
        Concept(concept_id="actor-0123456789", layer="actor", label="Betriebe"),
    ]
    assert not any(map(collect._name_rows, concepts))


def test_names_join_known_concepts_by_meaning_and_their_vectors_are_kept(corpus, tmp_path):
    (corpus / "lage.md").write_text(
        "Wir wollen ein Leistungsschutzrecht für Presseverlage.\n", encoding="utf-8"
    )
    words = {"Leistungsschutzrecht für Presseverlage": ("instrument", "regulation", "planned", "")}
    plain = make_read_output(corpus, tmp_path / "plain", words=words)
    out = make_read_output(corpus, tmp_path / "out", words=words, model="concepts")
    known = "instrument-leistungsschutzrecht-fuer-presseverleger"
    assert [row["concept_id"] == known for row in outputs.rows(plain, "concepts")] == [False]
    assert [row["concept_id"] for row in outputs.rows(out, "concepts")] == [known]
    assert (out / "cache" / "names.msgpack").is_file()
    assert not (plain / "cache" / "names.msgpack").exists()
