"""Lines and pages for tests, as the reader gives them."""

from __future__ import annotations

from array import array
from itertools import count

from pipeline.clean import clean
from pipeline.reading.paragraphs import Block
from pipeline.records import Line, Page
from pipeline.split import split


def line(text: str, x0: float = 70, top: float = 100, *, size: float = 10, width: float = 0, **more) -> Line:
    """Return a line whose characters share its width."""
    x1 = x0 + (width or 0.5 * size * len(text))
    step = (x1 - x0) / max(len(text), 1)
    xs = array("f", [x0 + step * (i + k) for i in range(len(text)) for k in (0, 1)]).tobytes()
    return Line(text=text, x0=x0, top=top, x1=x1, bottom=top + size, size=size, xs=xs, **more)


def rows(texts: list[str], x0: float = 70, top: float = 100, *, lead: float = 12, **more) -> list[Line]:
    """Return lines one below the other."""
    return [line(text, x0, top + i * lead, **more) for i, text in enumerate(texts)]


def page(lines: list[Line], number: int = 1) -> Page:
    """Return an A4 page."""
    return Page(number=number, width=595, height=842, lines=tuple(lines))


def block(*lines: Line, number: int = 1, contents: bool = False) -> Block:
    """Return lines of one page as a block."""
    return Block(pages=(number,) * len(lines), lines=lines, contents=contents)


def passages(*pages: list[Line]):
    """Return the passages of a document of some pages."""
    return split(clean([page(lines, i) for i, lines in enumerate(pages, 1)])).passages


FULL = "Die Regierung legt bis zum Sommer einen Plan für den Ausbau der Netze im ganzen Land vor"


WORDS = [
    "Netze",
    "Straßen",
    "Schulen",
    "Kliniken",
    "Wälder",
    "Häfen",
    "Betriebe",
    "Museen",
    "Theater",
    "Gemeinden",
    "Brücken",
]
PLACES = ["Norden", "Süden", "Osten", "Westen", "Tal", "Gebirge", "Revier", "Umland"]
turns = count()


def body(n: int = 6, top: float = 300, *, x0: float = 70, lead: float = 12) -> list[Line]:
    """Return a paragraph of `n` full lines and a short last one; no two calls give the same words."""
    texts = []
    for _ in range(n):
        i = next(turns)
        place, word = PLACES[i // len(WORDS) % len(PLACES)], WORDS[i % len(WORDS)]
        texts.append(
            f"Die Regierung legt einen Plan für den Ausbau der {word} im {place}".ljust(80, "x") + " vor"
        )
    return [*rows(texts, x0, top, lead=lead, width=410), line(f"und stärkt das {place}.", x0, top + n * lead)]
