from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from pipeline import report, track
from pipeline.reporting import digest
from pipeline.reporting.digest import Change
from pipeline.reporting.findings import findings
from pipeline.tables import write_table
from pipeline.tracking.misclassification import error_rate
from pipeline.tracking.trust import Trust
from tests.builders_tables import build, finished, quick


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    out = finished(tmp_path_factory.mktemp("out"), documents=8, sentences=40)
    return digest.digest(out / "tables")


def test_findings_carry_interval_and_n(found):
    told = findings(found, "de")
    text = " ".join(finding.text for finding in told)
    assert "Ausgewertet wurden 32 von 33 Dokumenten" in text
    assert re.search(r"Wohnen und Stadtentwicklung \(\d+,\d\s%, 95‑%‑Intervall \d+,\d bis \d+,\d\s%", text)
    assert "Häufigstes Thema der 21.\u00a0Wahlperiode ist" in text
    assert re.search(r"n\u00a0=\u00a0\d+ in 8 von 8 Dokumenten", text)
    assert told[0].caveat == "Nicht gelesen: 1 Dokument (Gründe bei den Dokumenten)."


@pytest.mark.parametrize(("language", "says"), [("de", "Ein einziges Dokument"), ("en", "A single document")])
def test_one_document_is_not_told_as_one_of_one_documents(tmp_path, language, says):
    out = finished(tmp_path, documents=1, sentences=40)
    told = findings(digest.digest(out / "tables"), language)
    assert not re.search(r" (von|of) 1 [Dd]o[ck]", " ".join(one.text for one in told[1:]))
    assert any(says in one.caveat for one in told)


def test_corrected_shares_stand_beside_the_raw_ones(tmp_path):
    tables = build(tmp_path / "tables", documents=4, sentences=40)
    rates = {("theme", "housing"): error_rate(precision=0.8, recall=0.9, positives=200, total=1000)}
    for name, made in track.track(tables, quick(), trust=Trust(error_rates=rates)):
        write_table(tables, name, made)
    known = digest.digest(tables)
    caveats = [finding.caveat for finding in findings(known, "de")]
    told = r"Um Fehler des Klassifikators korrigiert: Wohnen und Stadtentwicklung \d+\s% \(\d+–\d+\)\."
    assert any(re.search(told, caveat) for caveat in caveats)
    assert "korr. " in report.render(known, title="Probe")


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("de", "Wohnen und Stadtentwicklung (gewichtet 18,0 %, ohne Intervall, 30 von 320 Sätzen), gefolgt"),
        ("en", "Housing and urban development (weighted 18.0%, no interval, 30 of 320 sentences), followed"),
    ],
)
def test_the_first_theme_is_that_with_the_largest_weighted_share(found, language, says):
    themes = [one for one in found.shares if (one.unit, one.period_id) == ("theme", "bt21")]
    little = replace(themes[0], weighted=True, low=None, high=None, denominator=320, warning="")
    first = replace(little, item="housing", n=30, share=0.18)
    second = replace(little, item="energy", n=40, share=0.12)
    told = findings(replace(found, shares=(second, first)), language)
    assert any(says in one.text.replace("\u00a0", " ") for one in told)
    statuses = [replace(one, weighted=True) for one in found.shares if one.unit == "status"]
    told = findings(replace(found, shares=tuple(statuses)), language)
    assert any(re.search(r"(sind gewichtet|, weighted) \d+", one.text) for one in told)


CHANGE = Change(
    unit="concept", item="c-wohnungsnot", label="Wohnungsnot", layer="challenge", period_from="bt20",
    period_to="bt21", difference=0.052, low=0.021, high=0.083, p=0.0021, q=0.018, is_clear=True, alike=True,
    warning="only 2 documents",
)  # fmt: skip


def changed(found, **values):
    told = findings(replace(found, changes=(replace(CHANGE, **values),)), "de")
    return next(finding for finding in told if re.search("eränderung|Gewicht|gegenüber", finding.text))


def test_a_clear_change_is_told_with_interval_p_q_and_caveat(found):
    finding = changed(found)
    assert finding.text.replace("\u00a0", " ") == (
        "»Wohnungsnot« hat von der 20. zur 21. Wahlperiode an Gewicht gewonnen: "
        "+5,2 Prozentpunkte (95‑%‑Intervall +2,1 bis +8,3; p = 0,002, q = 0,018)."
    )
    assert "eher überschätzt; nur 2 Dokumente." in finding.caveat


def test_a_change_that_could_not_be_tested_is_said_of_these_texts_only(found):
    finding = changed(
        found,
        p=None,
        q=None,
        is_clear=None,
        warning="a single document; fewer than 4 documents on one side: no test",
    )
    assert "hat »Wohnungsnot« +5,2 Prozentpunkte gegenüber denen der" in finding.text
    assert finding.text.endswith("lässt sich mit so wenigen Dokumenten nicht prüfen.")
    assert finding.caveat.endswith("; ein einziges Dokument.")


UNTESTED = {"p": None, "q": None, "is_clear": None}
UNLIKE = {**UNTESTED, "alike": False}


@pytest.mark.parametrize(
    "values",
    [{"is_clear": False}, {**UNTESTED, "low": -0.01}, {**UNTESTED, "low": None, "high": None}, UNLIKE],
)
def test_a_change_that_may_be_chance_is_not_told_as_one(found, values):
    assert changed(found, **values).text.startswith("Keine einzelne Veränderung")


def test_where_nothing_was_tested_no_least_q_is_told(found):
    told = findings(replace(found, changes=(replace(CHANGE, **UNLIKE),), least_q=None), "de")
    (text,) = [one.text for one in told if "aufeinanderfolgenden" in one.text]
    assert text.startswith("Keine Veränderung") and "kleinstes" not in text


def test_where_nothing_is_clear_the_least_q_is_that_of_all_changes(found):
    told = findings(replace(found, changes=(replace(CHANGE, is_clear=False),), least_q=0.133), "de")
    assert any("(kleinstes q\u00a0=\u00a00,133)" in one.text for one in told)
