"""Which columns the header cells of a table without rules stand over."""

from __future__ import annotations

import pytest

from pipeline.reading.spans import spans

NAMES, FIGURES = (60, 100), [(150, 170), (200, 220), (250, 270), (300, 320)]
COLUMNS = [NAMES, *FIGURES]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ([NAMES, (165, 205), (265, 305)], [range(1), range(1, 3), range(3, 5)]),  # centred
        ([(165, 205), (265, 305)], [range(1, 3), range(3, 5)]),  # the names have no header
        ([NAMES, (150, 205), (250, 275)], [range(1), range(1, 3), range(3, 5)]),  # flush left
        ([NAMES, (150, 170), (240, 280)], [range(1), range(1, 2), range(2, 5)]),
        ([(200, 270)], [range(1, 5)]),
        ([(250, 270)], []),  # a line of the header of one column
        ([(60, 500)], []),  # a line of text
        (COLUMNS, []),
        ([], []),
    ],
)
def test_cells_head_the_columns_around_whose_middle_or_edge_they_stand(cells, found):
    assert spans(cells, COLUMNS) == found


def test_a_table_of_very_many_columns_is_not_tried():
    assert spans([(0, 10)], [(20 * at, 20 * at + 10) for at in range(40)]) == []
