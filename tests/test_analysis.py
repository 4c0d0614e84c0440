"""The report on a tagger: every figure in its table, pictures that open by themselves."""

import xml.etree.ElementTree as ElementTree

from pipeline import evaluate
from pipeline.learning import analysis
from pipeline.learning.jsonl import Example, Mention


def example(end, kind, score=None):
    mention = Mention(layer="actor", start=0, end=end, text="x" * end, kind=kind, named="no", score=score)
    return Example(id="1", doc="2017-wahlprogramm-a", text="x" * 30, mentions=(mention,), themes=("energy",))


def test_the_page_has_each_group_and_what_was_taken_for_what(tmp_path):
    report = evaluate.compare([(example(10, "party"), example(9, "federal", 0.8))])
    page = analysis.write(tmp_path / "new", {"held out": report}).read_text("utf-8")
    assert "| actor | 1.000 | – | 0.000 | 1.000 | 1.000 | 1 | 1 |" in page
    assert "| wahlprogramm actor | 1.000 |" in page
    assert "| up to 9 words actor | 1.000 |" in page
    assert "|  | federal |\n| --- | --- |\n| party | 1 |" in page
    assert "|  | other borders |\n| --- | --- |" in page
    assert "| actor | 0.200 |" in page
    assert "# Learning" not in page and not (tmp_path / "new" / analysis.CURVES).exists()


def test_pictures_are_files_of_their_own(tmp_path):
    report = evaluate.compare([(example(10, "party"), example(9, "federal", 0.8))])
    analysis.write(tmp_path, {"held out": report}, curve=[{"spans": 2.0, "held-out spans": 3.0}] * 2)
    for name in (analysis.CURVES, analysis.RELIABILITY):
        assert ElementTree.parse(tmp_path / name).getroot().tag == "{http://www.w3.org/2000/svg}svg"


def test_nothing_judged_is_said_by_silence(tmp_path):
    assert analysis.write(tmp_path, {}).read_text("utf-8") == "\n"
