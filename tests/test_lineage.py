from __future__ import annotations

import pytest

from pipeline import track
from pipeline.tracking import counts
from pipeline.tracking.lineage import Step, life_stories, story
from tests import builders_networks
from tests.builders_networks import Said
from tests.builders_stories import build_stories
from tests.builders_tables import build, concept_id, mixed, quick, rewrite
from tests.test_sample import STORIES as PLANTED


@pytest.fixture(scope="module")
def lives(tmp_path_factory):
    folder = build(tmp_path_factory.mktemp("tables"), documents=4, sentences=40)
    return dict(track.track(folder, quick()))["lineage"].to_pylist()


def life(lives, label):
    return [row for row in lives if row["concept_id"] == concept_id(label)]


def test_the_planted_story_is_recovered(lives):
    found = life(lives, "Mietpreisbremse")
    assert [row["period_id"] for row in found] == ["bt18", "bt19", "bt20", "bt21"]
    assert [row["status"] for row in found] == ["demanded", "planned", "existing", "rejected"]
    assert found[0]["state"] == "new"
    assert all(2 <= len(row["evidence"]) <= 4 and row["actors"] for row in found)


def test_evidence_comes_from_different_documents(lives):
    for row in life(lives, "Mietpreisbremse"):
        assert len({mention.rsplit("-", 2)[0] for mention in row["evidence"]}) > 1


def test_full_sentences_are_quoted_before_headings(tmp_path):
    tables = build(tmp_path, documents=2, sentences=40)
    rewrite(tables, "passages", "d-bt18-000", {"kind": "heading"})
    rewrite(tables, "mentions", "d-bt18-000", {"score": 1.0})
    quoted = [row["evidence"] for row in dict(track.track(tables, quick()))["lineage"].to_pylist()
              if row["period_id"] == "bt18" and row["state"] == "new"]  # fmt: skip
    headings = [[mention.startswith("d-bt18-000") for mention in one] for one in quoted]
    assert any(map(any, headings)) and all(one == sorted(one) for one in headings)


def test_actors_have_no_life_story(lives):
    assert not life(lives, "Bundesregierung")


def step(period, n, n_sentences=None, evidence="m"):
    return Step(
        period=period, n=n, status=None, n_sentences=n_sentences or n, n_documents=1, n_status_sentences=None,
        actors=[], evidence=[*evidence],
    )  # fmt: skip


def told(steps, sizes, **least):
    """Return the states of a concept in periods of such sizes."""
    return " ".join(one.state for one in story(steps, sizes, quick(**least)))


STORIES = [
    ({1: 4, 2: 4}, 2, "new continued", "equal shares"),
    ({1: 4, 2: 12}, 2, "new grown", "three times as often"),
    ({1: 12, 2: 4}, 2, "new faded", "a third as often"),
    ({1: 2, 2: 3}, 2, "new continued", "half as much again is chance with so few"),
    ({1: 4, 3: 4}, 3, "new dropped revived", "a period of silence"),
    ({1: 4}, 3, "new dropped", "silence is told once"),
    ({1: 2}, 3, "new", "silence after two mentions may be chance"),
    ({1: 2, 3: 2}, 3, "new continued", "what was silent by chance is not revived"),
    ({1: 9, 2: 1}, 3, "new faded dropped", "silence after a trickle, measured by what it once was"),
    ({2: 4, 3: 4}, 3, "new continued", "nothing is said before the first mention"),
]


@pytest.mark.parametrize(("mentions", "periods", "states", "why"), STORIES, ids=[why for *_, why in STORIES])
def test_states_follow_the_counts(mentions, periods, states, why):
    steps = {period: step(period, n) for period, n in mentions.items()}
    assert told(steps, dict.fromkeys(range(1, periods + 1), 100)) == states


def test_silence_in_a_short_period_is_not_told():
    assert told({1: step(1, 2)}, {1: 1000, 2: 100}) == "new"


