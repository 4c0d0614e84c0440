"""Parts of a year before its number."""

import pytest

from pipeline.knowledge import months


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bis Ende ", (11, 12)),
        ("Anfang des Jahres ", (1, 2)),
        ("im Frühjahr ", (3, 5)),
        ("im dritten Quartal ", (7, 9)),
        ("im 1. Halbjahr ", (1, 6)),
        ("im III. Quartal ", (7, 9)),
        ("im zweiten Quartal ", (4, 6)),
        ("im IV. Quartal ", (10, 12)),
        ("in der 2. Jahreshälfte ", (7, 12)),
        ("im Sommer ", (6, 8)),
        ("im Herbst ", (9, 11)),
        ("Mitte ", (5, 8)),
        ("zu Beginn des Jahres ", (1, 2)),
        ("im Frühling ", (3, 5)),
        ("bis Ende des ersten Quartals ", (1, 3)),
        ("im Februar des ", (2, 2)),
        ("im dritten Halbjahr ", None),
        ("im Winter ", None),
        ("das Ende der Förderung ", None),
        ("am Wochenende ", None),
    ],
)
def test_months_before_a_year(text, expected):
    assert months.months_before(text) == expected
