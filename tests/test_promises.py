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


AGREED = [
    ("", "planned", ["vertrag"], "what is not there yet"),
    ("planned planned existing", "planned planned existing", ["vertrag"], "most speak of a plan"),
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
        base.execute("create temp table dated as select *, published as day from documents")
        base.execute("""update dated set published = day + case document_id when 'programm' then 0
            when 'vertrag' then 1 when 'vertrag 2' then 2 else 3 end::integer""")
        base.execute("create or replace temp view documents as select * exclude (day) from dated")
        assert [promise.title for promise in promises(base)] == titles
