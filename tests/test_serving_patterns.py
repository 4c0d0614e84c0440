"""Patterns over periods: every view shows its table, leads to sentences, and can be had as a file."""

import csv
import io
import re
from types import SimpleNamespace

import duckdb
import msgspec
import pytest
from starlette.testclient import TestClient

from pipeline.query import DATABASE, rows
from pipeline.schema.values import UNITS
from pipeline.serving import network, patterns
from pipeline.serving.app import DRAWN, application
from pipeline.serving.app import SHOWN as UNITS_SHOWN
from pipeline.serving.invented import invent
from pipeline.serving.patterns import VIEWS


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("patterns") / "out"
    invent(folder, documents=20, mentions=2_400)
    return folder


@pytest.fixture(scope="module")
def client(out):
    return TestClient(application(out, hosts=("testserver",)))


SHOWN = {
    "slopes": "select count(*) from slopes where (basis, unit, slice) = ('published', 'theme', 'all')",
    "changes": """select count(*) from changes
        where (basis, unit, slice, period_to) = ('published', 'theme', 'all', 'bt21')""",
    "attention": "select count(*) from attention where (basis, slice) = ('published', 'all')",
    "novelty": "select count(*) from novelty where (basis, over) = ('published', 'theme')",
    "distinctive": "select count(*) from distinctive where (slice, slice_value) = ('period', 'bt21')",
    "open_themes": "select count(*) from open_themes",
}


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_row_is_shown_and_had_as_a_file(client, out, name, language):
    n = next(iter(rows(out, SHOWN[name])[0].values()))
    page = client.get(f"/patterns/{name}?lang={language}")
    data = client.get(f"/download/{name}.csv").text
    assert page.status_code == 200 and len(list(csv.reader(io.StringIO(data)))) == n + 1
    assert page.text.count("<tr>") >= n and (n or 'class="empty"' in page.text)


def test_a_plot_draws_no_more_documents_than_it_can_show_and_says_so(client, out, monkeypatch):
    whole = client.get("/patterns/novelty?lang=en").text
    assert (drawn := whole.count('class="touch"')) > 5 and "evenly spread" not in whole
    monkeypatch.setattr(patterns, "SPOTS", 5)
    few = TestClient(application(out, hosts=("testserver",))).get("/patterns/novelty?lang=en").text
    assert few.count('class="touch"') == 5 and f"Shown are 5 of {drawn} documents, evenly spread" in few
    assert list(patterns._evenly(range(9))) == [0, 2, 4, 6, 8]


@pytest.mark.parametrize(
    ("page", "units"), [("patterns", UNITS_SHOWN), ("patterns/changes", UNITS_SHOWN), ("trends", DRAWN)]
)
def test_all_units_are_offered_in_one_order(client, page, units):
    assert set(UNITS_SHOWN) == set(UNITS) == {*DRAWN, "user_theme"}
    offered = re.search(r'<select name="unit">(.*?)</select>', client.get(f"/{page}").text)[1]
    assert tuple(re.findall(r'value="(\w+)"', offered)) == units


def test_figures_stand_with_their_interval_and_n(client, out):
    row = rows(
        out,
        """select * from slopes where (basis, unit, slice) = ('published', 'theme', 'all')
        and low is not null order by n desc limit 1""",
    )[0]
    told = [f"{100 * row[name]:+.1f}".replace("-", "−") for name in ("low", "high")]
    text = client.get("/patterns?lang=en").text
    assert " to ".join(told) in text and f'<td class="num">{row["n"]}</td>' in text


@pytest.mark.parametrize(
    "path",
    ["/patterns", "/patterns/changes", "/patterns/attention", "/patterns/novelty", "/patterns/distinctive"],
)
def test_every_link_leads_on(client, path):
    links = set(re.findall(r'href="(/[^"#]*)', client.get(path).text))
    assert any(link.startswith(("/trends?", "/sentences?", "/documents/", "/search?")) for link in links)
    for link in sorted(links)[:60]:
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link


def test_a_list_of_sentences_leads_back_to_the_split_that_it_comes_from(client, out):
    sql = """select unit, item, period_id as period, slice, slice_value as value from trends
        where slice = 'issuer' and unit = 'theme' and basis = 'published' and n > 0"""
    row = rows(out, sql)[0]
    back = f'href="/trends?unit=theme&amp;item={row["item"]}&amp;basis=published&amp;slice=issuer"'
    assert back in client.get("/sentences", params=row).text


def test_a_part_that_skips_a_period_says_which_one_it_is_compared_with(client, out, monkeypatch):
    usual = patterns._CHANGES
    earlier = "case when x.item = 'energy' then 'bt18' else x.period_from end as period_from"
    monkeypatch.setattr(patterns, "_CHANGES", usual.replace("select x.*", f"select x.* replace ({earlier})"))
    lines = client.get("/patterns/changes?period=bt20").text.split("<tr>")
    told = {"energy" if "item=energy" in line else "": line for line in lines[2:]}
    assert ">(18)</span>" in told["energy"] and ">(18)</span>" not in told[""]
    assert '<th scope="col" class="num">19</th><th scope="col" class="num">20</th>' in lines[1]


def test_changes_of_any_step_stand_with_both_shares(client, out):
    sql = """select * from changes x join trends t using (basis, unit, item, slice, slice_value)
        where basis = 'published' and unit = 'kind' and slice = 'all' and denominator_unit = 'mentions'
        and t.period_id = x.period_from and x.period_to <> 'bt21' and n > 0 order by all limit 1"""
    row = rows(out, sql)[0]
    text = client.get(f"/patterns/changes?unit=kind&period={row['period_to']}&lang=en").text
    told = next(line for line in text.split("<tr>") if f"item={row['item']}&" in line)
    link = re.search(rf'href="(/sentences[^"]*period={row["period_from"]}[^"]*)"[^>]*>([^<]+)%</a>', told)
    assert float(link[2]) == pytest.approx(100 * row["share"], abs=0.051)
    behind = client.get(link[1].replace("&amp;", "&")).text
    assert re.search(rf": {row['n']} of {row['denominator']} ", behind)


