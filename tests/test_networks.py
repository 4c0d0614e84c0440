"""Ties between planted actors: their weights, intervals, evidence and measures."""

import csv
from types import SimpleNamespace

import networkx
import numpy as np
import pytest

from pipeline.exports import networks as exported
from pipeline.schema import TABLES
from pipeline.tables import conform, write_table
from pipeline.track import track
from pipeline.tracking import resample
from pipeline.tracking.networks import _counted, _ends
from tests.builders_networks import Said, build
from tests.builders_tables import quick

# In nine documents Rot and Gelb want what Blau rejects; only Rot wants a fund, in two sections of one.
DOCUMENTS = [
    Said(f"{issuer}-{at}", issuer, f"Gesetz {thing}", status)
    for at in range(3)
    for issuer, status in (("Rot", "demanded"), ("Gelb", "planned"), ("Blau", "rejected"))
    for thing in "ABC"
]
FUND = [Said("Rot-0", "Rot", "Fonds", section=section, challenge="Dürre") for section in "12"]


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return build(tmp_path_factory.mktemp("tables"), [*DOCUMENTS, *FUND])


@pytest.fixture(scope="module")
def made(tables):
    return {name: table.to_pylist() for name, table in track(tables, quick(resamples=199))}


def edge(made, tie, source, target):
    rows = [row for row in made["edges"] if row["basis"] == "published" and row["tie"] == tie]
    (found,) = [row for row in rows if (row["source"], row["target"]) == (source, target)]
    return found


def test_tables_follow_the_schema(tables):
    tracked = dict(track(tables, quick(resamples=199)))
    for name in ("statements", "edges", "nodes", "networks"):
        assert conform(TABLES[name], tracked[name]).num_rows > 0


def test_a_tie_counts_documents_not_sentences(made):
    assert edge(made, "demand", "Rot", "Gesetz A")["weight"] == 3
    fund = edge(made, "demand", "Rot", "Fonds")
    assert (fund["weight"], fund["n_sentences"], fund["n_documents"]) == (1, 2, 1)


def test_a_tie_counts_once_a_period_if_wanted(tables):
    tracked = dict(track(tables, quick(resamples=199, duplicates="period")))
    assert set(tracked["edges"].to_pandas().query("network != 'actor_actor'")["weight"]) == {1.0}


def test_actors_agree_and_disagree_by_shared_instruments_over_their_average_activity(made):
    assert edge(made, "congruence", "Gelb", "Rot")["weight"] == pytest.approx(3 / 3.5)
    assert edge(made, "conflict", "Blau", "Gelb")["weight"] == pytest.approx(3 / 3)
    assert not [row for row in made["edges"] if row["tie"] == "congruence" and "Blau" in row.values()]


def test_who_is_for_and_against_takes_no_side(tmp_path):
    torn = [Said("d", "Rot; Gelb", "Gesetz A", status) for status in ("demanded", "rejected")]
    made = dict(track(build(tmp_path, torn), quick()))["edges"].to_pylist()
    assert {row["network"] for row in made} == {"actor_instrument"}


def test_an_instrument_is_tied_to_its_challenge(made):
    assert edge(made, "addresses", "Fonds", "Dürre")["weight"] == 1


def test_intervals_hold_the_weight_and_say_what_was_resampled(made):
    for row in made["edges"]:
        assert row["level"] == "documents"
        assert 0 <= row["low"] <= row["weight"] <= row["high"]
        assert row["network"] != "actor_actor" or row["high"] <= 1
    frequent = edge(made, "demand", "Rot", "Gesetz A")
    assert frequent["low"] < frequent["weight"] < frequent["high"]


def test_evidence_of_a_tie_between_actors_shows_both_sides(made):
    issuers = {row["mention_id"]: row["speaker"] for row in made["statements"]}
    shown = [issuers[mention] for mention in edge(made, "conflict", "Blau", "Gelb")["evidence"]]
    assert sorted(shown) == ["Blau", "Blau", "Gelb", "Gelb"]


def test_a_joint_statement_is_one_proof(tmp_path):
    joint = [Said("d", "Rot; Gelb", f"Gesetz {thing}", "planned") for thing in "ABC"]
    made = {name: table.to_pylist() for name, table in track(build(tmp_path, joint), quick())}
    evidence = edge(made, "congruence", "Gelb", "Rot")["evidence"]
    assert len(evidence) == len(set(evidence)) == 3


def test_only_so_many_edges_are_kept_and_the_measures_count_all(tables):
    tracked = dict(track(tables, quick(resamples=199, edges=1)))
    few = [row for row in tracked["edges"].to_pylist() if row["basis"] == "published"]
    assert sorted(row["tie"] for row in few) == [
        "addresses", "conflict", "congruence", "demand", "plan", "rejection",
    ]  # fmt: skip
    measures = {row["network"]: row for row in tracked["networks"].to_pylist() if row["basis"] == "published"}
    assert (measures["actor_instrument"]["n_ties"], measures["actor_instrument"]["n_edges"]) == (10, 3)


