import json

import msgspec
import pytest

from pipeline.errors import InputError
from pipeline.learning import related
from pipeline.learning.jsonl import Mention
from tests.builders_relations import line


def file(tmp_path, *lines: str):
    path = tmp_path / "relations.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_pairs_know_their_relation_whatever_its_direction(tmp_path):
    one = line(
        "Der Bund zahlt Hilfen für Leute", ("Bund", "actor"), ("Hilfen", "instrument"), ("Leute", "actor")
    )
    one["relations"] = [{"from": 0, "to": 1, "kind": "responsible"}]
    found = related.judged(list(related.read(file(tmp_path, json.dumps(one)))))
    assert [(j.pair.first, j.pair.second, j.gold) for j in found] == [(1, 0, "responsible"), (1, 2, "none")]


@pytest.mark.parametrize(
    "broken",
    ["{", '{"id": "a"}', '{"id": "a", "text": "x", "relations": [{"from": 0, "to": 1, "kind": "t"}]}'],
)
def test_a_broken_line_is_named(tmp_path, broken):
    with pytest.raises(InputError, match=r"relations\.jsonl:2"):
        list(related.read(file(tmp_path, '{"id": "a", "text": "x"}', broken)))


@pytest.mark.parametrize(
    ("kind", "relation", "what"),
    [("actor", "helps", "'helps' as a relation"), ("hero", "responsible", "'hero' as a layer")],
)
def test_unknown_labels_are_named(tmp_path, kind, relation, what):
    one = line("Der Bund zahlt Hilfen", ("Bund", kind), ("Hilfen", "instrument"))
    one["relations"] = [{"from": 0, "to": 1, "kind": relation}]
    with pytest.raises(InputError, match=rf"relations\.jsonl:1: .*{what}; write one of "):
        list(related.read(file(tmp_path, json.dumps(one))))


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("targets", "'targets' leads from actor to instrument; it leads from instrument to actor"),
        ("affects", "'affects' leads from actor to instrument; it leads from challenge to actor"),
    ],
)
def test_relations_between_other_ends_are_named(tmp_path, kind, what):
    one = line("Der Bund zahlt Hilfen", ("Bund", "actor"), ("Hilfen", "instrument"))
    one["relations"] = [{"from": 0, "to": 1, "kind": kind}]
    with pytest.raises(InputError, match=rf"relations\.jsonl:1: .*{what}"):
        list(related.read(file(tmp_path, json.dumps(one))))


def test_mentions_keep_what_is_said_of_them():
    given = Mention(
        layer="instrument", start=4, end=9, text="Fonds", kind="funding", status="planned", named="yes",
        score=0.4,
    )  # fmt: skip
    full, bare = related.spans([given, Mention(layer="actor", start=0, end=3, text="Rat")])
    assert (full.start, full.end, full.text, full.label) == (4, 9, "Fonds", "instrument")
    assert (full.kind, full.status, full.named, full.score) == ("funding", "planned", "yes", 0.4)
    assert (bare.kind, bare.status, bare.named, bare.score) == ("", "", "", 1.0)


def test_scores_count_kinds_and_leave_none_out():
    guesses = [("targets", "targets"), ("targets", "none"), ("none", "affects"), ("none", "none")]
    found = related.score(guesses)
    assert found["all"] == (0.5, 0.5, 0.5, 2)
    assert found["targets"] == (1.0, 0.5, pytest.approx(2 / 3), 2)
    assert found["affects"] == (0.0, 0.0, 0.0, 0)
    assert set(found) == {"all", "affects", "targets"}


def test_the_baseline_relates_neighbours_only():
    text = "Hilfen für Leute und Kinder"
    given = line(text, ("Hilfen", "instrument"), ("Leute", "actor"), ("Kinder", "actor"))
    one = msgspec.convert(given, related.Reference)
    assert [related.nearest(j.pair) for j in related.judged([one])] == ["targets", "none"]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"relations": [{"from": -1, "to": 1, "kind": "responsible"}]}, "relates mention -1 of 2"),
        ({"relations": [{"from": 0, "to": 2, "kind": "responsible"}]}, "relates mention 2 of 2"),
        ({"text": "Und der Bund zahlt Hilfen"}, "offsets of 'Bund' do not fit"),
    ],
)
def test_positions_that_do_not_fit_are_named(tmp_path, change, what):
    one = line("Der Bund zahlt Hilfen", ("Bund", "actor"), ("Hilfen", "instrument")) | change
    with pytest.raises(InputError, match=rf"relations\.jsonl:1: .*{what}"):
        list(related.read(file(tmp_path, json.dumps(one))))
