"""The figures of a report against values worked out by hand."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from pipeline import evaluate
from pipeline.errors import InputError
from pipeline.learning import jsonl
from pipeline.learning.jsonl import Example, Mention


def mention(start, end, layer="instrument", kind="funding", status="planned", score=None):
    return Mention(
        layer=layer, start=start, end=end, text="x" * (end - start), kind=kind, status=status, score=score
    )


def example(*mentions, id="1", doc="2017-wahlprogramm-a", themes=()):
    return Example(id=id, doc=doc, text="x" * 40, mentions=mentions, themes=themes)


@pytest.mark.parametrize(
    ("gold", "found", "pairs"),
    [
        ([(0, 10)], [(0, 10)], 1),
        ([(0, 10)], [(0, 5)], 1),
        ([(0, 10)], [(0, 4)], 0),
        ([(0, 10)], [(0, 5), (5, 10)], 1),
        ([(0, 5), (5, 10)], [(0, 10)], 1),
        ([(0, 10), (10, 12)], [(0, 10), (10, 12)], 2),
        ([], [(0, 1)], 0),
        ([(0, 1)], [], 0),
    ],
)
def test_pairs_are_one_to_one(gold, found, pairs):
    assert len(evaluate.match([mention(*one) for one in gold], [mention(*one) for one in found])) == pairs


def test_the_pairing_is_the_largest_even_where_greed_would_fail():
    gold = [mention(0, 10), mention(5, 15)]
    found = [mention(4, 14), mention(0, 8)]
    assert len(evaluate.match(gold, found)) == 2
    assert len(evaluate.match(gold[::-1], found)) == 2


def test_precision_recall_and_exact():
    gold = [example(mention(0, 10), mention(20, 30))]
    found = [example(mention(0, 8), mention(12, 14), mention(20, 30))]
    score = evaluate.compare(list(zip(gold, found, strict=True))).score("layer", "instrument")
    assert (score.precision, score.recall) == (pytest.approx(2 / 3), 1.0)
    assert score.f1 == pytest.approx(0.8)
    assert score.exact == pytest.approx(0.4)


def test_labels_count_only_where_they_agree():
    gold, found = (
        example(mention(0, 10, kind="funding")),
        example(mention(0, 10, kind="market", status="planned")),
    )
    report = evaluate.compare([(gold, found)])
    assert report.score("kind", "instrument funding").f1 == 0.0
    assert report.share("instrument", "kind").share == 0.0
    assert report.share("instrument", "status").share == 1.0
    assert report.confusion["instrument kind"] == {"funding": {"market": 1}}


def test_themes_are_scored_over_all_sentences():
    pairs = [
        (example(themes=("energy", "social")), example(themes=("energy",))),
        (example(themes=()), example(themes=("trade",))),
    ]
    report = evaluate.compare(pairs)
    assert report.score("layer", "theme").f1 == pytest.approx(0.5)
    assert report.score("theme", "energy").f1 == 1.0


def test_types_and_periods_come_from_the_name():
    report = evaluate.compare(
        [(example(mention(0, 5), doc="2019-05-01-drs-19-1-antrag"), example(mention(0, 5)))]
    )
    assert report.score("document type", "drucksache instrument").f1 == 1.0
    assert report.score("period", "bt19 instrument").f1 == 1.0


def test_lengths_are_groups():
    report = evaluate.compare([(example(mention(0, 5)), example(mention(0, 5)))])
    assert report.score("length", "up to 9 words instrument").f1 == 1.0


def test_what_became_of_the_spans_is_counted():
    gold = [mention(0, 4), mention(5, 9), mention(10, 20), mention(25, 30), mention(31, 34)]
    found = [mention(0, 4), mention(5, 8), mention(18, 24), mention(35, 38), mention(31, 34)]
    outcomes = evaluate.compare([(example(*gold), example(*found))]).outcomes
    # the third reference and the third prediction touch, too little to pair: both are torn
    assert outcomes["instrument"] == {
        "exact": 2, "other borders": 1, "torn": 2, "missed": 1, "invented": 1,
    }  # fmt: skip
    assert outcomes["actor"] == {}


def test_sure_and_right_is_calibrated_sure_and_wrong_is_not():
    gold = example(mention(0, 10))
    good = evaluate.compare([(gold, example(mention(0, 10, score=1.0)))])
    bad = evaluate.compare([(gold, example(mention(20, 30, score=1.0)))])
    assert good.reliability[0].error == 0.0
    assert bad.reliability[0].error == 1.0


def test_scores_are_held_against_what_is_right_in_bins_of_a_tenth():
    sure = [(0.15, True), (0.72, True), (0.78, False), (0.9, True), (0.94, False), (1.0, True)]
    pairs = [
        (example(mention(0, 9)), example(mention(*((0, 9) if right else (20, 29)), score=score)))
        for score, right in sure
    ]
    (found,) = evaluate.compare(pairs).reliability
    bins = [(0.15, 1, 1), (0.75, 1 / 2, 2), (2.84 / 3, 2 / 3, 3)]
    assert found.bins == tuple(pytest.approx(one) for one in bins)
    assert found.error == pytest.approx((0.85 + 2 * 0.25 + 3 * (2.84 - 2) / 3) / 6)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("a", "a"), ("b", "b")], 1.0),
        ([("a", "a")], 1.0),
        # Krippendorff (2011), "Computing Krippendorff's alpha-reliability", example B, binary: 0.095
        (
            list(zip("0100000010", "1110010000", strict=True)),
            0.095,
        ),
    ],
)
def test_alpha(pairs, expected):
    assert evaluate.alpha(pairs) == pytest.approx(expected, abs=0.001)


def test_intervals_hold_the_figure_and_are_the_same_each_time():
    gold = [example(mention(0, 10), id=str(n), doc=f"20{n + 10}-wahlprogramm-a") for n in range(9)]
    found = [example(mention(0, 10 if n % 3 else 2), id=str(n)) for n in range(9)]
    pairs = list(zip(gold, found, strict=True))
    score = evaluate.compare(pairs).score("layer", "instrument")
    assert score.low < score.f1 < score.high
    assert evaluate.compare(pairs) == evaluate.compare(pairs)


def test_files_are_compared_by_id(tmp_path):
    jsonl.write(tmp_path / "gold.jsonl", [example(mention(0, 5), id="a"), example(id="b")])
    jsonl.write(tmp_path / "found.jsonl", [example(id="b"), example(mention(0, 5), id="a")])
    report = evaluate.evaluate(tmp_path / "gold.jsonl", tmp_path / "found.jsonl")
    assert report.score("layer", "instrument").f1 == 1.0
    assert any("instrument" in line for line in evaluate.report_lines(report))


def test_ids_may_count_within_documents_but_not_repeat(tmp_path):
    rows = [example(mention(0, 5), id="1", doc="a"), example(mention(7, 9), id="1", doc="b")]
    jsonl.write(tmp_path / "gold.jsonl", rows)
    assert evaluate.evaluate(tmp_path / "gold.jsonl", rows[::-1]).score("layer", "instrument").f1 == 1.0
    jsonl.write(tmp_path / "gold.jsonl", [*rows, rows[0]])
    with pytest.raises(InputError, match="'a' has two sentences '1'"):
        evaluate.evaluate(tmp_path / "gold.jsonl", rows)


@pytest.mark.parametrize(
    ("found", "what"), [([], "2 sentences have no prediction"), (None, "holds no sentence")]
)
def test_what_cannot_be_compared_is_named(tmp_path, found, what):
    jsonl.write(tmp_path / "gold.jsonl", [] if found is None else [example(id="a"), example(id="b")])
    with pytest.raises(InputError, match=what):
        evaluate.evaluate(tmp_path / "gold.jsonl", found or [])


def test_references_with_labels_of_another_codebook_are_refused(tmp_path):
    jsonl.write(tmp_path / "gold.jsonl", [example(mention(0, 5)), example(mention(0, 5, kind="xx"))])
    with pytest.raises(InputError, match=r"gold\.jsonl:2: .*'xx' as `kind` of instruments"):
        evaluate.evaluate(tmp_path / "gold.jsonl", [example()])


def test_the_report_names_what_it_counts():
    pair = example(mention(0, 4), doc="2013-wahlprogramm-a"), example(mention(0, 4))
    report = evaluate.compare([pair])
    report = replace(report, baseline=report.scores[:1])
    told = "\n".join(evaluate.report_lines(report))
    assert told.startswith("1 sentence of 1 document;") and "(torn: they touch, but" in told
    assert re.search(r"\nWahlperiode of publication, or the year if it lies in two\n  2013 instrument", told)
    assert "  F1   (95 %)       exact  prec.  rec.   gold  found\n" in told
    assert re.search(r"\nlayer, by keywords alone\n  \w[\w ]+ 1\.000 –             +1\.000", told)


def test_one_document_has_no_interval():
    pairs = [(example(mention(0, 4), doc=doc), example(mention(0, 4))) for doc in ("a", "b")]
    one, two = evaluate.compare(pairs[:1]), evaluate.compare(pairs)
    assert [report.score("layer", "instrument").n_documents for report in (one, two)] == [1, 2]
    assert [report.share("instrument", "kind").n_documents for report in (one, two)] == [1, 2]
    assert "(1.000-1.000)" not in "\n".join(evaluate.report_lines(one))
    assert "(1.000-1.000)" in "\n".join(evaluate.report_lines(two))


def test_predictions_whose_ids_restart_are_those_of_their_document(tmp_path):
    jsonl.write(tmp_path / "gold.jsonl", [example(mention(0, 5), id="1", doc="a")])
    found = [example(mention(0, 5), id="1", doc="a"), example(id="1", doc="b")]
    assert evaluate.evaluate(tmp_path / "gold.jsonl", found).score("layer", "instrument").f1 == 1.0


def test_predictions_for_another_text_are_refused(tmp_path):
    jsonl.write(tmp_path / "gold.jsonl", [example(mention(0, 5))])
    other = replace(example(mention(0, 5)), text="x" * 39)
    with pytest.raises(InputError, match=r"gold\.jsonl.*another text in the predictions, first '1'"):
        evaluate.evaluate(tmp_path / "gold.jsonl", [other])
