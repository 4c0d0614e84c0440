"""Corrected sentences are training data."""

import datetime as dt

from pipeline import outputs
from pipeline.correcting.correct import correct
from pipeline.correcting.reviewed import reviewed
from tests.builders_outputs import make_read_output

TEXT = "Der Fachkräftemangel bremst das Handwerk. Die Bundesregierung legt ein Förderprogramm auf. Neu.\n"


def test_a_corrected_sentence_comes_with_all_its_labels(tmp_path):
    corpus, out = tmp_path / "papiere", tmp_path / "out"
    (corpus / "2031").mkdir(parents=True)
    (corpus / "2031/2031-strategie-lage.txt").write_text(TEXT, encoding="utf-8")
    make_read_output(corpus, out)
    ids = {row["text"]: row["mention_id"] for row in outputs.rows(out, "mentions")}
    lines = f"mention_id,action,status\n{ids['Handwerk']},delete,\n{ids['Förderprogramm']},status,existing\n"
    (tmp_path / "c.csv").write_text(lines, encoding="utf-8")
    assert list(reviewed(out)) == []
    correct(out, tmp_path / "c.csv", who="Ada", now=dt.datetime(2026, 1, 2, tzinfo=dt.UTC))
    make_read_output(corpus, out)
    first, second = reviewed(out)
    assert [(m.layer, m.text) for m in first.mentions] == [("challenge", "Fachkräftemangel")]
    assert [(m.text, m.status, m.named) for m in second.mentions] == [
        ("Bundesregierung", None, "yes"),
        ("Förderprogramm", "existing", None),
    ]
    assert (first.doc, first.text) == ("2031-strategie-lage", "Der Fachkräftemangel bremst das Handwerk.")
