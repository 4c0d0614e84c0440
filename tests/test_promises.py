from __future__ import annotations

import pytest

from pipeline.tracking import counts
from pipeline.tracking.promises import promises
from tests import builders_networks
from tests.builders_networks import Said
from tests.builders_tables import build


@pytest.fixture
def kept(tmp_path):
    with counts.connect(build(tmp_path, documents=6, sentences=40)) as base:
        yield promises(base)


def test_promises_are_followed_into_later_documents(kept):
    rent = next(promise for promise in kept if promise.label == "Mietpreisbremse")
    assert rent.title.startswith("Koalitionsvertrag")
    assert rent.period_id in ("bt18", "bt19")
    assert rent.existing > rent.demanded == 0
    assert "(bt20)" in rent.source


def test_the_promises_spoken_of_most_come_first(kept):
    spoken = [p.existing + p.planned + p.demanded + p.rejected for p in kept]
    assert spoken == sorted(spoken, reverse=True)
    assert min(spoken) > 0


def test_without_later_documents_nothing_is_told(tmp_path):
    with counts.connect(build(tmp_path, documents=2, sentences=40, periods=("bt20",))) as base:
        assert all(promise.title.startswith("Koalitionsvertrag 2") for promise in promises(base))


def test_generic_names_promise_nothing_in_particular(tmp_path, kept):
    assert "Mietpreisbremse" in {promise.label for promise in kept}
    with counts.connect(
        build(tmp_path / "generic", documents=6, sentences=40, generic=("Mietpreisbremse",))
    ) as base:
        assert "Mietpreisbremse" not in {promise.label for promise in promises(base)}


def publish(base, *order):
    """Let documents be published one after the other, and each sentence stand on a page of its own."""
    days = " ".join(f"when '{name}' then {at}" for at, name in enumerate(order))
    for table, change in (
        ("documents", f"published + (case document_id {days} end)::integer as published"),
        ("mentions", "sentence_number as page"),
        ("sentences", "text <> 'ditto' as counted"),
    ):
        base.execute(f"create temp table new_{table} as select * replace ({change}) from {table}")
        base.execute(f"create or replace temp view {table} as from new_{table}")


TOLD = [  # document and what it says of the fund
    ("vertrag", "demanded planned planned"),
    ("antwort", "rejected planned existing existing"),
    ("bericht", "existing planned rejected rejected demanded demanded demanded"),
]


def test_later_mentions_are_counted_by_status_and_the_first_as_in_force_is_named(tmp_path):
    said = [
        Said(name, "Partei", "Fonds", status, type="koalitionsvertrag" if name == "vertrag" else "strategie")
        for name, statuses in TOLD
        for status in statuses.split()
    ]
    ditto = [Said("bericht", "Partei", "Fonds", "existing", text="ditto")]  # repeats another document
    with counts.connect(builders_networks.build(tmp_path, [*ditto, *said])) as base:
        publish(base, "vertrag", "antwort", "bericht")
        (found,) = promises(base)
    later = (found.existing, found.planned, found.demanded, found.rejected)
    assert (found.n, found.page, later) == (2, 2, (3, 2, 3, 3))
    assert (found.label, found.title, found.source, found.source_page) == ("Fonds", "vertrag", "antwort", 6)


AGREED = [
    ("", "planned", ["vertrag"], "what is not there yet"),
    ("planned planned existing", "planned planned existing", ["vertrag"], "most speak of a plan"),
    ("existing planned", "planned", ["vertrag"], "as many speak of a plan"),
    ("existing", "planned", [], "what texts knew as in force before is changed, not promised"),
    ("", "planned rejected", [], "what the agreement rejects as often"),
]


@pytest.mark.parametrize(("before", "agreed", "titles", "why"), AGREED, ids=[why for *_, why in AGREED])
def test_a_promise_is_what_an_agreement_plans_and_texts_did_not_know_as_in_force(
    tmp_path, before, agreed, titles, why
):
    said = [
        *(Said("programm", "Partei", "Fonds", status) for status in before.split()),
        *(Said("vertrag", "", "Fonds", status, type="koalitionsvertrag") for status in agreed.split()),
        Said("vertrag 2", "", "Fonds", "planned", type="koalitionsvertrag"),  # promised already
        Said("wende", "Partei", "Fonds", "existing"),
    ]
    if not titles:
        said = [one for one in said if one.document != "vertrag 2"]
    with counts.connect(builders_networks.build(tmp_path, said)) as base:
        publish(base, "programm", "vertrag", "vertrag 2", "wende")
        assert [promise.title for promise in promises(base)] == titles
