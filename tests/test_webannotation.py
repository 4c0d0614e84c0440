"""Web Annotations: selectors lead to the words."""

import json

import pytest

from pipeline.exports import export
from tests.builders_outputs import mentions


def test_web_annotations(probe, tmp_path):
    export(probe, "webannotation", tmp_path)
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
    assert found == {key: words for key, (_, _, words) in mentions(probe).items()}


def test_a_page_fragment_names_page_and_rectangle():
    from pipeline.exports.webannotation import _fragment

    box = {"page": 3, "x0": 72.0, "top": 100.5, "x1": 172.25, "bottom": 112.5}
    assert _fragment({"page": 3, "boxes": [box]})["value"] == "page=3&viewrect=72.00,100.50,100.25,12.00"
    assert _fragment({"page": 4, "boxes": None})["value"] == "page=4"


@pytest.mark.parametrize(
    ("concept", "sources"),
    [
        ("actor-spd", ["http://www.wikidata.org/entity/Q49768"]),
        ("actor-rat", ["urn:politikspur:concept:actor-rat"]),
        (None, []),
    ],
)
def test_a_body_says_layer_and_kind_and_leads_to_the_concept_if_there_is_one(concept, sources):
    from pipeline.exports.webannotation import _bodies

    row = {"layer": "actor", "kind": "party", "status": None, "concept_id": concept}
    said, found = [], []
    for body in _bodies(row, {"actor-spd": "Q49768"}):
        (said if body["purpose"] == "classifying" else found).append(body.get("value") or body["source"])
    assert (said, found) == (["layer:actor", "kind:party"], sources)