def test_what_a_single_sentence_named_has_no_end():
    sizes = {1: 100, 2: 1000}
    assert told({1: step(1, 1)}, sizes) == "new"
    assert told({1: step(1, 2)}, sizes) == "new dropped"


def test_an_end_is_shown_by_the_last_mentions_of_all_periods_before():
    steps = {1: step(1, 3, evidence="abc"), 2: step(2, 1, evidence="d")}
    *_, end = story(steps, dict.fromkeys((1, 2, 3), 100), quick())
    assert (end.state, [*end.step.evidence]) == ("dropped", [*"dabc"])


SINGLE = [
    ({1: step(1, 2), 2: step(2, 3, 1)}, {1: 10000, 2: 100}, "new continued", "grown by one sentence"),
    ({1: step(1, 3, 1), 2: step(2, 2)}, {1: 100, 2: 10000}, "new continued", "faded from one sentence"),
    ({1: step(1, 2), 2: step(2, 2)}, {1: 20, 2: 20000}, "new faded", "two sentences, and 2000 expected"),
    ({1: step(1, 1), 2: step(2, 9)}, {1: 20, 2: 100}, "new continued", "fewer than two were to be expected"),
    ({1: step(1, 4), 3: step(3, 1)}, dict.fromkeys((1, 2, 3), 100), "new dropped faded", "not revived"),
    (
        {1: step(1, 4), 3: step(3, 1), 4: step(4, 4)}, dict.fromkeys((1, 2, 3, 4), 100),
        "new dropped faded revived", "revived only later",
    ),
    (
        {1: step(1, 4), 3: step(3, 1)}, dict.fromkeys((1, 2, 3, 4), 100),
        "new dropped faded", "silence is told once",
    ),
]  # fmt: skip


LITTLE = [
    ({1: 3, 2: 3}, {1: 19, 2: 200}, "new continued", "a share of few sentences is none to compare with"),
    ({1: 8, 2: 3}, {1: 200, 2: 12}, "new continued", "nor one to compare"),
    ({1: 2, 2: 4, 3: 16}, {1: 200, 2: 12, 3: 200}, "new continued grown", "the period before it is"),
    ({1: 4}, {1: 12, 2: 200}, "new", "and nothing can be expected by it"),
    ({1: 4, 2: 4}, {1: 12, 2: 200, 3: 200}, "new continued dropped", "but by the next"),
]


@pytest.mark.parametrize(("mentions", "sizes", "states", "why"), LITTLE, ids=[why for *_, why in LITTLE])
def test_periods_with_little_text_make_no_turn(mentions, sizes, states, why):
    assert told({period: step(period, n) for period, n in mentions.items()}, sizes) == states


@pytest.mark.parametrize(("steps", "sizes", "states", "why"), SINGLE, ids=[why for *_, why in SINGLE])
def test_single_sentences_make_no_turn(steps, sizes, states, why):
    assert told(steps, sizes) == states


@pytest.mark.parametrize(("spread", "state"), [(8, "grown"), (1, "continued")], ids=["all", "one"])
def test_a_single_document_that_says_it_often_is_no_growth(tmp_path, spread, state):
    said = [
        Said(f"{period} {at}", "Partei", "Quote", "planned", period=period)
        for period in ("bt18", "bt19") for at in range(8) for _ in range(5)
    ]  # fmt: skip
    said += [Said(f"bt18 {at}", "Partei", "Fonds", "planned", period="bt18") for at in range(4)]
    said += [Said(f"bt19 {at % spread}", "Partei", "Fonds", "planned", period="bt19") for at in range(12)]
    with counts.connect(
        builders_networks.build(tmp_path, sorted(said, key=lambda one: one.document))
    ) as base:
        rows = life_stories(base, counts.prepare(base), quick()).to_pylist()
    assert [row["state"] for row in rows if row["concept_id"] == "Fonds"] == ["new", state]


