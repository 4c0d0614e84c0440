"""Positions under resampling, and when two actors count as alike."""

import numpy as np

from pipeline.tracking import cells, counts
from pipeline.tracking.positions import Positions
from pipeline.tracking.ties import Options, Window, tie
from tests.builders_networks import Said, build

TOLD = [
    Said(f"d{at}", "Rot" if at % 2 else "Blau", "Fonds", "planned" if at % 2 else "rejected")
    for at in range(8)
]


def test_a_resample_holds_what_its_documents_say(tmp_path):
    with counts.connect(build(tmp_path, TOLD)) as base:
        corpus = counts.prepare(base)
        tie(base, Options(duplicates="document", edges=10, resamples=99, seed=1))
        divided = counts.count_base(base, "published")
        part = next(cells.parts(corpus, divided))
        (cell,) = cells.cells(corpus, divided, "published", part, resamples=99, seed=1)
        found = Positions(Window(base, corpus, "published", cell, False))
    issuer = np.array([int(name[1:]) % 2 for name in corpus.document_ids])
    both = (cell.weights[:, issuer == 0].sum(1) > 0) & (cell.weights[:, issuer == 1].sum(1) > 0)
    value, replicates = found.disagreement()
    assert value == 1.0
    assert np.array_equal(replicates, both.astype(float))
    one, other = np.array([found.first]), np.array([found.first + 1])
    assert np.array_equal(found.likeness(one, other, "Blau", "Rot") > 0, both)
    assert len(found.documents(one)) == 4
