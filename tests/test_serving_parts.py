"""What views are made of: marks in a text, pictures in memory, addresses."""

import re

import pytest
from starlette.testclient import TestClient

from pipeline.serving.app import application
from pipeline.serving.curves import MOST, fitting, main_periods, panel, scale
from pipeline.serving.images import Images
from pipeline.serving.marking import Mark, pieces, quoted, wholes
from pipeline.serving.reader import Reader
from pipeline.serving.rendering import address, measure
from pipeline.serving.start import quality

from .builders_networks import row
from .builders_output import document, mention, passage, period, sentence, small, trend


def test_pieces_join_to_the_text_and_lead_to_the_shortest_mention():
    text = "Fachkräftemangel im Handwerk"
    found = pieces(text, [Mark(0, 28, "challenge", "m1"), Mark(20, 28, "actor", "m2")])
    assert "".join(piece.text for piece in found) == text
    assert [piece.mention_id for piece in found] == ["m1", "m2"]
    assert found[1].layers == ("challenge", "actor")


@pytest.mark.parametrize("marks", [[], [Mark(3, 3, "actor", "m")], [Mark(0, 99, "actor", "m")]])
def test_pieces_leave_text_alone_where_no_mention_fits(marks):
    assert [piece.text for piece in pieces("kurz", marks)] == ["kurz"]


def test_a_mention_with_another_in_it_is_named_as_a_whole():
    text = "ein Pakt zwischen Bund und Ländern"
    marks = [Mark(18, 22, "actor", "m2"), Mark(4, 34, "instrument", "m1"), Mark(27, 34, "actor", "m3")]
    assert [(one.mention_id, one.text) for one in wholes(text, marks)] == [
        ("m1", "Pakt zwischen Bund und Ländern"), ("m2", "Bund"), ("m3", "Ländern"),
    ]  # fmt: skip


def test_a_line_stops_where_a_period_is_missing():
    periods = ["bt08", "bt12", "bt13", "bt14"]
    rows = [
        {
            "unit": "theme", "item": "housing", "label": "housing", "layer": "", "slice_value": "all",
            "period_id": period, "share": 0.1, "low": None, "high": None,
        }
        for period in periods
    ]  # fmt: skip
    assert [len(line.split()) for line in panel(rows, periods, 0.1).lines] == [1, 3]


def test_many_periods_are_named_alternately_and_no_point_covers_the_next():
    row = {"unit": "theme", "item": "housing", "label": "", "layer": "", "slice_value": "all", "share": 0.1}
    for n, named in ((8, 8), (15, 15), (21, 11)):
        periods = [f"bt{at:02}" for at in range(1, n + 1)]
        drawn = panel([row | {"period_id": one, "low": 0.0, "high": 0.2} for one in periods], periods, 0.2)
        assert sum(point.named for point in drawn.points) == named and drawn.points[-1].named
        assert 2 * drawn.reach <= drawn.points[1].x - drawn.points[0].x + 0.2


def test_evidence_from_a_source_without_pages_leads_to_its_words(tmp_path):
    words, last = "Förderprogramm", "Sie plant ein Förderprogramm."
    out = small(
        tmp_path, documents=[document(n_pages=0)],
        passages=[passage("p0", pages=[]), passage("p1", pages=[], number=170, text=last)],
        sentences=[sentence("s1", last, "p1", page=None)],
        mentions=[mention("m1", "s1", words, last.index(words), page=None, boxes=[])],
    )  # fmt: skip
    client = TestClient(application(out), base_url="http://localhost")
    link = re.search(r'href="([^"]+)">Text des Dokuments', client.get("/mentions/m1").text)[1]
    assert link == "/documents/d1/3#m1" and 'id="m1"' in client.get(link).text


@pytest.mark.parametrize("weights", ["none", "document", "document_type", "issuer", "manifest"])
def test_shares_that_are_weighted_say_so(tmp_path, weights):
    periods, row = [period("bt", 20)], trend("bt20", share=0.1, low=0.1, high=0.2, weights=weights)
    out = small(tmp_path, documents=[document()], periods=periods, trends=[row])
    client = TestClient(application(out), base_url="http://localhost")
    for path, says in (("/trends", "Gewichtet"), ("/sentences?item=energy&period=bt20&lang=en", "Weighted")):
        assert (f'soft">{says}' in client.get(path).text) == (weights != "none")


