"""Search by words and by meaning on small outputs."""

import contextlib

import numpy as np
import pytest

from pipeline.errors import InputError, QueryError
from pipeline.search import Filters, marks, search
from pipeline.searching.terms import asked

from .builders_output import small
from .builders_search import CONTACT, TEXTS, tables


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return small(tmp_path_factory.mktemp("search"), **tables())


def ids(out, question, **filters):
    return {hit.sentence_id for hit in search(out, question, filters=Filters(**filters)).hits}


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Fachkräfte Handwerk", {"s1", "s2", "t1"}),
        ("fachkraefte handwerk", {"s1", "s2", "t1"}),
        ("Fachkrafte Handwerk -Zuzug", {"s1", "t1"}),
        ("Mangel an Fachkräften", {"s1", "t1"}),
        ('"soziale Marktwirtschaft"', {"s3"}),
        ("Marktwirtschaft", {"s3", "s4"}),
        ("Ausbildung", {"s5"}),
        ("Förderung", {"s5"}),
        ("fordern", set()),
        ("Energie*", {"s1", "t1"}),
        ("Fachkräfte*", {"s1", "s2", "t1"}),
        ("Miete", {"s6"}),
        ("Mustermann", set()),
        ("Telefon", set()),
    ],
)
def test_sentences_are_found_by_german_words(out, question, found):
    assert ids(out, question) == found


def test_the_word_itself_comes_before_the_compound(out):
    assert search(out, "Fachkräfte").hits[0].sentence_id == "s2"


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"period": ("20",)}, {"s1", "s2"}),
        ({"period": ("bt19",)}, {"t1"}),
        ({"period": ("21",), "basis": "addressed"}, {"t1"}),
        ({"layer": ("instrument",)}, {"s2"}),
        ({"layer": ("instrument", "challenge")}, {"s1", "s2"}),
        ({"issuer": ("spd",)}, {"s1", "s2"}),
        ({"issuer": ("grüne",)}, {"s1", "s2"}),
        ({"document_type": ("wahlprogramm",)}, {"t1"}),
        ({"theme": ("housing",)}, set()),
        ({"duplicates": True}, {"s1", "s2", "t1", "t2"}),
        ({"document": ("d2",)}, {"t1"}),
    ],
)
def test_filters(out, filters, found):
    assert ids(out, "Handwerk", **filters) == found


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        ({"period": ("3",)}, "no period of publication 'bt03'"),
        ({"issuer": ("SDP",)}, "did you mean SPD"),
        ({"document_type": ("wahlprogram",)}, "did you mean wahlprogramm"),
        ({"layer": ("chalenge",)}, "did you mean challenge"),
        ({"document": ("d7",)}, "no document 'd7'"),
        ({"theme": ("xyz",)}, "there are macroeconomy"),
    ],
)
def test_unknown_values_name_the_nearest(out, filters, says):
    with pytest.raises(QueryError, match=says):
        search(out, "Handwerk", filters=Filters(**filters))


@pytest.mark.parametrize("question", ["", "  ", "…", "-Handwerk"])
def test_a_question_needs_a_word(out, question):
    with pytest.raises(QueryError, match="no word"):
        search(out, question)


@pytest.mark.parametrize(
    "question", ["(", "a AND", "x:y", '"', "*", "Hand*werk", "'; drop table", "\\", "[a-"]
)
def test_odd_questions_are_answered(out, question):
    with contextlib.suppress(QueryError):
        search(out, question)


def test_a_hit_tells_where_it_stands(out):
    hit = search(out, "Handwerk", filters=Filters(layer=("challenge",))).hits[0]
    assert (hit.heading_path, hit.title, hit.path, hit.page) == (
        ("Arbeit", "Fachkräfte"),
        "Papier",
        "d1.pdf",
        1,
    )
    assert [hit.text[a:b] for a, b in hit.marks] == ["Handwerk"]


def test_some_words_are_enough_where_no_sentence_has_all(out):
    found = search(out, "Handwerk Löhne")
    assert not found.every
    assert {hit.sentence_id for hit in found.hits} == {"s1", "s2", "t1", "s6"}


