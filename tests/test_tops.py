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
    assert (found.sentences, found.pages, found.pages_lost) == (640, 32, 0)
    assert [(extent.period_id, extent.documents, extent.sentences) for extent in found.extents] == [
        (period, 4, 160) for period in ("bt18", "bt19", "bt20", "bt21")
    ]


def test_the_summary_says_why_documents_were_not_read_and_leaves_repetitions_out(tmp_path):
    tables = build(tmp_path, documents=3, sentences=20, periods=("bt20",))
    repeats = {"status": "skipped", "reason": "repeats d-bt20-001", "duplicate_of": "d-bt20-001"}
    rewrite(tables, "documents", "d-bt20-000", repeats)
    rewrite(tables, "sentences", "d-bt20-000", {"counted": False})
    found = track.summary(tables)
    assert found.documents == {"failed": 1, "ok": 2, "skipped": 1}
    assert {(unread.status, unread.reason, unread.n) for unread in found.unread} == {
        ("failed", "the file is encrypted and the password does not fit", 1),
        ("skipped", "repeats another document", 1),
    }
    assert (found.sentences, found.mentions["actor"]) == (40, 40)


def test_documents_without_a_date_have_a_summary_of_their_own(tmp_path):
    folder = build(tmp_path, documents=1, sentences=10, periods=("bt20",), dated=False)
    assert {top.period_id for top in track.summary(folder).tops} == {""}


def test_documents_without_a_date_come_last(tmp_path):
    folder = build(tmp_path, documents=1, sentences=10, periods=("bt19", "bt20"))
    rewrite(folder, "documents", "d-bt19-000", {"period_published": None})
    found = track.summary(folder)
    assert list(dict.fromkeys(top.period_id for top in found.tops)) == ["bt20", ""]
    assert [extent.period_id for extent in found.extents] == ["bt20", ""]