def test_what_a_turn_must_rest_on_is_a_setting():
    grown, sizes = {1: step(1, 1), 2: step(2, 4)}, {1: 100, 2: 100}
    assert told(grown, sizes) == "new grown"
    assert told(grown, sizes, least_sentences=5) == told(grown, sizes, least_expected=4.5) == "new continued"


@pytest.mark.parametrize(
    ("statuses", "with_status"),
    [
        (["planned"], 1),
        (["planned", "planned"], 2),
        (["planned", "existing"], 1),
        (["planned", "existing", "planned"], 2),
        ([None, None], None),
    ],
)
def test_a_step_says_on_how_many_sentences_it_and_its_status_rest(tmp_path, statuses, with_status):
    folder = builders_networks.build(tmp_path, [Said("d", "Partei", "Fonds", status) for status in statuses])
    with counts.connect(folder) as base:  # each sentence names it twice
        base.execute("create temp table once as from mentions")
        again = "select * replace (mention_id || ' again' as mention_id) from once"
        base.execute(f"create or replace temp view mentions as from once union all {again}")
        (row,) = life_stories(base, counts.prepare(base), quick()).to_pylist()
    assert row["n_sentences"] == len(row["evidence"]) == len(statuses)
    assert row["n_status_sentences"] == with_status
    assert row["n_documents"] == 1
    assert row["is_attested"] == (len(statuses) > 1)
    assert row["is_status_attested"] == (with_status and with_status > 1)


def test_the_first_evidence_shows_the_status(tmp_path):
    others = [
        Said(name, "Partei", "Fonds", "demanded", text="Die Partei fordert den Fonds.") for name in "abc"
    ]
    said = [*others, *(Said("programm", "Partei", "Fonds", "planned", text="Fonds") for _ in range(4))]
    with counts.connect(builders_networks.build(tmp_path, said)) as base:
        (row,) = life_stories(base, counts.prepare(base), quick()).to_pylist()
    assert row["status"] == "planned"
    assert [mention[:5] for mention in row["evidence"]] == ["s0003", "s0000", "s0001", "s0002"]


def test_new_says_little_where_texts_begin_at_first_or_after_a_gap(tmp_path):
    periods = {"Maut": "bt13", "Fonds": "bt14", "Abgabe": "bt17", "Quote": "bt18"}
    said = [
        Said(name, "Partei", name, "planned", period=period)
        for name, period in periods.items()
        for _ in range(20)
    ]
    with counts.connect(builders_networks.build(tmp_path, said)) as base:
        rows = life_stories(base, counts.prepare(base), quick()).to_pylist()
    new = {row["period_id"]: row["at_start"] for row in rows if row["state"] == "new"}
    assert new == {"bt13": True, "bt14": False, "bt17": True, "bt18": False}
    assert not any(row["at_start"] for row in rows if row["state"] != "new")


def test_texts_begin_until_there_are_enough_of_them(tmp_path):
    periods = {"Maut": ("bt13", 12), "Fonds": ("bt14", 7), "Abgabe": ("bt15", 5), "Quote": ("bt16", 1)}
    said = [
        Said(name, "Partei", name, "planned", period=period)
        for name, (period, n) in periods.items()
        for _ in range(n)
    ]
    with counts.connect(builders_networks.build(tmp_path, said)) as base:
        rows = life_stories(base, counts.prepare(base), quick()).to_pylist()
    new = {row["period_id"]: row["at_start"] for row in rows if row["state"] == "new"}
    assert new == {"bt13": True, "bt14": True, "bt15": True, "bt16": False}


def test_steps_between_other_kinds_of_documents_say_so(tmp_path):
    folder = mixed(build(tmp_path, documents=3, sentences=60, periods=("bt19", "bt20", "bt21")), "bt21")
    with counts.connect(folder) as base:
        rows = life_stories(base, counts.prepare(base), quick()).to_pylist()
    told = {(row["period_id"], row["state"]): row["drift_warning"] for row in rows}
    assert {state for period, state in told if period == "bt21"} > {"continued"}
    for (period, _), warning in told.items():
        assert (warning or "").startswith("different kinds of documents") == (period == "bt21")


