"""One document through its stages: what is stored, what is made again, what is remembered."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from pipeline import process as stages
from pipeline import store
from pipeline.config import load_settings
from pipeline.process import (
    Task,
    announcements,
    contexts,
    known,
    mentions_by_sentence,
    process,
    readings,
    relations,
    stop_at,
)
from pipeline.records import Fact, Sentence, Tags, Text
from tests.builders import make_passage, make_source, make_span, make_text

SENTENCE = "Der Fachkräftemangel bremst das Handwerk."


def quiet(stage, at):
    """Hear nothing."""


@pytest.fixture
def task(tmp_path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "papier.md").write_text(f"# Lage\n\n{SENTENCE}\n", encoding="utf-8")
    source = replace(make_source("papier.md"), format="md")
    return Task(
        source=source,
        folder=str(tmp_path / "corpus"),
        out=str(tmp_path / "out"),
        settings=load_settings(),
    )


def test_a_document_is_known_once_it_is_processed(task):
    assert known(task) is None
    process(task, quiet)
    first = known(task)
    assert first is not None and first.document_id == "d1"
    process(task, quiet)
    assert known(task) == first


def test_an_unexpected_error_becomes_status_and_reason(task, monkeypatch, tmp_path):
    monkeypatch.setattr("pipeline.reading.formats.read_document", lambda *_, **__: 1 / 0)
    text = stages.read_text(task, tmp_path / "out", quiet)
    assert (text.status, text.passages) == ("failed", ())
    assert "ZeroDivisionError" in text.reason


def test_a_full_disk_is_no_fault_of_the_document(task, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "save", full)
    with pytest.raises(OSError, match="No space"):
        process(task, quiet)


def test_what_stopped_a_worker_is_left_out_the_next_time(task):
    stop_at(task, "tag", 512, "needed more than 1500 MB of memory")
    process(task, quiet)
    outcome = known(task)
    text = store.load(Path(task.out), "text", outcome.keys["text"], Text)
    assert (text.status, text.reason) == ("failed", "needed more than 1500 MB of memory")


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


def test_a_sentence_knows_what_stands_before_it_in_its_passage_only():
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
    assert [context.previous for context in found] == ["", first, ""]
    assert found[1].heading_path == ("Lage",) and found[1].role == "challenge"
    assert {context.doc_type for context in found} == {"bericht"}


@pytest.mark.parametrize(
    ("manifest", "read"),
    [({}, "wahlprogramm"), ({"doc_type": "bericht"}, "bericht")],
)
def test_the_tagger_hears_the_type_that_the_document_states_where_the_manifest_is_silent(
    task, monkeypatch, manifest, read
):
    heard = []
    monkeypatch.setattr("pipeline.tag.tag", lambda found, **_: heard.extend(found) or Tags())
    text = make_text(make_passage(SENTENCE), facts={"doc_type": Fact("wahlprogramm", "text")})
    source = replace(task.source, manifest=manifest)
    stages._tags(replace(task, source=source), text, quiet)
    assert [context.doc_type for context in heard] == [read]


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


def test_a_relation_may_reach_over_to_the_heading():
    heading, item = "Wohnungsmangel stoppen", "Wir fördern den sozialen Wohnungsbau."
    text = make_text(
        make_passage(heading, number=0, kind="heading"),
        make_passage(item, number=1, kind="item", heading_path=(heading,)),
    )
    words = "sozialen Wohnungsbau"
    where = {"sentence": 1, "start": item.index(words)}
    house = make_span(text=words, label="instrument", kind="funding", status="planned", **where)
    (one,) = relations(text, Tags(spans=(make_span(text="Wohnungsmangel"), house))).relations
    assert (one.source, one.kind, one.target, one.rule) == (1, "addresses", 0, "heading")
