from xml.etree import ElementTree as xml

from pipeline.reporting import plots
from pipeline.reporting.circles import Line, circles

LINES = [
    Line(period="19", source="Rot", target="Blau", conflict=False, strength=8),
    Line(period="19", source="Rot", target="<Gelb & Söhne>", conflict=True, strength=2),
    Line(
        period="20",
        source="Rot",
        target="Ein sehr langer Name eines Verbandes e. V.",
        conflict=True,
        strength=4,
    ),
]


def test_agreement_and_conflict_differ_without_colour_and_names_are_escaped_and_short():
    drawn = plots.svg(circles(LINES))
    words = [node.text for node in xml.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
    assert words.count("Rot") == 2
    assert {"19", "20", "<Gelb & Söhne>"} <= set(words)
    assert any(word.endswith("…") for word in words)
    assert drawn.count("stroke-dasharray") == 2


def test_the_strongest_tie_is_the_widest():
    rows = [row for rows in circles(LINES)["datasets"].values() for row in rows]
    widths = sorted(row["width"] for row in rows if "width" in row)
    assert widths == [1.25, 2.5, 5.0]


def test_png():
    assert plots.png(circles(LINES), scale=1).startswith(b"\x89PNG")
