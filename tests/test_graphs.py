import pytest

from pipeline.reporting import graphs
from pipeline.schema import TABLES
from pipeline.tables import to_arrow, write_table
from pipeline.track import track
from pipeline.tracking import counts
from tests.builders_networks import Said, build, row
from tests.builders_tables import quick


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    said = [
        Said(f"{issuer}-{p}", issuer, thing, status, period=p)
        for p in ("bt19", "bt20")
        for issuer, status in (("Rot", "demanded"), ("Gelb", "planned"), ("Blau", "rejected"))
        for thing in "ABC"
    ]
    said.append(Said("Lila-bt20", "Lila", "A", "demanded", period="bt20"))
    folder = build(tmp_path_factory.mktemp("tables"), said)
    for name, table in track(folder, quick()):
        write_table(folder, name, table)
    themes = [
        row("open_themes", theme_id=f"ot-{at}", period_id="bt20", label=f"Thema {at}", n=at, n_sampled=90,
            share=at / 90)
        for at in range(1, 13)
    ]  # fmt: skip
    write_table(folder, "open_themes", to_arrow(TABLES["open_themes"], themes))
    with counts.connect(folder, names=("edges", "nodes", "open_themes")) as connection:
        yield connection


def test_ties_come_by_period_with_names_and_numbers(base):
    found = graphs.ties(base, ("bt19", "bt20"))
    assert [tie.period_id for tie in found] == ["bt19"] * 3 + ["bt20"] * 3
    assert {(tie.source, tie.target, tie.tie) for tie in found} == {
        ("Blau", "Gelb", "conflict"), ("Blau", "Rot", "conflict"), ("Gelb", "Rot", "congruence"),
    }  # fmt: skip
    assert {tie.shared for tie in found} == {3}


def test_pairs_with_a_single_instrument_are_in_the_table_only(base):
    assert base.execute("select count(*) from edges where n_sentences = 1").fetchall() > [(0,)]
    assert not [tie for tie in graphs.ties(base, ("bt20",)) if "Lila" in (tie.source, tie.target)]


def test_only_the_largest_open_themes_are_shown(base):
    found = graphs.open_shares(base, ("bt19", "bt20"))
    assert [share.label for share in found] == [f"Thema {at}" for at in range(12, 3, -1)]