def test_the_measures_count_all_though_no_edge_is_kept(tables):
    tracked = dict(track(tables, quick(edges=0)))
    assert tracked["edges"].num_rows == tracked["nodes"].num_rows == 0
    measures = {row["network"]: row for row in tracked["networks"].to_pylist() if row["basis"] == "published"}
    found = measures["actor_instrument"]
    assert (found["n_ties"], found["n_edges"], found["least_weight"]) == (10, 0, None)


def test_measures(made):
    measured = {row["network"]: row for row in made["networks"] if row["basis"] == "published"}
    two_mode = measured["actor_instrument"]  # three actors and four instruments
    assert (two_mode["n_nodes"], two_mode["n_ties"], two_mode["density"]) == (7, 10, 10 / 12)
    found = measured["actor_actor"]
    assert (found["n_nodes"], found["n_ties"], found["density"]) == (3, 3, 1.0)
    assert found["polarisation"] == pytest.approx(2 / 3)  # of three positions on a law two pairs are opposed
    assert found["polarisation_low"] <= 2 / 3 <= found["polarisation_high"]
    communities = {row["node"]: row["community"] for row in made["nodes"] if row["network"] == "actor_actor"}
    assert communities["Rot"] == communities["Gelb"] == 1
    assert communities["Blau"] is None


def test_few_sections_have_no_interval(tmp_path):
    made = dict(track(build(tmp_path, FUND), quick(resamples=199)))["edges"].to_pylist()
    assert {(row["level"], row["low"]) for row in made} == {("none", None)}


def test_files_for_other_programs(tables, made, tmp_path):
    out = tmp_path / "out"
    (out / "tables").mkdir(parents=True)
    for path in tables.glob("*.parquet"):
        (out / "tables" / path.name).symlink_to(path)
    for name, table in track(tables, quick(resamples=199)):
        write_table(out / "tables", name, table)
    files = {path.name: path for path in exported.networks(out, tmp_path)}
    graph = networkx.read_graphml(files["actor_actor-bt20.graphml"], force_multigraph=True)
    assert {graph.nodes[node]["label"] for node in graph} == {"Rot", "Gelb", "Blau"}
    assert sorted(data["sign"] for *_, data in graph.edges(data=True)) == [-1, -1, 1]
    with files["statements.csv"].open(encoding="utf-8", newline="") as file:
        said = list(csv.DictReader(file))
    assert len(said) == len(made["statements"])
    assert {row["agreement"] for row in said if row["organization"] == "Blau"} == {"0"}
    with files["edges.csv"].open(encoding="utf-8", newline="") as file:
        assert {(row["Sign"], row["Tie"]) for row in csv.DictReader(file)} >= {
            ("-1", "conflict"),
            ("1", "plan"),
        }


@pytest.mark.parametrize(
    ("level", "once", "places", "counted"),
    [
        ("documents", False, [0, 5], [2, 0, 2]),  # of the first two documents, as often as drawn
        ("sections", False, [0, 1, 6, 7], [1, 1, 2]),  # two sections each of two documents
        ("sections", True, [0, 1, 2, 3], [1, 1, 1]),
    ],
)
def test_a_resample_counts_the_documents_that_tie_two_nodes(level, once, places, counted):
    drawn = np.array([[2.0, 0, 0, 0], [0, 0, 0, 3], [1, 1, 1, 1]])
    window = SimpleNamespace(cell=SimpleNamespace(level=level, clusters=4, weights=drawn), once=once)
    assert _counted(window, np.array(places)).tolist() == counted


def _covered(documents, share, replications, seed):
    """Return how often the interval of a tie that documents have with some probability covers its mean."""
    rng = np.random.default_rng(seed)
    hits = []
    for _ in range(replications):
        at = np.arange(documents)
        cell = SimpleNamespace(
            level="documents", clusters=documents, documents=at, document_of=at, cluster_of=at,
            weights=resample.bootstrap_weights(documents, 499, rng),
        )  # fmt: skip
        tied = np.flatnonzero(rng.random(documents) < share)
        if len(tied):
            low, high = _ends(SimpleNamespace(cell=cell, once=False), tied, float(len(tied)), {})
            hits.append(low <= documents * share <= high)
    return np.mean(hits)


@pytest.mark.parametrize("documents", [8, 20])
@pytest.mark.parametrize("share", [0.1, 0.4, 0.9])
def test_intervals_of_ties_cover_at_least_what_they_promise(documents, share):
    assert _covered(documents, share, 150, seed=documents) >= 0.93
