"""Exports for annotation tools keep every mention: each format is read by a library that others wrote."""

import datetime as dt
import json

import bibtexparser
import cassis
import conllu
import networkx
import pytest
import spacy
from spacy.tokens import DocBin

from pipeline import outputs
from pipeline.annotated import documents
from pipeline.correct import correct
from pipeline.corrections import load
from pipeline.errors import InputError
from pipeline.exports import export
from pipeline.inception import MENTION, type_system
from tests.builders_outputs import DOCUMENT, make_output, make_read_output

HOSTILE = " \x0c=1 <b>&amp;\t😀 „Zitat“"
TEXT = """# Lage 😀

Der Fachkräftemangel bremst das Handwerk. Die Bundesregierung legt ein Förderprogramm über 5 Mio. Euro auf.

- Eine Ausbildungsgarantie hilft dem Handwerk, sagt die Bundesregierung.
"""


@pytest.fixture(scope="module", params=["read", "hostile"])
def out(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "hostile":
        return make_output(folder / "out", hostile=HOSTILE)
    (folder / "papiere").mkdir()
    (folder / "papiere" / "lage.md").write_text(TEXT, encoding="utf-8")
    (folder / "papiere" / "zwei.md").write_text(TEXT.replace("Lage", "Stand"), encoding="utf-8")
    return make_read_output(folder / "papiere", folder / "out")


def mentions(out):
    """Return document, layer and words of every mention by id."""
    rows = outputs.rows(out, "mentions")
    return {row["mention_id"]: (row["document_id"], row["layer"], row["text"]) for row in rows}


def test_documents_come_one_by_one_with_all_they_have(out):
    found = list(documents(out))
    assert sum(len(d.sentences) for d in found) == outputs.count(out, "sentences")
    for document in found:
        for start, sentence in zip(document.starts, document.sentences, strict=True):
            assert document.text.startswith(sentence["text"], start)
    said = [row["mention_id"] for d in found for rows in d.mentions for row in rows]
    assert sorted(said) == sorted(mentions(out))


def test_conllu(out, tmp_path):
    (path,) = export(out, "conllu", tmp_path)
    sentences = conllu.parse(path.read_text(encoding="utf-8"))
    texts = {row["sentence_id"]: row["text"] for row in outputs.rows(out, "sentences")}
    assert {s.metadata["sent_id"] for s in sentences} == set(texts)
    for sentence in sentences:
        spaced = "".join(
            t["form"] + ("" if (t["misc"] or {}).get("SpaceAfter") == "No" else " ") for t in sentence
        )
        assert spaced.split() == texts[sentence.metadata["sent_id"]].split()
        assert [t["id"] for t in sentence] == list(range(1, len(sentence) + 1))
    begun = sum((t["misc"] or {}).get("Instrument") == "B" for s in sentences for t in s)
    assert begun == sum(layer == "instrument" for _, layer, _ in mentions(out).values())
    told = [line.split()[-1] for line in path.read_text().splitlines() if line.startswith("# mention =")]
    assert sorted(told) == sorted(mentions(out))


def test_web_annotations(out, tmp_path):
    export(out, "webannotation", tmp_path)
    found = {}
    for path in tmp_path.glob("*.jsonld"):
        page = json.loads(path.read_text(encoding="utf-8"))
        assert (page["@context"], page["type"]) == ("http://www.w3.org/ns/anno.jsonld", "AnnotationPage")
        text = path.with_suffix(".txt").read_bytes().decode()
        for item in page["items"]:
            original, copy = item["target"]
            position, quote = copy["selector"]
            start, end = position["start"], position["end"]
            assert text[start:end] == quote["exact"]
            assert text[:start].endswith(quote["prefix"]) and text[end:].startswith(quote["suffix"])
            assert original["source"].startswith("urn:sha256:")
            found[item["id"].rpartition(":")[2]] = quote["exact"]
    assert found == {key: words for key, (_, _, words) in mentions(out).items()}


def test_a_page_fragment_names_page_and_rectangle():
    from pipeline.exports.webannotation import _fragment

    box = {"page": 3, "x0": 72.0, "top": 100.5, "x1": 172.25, "bottom": 112.5}
    assert _fragment({"page": 3, "boxes": [box]})["value"] == "page=3&viewrect=72.00,100.50,100.25,12.00"
    assert _fragment({"page": 4, "boxes": None})["value"] == "page=4"


def read_xmi(path):
    types = cassis.load_typesystem((path.parent / "TypeSystem.xml").read_bytes().decode())
    return cassis.load_cas_from_xmi(path.read_bytes().decode(), typesystem=types)


def test_xmi(out, tmp_path):
    export(out, "xmi", tmp_path)
    found = {}
    for path in tmp_path.glob("*.xmi"):
        for span in read_xmi(path).select(MENTION):
            found[span.mention_id] = (path.stem, span.layer, span.get_covered_text())
    assert found == mentions(out)


def test_docbin(out, tmp_path):
    (path,) = export(out, "docbin", tmp_path)
    docs = list(DocBin(store_user_data=True).from_disk(path).get_docs(spacy.blank("de").vocab))
    found = {
        span.id_: (doc.user_data["document_id"], layer, span.text)
        for doc in docs
        for layer, spans in doc.spans.items()
        for span in spans
    }
    expected = mentions(out)
    assert set(found) == set(expected)
    for key, (document, layer, words) in expected.items():
        assert found[key][:2] == (document, layer) and words in found[key][2]
    assert sum(len(list(doc.sents)) for doc in docs) >= outputs.count(out, "sentences")


def test_graphml(out, tmp_path):
    (path,) = export(out, "graphml", tmp_path)
    graph = networkx.read_graphml(path, force_multigraph=True)
    concepts = {row["concept_id"]: row for row in outputs.rows(out, "concepts")}
    assert set(graph.nodes) == set(concepts)
    assert all(graph.nodes[key]["layer"] == row["layer"] for key, row in concepts.items())
    weights = sum(data["weight"] for _, _, data in graph.edges(data=True))
    assert weights == outputs.count(out, "relations")


def test_bibtex(out, tmp_path):
    (path,) = export(out, "bibtex", tmp_path)
    library = bibtexparser.parse_string(path.read_text(encoding="utf-8"))
    assert not library.failed_blocks
    assert [e.key for e in library.entries] == [r["document_id"] for r in outputs.rows(out, "documents")]


def test_csl(out, tmp_path):
    (path,) = export(out, "csl", tmp_path)
    items = {item["id"]: item for item in json.loads(path.read_text(encoding="utf-8"))}
    for row in outputs.rows(out, "documents"):
        item = items[row["document_id"]]
        assert item["title"] == (row["title"] or row["path"])
        day = row["published"]
        expected = [[day.year, day.month, day.day]] if day else None
        assert item.get("issued", {}).get("date-parts") == expected


@pytest.mark.parametrize(
    ("precision", "parts"), [("day", [2021, 11, 24]), ("month", [2021, 11]), ("year", [2021]), ("none", [])]
)
def test_a_date_is_told_as_exactly_as_it_is_known(precision, parts):
    from pipeline.exports.bibliography import _known

    assert _known({"published": dt.date(2021, 11, 24), "published_precision": precision}) == parts


def test_titles_with_signs_of_tex_stay_readable(tmp_path):
    from pipeline.exports.bibliography import _escaped

    assert _escaped("50 % & mehr_{x} #1") == r"50 \% \& mehr\_\{x\} \#1"


@pytest.fixture
def edited(tmp_path):
    """An output folder, and one of its documents as INCEpTION would give it back."""
    out = make_output(tmp_path / "out")
    export(out, "xmi", tmp_path / "xmi")
    path = tmp_path / "xmi" / f"{DOCUMENT}.xmi"
    return out, path, read_xmi(path)


NOW = dt.datetime(2026, 3, 4, tzinfo=dt.UTC)


def back(out, path, cas):
    path.write_bytes(cas.to_xmi().encode())
    return correct(out, path, who="Ada", now=NOW)


def test_an_xmi_file_that_was_not_edited_changes_nothing(edited):
    assert back(*edited) == (0, 0)


def test_edits_in_inception_become_events(edited):
    out, path, cas = edited
    spans = {span.mention_id: span for span in cas.select(MENTION)}
    first = {layer: spans[f"{DOCUMENT}-s00000-{layer[0]}"] for layer in ("challenge", "instrument", "actor")}
    first["instrument"].status = "rejected"
    first["actor"].layer, first["actor"].kind, first["actor"].named = "challenge", None, None
    cas.remove(first["challenge"])
    second = spans[f"{DOCUMENT}-s00001-i"]
    second.end -= 2
    start = cas.sofa_string.index(" ", second.end + 3) + 1
    Mention = cas.typesystem.get_type(MENTION)
    word = cas.sofa_string[start:].split()[0].strip(".")
    cas.add(Mention(begin=start, end=start + len(word), layer="actor", kind="group", named="no"))
    assert back(out, path, cas).stored == 5
    said = {event.action: event for event in load(out)}
    assert set(said) == {"status", "relabel", "delete", "span", "add"}
    assert said["status"].values == {"status": "rejected"}
    assert said["relabel"].values["layer"] == "challenge"
    assert said["span"].moved.exact == second.get_covered_text()
    assert said["add"].quote.exact == word


def test_another_document_or_no_xmi_is_refused(edited, tmp_path):
    out, path, cas = edited
    other = make_output(tmp_path / "other", sentences=5)
    path.write_bytes(cas.to_xmi().encode())
    with pytest.raises(InputError, match="does not hold with this text"):
        correct(other, path, who="Ada", now=NOW)
    path.write_text("<xml>")
    with pytest.raises(InputError, match="no XMI file"):
        correct(out, path, who="Ada", now=NOW)
    assert not load(out) and type_system().get_type(MENTION)
