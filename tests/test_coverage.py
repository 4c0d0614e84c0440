from __future__ import annotations

import pytest

from pipeline import report
from pipeline.reporting import coverage
from pipeline.tracking import counts
from tests.builders_tables import build, finished, rewrite

REPEATS = {"status": "skipped", "reason": "repeats d-bt20-001", "duplicate_of": "d-bt20-001"}


@pytest.fixture
def found(tmp_path):
    """Return the coverage of two periods and an undated document, one document repeated and one unread."""
    tables = build(tmp_path, documents=3, sentences=30, periods=("bt18", "bt20"))
    rewrite(tables, "documents", "d-bt20-000", REPEATS)
    rewrite(tables, "sentences", "d-bt20-000", {"counted": False})
    rewrite(tables, "documents", "d-bt18-000", {"period_published": None})
    with counts.connect(tables) as base:
        yield coverage.cover(base), coverage.kinds(base), coverage.failures(base), coverage.duplicates(base)


def test_repeated_documents_were_read_but_do_not_count(found):
    cover, kinds, failures, duplicates = found
    told = [(row.period_id, row.documents, row.failed, row.repeated, row.read) for row in cover]
    assert told == [("bt18", 3, 1, 0, 4), ("bt20", 3, 0, 1, 4), ("", 1, 0, 0, 2)]
    assert sum(n for *_, n in kinds) == 5 and duplicates == 1
    assert ("d-bt20-000.pdf", "repeats d-bt20-001.pdf") in {(one.path, one.reason) for one in failures}


@pytest.mark.parametrize(
    ("language", "says", "lacks"),
    [
        (
            "de",
            "Ausgewertet wurden 5 von 7 Dokumenten mit 10 Seiten und 150 Sätzen, davon 120 aus "
            "2 Wahlperioden (18. bis 20. Wahlperiode) und 30 ohne Wahlperiode.",
            "Nicht gelesen: 1 Dokument (Gründe bei den Dokumenten). "
            "1 Dokument wiederholt ein anderes und zählt nicht.",
        ),
        (
            "en",
            "5 of 7 documents with 10 pages and 150 sentences were analysed, 120 from "
            "2 Wahlperioden (18th to 20th Wahlperiode) and 30 without a Wahlperiode.",
            "Not read: 1 document (reasons beside the documents). "
            "1 document repeats another and does not count.",
        ),
    ],
)
def test_sentences_outside_the_periods_are_told(found, language, says, lacks):
    cover = found[0]
    told = coverage.covered(cover, ("bt18", "bt20"), (), language)
    assert told.replace("\u00a0", " ") == says
    assert coverage.uncovered(cover, language) == lacks


def test_the_report_names_the_document_that_is_repeated_and_periods_of_other_kinds(tmp_path):
    out = finished(tmp_path, documents=3, sentences=30, periods=("bt20", "bt21"))
    usual = report.report(out, title="Probe").read_text("utf-8")
    rewrite(out / "tables", "documents", "d-bt20-000", REPEATS)
    page = report.report(out, title="Probe").read_text("utf-8")
    assert "wiederholt d-bt20-001.pdf" in page
    assert 'id="document-kinds"' in page
    assert 'href="#document-kinds"' not in usual and 'href="#document-kinds"' in page


def test_the_report_names_documents_of_other_states(tmp_path):
    out = finished(tmp_path, documents=3, sentences=30, periods=("bt20", "bt21"))
    reason = "issued by another state (Österreich): belongs to no Wahlperiode"
    rewrite(out / "tables", "documents", "d-bt20-000", {"period_published": None, "reason": reason})
    page = report.report(out, title="Probe").read_text("utf-8")
    assert "von einem anderen Staat herausgegeben (Österreich): gehört zu keiner Wahlperiode" in page


def test_the_report_says_why_characters_were_left_out(tmp_path):
    out = finished(tmp_path, documents=3, sentences=30, periods=("bt20", "bt21"))
    rewrite(out / "tables", "documents", "d-bt20-000", REPEATS)
    with counts.connect(out / "tables", names=(*counts.SOURCES, "omissions")) as base:
        shares = dict(coverage.omitted(base))
    assert shares == {"head_or_foot": pytest.approx(56 / 1860), "page_number": pytest.approx(4 / 1860)}
    page = report.report(out, title="Probe", language="en").read_text("utf-8")
    assert "running heads and feet 3.0%, page numbers 0.22%." in " ".join(page.split())


def test_half_of_the_sentences_have_no_place(found):
    cover = found[0]
    assert coverage.unplaced(cover) == pytest.approx(30 / 150)
    assert coverage.unplaced(()) == 0
