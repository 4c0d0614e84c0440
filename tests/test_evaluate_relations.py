import json
from collections import Counter

import pytest

from pipeline import evaluate_relations
from pipeline.config import load_settings
from pipeline.errors import InputError
from pipeline.learning.jsonl import Mention
from pipeline.learning.related import Link, Reference, Score

TEXT = "Wir fördern Beratungsstellen für Familien."


def mention(words: str, layer: str, kind: str, status: str | None = None) -> Mention:
    start = TEXT.index(words)
    return Mention(
        layer=layer, start=start, end=start + len(words), text=words, kind=kind, status=status, named="no"
    )


PLACE = mention("Beratungsstellen für Familien", "instrument", "information", "planned")
PEOPLE = mention("Familien", "actor", "group")
REFERENCE = Reference(
    id="a", doc="d", text=TEXT, mentions=(PEOPLE, PLACE), relations=(Link(1, 0, "targets"),)
)


def scored(reference, found):
    return evaluate_relations.scored(evaluate_relations.count([(reference, found)]))


def test_the_order_of_found_mentions_does_not_matter():
    for found in ((PLACE, PEOPLE), (PEOPLE, PLACE)):
        assert scored(REFERENCE, found)["targets"].f1 == 1


def test_a_relation_with_a_missed_end_counts_as_missed():
    assert scored(REFERENCE, (PLACE,))["all"] == (0, 0, 0, 1)


def test_a_relation_whose_end_matches_too_little_is_wrong():
    short = mention("Beratungsstellen", "instrument", "information", "planned")
    other = mention("fördern", "instrument", "information", "planned")
    assert scored(REFERENCE, (short, PEOPLE))["targets"].recall == 1  # IoU .55
    assert scored(REFERENCE, (other, PEOPLE))["all"].recall == 0


def test_intervals_come_from_documents():
    counts = {
        f"d{n}": (Counter(targets=right), Counter(targets=2, none=9), Counter(targets=2, none=9))
        for n, right in enumerate((2, 1, 1, 0))
    }
    counts["d0"][2]["affects"] = 1
    found = evaluate_relations.intervals(counts)
    assert set(found) == {"all", "targets"}  # one document has no interval
    low, high = found["targets"]
    assert low < evaluate_relations.scored(counts)["targets"].f1 == 0.5 < high
    assert evaluate_relations.intervals({"d1": counts["d1"]}) == {}


def test_an_empty_file_is_named(tmp_path):
    path = tmp_path / "none.jsonl"
    path.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=r"none\.jsonl"):
        evaluate_relations.evaluate_file(path, load_settings())


def test_the_report_names_what_it_counts():
    score = Score(0.5, 0.25, 1 / 3, 8)
    report = evaluate_relations.RelationEvaluation(
        n_sentences=1, n_documents=2, given={"all": score}, end_to_end={"targets": score}, nearest={},
        intervals={"given": {"all": (0.1, 0.6)}},
    )  # fmt: skip
    first, *lines = evaluate_relations.report_lines(report)
    assert first == "1 sentence of 2 documents"
    heads = [line.split("   ")[0] for line in lines if line.endswith("   (95 %)       prec.   rec.   gold")]
    assert heads == [
        "mentions given", "end to end: the tagger's mentions, matched at IoU >= 0.5",
        "baseline: nearest mention, mentions given",
    ]  # fmt: skip
    assert [line.split() for line in lines if line.startswith("  ")] == [
        ["all", "0.333", "(0.100-0.600)", "0.500", "0.250", "8"],
        ["targets", "0.333", "–", "0.500", "0.250", "8"],
    ]


def test_no_kind_falls_below_its_floor(shared, root):
    report = evaluate_relations.evaluate_file(shared / "annotations" / "relations_dev.jsonl", load_settings())
    floors = json.loads((root / "tests" / "floors.json").read_text(encoding="utf-8"))["relations"]
    for part, least in floors.items():
        found = {kind: getattr(report, part)[kind].f1 for kind in least}
        assert {k: v for k, v in found.items() if v < least[k]} == {}, part
    assert report.given["all"].f1 > report.nearest["all"].f1 + 0.15
    assert report.given["all"].n == 183
    assert report.intervals["given"]["all"][0] < report.given["all"].f1 < report.intervals["given"]["all"][1]
    lines = list(evaluate_relations.report_lines(report))
    assert any("targets" in line for line in lines)
