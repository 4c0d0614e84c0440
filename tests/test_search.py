"""Search by words and by meaning on small outputs."""

import contextlib
import shutil

import numpy as np
import pytest

from pipeline import searchable
from pipeline.errors import InputError, QueryError
from pipeline.search import Filters, marks, search
from pipeline.terms import asked

from .builders_output import document, passage, sentence, small

TEXTS = {
    "s1": "Der Fachkräftemangel im Handwerk bremst die Energiewende.",
    "s2": "Wir werden Fachkräften im Handwerk den Zuzug erleichtern.",
    "s3": "Die soziale Marktwirtschaft braucht faire Regeln.",
    "s4": "Marktwirtschaft und sozialer Ausgleich gehören zusammen.",
    "s5": "Die Aus- und Weiterbildung wird gefördert.",
    "s6": "Mieten steigen in den Städten schneller als die Löhne.",
}
CONTACT = "Ansprechpartnerin ist Erika Mustermann, Telefon 030 123456."


def mention(sentence_id, layer, document_id="d1"):
    return {
        "mention_id": f"m-{sentence_id}-{layer}", "sentence_id": sentence_id, "document_id": document_id,
        "sentence_number": 0, "layer": layer, "text": "x", "char_start": 0, "char_end": 1, "kind": None,
        "status": None, "named": None, "score": 0.9, "concept_id": None, "page": 1, "boxes": None,
        "period_published": "bt20", "periods_addressed": [], "source": "model", "by": "model:x",
    }  # fmt: skip


def tables():
    return {
        "documents": [
            document("d1", issuer="SPD; Die Grünen", n_sentences=6),
            document("d2", issuer="CDU", period_published="bt19", document_type="wahlprogramm", title=None),
        ],
        "passages": [
            passage("p1", heading_path=["Arbeit", "Fachkräfte"]), passage("p2", "d2"),
            passage("p9", role="contact", text=None),
        ],
        "sentences": [
            *(sentence(name, text, "p1", number=at) for at, (name, text) in enumerate(TEXTS.items())),
            sentence("s9", CONTACT, "p9", number=9),
            sentence("t1", TEXTS["s1"], "p2", "d2", periods_addressed=["bt20", "bt21"]),
            sentence("t2", "Handwerk hat goldenen Boden.", "p2", "d2", number=1, counted=False),
        ],
        "mentions": [mention("s1", "challenge"), mention("s2", "instrument")],
        "sentence_themes": [
            {"sentence_id": "s6", "document_id": "d1", "sentence_number": 5, "theme": "housing", "score": 0.9}
        ],
    }  # fmt: skip


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
    ],
)
def test_filters(out, filters, found):
    assert ids(out, "Handwerk", **filters) == found


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        ({"period": ("3",)}, "no period of publication 'bt3'"),
        ({"issuer": ("SDP",)}, "did you mean SPD"),
        ({"document_type": ("wahlprogram",)}, "did you mean wahlprogramm"),
        ({"layer": ("chalenge",)}, "did you mean challenge"),
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
    ("question", "marked"),
    [
        ("Fachkräftemangel", ["Mangel", "Fachkräften", "Fachkräftemangel"]),
        ("Kräfte", ["Fachkräften", "Fachkräftemangel", "Kraftwerke"]),
        ("Fachkräfte", ["Fachkräften", "Fachkräftemangel"]),
        ('"Mangel an Fachkräften"', ["Mangel", "an", "Fachkräften"]),
        ("-Mangel Zoo", []),
        ("Fach*", ["Fachkräften", "Fachkräftemangel"]),
    ],
)
def test_marks(question, marked):
    text = "Der Mangel an Fachkräften, kurz Fachkräftemangel, trifft die Kraftwerke."
    found = [text[a:b] for a, b in marks(text, asked(question))]
    assert found == marked


def test_contact_text_is_in_no_file_of_the_index(out):
    search(out, "Handwerk")
    files = [path for path in (out / "search").rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert b"mustermann" not in path.read_bytes().lower(), path


def test_only_what_changed_is_indexed_again(tmp_path, monkeypatch):
    small(tmp_path, **tables())
    assert ids(tmp_path, "Handwerk") == {"s1", "s2", "t1"}
    written = []
    real = searchable.Index.replace

    def spy(self, document_ids, entries):
        entries = list(entries)
        written.append((list(document_ids), [entry.sentence_id for entry in entries]))
        real(self, document_ids, entries)

    monkeypatch.setattr(searchable.Index, "replace", spy)
    search(tmp_path, "Handwerk")
    assert written == []
    changed = tables()
    changed["sentences"][-2] = sentence("t1", "Kammern beraten das Handwerk.", "p2", "d2")
    small(tmp_path, **changed)
    assert ids(tmp_path, "Kammern") == {"t1"}
    assert written == [(["d2"], ["t1", "t2"])]
    gone = tables()
    for name, rows in gone.items():
        gone[name] = [row for row in rows if row["document_id"] == "d1"]
    small(tmp_path, **gone)
    assert ids(tmp_path, "Handwerk") == {"s1", "s2"}
    assert written[1:] == [(["d2"], [])]


def test_a_lost_state_is_made_again_and_nothing_is_found_twice(tmp_path):
    small(tmp_path, **tables())
    assert len(search(tmp_path, "Handwerk").hits) == 3
    (tmp_path / "search" / "state.json").unlink()
    assert len(search(tmp_path, "Handwerk").hits) == 3
    shutil.rmtree(tmp_path / "search" / "words")
    assert len(search(tmp_path, "Handwerk").hits) == 3


def test_a_folder_without_tables_is_told(tmp_path):
    with pytest.raises(InputError, match="politikspur run"):
        search(tmp_path, "Handwerk")


@pytest.fixture
def planted(monkeypatch):
    """An encoder for which rents and flats are one direction, the rest another."""
    from pipeline import encoder

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
