"""Which styles of headings are levels of a long document."""

from __future__ import annotations

import pytest

from pipeline.reading.headings import levels
from pipeline.reading.layout import measure
from tests.builders_pages import block, body, line, page

LAYOUT = measure([page(body(20))])


@pytest.mark.parametrize(("labels", "depth"), [("AB", [2, 3] * 2), ("AD", [2, 2] * 2)])
def test_two_parts_that_count_are_a_level_of_a_long_document(labels, depth):
    parts = [block(line(f"{label}. Boden", size=16), number=3) for label in labels]
    below = [[block(line(f"Ziel {n}", bold=True), number=4), block(*body(3))] for n in range(4)]
    blocks = [parts[0], *below[0], *below[1], parts[1], *below[2], *below[3], block(*body(3), number=9)]
    found = levels([block(*body(3)), *blocks], LAYOUT)
    assert [found[at] for at in (1, 2, 6, 7)] == depth
