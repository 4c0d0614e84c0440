import json

import pytest

from pipeline.cases import link_cases
from pipeline.errors import InputError
from pipeline.knowledge.registry import Registry


def answers(tmp_path, *cases: dict) -> list[dict]:
    source, out = tmp_path / "cases.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(json.dumps(case, ensure_ascii=False) for case in cases), encoding="utf-8")
    link_cases(source, out, model="")
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def test_mentions_of_one_concept_get_one_id_and_a_label(tmp_path):
    found = answers(
        tmp_path,
        {"id": "1", "layer": "challenge", "mention": "Mangel an Fachkräften", "text": "Er wächst."},
        {"id": "2", "layer": "challenge", "mention": "Fachkräftemangel", "text": "Fachkräftemangel bremst."},
        {"id": "3", "layer": "challenge", "mention": "Lehrkräftemangel", "text": "Lehrkräftemangel bleibt."},
    )  # fmt: skip
    assert [row["id"] for row in found] == ["1", "2", "3"]
    assert found[0]["concept_id"] == found[1]["concept_id"] != found[2]["concept_id"]
    assert found[0]["label"] == "Fachkräftemangel"


def test_periods_follow_date_and_heading(tmp_path):
    heading = "Was wurde in der letzten Legislaturperiode erreicht?"
    found = answers(
        tmp_path,
        {"id": 1, "text": "In der nächsten Legislaturperiode folgt mehr.", "published": "2024-06-01"},
        {"id": 2, "text": "Die Mittel stiegen.", "heading": heading, "published": "2024-06-01"},
        {"id": 3, "text": "Ohne Datum.", "published": None},
        {"id": 4, "text": "Anders geschrieben.", "published": "24.11.2021"},
    )
    assert [row["period_published"] for row in found] == ["bt20", "bt20", None, "bt20"]
    assert found[0]["periods_addressed"] == ["bt21"]
    assert found[1]["period_rule"].startswith("heading")
    assert found[2]["periods_addressed"] == []
    assert all(row["concept_id"] is None and row["label"] is None for row in found)


def test_actors_are_resolved_with_date(tmp_path):
    found = answers(
        tmp_path,
        {"id": 1, "layer": "actor", "mention": "BMWi", "published": "2015-03-01"},
        {"id": 2, "layer": "actor", "mention": "BMWK", "published": "2023-03-01"},
        {"id": 3, "layer": "actor", "mention": "Frau Sabine Kramer", "published": "2023-03-01"},
    )
    assert found[0]["concept_id"] == found[1]["concept_id"]
    assert found[2]["concept_id"] is None


def test_an_abbreviation_defined_in_the_document_is_used(tmp_path):
    found = answers(
        tmp_path,
        {"id": 1, "layer": "instrument", "mention": "ÜFG", "text": "Das ÜFG gilt.", "doc": "a"},
        {"id": 2, "layer": "instrument", "mention": "Übungsleiterfördergesetz",
         "text": "Das Übungsleiterfördergesetz (ÜFG) gilt.", "doc": "a"},
        {"id": 3, "layer": "instrument", "mention": "ÜFG", "text": "Das ÜFG gilt.", "doc": "b"},
    )  # fmt: skip
    assert found[0]["concept_id"] == found[1]["concept_id"] != found[2]["concept_id"]


def test_a_missing_layer_is_looked_up(tmp_path):
    assert answers(tmp_path, {"id": 1, "mention": "Kinderarmut"})[0]["concept_id"] == "challenge-kinderarmut"


@pytest.mark.parametrize("line", ["{", "[]", '{"text": "ohne id"}', '{"id": 1, "text": 5}'])
def test_a_broken_line_is_named(tmp_path, line):
    source = tmp_path / "cases.jsonl"
    source.write_text(f'{{"id": 0}}\n{line}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"cases\.jsonl:2"):
        link_cases(source, tmp_path / "out.jsonl")


def test_meaning_joins_what_morphology_does_not(tmp_path):
    source, out = tmp_path / "cases.jsonl", tmp_path / "out.jsonl"
    forms = ("Eingrenzung der Leiharbeit", "Begrenzung der Leiharbeit")
    lines = [json.dumps({"id": i, "layer": "instrument", "mention": form}) for i, form in enumerate(forms)]
    source.write_text("\n".join(lines), encoding="utf-8")
    link_cases(source, out)
    found = [json.loads(line)["concept_id"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert found == ["instrument-leiharbeit-begrenzen"] * 2


def test_a_line_ends_where_json_lines_do(tmp_path):
    source, out = tmp_path / "cases.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": 1, "text": "Erste Zeile\u2028zweite Zeile\x85"}\n\n', encoding="utf-8-sig")
    link_cases(source, out, model="", registry=Registry())
    (found,) = map(json.loads, out.read_bytes().splitlines())
    assert found["text"] == "Erste Zeile\u2028zweite Zeile\x85"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="none"):
        link_cases(tmp_path / "none.jsonl", tmp_path / "out.jsonl")
