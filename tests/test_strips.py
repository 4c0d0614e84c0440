import re

from pipeline.reporting import plots
from pipeline.reporting.strips import SIGNS, TILE, Stop, lives

NAMES = {"planned": "geplant", "new": "neu", "dropped": "verschwunden"}
STOPS = [
    Stop(concept="Mietpreisbremse", period="20", state="new", status="planned", n=2, doubted=True),
    Stop(concept="Mietpreisbremse", period="21", state="dropped", status="", n=0),
]


def test_a_star_stands_beside_a_state_that_is_doubted():
    drawn = plots.svg(lives(STOPS, names=NAMES))
    assert "●*<" in drawn and "○<" in drawn


def test_the_signs_that_occur_are_explained_in_the_figure():
    drawn = re.sub(r"\s", " ", plots.svg(lives(STOPS, names=NAMES)))
    assert "● neu · ○ verschwunden · * mit Vorbehalt" in drawn
    assert "▲" not in drawn


def test_the_star_is_explained_only_if_it_occurs():
    assert "*" not in plots.svg(lives(STOPS[1:], names=NAMES))


def test_many_periods_make_tiles_narrower_not_letters_smaller():
    stops = [Stop(concept="Maut", period=f"{n}", state="new", status="planned", n=2) for n in range(1, 15)]
    assert lives(stops[:3], names=NAMES)["width"] == 3 * TILE[0]
    assert lives(stops, names=NAMES)["width"] == plots.WIDEST


def test_every_state_has_a_sign_of_its_own():
    assert len(set(SIGNS.values())) == len(SIGNS)
