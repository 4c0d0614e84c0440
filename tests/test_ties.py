from types import SimpleNamespace

import numpy as np

from pipeline.tracking import counts
from pipeline.tracking.ties import MOST_ACTORS, Pairs, Window, of, tie
from tests.builders_networks import Said, build
from tests.builders_tables import quick


def test_rows_of_an_owner_are_found_in_an_ordered_column():
    owners = np.array([1, 1, 4, 4, 4, 9])
    assert [np.arange(6)[of(owners, owner)].tolist() for owner in (1, 4, 5, 9)] == [
        [0, 1],
        [2, 3, 4],
        [],
        [5],
    ]


def test_only_the_most_active_actors_are_compared_in_pairs(tmp_path):
    many = [Said(f"d{at}", f"Verein {at:03d}", "Fonds") for at in range(MOST_ACTORS + 20)]
    more = [Said("d119", "Verein 119", "Gesetz"), Said("e119", "Verein 119", "Fonds")]
    with counts.connect(build(tmp_path, [*many, *more])) as base:
        corpus = counts.prepare(base)
        tie(base, quick(edges=10))
        actors = {
            row[0] for row in base.execute("select actor from position where basis = 'published'").fetchall()
        }
        window = Window(base, corpus, "published", SimpleNamespace(period=0), False)
        assert window.pairs("actor_instrument") == Pairs(n=121, sources=120, targets=2, nodes=122)
        assert window.strongest(1) == [("Verein 119", "Fonds", 2)]  # two documents
        assert window.degrees(["Fonds", "Verein 119"]) == {"Fonds": (120, 121), "Verein 119": (2, 3)}
    assert len(actors) == MOST_ACTORS
    assert "Verein 119" in actors
