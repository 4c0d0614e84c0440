from __future__ import annotations

from pipeline import track
from tests.builders_tables import build, rewrite


def test_the_summary_counts_and_ranks(tmp_path):
    tables = build(tmp_path, documents=4, sentences=40)
    found = track.summary(tables, top=3)
    assert found.documents == {"ok": 16, "failed": 1}
    assert found.mentions == {"challenge": 640, "instrument": 640, "actor": 640}
    first = [top for top in found.tops if top.period_id == "bt21" and top.layer == "challenge"]
    assert [top.rank for top in first] == [1, 2, 3]
    assert first[0].label == "Wohnungsnot"


def test_documents_without_a_date_have_a_summary_of_their_own(tmp_path):
    folder = build(tmp_path, documents=1, sentences=10, periods=("bt20",), dated=False)
    assert {top.period_id for top in track.summary(folder).tops} == {""}


def test_documents_without_a_date_come_last(tmp_path):
    folder = build(tmp_path, documents=1, sentences=10, periods=("bt19", "bt20"))
    rewrite(folder, "documents", "d-bt19-000", {"period_published": None})
    assert list(dict.fromkeys(top.period_id for top in track.summary(folder).tops)) == ["bt20", ""]
