"""Full sentences are told from headings, lines of contents, indexes and cells."""

import duckdb
import pytest

from pipeline.quotes import is_sentence


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("Den Hafen wollen wir ausbauen.", "paragraph", True),
        ("„Den Hafen bauen wir nicht aus.“", "cell", True),
        ("(2) Die Behörde erteilt den Bescheid.", "item", True),
        ("Hafen ausbauen, Leuchttürme erhalten, Wasserstraßen sichern.", "heading", False),
        ("Sie rief: ‚Den Hafen bauen wir aus.‘", "paragraph", True),
        ("[Den Hafen wollen wir ausbauen.]", "paragraph", True),
        ("Wir streichen für den Hafen die §§ 18 ff.", "paragraph", True),
        ("Ausbau des Hafens", "item", False),
        ("Der Ausbau des Hafens und der Schleusen", "cell", False),
        ("Kein Hafen ohne Leuchtturm . . . . . . 12 A.", "paragraph", False),
        ("Hafen 66 Leuchtturm 71 Schleuse 128ff.", "paragraph", False),
        ("ist auch für den Hafen gut.", "paragraph", False),
        ("Mehr Häfen.", "paragraph", False),
    ],
)
def test_the_form_of_a_sentence_is_told(text, kind, found):
    with duckdb.connect() as base:
        sql = f"select {is_sentence('s', 'k')} from (select ? as s, ? as k)"
        assert base.execute(sql, [text, kind]).fetchall() == [(found,)]
