"""Marks around mentions: nested and touching ones, unknown kinds, and the rows of pairs."""

from __future__ import annotations

import re

import pytest

from pipeline.learning import marks
from pipeline.learning.pairs import KINDS, PLACES, pairs
from pipeline.schema.labels import LAYERS
from tests.builders_relations import span

WORD = re.compile(r"\w+|[^\w\s]")


class Words:
    """A tokenizer whose pieces are words, numbered in order."""

    n, first, last = 1000, 0, 1

    def __call__(self, texts):
        found = [[match.span() for match in WORD.finditer(text)] for text in texts]
        return [(list(range(2, 2 + len(one))), one) for one in found]


def read(text, *mentions):
    """Return a marked sentence as a reader writes it: »[actor federal] Bund [/actor] hilft«."""
    found = marks.marked(text, [span(text, *one) for one in mentions], Words())
    words = WORD.findall(text)
    told = []
    for piece in found.ids[1:-1]:
        if piece < Words.n:
            told.append(words[piece - 2])
        elif piece < Words.n + len(marks.MARKS):
            told.append(f"[{' '.join(filter(None, marks.MARKS[piece - Words.n]))}]")
        else:
            told.append(f"[/{LAYERS[piece - Words.n - len(marks.MARKS)]}]")
    return " ".join(told)


def test_a_mention_stands_between_its_marks():
    told = read("Der Bund hilft Kommunen.", ("Bund", "actor", "federal", "", "yes"))
    assert told == "Der [actor federal yes] Bund [/actor] hilft Kommunen ."
    assert read("Bund-Pakt", ("Bund", "actor", "federal")) == "[actor federal no] Bund [/actor] - Pakt"


def test_of_nested_mentions_the_outer_opens_first_and_closes_last():
    outer = ("Hilfen für Familien", "instrument", "funding", "planned")
    inner = ("Familien", "actor", "group")
    for mentions in ((outer, inner), (inner, outer)):
        told, within = read("Hilfen für Familien", *mentions), "Hilfen für [actor group no] Familien [/actor]"
        assert told == f"[instrument funding planned no] {within} [/instrument]"
    first = ("Hilfen", "instrument", "funding")
    for mentions in ((outer, first), (first, outer)):
        told, within = read("Hilfen für Familien", *mentions), "[instrument funding no] Hilfen [/instrument]"
        assert told == f"[instrument funding planned no] {within} für Familien [/instrument]"


def test_of_touching_mentions_the_first_closes_before_the_next_opens():
    told = read("Bund Länder", ("Bund", "actor", "federal"), ("Länder", "actor", "state"))
    assert told == "[actor federal no] Bund [/actor] [actor state no] Länder [/actor]"


def test_the_same_words_in_two_layers_have_both_marks():
    told = read("Kitas", ("Kitas", "instrument", "investment", "planned"), ("Kitas", "actor", "science"))
    assert told == "[instrument investment planned no] [actor science no] Kitas [/actor] [/instrument]"


@pytest.mark.parametrize(("text", "starts"), [("Bund  ", 2), ("  Bund", 1)])
def test_a_mention_without_a_piece_still_has_marks(text, starts):
    blank = span(text, "  ", "actor")
    found = marks.marked(text, [blank], Words())
    assert len(found.ids) == 5 and found.starts[0] == starts < found.ends[0]
    assert (found.ids[0], found.ids[-1]) == (Words.first, Words.last)


@pytest.mark.parametrize("changes", [{"kind": "magic"}, {"status": "odd"}, {"named": "perhaps"}, {}])
def test_what_the_codebook_does_not_know_counts_as_not_given(changes):
    given = span("Hilfe", "Hilfe", "instrument", **changes)
    assert marks.mark(given) in marks.MARKS
    assert marks.mark(given)[1:3] == ("", "")


def test_all_marks_differ():
    assert len(set(marks.MARKS)) == len(marks.MARKS)


@pytest.mark.parametrize(("words", "gap_class"), [(0, 1), (1, 2), (3, 3), (62, 6), (63, 7), (500, 7)])
def test_rows_point_to_marks_and_tell_place_gap_and_kind(words, gap_class):
    text = f"Die Hilfen{' sollen' * words} Familien im Land dienen"
    mentions = [span(text, "Familien", "actor", "group"), span(text, "Hilfen", "instrument", "funding")]
    sentence = marks.marked(text, mentions, Words())
    ((a, b, end_a, end_b, place, gap, kind),) = marks.rows(sentence, mentions, list(pairs(text, mentions)))
    assert (a, b) == (sentence.starts[1], sentence.starts[0])  # the instrument comes first
    assert (end_a, end_b) == (sentence.ends[1], sentence.ends[0])
    assert PLACES[place] == "after" and list(KINDS)[kind] == "instrument-actor"
    assert gap == gap_class


def test_a_sentence_without_pairs_has_no_rows():
    sentence = marks.marked("Bund", [], Words())
    assert marks.rows(sentence, [], []).shape == (0, 7)
