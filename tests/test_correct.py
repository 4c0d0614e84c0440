"""A correction file is stored as a whole, or not at all."""

import datetime as dt
import json
import shutil
from contextlib import nullcontext

import pyarrow.parquet as pq
import pytest

from pipeline import outputs
from pipeline.correcting.correct import correct
from pipeline.correcting.corrections import load
from pipeline.errors import InputError
from pipeline.schema import TABLES
from pipeline.tables import to_arrow
from tests.builders_outputs import DOCUMENT, SENTENCE, make_output

NOW = dt.datetime(2026, 3, 4, 5, 6, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_output(tmp_path_factory.mktemp("made") / "out")


@pytest.fixture
def out(made, tmp_path):
    return shutil.copytree(made, tmp_path / "out")


@pytest.fixture
def mentions(out):
    found = outputs.of_documents(out, "mentions", [DOCUMENT])[DOCUMENT]
    return {row["layer"]: row for row in found if row["sentence_id"] == SENTENCE}


def give(out, *lines, columns="mention_id;action;new_layer;kind;status;concept;text", who="Muster"):
    path = out.parent / "corrections.csv"
    path.write_bytes("\n".join([columns, *lines]).encode("cp1252"))
    return correct(out, path, who=who, now=NOW)


def test_a_status_is_stored_with_the_words_it_is_about(out, mentions):
    mention = mentions["instrument"]
    assert give(out, f"{mention['mention_id']};status;;;rejected;;") == (1, 0)
    (event,) = load(out)
    assert (event.quote.exact, event.action, event.values) == (
        mention["text"],
        "status",
        {"status": "rejected"},
    )
    assert (event.who, event.time) == ("Muster", "2026-03-04T05:06:00+00:00")
    assert event.seen["kind"] == mention["kind"]
    assert event.document_id == DOCUMENT


def test_the_same_file_twice_stores_nothing_more(out, mentions):
    line = f"{mentions['instrument']['mention_id']};status;;;rejected;;"
    give(out, line)
    before = (out / "corrections.jsonl").read_bytes()
    assert give(out, line) == (0, 1)
    assert (out / "corrections.jsonl").read_bytes() == before


def test_two_who_say_the_same_are_both_kept(out, mentions):
    line = f"{mentions['instrument']['mention_id']};status;;;rejected;;"
    stored = [give(out, line, who=who).stored for who in ("Muster", "Probe", "Muster", "Probe")]
    assert stored == [1, 1, 0, 0]
    assert [event.who for event in load(out)] == ["Muster", "Probe"]


@pytest.mark.parametrize(
    ("action", "quoted", "says"),
    [
        ("delete", True, ""),
        ("status", True, "was deleted by Ada"),
        ("delete", False, "mention .* does not exist"),
    ],
)
def test_what_another_person_deleted_before_a_run_may_be_deleted_too(out, mentions, action, quoted, says):
    gone = mentions["instrument"]
    give(out, f"{gone['mention_id']};delete;;;;;", who="Ada")
    left = [row for row in outputs.rows(out, "mentions") if row["mention_id"] != gone["mention_id"]]
    pq.write_table(to_arrow(TABLES["mentions"], left), outputs.path_of(out, "mentions"))
    words = f"{DOCUMENT};{gone['text']}" if quoted else ";"
    line = f"{gone['mention_id']};{words};instrument;{action};rejected"
    with pytest.raises(InputError, match=says) if says else nullcontext():
        assert give(out, line, columns="mention_id;document;quote;layer;action;status", who="Bea").stored == 1
    assert [event.who for event in load(out)] == ["Ada"] + ["Bea"] * (not says)
    assert len({event.seen["kind"] for event in load(out)}) == 1


def test_events_are_only_ever_added(out, mentions):
    mention = mentions["instrument"]["mention_id"]
    give(out, f"{mention};status;;;rejected;;")
    before = (out / "corrections.jsonl").read_bytes()
    give(out, f"{mention};status;;;planned;;")
    give(out, f"{mention};status;;;rejected;;")
    assert (out / "corrections.jsonl").read_bytes().startswith(before)
    assert [event.values["status"] for event in load(out)] == ["rejected", "planned", "rejected"]
    assert len({event.event_id for event in load(out)}) == 3


def test_what_was_said_before_a_deletion_may_be_said_again(out, mentions):
    found = mentions["instrument"]["mention_id"]
    status = f"{found};status;;;planned;;"
    for line in (status, f"{found};delete;;;;;", status):
        assert give(out, line).stored == 1
    assert give(out, status) == (0, 1)


def test_words_may_be_quoted_instead_of_an_id(out, mentions):
    columns = "document,quote,prefix,suffix,layer,action,kind,named,who"
    sentence = next(row["text"] for row in outputs.rows(out, "sentences") if row["sentence_id"] == SENTENCE)
    verb = "voranbringen" if "voranbringen" in sentence else sentence.split()[-1].strip(".")
    before = sentence[: sentence.index(verb)]
    give(out, f'{DOCUMENT}.pdf,{verb},"{before}",,actor,add,group,no,Ada', columns=columns, who="")
    (event,) = load(out)
    assert (event.quote.exact, event.who) == (verb, "Ada")
    assert event.values == {"kind": "group", "status": "", "named": "no"}


def test_a_part_of_the_words_of_a_mention_means_all_of_them(out, mentions):
    columns, words = "document;quote;suffix;layer;action", mentions["instrument"]["text"]
    sentence = next(row["text"] for row in outputs.rows(out, "sentences") if row["sentence_id"] == SENTENCE)
    after = sentence[sentence.index(words) + 3 :]
    give(out, f"{DOCUMENT};{words[:3]};{after};instrument;delete", columns=columns)
    assert load(out)[0].quote.exact == words


def test_a_concept_is_given_by_id_or_label(out, mentions):
    challenge = mentions["challenge"]["mention_id"]
    give(out, f"{challenge};concept;;;;c-klimawandel;")
    give(out, f"{challenge};concept;;;;Etwas ganz Neues;")
    assert [event.values["concept"] for event in load(out)] == ["Klimawandel", "Etwas ganz Neues"]


M = "{instrument}"


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["m999;status;;;planned;;"], "mention 'm999' does not exist"),
        ([M[:-1] + "x};status;;;planned;;"], "did you mean"),
        ([M + ";status;;;geplant;;"], "status 'geplant' is unknown; allowed are existing"),
        ([M + ";status;;;;;"], "column `status` is empty"),
        ([M + ";kind;;federal;;;"], "kind 'federal' is unknown"),
        ([M + ";named;;;;;"], "column `named` is empty"),
        ([M + ";vergiss;;;;;"], "action 'vergiss' is unknown"),
        ([M + ";relabel;thema;;;;"], "new_layer 'thema' is unknown"),
        ([M + ";relabel;actor;;;;"], "kind is missing"),
        ([M + ";span;;;;;nicht im Satz"], "is not in the sentence"),
        ([M + ";concept;;;;instrument-0123456789;"], "concept of layer instrument"),
        ([M + ";status;;;planned;;", M + ";status;;;rejected;;"], "line 3: contradicts .* line 2"),
        ([M + ";delete;;;;;", M + ";status;;;rejected;;"], "contradicts"),
        ([M + ";status;;;rejected;;", "m999;delete;;;;;"], "m999"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_stored(out, mentions, lines, says):
    ids = {layer: row["mention_id"] for layer, row in mentions.items()}
    ids["instrumentx"] = ids["instrument"] + "x"
    with pytest.raises(InputError, match=says):
        give(out, *(line.format(**ids) for line in lines))
    assert not (out / "corrections.jsonl").exists()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("d-bt99;Wohnungsnot;challenge;delete", "document 'd-bt99' does not exist"),
        (f"{DOCUMENT};Raumschiff;challenge;delete", "not in the document"),
        (f"{DOCUMENT};Wohnungsnot;thema;delete", "layer 'thema' is unknown"),
        (f"{DOCUMENT};Wohnungsnot;challenge;delete", "occurs 2 times in the document"),
    ],
)
def test_a_quote_must_lead_to_one_place(out, line, says):
    with pytest.raises(InputError, match=says):
        give(out, line, columns="document;quote;layer;action")


def test_somebody_must_say_so(out, mentions):
    with pytest.raises(InputError, match="does not say who"):
        give(out, f"{mentions['actor']['mention_id']};delete;;;;;", who="")


@pytest.mark.parametrize(
    ("schema", "says"), [(0, "run `politikspur run CORPUS --out"), (99, "update politikspur")]
)
def test_a_folder_of_another_schema_is_refused_with_the_command_that_mends_it(out, schema, says):
    (out / "run.json").write_text(json.dumps({"run_key": "k", "schema": schema}))
    with pytest.raises(InputError, match=says):
        give(out, "m1;delete;;;;;")


def test_a_half_written_folder_is_refused(out):
    (out / "tables" / "corrections.parquet").unlink()
    with pytest.raises(InputError, match="lacks the table corrections"):
        give(out, "m1;delete;;;;;")
    (out / "run.json").unlink()
    with pytest.raises(InputError, match="no finished run"):
        give(out, "m1;delete;;;;;")