@pytest.mark.parametrize(
    ("question", "instead"),
    [
        ("Handwrek", "Handwerk"),
        ("Energiewnede", "Energiewende"),
        ("Marktwirtschfat", "Marktwirtschaft"),
        ("Marktwirtshcaften", "Marktwirtschaft"),
        ("Handwerk Mietn -Zuzgu", "Handwerk Mieten -Zuzgu"),
        ("Handwerk", ""),
        ("Handwerk Mieten", ""),
        ("Kernfusion", ""),
        ("Zog", ""),
        ('"faire Regln"', ""),
        ("Mustermnn", ""),
    ],
)
def test_a_word_that_no_sentence_has_is_respelled_as_some_have_it(out, question, instead):
    assert search(out, question).instead == instead


def test_a_word_is_not_respelled_because_a_filter_hides_it(out):
    assert not search(out, "Mieten", filters=Filters(document=("d2",))).instead


@pytest.mark.parametrize(
    ("question", "marked"),
    [
        ("Fachkräftemangel", ["Mangel", "Fachkräften", "Fachkräftemangel"]),
        ("Kräfte", ["Fachkräften", "Fachkräftemangel", "Atom-Kraftwerke"]),
        ("Fachkräfte", ["Fachkräften", "Fachkräftemangel"]),
        ('"Mangel an Fachkräften"', ["Mangel", "an", "Fachkräften"]),
        ("-Mangel Zoo", []),
        ("Fach*", ["Fachkräften", "Fachkräftemangel"]),
        ("fachkraeftem*", ["Fachkräftemangel"]),
        ("Atom-Kraft* Mang*", ["Mangel", "Atom-Kraftwerke"]),
    ],
)
def test_marks(question, marked):
    text = "Der Mangel an Fachkräften, kurz Fachkräftemangel, trifft die Atom-Kraftwerke."
    found = [text[a:b] for a, b in marks(text, asked(question))]
    assert found == marked


def test_a_folder_without_tables_is_told(tmp_path):
    with pytest.raises(InputError, match="politikspur run"):
        search(tmp_path, "Handwerk")


@pytest.fixture
def planted(monkeypatch):
    """An encoder for which rents and flats are one direction, the rest another."""
    from pipeline.learning import encoder

    encoded = []

    class Model:
        digest = "planted"

    def embed(texts, *, model, prefix="query: "):
        encoded.extend(texts)
        found = np.full((len(texts), 384), 0.01, dtype=np.float32)
        for at, text in enumerate(texts):
            found[at, 0 if "Miete" in text or "Wohnung" in text else 1 + sum(map(ord, text)) % 300] = 1
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    monkeypatch.setattr(encoder, "embed", embed)
    monkeypatch.setattr(encoder, "load", lambda name: Model)
    return encoded


def test_meaning_finds_what_no_word_says(tmp_path, planted):
    small(tmp_path, **tables())
    assert search(tmp_path, "teure Wohnung", by="words").hits == ()
    found = search(tmp_path, "teure Wohnung", by="meaning", limit=1).hits
    assert [hit.sentence_id for hit in found] == ["s6"]
    assert CONTACT not in planted


def test_meaning_follows_the_filters_and_encodes_a_text_once(tmp_path, planted):
    small(tmp_path, **tables())
    only = Filters(period=("19",))
    hits = search(tmp_path, "Handwerk", by="meaning", filters=only).hits
    assert {hit.sentence_id for hit in hits} == {"t1"}
    assert planted.count(TEXTS["s1"]) == 1
    before = len(planted)
    search(tmp_path, "Lohn", by="meaning")
    assert len(planted) == before + 1


def test_both_ways_are_merged(tmp_path, planted):
    small(tmp_path, **tables())
    hits = search(tmp_path, "Mieten", by="both").hits
    assert hits[0].sentence_id == "s6"
    assert len(hits) > 1


def test_notebooks_see_marked_words_without_markup_of_the_text(tmp_path):
    given = tables()
    given["sentences"][0]["text"] = "Handwerk <script>alert(1)</script> braucht Fachkräfte."
    found = search(small(tmp_path, **given), "Fachkraft Handwerk script")
    shown = found._repr_html_()
    assert "<mark>Fachkräfte</mark>" in shown
    assert "<script" not in shown
