from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from pipeline import report, track
from pipeline.digest import Change
from pipeline.findings import findings
from pipeline.phrases import display, translate
from pipeline.resample import error_rate
from pipeline.tables import write_table
from pipeline.wording import (
    decimal,
    joined,
    number,
    percent,
    period_name,
    period_range,
    probability,
    soft,
    span,
)
from tests.builders_tables import build

HOSTILE = "</style><script>alert(1)</script>{{7*7}}"


def finished(folder, **options):
    tables = build(folder / "tables", **options)
    for name, made in track.track(tables, resamples=99).items():
        write_table(tables, name, made)
    return folder


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return finished(tmp_path_factory.mktemp("out"), documents=8, sentences=40)


@pytest.fixture(scope="module")
def page(out):
    return report.report(out, title="Probe").read_text(encoding="utf-8")


class Outline(HTMLParser):
    def __init__(self):
        super().__init__()
        self.headings, self.ids, self.links, self.tags, self.described = [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "a":
            self.links.append(found["href"])
        self.described += [found[n] for n in ("aria-labelledby", "aria-details") if n in found]


def outline(page):
    parser = Outline()
    parser.feed(page)
    return parser


def test_the_page_is_self_contained_and_small(page):
    assert len(page) < 5_000_000
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert "url(" not in page.replace("url(#", "")


def test_headings_descend_without_gaps_and_references_lead_somewhere(page):
    found = outline(page)
    assert found.headings[0] == 1
    assert found.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(found.headings, found.headings[1:], strict=False))
    assert len(found.ids) == len(set(found.ids))
    assert {link[1:] for link in found.links} | set(found.described) <= set(found.ids)


def test_every_figure_has_a_text_alternative_and_every_table_a_caption(page):
    found = outline(page)
    assert found.tags.count("svg") == page.count('role="img" aria-label="') > 3
    assert found.tags.count("table") == found.tags.count("caption")


@pytest.mark.parametrize("language", ["de", "en"])
def test_both_languages_are_written(out, language, tmp_path):
    page = report.render(report.digest(out / "tables"), title="Probe", language=language)
    assert f'<html lang="{language}">' in page
    assert ("Key findings" in page) == (language == "en")
    assert ("Das Wichtigste" in page) == (language == "de")


def test_the_same_tables_give_the_same_bytes(out, page):
    assert report.report(out, title="Probe").read_text(encoding="utf-8") == page


def test_whatever_documents_contain_is_escaped(tmp_path):
    out = finished(tmp_path, documents=2, sentences=30, hostile=HOSTILE)
    page = report.report(out, title=HOSTILE).read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page
    assert page.count("</style>") == 1


def test_findings_carry_interval_and_n(out):
    found = findings(report.digest(out / "tables"), "de")
    text = " ".join(finding.text for finding in found)
    assert "Ausgewertet wurden 32 von 33 Dokumenten" in text
    assert re.search(r"Wohnen und Stadtentwicklung \(\d+,\d\s%, 95‑%‑Intervall \d+,\d bis \d+,\d %", text)
    assert found[0].caveat == "Nicht gelesen: 1 Dokument (Gründe unter »Abdeckung«)."


def test_corrected_shares_stand_beside_the_raw_ones(tmp_path):
    tables = build(tmp_path / "tables", documents=4, sentences=40)
    rates = {("theme", "housing"): error_rate(precision=0.8, recall=0.9, positives=200, total=1000)}
    for name, made in track.track(tables, resamples=99, error_rates=rates).items():
        write_table(tables, name, made)
    found = report.digest(tables)
    caveats = [finding.caveat for finding in findings(found, "de")]
    told = r"Um Fehler des Klassifikators korrigiert: Wohnen und Stadtentwicklung \d+\s% \(\d+–\d+\)\."
    assert any(re.search(told, caveat) for caveat in caveats)
    assert "korr. " in report.render(found, title="Probe")


CHANGE = Change(
    unit="concept", item="c-wohnungsnot", label="Wohnungsnot", layer="challenge", period_from="bt20",
    period_to="bt21", difference=0.052, low=0.021, high=0.083, p=0.0021, q=0.018, warning="only 2 documents",
)  # fmt: skip


def changed(out, **values):
    found = report.digest(out / "tables")
    told = findings(replace(found, changes=(replace(CHANGE, **values),)), "de")
    return next(finding for finding in told if re.search("eränderung|Gewicht|gegenüber", finding.text))


def test_a_clear_change_is_told_with_interval_p_q_and_caveat(out):
    finding = changed(out)
    assert finding.text.replace("\u00a0", " ") == (
        "»Wohnungsnot« hat von der 20. Wahlperiode zur 21. Wahlperiode an Gewicht gewonnen: "
        "+5,2 Prozentpunkte (95‑%‑Intervall +2,1 bis +8,3; p = 0,002, q = 0,018)."
    )
    assert "eher überschätzt; nur 2 Dokumente." in finding.caveat


def test_a_change_that_could_not_be_tested_is_said_of_these_texts_only(out):
    finding = changed(
        out, p=None, q=None, warning="a single document; fewer than 4 documents on one side: no test"
    )
    assert "hat »Wohnungsnot« +5,2 Prozentpunkte gegenüber denen der" in finding.text
    assert finding.text.endswith("lässt sich mit so wenigen Dokumenten nicht prüfen.")
    assert finding.caveat.endswith("; ein einziges Dokument.")


