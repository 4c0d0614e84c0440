"""Columns are declared with types and bounds."""

import pytest

from pipeline.schema.declare import columns, of, real, share, text, whole


@pytest.mark.parametrize(
    ("made", "type", "low", "high", "null"),
    [
        (text("kind", "Kind", "a", "b"), "text", None, None, False),
        (whole("n", "Number"), "int", 0, None, False),
        (whole("page", "Page", low=1, null=True), "int", 1, None, True),
        (real("x", "Place"), "float", None, None, True),
        (share("score", "Probability", null=False), "float", 0, 1, False),
        (of("texts", "aliases", "Names"), "texts", None, None, False),
    ],
)
def test_declarations(made, type, low, high, null):
    assert (made.type, made.low, made.high, made.null) == (type, low, high, null)
    assert columns(made) == (made,)


def test_allowed_values_come_with_a_text():
    assert text("kind", "Kind", "a", "b").allowed == ("a", "b")
