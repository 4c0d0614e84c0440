import re

import pytest

from pipeline.knowledge import decades


@pytest.mark.parametrize(
    ("text", "years", "since"),
    [
        ("1990er Jahren", "decade:1990", "since:1990"),
        ("der 20er", "decade:2020", "since:2020"),
        ("Anfang der 2000er", "range:2000-2003", "since:2000"),
        ("Ende der neunziger Jahre", "range:1997-1999", "since:1997"),
        ("Mitte der Achtziger", "range:1984-1986", "since:1984"),
        ("fünfziger Jahren", "decade:1950", "since:1950"),
    ],
)
def test_decades_and_their_parts(text, years, since):
    match = re.search(rf"(?:{decades.PART}\s+der\s+)?{decades.DECADE}", text)
    assert (decades.decade(match), decades.since_decade(match)) == (years, since)
