"""Planted topics are found, keep their ids, and obey a person."""

import itertools

import msgspec
import numpy as np
import pytest

from pipeline.config import OpenThemes
from pipeline.schema import TABLES
from pipeline.tables import conform, to_arrow, write_table
from pipeline.tracking import counts
from pipeline.tracking.open_themes import draw, open_themes
from pipeline.tracking.themebook import Book
from tests.builders_networks import Said, build, row
from tests.builders_tables import quick

TOPICS = {
    "Rente": "Die Gesetzliche Rente und das Alter brauchen mehr Sicherheit im Ruhestand, Fall {}.",
    "Schiene": "Die Schiene und die Bahn brauchen mehr Züge und Gleise, Fall {}.",
    "Impfung": "Die Impfung und die Klinik brauchen mehr Pflege und Ärzte, Fall {}.",
    "Stahl": "Zu Absatz 2: Der Stahl und das Werk brauchen mehr Strom und Wasserstoff, Fall {}.",
    "Wald": "Der Wald und der Boden brauchen mehr Lärm- und Brandschutz, Fall {}.",
    "Netz": "Das Netz und die Daten brauchen mehr Rechner und Kabel, Fall {}.",
}
EMPTY = Book()
SIX = OpenThemes(encoder="planted", sentences=600, themes=6)
FIVE = msgspec.structs.replace(SIX, themes=5)


def planted(texts):
    """Encode a text as the direction of its topic, with noise that depends on the text alone."""
    found = []
    for text in texts:
        noise = np.random.default_rng(list(text.encode())).normal(0, 0.05, 12)
        noise[next(at for at, topic in enumerate(TOPICS) if topic in text)] += 1
        found.append(noise)
    return np.array(found, dtype=np.float32)


def tables(folder, topics, periods=("bt19", "bt20"), each=25, documents=9, misread=""):
    places = itertools.product(periods, topics, range(each))
    said = [Said(f"d-{p}-{n % documents}", "Rot", t, period=p) for p, t, n in places]
    build(folder, said)
    sentences = [
        row("sentences", sentence_id=f"s{at:04d}", passage_id=f"{one.document}/1", document_id=one.document,
            number=at, periods_addressed=[],
            text=TOPICS[one.instrument].format(at) + misread * (at < each))
        for at, one in enumerate(said)
    ]  # fmt: skip
    made = to_arrow(TABLES["sentences"], sentences)
    write_table(folder, "sentences", conform(TABLES["sentences"], made))
    return folder


def found(folder, book=EMPTY, wanted=SIX):
    with counts.connect(folder) as base:
        corpus, sample, rows = counts.prepare(base), draw(base, wanted), {}
        if sample is not None:
            rows, book = open_themes(base, corpus, quick(seed=1), book, sample, planted(sample.texts))
    return [dict(zip(rows, values, strict=True)) for values in zip(*rows.values(), strict=True)], book


@pytest.fixture(scope="module")
def five(tmp_path_factory):
    return tables(tmp_path_factory.mktemp("five"), list(TOPICS)[:5])


@pytest.fixture(scope="module")
def first(five):
    return found(five, wanted=FIVE)


def test_topics_are_found_and_named_by_their_words(first):
    rows, book = first
    terms = [set(entry.terms) for entry in book.theme]
    assert len(book.theme) == 5
    assert all(sum(topic in of for of in terms) == 1 for topic in list(TOPICS)[:5])
    assert {row["state"] for row in rows} == {"new"}


def test_words_of_papers_and_sittings_name_no_theme(first):
    assert not any("Absatz" in entry.terms for entry in first[1].theme)


def test_terms_are_nouns_in_the_form_that_texts_use(first):
    terms = {term for entry in first[1].theme for term in entry.terms}
    assert {"Rente", "Gleise", "Ärzte"} <= terms
    assert not terms & {"gesetzlich", "Gesetzliche", "Gleis", "Arzt", "Lärm"}


def test_words_of_one_document_alone_come_last(tmp_path):
    _, book = found(tables(tmp_path, list(TOPICS)[:5], documents=1, misread=" Auch Ruhestancl."), wanted=FIVE)
    places = [entry.terms.index("Ruhestancl") for entry in book.theme if "Ruhestancl" in entry.terms]
    assert places == [len(entry.terms) - 1 for entry in book.theme if "Ruhestancl" in entry.terms] != []