@pytest.mark.parametrize("values", [{"q": 0.2}, {"low": -0.01}, {"low": None, "high": None}])
def test_a_change_that_may_be_chance_is_not_told_as_one(out, values):
    assert changed(out, **values).text.startswith("Keine einzelne Veränderung")


def test_failures_stand_with_their_reasons(page):
    assert "verschluesselt.pdf" in page
    assert "the file is encrypted and the password does not fit" in page


def test_quotes_name_document_and_page(page):
    assert re.search(
        r"<mark>[^<]+</mark>.*?<footer>Wahlprogramm 1 \(bt18\) \(Partei der Mitte\), S. \d", page, re.S
    )


def test_documents_without_a_date_are_still_told(tmp_path):
    out = finished(tmp_path, documents=2, sentences=30, dated=False)
    page = report.report(out, title="Ohne Datum").read_text(encoding="utf-8")
    assert "Dokumente ohne Datum" in page
    assert re.search(r'class="label">Wohnungsnot</span> <span class="n">n = \d', page)


def test_promises_are_followed_into_later_documents(out):
    rent = next(p for p in report.digest(out / "tables").promises if p.label == "Mietpreisbremse")
    assert rent.title.startswith("Koalitionsvertrag")
    assert rent.period_id in ("bt18", "bt19")
    assert rent.existing > rent.demanded == 0
    assert "(bt20)" in rent.source


def test_figures_are_written_as_files_too(out):
    written = {path.name for path in report.write_figures(out)}
    names = ("theme", "slopes", "kind", "actor_kind", "status", "changes", "lives")
    assert written == {f"{name}.{suffix}" for name in names for suffix in ("svg", "png")}


def test_other_parliaments_stand_in_the_tables_only(tmp_path):
    out = finished(tmp_path, documents=3, sentences=30, periods=("bt20", "bt21", "by18"))
    page = report.report(out, title="Bund und Land").read_text(encoding="utf-8")
    assert re.search(r"in den Tabellen stehen auch\s+18.\u00a0Wahlperiode \(Bayern\)", page)
    assert "<h4>18.\u00a0Wahlperiode (Bayern)</h4>" not in page


def test_contact_blocks_stay_out(page):
    assert "Ansprechpersonen" not in page


@pytest.mark.parametrize(
    "options", [{"documents": 0}, {"documents": 1, "sentences": 8, "periods": ("bt20",)}]
)
def test_next_to_nothing_still_makes_a_page_that_helps(tmp_path, options):
    page = report.report(finished(tmp_path, **options), title="Leer").read_text(encoding="utf-8")
    assert "Ein Vergleich von Wahlperioden ist nicht möglich" in page


# ------------------------------------------------------------------------------------ wording


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (number(12345, "de"), "12.345"),
        (number(12345, "en"), "12,345"),
        (percent(0.0425, "de"), "4,2\u00a0%"),
        (percent(0.0425, "en"), "4.2%"),
        (percent(None, "de"), "–"),
        (span(0.01, 0.123, "de"), "1,0 bis 12,3"),
        (span(-0.01, 0.02, "en", sign=True), "−1.0 to +2.0"),
        (decimal(-0.04, "de", sign=True), "0,0"),
        (probability(0.0004, "de"), "< 0,001"),
        (probability(0.0123, "en"), "0.012"),
        (period_name("bt20", "de"), "20.\u00a0Wahlperiode"),
        (period_name("by18", "de"), "18.\u00a0Wahlperiode (Bayern)"),
        (period_name("bt21", "en"), "21st Wahlperiode"),
        (period_name("", "de"), "ohne Datum"),
        (period_range("bt18", "bt21", "de"), "18. bis 21.\u00a0Wahlperiode"),
        (period_range("bt20", "bt20", "de"), "20.\u00a0Wahlperiode"),
        (joined(["a", "b", "c"], "de"), "a, b und c"),
        (joined(["a"], "en"), "a"),
    ],
)
def test_numbers_and_names_are_written_as_readers_expect(said, expected):
    assert said == expected


VALUES = {"n": 3, "of": 40, "what": "sentences", "before": "10 %", "after": "60 %", "share": "20 %",
          "language": "en", "why": "x"}  # fmt: skip


@pytest.mark.parametrize("name", sorted(display()["phrases"] | display()["reasons"]))
def test_every_warning_is_found_again_in_german(name):
    entry = (display()["phrases"] | display()["reasons"])[name]
    english, german = (entry[language].format(**VALUES) for language in ("en", "de"))
    assert translate(f"{english}; unknown", "de") == f"{german}; unknown"


def test_a_reason_inside_a_reason_is_translated_too():
    told = "3 of 40 pages could not be read: the page is empty"
    assert translate(told, "de") == "3 von 40 Seiten nicht lesbar: die Seite ist leer"


def test_kinds_of_documents_in_a_warning_are_named():
    told = "different kinds of documents (bericht 60 % before, gesetzentwurf 90 % after)"
    assert (
        translate(told, "de")
        == "verschiedene Dokumentarten (vorher Bericht 60 %, nachher Gesetzentwurf 90 %)"
    )


def test_long_compounds_may_be_divided_at_their_seams():
    assert soft("Fachkräfteeinwanderungsgesetz") == "Fachkräfte\u00adeinwanderungs\u00adgesetz"
    assert soft("Breitbandförderprogramm") == "Breitband\u00adförder\u00adprogramm"
    assert soft("Steuern") == "Steuern"
