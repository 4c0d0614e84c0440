from __future__ import annotations

import re
from html.parser import HTMLParser

import msgspec
import pytest

from pipeline import report, wording
from pipeline.reporting import digest
from pipeline.reporting.graphs import OpenShare
from tests.builders_tables import finished

HOSTILE = "</style><script>alert(1)</script>{{7*7}}"


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return finished(tmp_path_factory.mktemp("out"), documents=8, sentences=40)


@pytest.fixture(scope="module")
def found(out):
    return digest.digest(out / "tables")


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


def test_a_step_without_a_caveat_has_no_space_before_its_comma(page):
    assert "fortgeführt, " in page and not re.search(r"<td>\w+ ,", page)


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


@pytest.mark.parametrize(
    ("status", "attested", "warning", "says"),
    [
        ("planned", True, "", ["neu", "geplant", "2 Sätze"]),
        ("planned", False, "", ["neu", "geplant", "Status: zu wenige Belege", "2 Sätze"]),
        ("", False, "", ["neu", "2 Sätze"]),
        ("planned", True, "share of OCR changes from 2 % to 95 %", ["neu", "(1)", "geplant", "2 Sätze"]),
    ],
)
def test_what_speaks_against_a_step_is_told_beside_it(found, status, attested, warning, says):
    chapter = digest.Chapter(
        period_id="bt20", state="new", status=status, n=2, is_status_attested=attested, warning=warning,
        actors=(), quotes=(),
    )  # fmt: skip
    story = digest.Story(concept_id="c", label="Fonds", layer="instrument", chapters=(chapter,))
    page = report.render(msgspec.structs.replace(found, stories=(story,)), title="Probe")
    step = re.search(r'<li class="step new">(.*?)</li>', page, re.DOTALL)[1]
    _period, _sign, *words = [text.strip() for text in re.findall(">([^<]+)<", step) if text.strip()]
    assert words == says
    caveats = re.findall(r'<li id="life-caveat-1">(.*?)</li>', page)
    assert caveats == (["Anteil der Texterkennung ändert sich von 2\xa0% auf 95\xa0%"] if warning else [])


def test_failures_stand_with_their_reasons(page):
    assert "verschluesselt.pdf" in page
    assert "the file is encrypted and the password does not fit" in page


def test_quotes_name_document_and_page(page):
    assert re.search(
        r"<mark>[^<]+</mark>.*?<footer>Wahlprogramm 1 \(bt18\) \(Partei der Mitte\), S.&nbsp;\d", page, re.S
    )


def test_documents_without_a_date_are_still_told(tmp_path):
    out = finished(tmp_path, documents=2, sentences=30, dated=False)
    page = report.report(out, title="Ohne Datum").read_text(encoding="utf-8")
    assert "Dokumente ohne Wahlperiode</h3>" in page
    assert "Mit dem Tag in der Spalte »date« des Manifests" in page
    assert re.search(r'class="label">Wohnungsnot</span> <span class="n">n = \d', page)


def without_shares(found, period):
    gone = {"share": None, "low": None, "high": None}
    shares = [
        msgspec.structs.replace(share, **gone) if share.period_id == period else share
        for share in found.shares
    ]
    return msgspec.structs.replace(found, shares=tuple(shares))


def test_a_period_with_too_little_text_is_named_and_not_ranked_by(found):
    *_, before, middle, last = found.periods
    short = without_shares(found, last)
    page = report.render(short, title="Probe")
    name = {period: wording.period_name(period, "de") for period in (before, middle, last)}
    ranked = f"Punkt und Balken: {name[middle]} mit 95‑%‑Intervall; Ring: {name[before]}."
    assert page.count(f"<figcaption>Anteil an den Nennungen von Instrumenten. {ranked}") == 1
    assert page.count(f"Zu wenig Text für Anteile: {name[last]}.") == 4
    (rows,) = report.specifications(short, "de")["kind"]["datasets"].values()
    assert {row["period"] for row in rows} == {wording.period_short(before), wording.period_short(middle)}


def test_figures_are_written_as_files_too(out):
    written = {path.name for path in report.write_figures(out)}
    names = ("theme", "slopes", "kind", "actor_kind", "status", "changes", "lives", "networks")
    assert written == {f"{name}.{suffix}" for name in names for suffix in ("svg", "png")}


def test_english_figures_stand_beside_the_german_ones(tmp_path, found, monkeypatch):
    german, english = (report.specifications(found, language)["status"] for language in ("de", "en"))
    monkeypatch.setattr(report, "digest", lambda tables: found)
    monkeypatch.setattr(
        report, "specifications", lambda _, language: {"status": german if language == "de" else english}
    )
    report.write_figures(tmp_path)
    before = (tmp_path / "figures" / "status.svg").read_bytes()
    for _ in range(2):
        assert [path.name for path in report.write_figures(tmp_path, language="en")] == [
            "status.en.svg", "status.en.png",
        ]  # fmt: skip
        report.write_figures(tmp_path)
        assert (tmp_path / "figures" / "status.svg").read_bytes() == before
        assert len(list((tmp_path / "figures").glob("[!.]*"))) == 4