def test_shares_are_those_of_the_sample_and_lie_in_their_intervals(first):
    rows, _ = first
    assert all(row["share"] == row["n"] / row["n_sampled"] == pytest.approx(0.2) for row in rows)
    assert all(row["low"] < row["share"] < row["high"] and row["level"] == "documents" for row in rows)


def test_the_same_again_is_the_same(five, first):
    rows, book = first
    again, kept = found(five, book, FIVE)
    assert again == rows
    assert kept == book


def test_ids_stay_when_documents_are_added_and_births_are_told(first, tmp_path):
    rows, book = first
    more, kept = found(tables(tmp_path, TOPICS, periods=("bt19", "bt20", "bt21")), book)
    born = {row["theme_id"] for row in more if row["state"] == "new"}
    assert {row["theme_id"] for row in more} == {row["theme_id"] for row in rows} | born
    (birth,) = born
    assert kept.history == f"{book.history}\nbirth {birth}"
    assert "Netz" in next(entry.terms for entry in kept.theme if entry.id == birth)


def test_fewer_themes_can_be_asked_for_and_pinned_ones_stay(first, five):
    pinned = [msgspec.structs.replace(entry, pin=at < 3) for at, entry in enumerate(first[1].theme)]
    book = msgspec.structs.replace(first[1], theme=tuple(pinned))
    with counts.connect(five) as base:
        corpus, sample = counts.prepare(base), draw(base, FIVE)
        for themes, there in ((4, 4), (2, 3)):
            fewer = msgspec.structs.replace(sample, themes=themes)
            rows, _ = open_themes(base, corpus, quick(seed=1), book, fewer, planted(sample.texts))
            assert len(set(rows["theme_id"])) == there


def test_deaths_are_told_and_a_theme_that_comes_back_has_its_old_id(five, first, tmp_path):
    _, book = first
    _, without = found(tables(tmp_path, list(TOPICS)[1:]), book)
    gone = [entry for entry in without.theme if not entry.n]
    assert [entry.terms[0] in TOPICS["Rente"] for entry in gone] == [True]
    assert f"death {gone[0].id}" in without.history
    _, back = found(five, without)
    assert f"revival {gone[0].id}" in back.history


def test_a_person_names_merges_and_pins(five, first, tmp_path):
    _, book = first
    rail, steel, rent = (
        next(entry.id for entry in book.theme if topic in entry.terms)
        for topic in ("Schiene", "Stahl", "Rente")
    )
    edits = {rail: {"name": "Verkehr"}, steel: {"into": rail}, rent: {"pin": True}}
    edited = [msgspec.structs.replace(entry, **edits.get(entry.id, {})) for entry in book.theme]
    book = msgspec.structs.replace(book, theme=tuple(edited))
    rows, kept = found(five, book, FIVE)
    joined = [row for row in rows if row["theme_id"] == rail]
    assert {row["label"] for row in joined} == {"Verkehr"}
    assert all(row["share"] == pytest.approx(0.4) for row in joined)
    assert steel not in {row["theme_id"] for row in rows}
    before, after = ({e.id: e for e in of.theme}[rent].centroid for of in (book, kept))
    assert before == after
    _, without = found(tables(tmp_path, list(TOPICS)[1:]), kept)
    assert {entry.id for entry in without.theme if entry.pin} == {rent}


def test_a_small_corpus_has_no_themes(tmp_path):
    assert found(tables(tmp_path, list(TOPICS)[:2], each=5)) == ([], EMPTY)


def test_weights_trained_anew_are_another_encoder(five, first):
    with counts.connect(five) as base:
        corpus = counts.prepare(base)
        known, births = first[1], []
        for weights in ("a", "a", "b"):
            sample = draw(base, FIVE, weights)
            _, known = open_themes(base, corpus, quick(seed=1), known, sample, planted(sample.texts))
            births.append(known.history.count("birth"))
            known = msgspec.structs.replace(known, history=known.history + "\nbirth of before")
    assert births == [5, 6, 5]
