"""Where a document speaks about itself: its title page, its imprint, its end."""

from __future__ import annotations

from pipeline.reading.fronts import front_of
from tests.test_describe import BODY, text


def test_the_title_page_ends_where_running_text_begins() -> None:
    front = front_of(text(("heading", "Netze ausbauen"), margins=("Musterverband",)))
    assert [passage.text for passage in front.passages] == ["Netze ausbauen"]
    assert front.text == "Musterverband | Netze ausbauen"
    assert BODY in [passage.text for passage in front.end]


def test_the_imprint_has_a_label_with_what_stands_below_it() -> None:
    end = (("heading", "Herausgeber:"), ("paragraph", "Musterverband"), ("paragraph", "Danke!"))
    front = front_of(text(("heading", "Netze ausbauen"), end=end))
    assert [passage.text for passage in front.imprint] == ["Herausgeber: Musterverband"]
