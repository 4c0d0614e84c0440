"""Records and the way from characters to boxes."""

import msgspec
import pytest

from pipeline.records import Passage, Piece, boxes
from tests.builders import WIDTH, make_passage, make_piece


def test_a_span_has_one_box_a_line():
    lines = [make_piece("Der Mangel an ", top=100.0), make_piece("Fachkräften", start=14, top=114.0)]
    passage = Passage(number=0, kind="paragraph", text="Der Mangel an Fachkräften", pieces=tuple(lines))
    first, second = boxes(passage, 4, 25)
    assert (first.page, first.x0, first.top) == (1, 72 + 4 * WIDTH, 100.0)
    assert (second.x0, second.x1, second.bottom) == (72, 72 + 11 * WIDTH, 126.0)


def test_characters_without_ink_give_no_box():
    xs = b"\x00" * 8 * 3
    piece = Piece(0, 3, 1, 0.0, 10.0, xs, "abc")
    assert boxes(Passage(number=0, kind="paragraph", text="abc", pieces=(piece,)), 0, 3) == ()


def test_a_passage_without_pages_has_no_boxes():
    assert boxes(Passage(number=0, kind="paragraph", text="abc"), 0, 3) == ()


def test_records_cannot_be_changed():
    with pytest.raises(AttributeError):
        make_passage("Text").text = "anderer"


def test_records_are_stored_and_found_again_as_they_are():
    passage = make_passage("Wir wollen die Planungs- und Genehmigungsverfahren beschleunigen.")
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(passage), type=Passage) == passage