@pytest.mark.parametrize(("weights", "first"), [("none", "often"), ("document", "widely")])
def test_the_items_offered_first_have_most_weight(tmp_path, weights, first):
    rows = [
        trend(at, item=item, label=item, n=n, share=share, denominator=1000, weights=weights)
        for at in ("bt20", "bt19")
        for item, n, share in (("widely", 10, 0.3), ("often", 30, 0.03))
    ]
    out = small(tmp_path, documents=[document()], periods=[period("bt", n) for n in (19, 20)], trends=rows)
    client = TestClient(application(out), base_url="http://localhost")
    text = client.get("/trends").text
    assert re.search(r'name="item" value="(\w+)"', text)[1] == first
    lines = client.get("/download/trends.csv").text.splitlines()
    assert [line.split(",")[0] + line.split(",")[3] for line in lines[1:]] == [
        "bt19often", "bt20often", "bt19widely", "bt20widely",
    ]  # fmt: skip


def test_without_dated_documents_the_parliament_that_sentences_speak_about_is_shown(tmp_path):
    undated = document(published=None, period_published=None)
    periods = [period("bt", 20), period("bt", 21)]
    trends = [trend(one["period_id"], basis="addressed") for one in periods]
    out = small(tmp_path, documents=[undated], periods=periods, trends=trends)
    assert main_periods(Reader(out), "addressed") == ["bt20", "bt21"]
    client = TestClient(application(out), base_url="http://localhost")
    for path in ("/trends", "/network", "/patterns/attention"):
        assert "Spalte »date« von manifest.csv" in client.get(path).text, path
    assert "manifest.csv" not in client.get("/trends?basis=addressed&unit=kind").text


def test_items_nobody_chose_are_shown_in_all_their_parts_longest_series_first():
    known = {(item, f"party {n:02}", "bt21") for item in "ab" for n in range(30)} | {
        ("a", "party 07", "bt20")
    }
    shown, more = fitting(known, ["a", "b"], chosen=False)
    assert (len(shown), more, {item for item, _ in shown}, shown[0]) == (30, 0, {"a"}, ("a", "party 07"))
    shown, more = fitting(known, ["a", "b"], chosen=True)
    assert (len(shown), more) == (MOST, 60 - MOST)


def test_every_chosen_item_stays_chosen_where_panels_find_no_room(tmp_path):
    items = [f"x{at:02}" for at in range(MOST + 4)]
    trends = [trend("bt20", item=item, label=item, share=0.1, low=0.1, high=0.2) for item in items]
    out = small(tmp_path, documents=[document()], periods=[period("bt", 20)], trends=trends)
    client = TestClient(application(out), base_url="http://localhost")
    text = client.get("/trends", params={"item": items, "lang": "en"}).text
    assert text.count('<figure class="panel">') == MOST and "4 more panels find no room" in text
    assert text.count(" checked>") == len(items)
    file = re.search(r'href="(/download/trends.csv[^"]+)"', text)[1].replace("&amp;", "&")
    assert len(client.get(file).text.splitlines()) == len(items) + 1


def test_an_interval_beyond_the_scale_ends_at_its_edge():
    row = {"unit": "theme", "item": "housing", "label": "", "layer": "", "slice_value": "all", "low": 0.0}
    rows = [row | {"period_id": f"bt{n}", "share": n / 100, "high": n / 50} for n in range(1, 20)]
    rows[3]["high"] = 0.98
    assert scale(rows) == 0.4
    drawn = panel(rows, [one["period_id"] for one in rows], scale(rows))
    assert min(point.high for point in drawn.points) == drawn.ticks[-1][0] == drawn.points[3].high
    assert scale([row | {"share": 0.5, "high": None}]) == 0.5


