import re

import pytest

from pipeline.knowledge import decades


@pytest.mark.parametrize(
    ("text", "years", "since", "until"),
    [
        ("1990er Jahren", "decade:1990", "since:1990", "until:1999"),
        ("der 20er", "decade:2020", "since:2020", "until:2029"),
        ("Anfang der 2000er", "range:2000-2003", "since:2000", "until:2003"),
        ("Ende der neunziger Jahre", "range:1997-1999", "since:1997", "until:1999"),
        ("Mitte der Achtziger", "range:1984-1986", "since:1984", "until:1986"),
        ("fünfziger Jahren", "decade:1950", "since:1950", "until:1959"),
    ],
)
def test_decades_and_their_parts(text, years, since, until):
    pattern = rf"(?:(?P<way>seit|bis)\s+)?(?:{decades.PART}\s+der\s+)?{decades.DECADE}"
    assert decades.decade(re.search(pattern, text)) == years
    for way, year in (("seit", since), ("bis", until)):
        assert decades.bounded(re.search(pattern, f"{way} {text.removeprefix('der ')}")) == year
