from __future__ import annotations

import pytest

from pipeline.tracking import counts
from pipeline.tracking.lineage import life_stories
from tests import builders_networks
from tests.builders_networks import Said
from tests.builders_tables import quick


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("Innovationsfonds", "Die Länder haben den Innovationsfonds weitergeführt.", True),
        ("Innovationsfonds", "Mittel des Innovationsfondses (IF) verfielen.", True),  # with an ending
        ("Innovationsfonds", "Sie gaben Mittel für die Innovationsfondsverwaltung.", False),  # another word
        ("Innovationsfonds", "Im IFA-Netz ist davon keine Rede.", False),
        ("ständiger ökologischer Beirat", "Mit dem ständigen ökologischen Beirat sprach niemand.", True),
        ("ständiger ökologischer Beirat", "Ein ökologischer Beirat tagte ständig.", False),
    ],
)
def test_no_concept_is_dropped_or_first_named_where_its_name_stands_in_the_texts(tmp_path, name, text, said):
    named = [Said("neu", "Partei", name, "planned", period="bt19") for _ in range(20)]
    other = {
        period: [Said(period, "Partei", "Quote", "planned", period=period, text=text) for _ in range(20)]
        for period in ("bt18", "bt20")
    }
    with counts.connect(builders_networks.build(tmp_path, [*other["bt18"], *named, *other["bt20"]])) as base:
        rows = life_stories(base, counts.prepare(base), quick()).to_pylist()
    life = [row for row in rows if row["concept_id"] == name]
    assert [row["state"] for row in life] == (["new"] if said else ["new", "dropped"])
    assert life[0]["drift_warning"] == ("its name already stands in texts of bt18" if said else None)