@pytest.mark.parametrize(("widest", "cut"), [(0.02, False), (0.9, True)])
def test_one_very_wide_interval_does_not_shrink_the_bars_of_all_changes(tmp_path, widest, cut):
    at = {"basis": "published", "unit": "concept", "slice": "all", "slice_value": "all"}
    step = {"period_from": "bt19", "period_to": "bt20", "difference": 0.01, "low": 0.005, "high": 0.02}
    changes = [row("changes", **at, **step, item=f"c{n:02}") for n in range(20)]
    changes[4]["high"] = widest
    out = small(
        tmp_path, documents=[document()], periods=[period("bt", 19), period("bt", 20)], changes=changes
    )
    page = (
        TestClient(application(out), base_url="http://localhost").get("/patterns/changes?unit=concept").text
    )
    ends = [float(x) for x in re.findall(r'class="band" x1="[^"]+" x2="([^"]+)"', page)]
    assert sorted(ends)[0] == 58 and len(ends) == 20
    assert ("gehen darüber hinaus" in page) == cut


def test_pictures_in_memory_are_bounded(monkeypatch, tmp_path):
    images = Images(tmp_path, None, bound=250, draw=lambda sheet: bytes(100))
    monkeypatch.setattr(images, "_sheet", lambda document_id, sha256, page: None)
    for page in range(9):
        assert len(images.png("d", "s", page)) == 100
    assert images.kept.size <= 250


@pytest.mark.parametrize(
    ("language", "expected"), [("de", "/a%2F..%2Fb/1?x=y+z#m1"), ("en", "/a%2F..%2Fb/1?x=y+z&lang=en#m1")]
)
def test_addresses_are_escaped(language, expected):
    assert address(language, "a/../b", 1, anchor="m1", x="y z", empty="") == expected


def test_quality_is_that_of_the_model_that_tagged():
    assert [layer for layer, _ in quality("tagger")] == ["challenge", "instrument", "actor", "theme"]
    assert quality("tagger") != quality("tagger_fast")
    assert quality("no-such-model") == ()


@pytest.mark.parametrize(
    ("kind", "value", "unit", "qualifier", "de", "en"),
    [
        ("amount", "500000000", "EUR", "at_most", "bis zu 500.000.000 EUR", "up to 500,000,000 EUR"),
        ("amount", "3500000000", "EUR", "exact", "3.500.000.000 EUR", "3,500,000,000 EUR"),
        ("amount", "5000..7000", "EUR/year", "range", "5.000 bis 7.000 EUR/Jahr", "5,000 to 7,000 EUR/year"),
        ("amount", "0.03", "EUR/kWh 2018", "about", "rund 0,03 EUR/kWh 2018", "about 0.03 EUR/kWh 2018"),
        ("share", "2.5", "percent", "at_least", "mindestens 2,5 Prozent", "at least 2.5 percent"),
        ("share", "2", "percentage points", "exact", "2 Prozentpunkte", "2 percentage points"),
        ("deadline", "2025-07-01", "day", "until", "2025-07-01", "2025-07-01"),
        ("deadline", "wp:0", "period", "until", "", ""),
        ("law", "EnWG § 29", "", "", "EnWG § 29", "EnWG § 29"),
    ],
)
def test_values_of_attributes_are_written_as_readers_expect(kind, value, unit, qualifier, de, en):
    found = (measure(kind, value, unit, qualifier, language) for language in ("de", "en"))
    assert tuple(found) == (de, en)


def test_the_sum_of_an_instrument_is_told_in_its_sentence_also_within_its_name():
    text = "Der Fonds über 5 Mio. Euro endet bis 2030."
    given = [(text.index(words), text.index(words) + len(words)) for words in ("5 Mio. Euro", "bis 2030")]
    found = quoted(text, (4, text.index(" endet")), given)
    assert "".join(piece.text for piece in found) == text
    assert [piece.text for piece in found if piece.given] == ["5 Mio. Euro", "bis 2030"]
    assert [piece.text for piece in found if piece.asked] == ["Fonds über ", "5 Mio. Euro"]
