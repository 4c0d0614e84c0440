"""The benchmark of the explorer: invented folders that keep every rule of the tables, and figures."""

import pytest

from pipeline.query import rows
from pipeline.reading.pdfium import render
from pipeline.serving.invented import invent
from pipeline.serving.servebench import addresses, measure, told
from pipeline.tables import verify

VIEWS = {"start", "document", "image", "evidence", "concept", "actor", "point", "trends", "search", "network"}


@pytest.fixture(scope="module")
def invented(tmp_path_factory):
    out = tmp_path_factory.mktemp("bench") / "out"
    return out, invent(out, documents=4, mentions=600)


def test_invented_tables_are_whole_and_their_words_stand_where_they_say(invented):
    out, _ = invented
    verify(out / "tables")
    sql = """select count(*) as n, count(*) filter (m.text = substr(s.text, m.char_start + 1, len(m.text))
        and contains(p.text, s.text)) as right
        from mentions m join sentences s using (sentence_id) join passages p using (passage_id)"""
    assert rows(out, sql) == [{"n": 600, "right": 600}]


def test_invented_boxes_hold_the_ink_of_their_words(invented):
    out, corpus = invented
    row = rows(out, "select document_id, page, boxes from mentions limit 1")[0]
    page = render(corpus / f"{row['document_id']}.pdf", row["page"], dpi=72)[0].convert("L")
    box = row["boxes"][0]
    words = page.crop((int(box["x0"]), int(box["top"]), int(box["x1"]) + 1, int(box["bottom"]) + 2))
    below = page.crop((int(box["x0"]), int(box["bottom"]) + 4, int(box["x1"]), int(box["bottom"]) + 14))
    assert words.getextrema()[0] < 128 < below.getextrema()[0]


def test_addresses_are_all_different_and_of_every_kind(invented):
    asked = addresses(invented[0], 5)
    every = [path for paths in asked.values() for path in paths]
    assert set(asked) >= VIEWS and all(asked.values()) and len(set(every)) == len(every)


@pytest.mark.slow
def test_the_explorer_is_asked_and_answers_without_errors(invented):
    out, corpus = invented
    found = measure(out, corpus=corpus, readers=4, each=2)
    assert not [one for one in (*found.views, *found.readers) if one.errors]
    assert len(found.memory) == 2 + len(found.readers) and len(list(told(found))) > len(found.views)