@pytest.mark.parametrize(
    ("earlier", "other", "status"),
    [
        ("existing", "planned", "existing"),
        ("existing", "demanded", "existing"),
        ("existing", "rejected", "rejected"),
        ("planned", "planned", "planned"),
    ],
)
def test_of_equally_frequent_statuses_an_earlier_law_decides(tmp_path, earlier, other, status):
    before = [Said("gesetz", "Partei", "Maut", earlier, period="bt18") for _ in range(2)]
    after = [Said("programm", "Partei", "Maut", one) for one in ("existing", other)]
    with counts.connect(builders_networks.build(tmp_path, [*before, *after])) as base:
        base.execute("create temp table surer as from mentions")
        base.execute("update surer set score = if(status = ?, .9, .8)", [other])
        base.execute("create or replace temp view mentions as from surer")
        rows = life_stories(base, counts.prepare(base), quick()).to_pylist()
    assert [row["status"] for row in rows] == [earlier, status]


@pytest.mark.parametrize(("surer", "status"), [("planned", "planned"), ("rejected", "rejected")])
def test_without_a_mention_as_in_force_scores_decide_a_tie(tmp_path, surer, status):
    before = [Said("gesetz", "Partei", "Maut", "existing", period="bt18") for _ in range(2)]
    after = [Said("programm", "Partei", "Maut", one) for one in ("planned", "rejected")]
    with counts.connect(builders_networks.build(tmp_path, [*before, *after])) as base:
        base.execute("create temp table surer as from mentions")
        base.execute("update surer set score = if(status = ?, .9, .8)", [surer])
        base.execute("create or replace temp view mentions as from surer")
        rows = life_stories(base, counts.prepare(base), quick()).to_pylist()
    assert [row["status"] for row in rows] == ["existing", status]


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("instrument-0123456789", ["new", "faded"]),  # »Fonds für kleine Betriebe«
        ("instrument-fondsgesetz", ["new", "dropped"]),  # known to the registry, with a life of its own
    ],
)
def test_a_name_that_only_adds_to_another_tells_the_life_of_both(tmp_path, name, states):
    before = [Said("gesetz", "Partei", "Fonds", "existing", period="bt18") for _ in range(8)]
    before += [Said("programm", "Partei", "Quote", "planned", period="bt18") for _ in range(12)]
    others = [Said("vertrag", "Partei", "Quote", "planned", period="bt19") for _ in range(24)]
    text = f"Wir werden {name} aufstocken."
    after = Said("vertrag", "Partei", name, "planned", period="bt19", text=text, wider="Fonds")
    with counts.connect(builders_networks.build(tmp_path, [*before, *others, after])) as base:
        rows = life_stories(base, counts.prepare(base), quick()).to_pylist()
    life = {row["period_id"]: row for row in rows if row["concept_id"] == "Fonds"}
    assert [row["state"] for row in life.values()] == states
    assert life["bt19"]["status"] == ("existing" if states[-1] == "faded" else None)
    assert [row["status"] for row in rows if row["concept_id"] == name] == ["planned"]


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """Return the life stories of the sample, tagged without an error, by concept and period."""
    with counts.connect(build_stories(tmp_path_factory.mktemp("stories"))) as base:
        rows = life_stories(base, counts.prepare(base), quick()).to_pydict()
    found = zip(rows["concept_id"], rows["period_id"], rows["state"], rows["status"], strict=True)
    return {(concept, period): (state, status) for concept, period, state, status in found}


@pytest.mark.parametrize("story", PLANTED, ids=lambda story: story["id"])
def test_planted_stories_are_recovered_where_the_tagger_does_not_err(planted, story):
    for period in story["period"]:
        state, status = planted[story["id"], period["id"]]
        assert status == period.get("status")
        if period["firm"]:
            assert state == period["state"], period["id"]
    told = {period["id"] for period in story["period"]}
    assert {period for concept, period in planted if concept == story["id"]} == told