@pytest.mark.parametrize(
    ("language", "sentences", "instruments", "interval"),
    [
        ("de", "Anteil an den Sätzen", "Anteil an den Nennungen von Instrumenten", "95-%-Intervall"),
        ("en", "share of sentences", "share of mentions of instruments", "95% interval"),
    ],
)
def test_figures_alone_say_what_their_shares_are_of(found, language, sentences, instruments, interval):
    open_share = OpenShare("bt21", "Moore", 0.2, 0.1, 0.3, n=20, sampled=100)
    themes = tuple(share for share in found.shares if share.unit == "theme")
    full = msgspec.structs.replace(found, addressed=themes, open_shares=(open_share,))
    specs = report.specifications(full, language)
    notes = {name: " ".join(spec["title"]["text"]).replace("\u00a0", " ") for name, spec in specs.items()}
    for name in ("theme", "addressed", "slopes", "changes"):
        assert sentences in notes[name], name
    for name in ("theme", "addressed", "kind", "actor_kind", "changes", "open_themes"):
        assert interval in notes[name], name
    for name in ("kind", "status"):
        assert instruments in notes[name], name
    assert len({notes[name] for name in ("theme", "addressed", "open_themes")}) == 3
    weighted = tuple(msgspec.structs.replace(share, weighted=True) for share in found.shares)
    specs = report.specifications(msgspec.structs.replace(full, shares=weighted), language)
    assert {name for name, spec in specs.items() if re.search("gewichtet|weighted", str(spec["title"]))} == {
        "theme", "addressed", "slopes", "kind", "actor_kind", "status", "changes",
    }  # fmt: skip


def test_figures_that_nothing_fills_any_more_are_removed_and_no_file_of_a_user(tmp_path, found, monkeypatch):
    drawn = report.specifications(found, "de")
    shown = ["theme", "kind", "status"]
    monkeypatch.setattr(report, "digest", lambda tables: found)
    monkeypatch.setattr(report, "specifications", lambda *_: {name: drawn[name] for name in shown})
    report.write_figures(tmp_path)
    folder = tmp_path / "figures"
    (folder / "lives.svg").write_text("von Hand")
    (folder / "status.svg").write_text("von Hand geändert")
    shown[:] = ["theme"]
    report.write_figures(tmp_path)
    assert {path.name for path in folder.glob("[!.]*")} == {
        "theme.svg", "theme.png", "lives.svg", "status.svg",
    }  # fmt: skip


@pytest.mark.parametrize("damage", ["", "[1]", '{"../report.html": "x"}'])
def test_a_damaged_list_of_figures_removes_nothing(tmp_path, found, monkeypatch, damage):
    monkeypatch.setattr(report, "digest", lambda tables: found)
    monkeypatch.setattr(report, "specifications", lambda *_: {})
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / report.WRITTEN).write_text(damage)
    (tmp_path / "report.html").write_text("x")
    assert report.write_figures(tmp_path) == () and (tmp_path / "report.html").exists()


def test_bars_of_statuses_say_of_how_many_mentions(found):
    (rows,) = report.specifications(found, "de")["status"]["datasets"].values()
    assert all(re.fullmatch(r"\d+ \(n = [1-9][\d.]*\)", row["period"]) for row in rows)


def test_other_parliaments_stand_in_the_tables_only(tmp_path):
    out = finished(tmp_path, documents=3, sentences=30, periods=("bt20", "bt21", "by18"))
    page = report.report(out, title="Bund & Land").read_text(encoding="utf-8")
    assert r"title  = {Bund \&amp; Land}," in page
    assert re.search(r"in den Tabellen stehen auch\s+18.\u00a0Wahlperiode \(Bayern\)", page)
    assert "<h4>18.\u00a0Wahlperiode (Bayern)</h4>" not in page


@pytest.mark.parametrize(
    ("weights", "says"),
    [("none", 0), ("issuer", "zählt jeder Herausgeber einer"), ("manifest", "Spalte »weight«")],
)
def test_weights_are_told_beside_the_shares(found, weights, says):
    settings = {**found.run["settings"], "track": {"weights": weights}}
    weighted = msgspec.structs.replace(found, run={**found.run, "settings": settings})
    page = report.render(weighted, title="Probe")
    assert says in page if says else "Gewichtet" not in page


def test_weighted_shares_are_ranked_and_named_as_such(found):
    last = found.periods[-1]
    themes = [one for one in found.shares if (one.unit, one.period_id) == ("theme", last)]
    changed = {
        one.item: msgspec.structs.replace(one, weighted=True, share=0.001 * at)
        for at, one in enumerate(sorted(themes, key=lambda one: -one.n), 1)
    }
    shares = [
        changed[one.item] if (one.unit, one.period_id) == ("theme", last) else one for one in found.shares
    ]
    weighted = msgspec.structs.replace(found, shares=tuple(shares))
    ranked = [one.item for one in sorted(changed.values(), key=lambda one: -one.share) if one.n]
    assert report._items(weighted.shares, weighted.periods, "theme")[: len(ranked)] == ranked
    assert "gewichteter Anteil, 95‑%‑Intervall in %" in report.render(weighted, title="Probe")


def test_contact_blocks_stay_out(page):
    assert "Ansprechpersonen" not in page


@pytest.mark.parametrize(
    "options", [{"documents": 0}, {"documents": 1, "sentences": 8, "periods": ("bt20",)}]
)
def test_next_to_nothing_still_makes_a_page_that_helps(tmp_path, options):
    page = report.report(finished(tmp_path, **options), title="Leer").read_text(encoding="utf-8")
    assert "Ein Vergleich von Wahlperioden ist nicht möglich" in page