def test_open_themes_lead_to_the_sentences_nearest_to_them(tmp_path):
    out = tmp_path / "out"
    invent(out, documents=4, mentions=600)
    sentence = rows(out, "select sentence_id from sentences order by sentence_id limit 1")[0]["sentence_id"]
    with duckdb.connect(str(out / DATABASE)) as base:
        base.execute(
            """insert into open_themes by name select 'ot-1' as theme_id, 'bt18' as period_id,
            'Wärme' as label, ['Wärme', 'Netz'] as terms, 'new' as state, 3 as n, 40 as n_sampled,
            0.075 as share, 0.02 as low, 0.2 as high,
            'sections' as level, 2 as n_documents, [?] as sentences""",
            [sentence],
        )
    client = TestClient(application(out, hosts=("testserver",)))
    link = re.search(
        r'href="(/patterns/open_themes\?theme=ot-1&amp;period=bt18)#',
        client.get("/patterns/open_themes").text,
    )
    text = client.get(link[1].replace("&amp;", "&")).text
    assert "7,5" in text and "n = 3" in text and text.count("<li><p") == 1


def test_each_open_theme_has_a_scale_of_its_own(tmp_path):
    out = tmp_path / "out"
    invent(out, documents=4, mentions=600)
    with duckdb.connect(str(out / DATABASE)) as base:
        for theme, share in (("ot-1", 0.04), ("ot-2", 0.9)):
            base.execute(
                """insert into open_themes by name select ? as theme_id, 'bt18' as period_id,
                ? as label, ['Netz'] as terms, 'new' as state, 3 as n, 40 as n_sampled, ? as share,
                0.01 as low, ? as high, 'sections' as level, 2 as n_documents, []::varchar[] as sentences""",
                [theme, theme, share, share],
            )
    text = TestClient(application(out, hosts=("testserver",))).get("/patterns/open_themes").text
    panels = {theme: text[text.index(f">{theme}<") :].split("</figure>")[0] for theme in ("ot-1", "ot-2")}
    assert ">4<" in panels["ot-1"] and ">100<" in panels["ot-2"]


@pytest.mark.parametrize(
    ("period", "about", "opened"), [("", "", "bt21"), ("", "fund", "bt20"), ("sn05", "fund", "sn05")]
)
def test_networks_open_with_the_last_period_of_the_parliament_in_front(period, about, opened):
    def ties(sql, *values):
        return [{"period_id": "bt19"}, {"period_id": "bt20"}] if sql.startswith("select distinct") else []

    reader = SimpleNamespace(
        has=lambda table: True,
        kept=lambda made, basis: {"bt19": "bt", "bt20": "bt", "bt21": "bt", "sn05": "sn"},
        rows=ties,
        row=lambda sql, *values: None,
    )
    asked = network.NetworkChoice(basis="published", period=period, network="actor_actor", about=about)
    assert network.network(reader, asked).choice.period == opened


def test_the_ties_of_an_actor_show_its_instruments_beside_its_partners():
    def tie(kind, at):
        ends = {"source": "party", "target": f"{kind}{at}"}
        told = {f"{end}_{name}": "x" for end in ends for name in ("label", "known")}
        layers = {"source_layer": "actor", "target_layer": "actor" if kind == "a" else "instrument"}
        network = "actor_actor" if kind == "a" else "actor_instrument"
        return {**ends, **told, **layers, "network": network, "tie": "demand"}

    reader = SimpleNamespace(
        has=lambda table: True,
        kept=lambda made, basis: {"bt21": "bt"},
        rows=lambda sql, *values: (
            []
            if "distinct" in sql
            else [*(tie("a", at) for at in range(90)), *(tie("i", at) for at in range(30))]
        ),
        row=lambda sql, *values: None,
    )
    asked = network.NetworkChoice(basis="published", period="", network="actor_actor", about="party")
    found = network.network(reader, asked)
    assert (len(found.edges), found.n) == (network.MOST, 120)
    assert sum(edge.target.layer == "instrument" for edge in found.edges) == network.MOST // 2


@pytest.mark.parametrize(("others", "n"), [((), 60), (("challenge",), 34)])
def test_a_long_name_is_cut_only_where_a_column_follows(others, n):
    node = network.Node(node="i", known=True, label="x" * 60, layer="instrument", x=350.0, y=0.0)
    nodes = [node, *(msgspec.structs.replace(node, layer=layer) for layer in others)]
    assert len(network.short(node, nodes)) == n


@pytest.mark.parametrize(("first", "second"), [("actor", "instrument"), ("instrument", "challenge")])
def test_names_of_the_first_column_end_where_their_ties_begin(first, second):
    told = {f"{end}_{name}": "x" for end in ("source", "target") for name in ("label", "known")}
    layers = {"source_layer": first, "target_layer": second}
    tie = {"source": "a", "target": "b", "network": "n", "tie": "demand", **told, **layers}
    reader = SimpleNamespace(
        has=lambda table: True,
        kept=lambda made, basis: {"bt21": "bt"},
        rows=lambda sql, *values: [tie],
        row=lambda sql, *values: None,
    )
    found = network.network(reader, network.NetworkChoice(basis="published", period="bt21", network="n"))
    (begins,) = [float(edge.path[1:].split(",")[0]) for edge in found.edges]
    name, other = found.nodes
    assert name.first and not other.first and begins - network.GAP == name.x < other.x
    assert found.left == network.COLUMNS[first]
