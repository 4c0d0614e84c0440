"""Training samples: tags of words, runs of sentences, batches of one epoch."""

from __future__ import annotations

import random

import numpy as np

from pipeline.learning import ngrams, samples
from pipeline.learning.decode import BEGIN, INSIDE
from pipeline.learning.jsonl import Example, Mention
from pipeline.learning.words import words
from pipeline.schema.labels import LAYERS


def pieces(texts):
    """Stand in for a tokenizer: a piece a word."""
    return [([7] * len(words(text)), words(text)) for text in texts]


def example(n, text, *mentions, doc="2021-wahlprogramm-a", page=1, themes=()):
    return Example(id=f"s{n}", text=text, doc=doc, page=page, mentions=mentions, themes=themes)


def mention(text, part, layer="actor", kind="federal"):
    start = text.index(part)
    return Mention(layer=layer, start=start, end=start + len(part), text=part, kind=kind)


TEXT = "Der Bund fördert Kommunen und Länder."
ROWS = [example(n, TEXT, mention(TEXT, "Bund"), mention(TEXT, "Kommunen und Länder")) for n in range(6)]


def made(rows=ROWS):
    return samples.make(rows, pieces, first=0, last=2)


def test_words_of_mentions_are_tagged():
    pairs = made().targets[0].pairs[:, LAYERS.index("actor")]
    assert pairs.sum(axis=1).argmax(axis=1).tolist() == [0, BEGIN, 0, BEGIN, INSIDE, INSIDE, 0]
    assert pairs.sum(axis=2).argmax(axis=1).tolist() == [0, 0, BEGIN, 0, BEGIN, INSIDE, INSIDE]


def test_a_mention_over_another_of_its_layer_is_left_out():
    rows = [example(1, TEXT, mention(TEXT, "Kommunen und Länder"), mention(TEXT, "Länder"))]
    assert len(made(rows).targets[0].spans) == 1


def test_runs_break_at_gaps_pages_and_documents():
    rows = [
        example(1, "Eins."), example(2, "Zwei."), example(4, "Vier."), example(5, "Fünf.", page=2),
        example(6, "Sechs.", page=2, doc="b"),
    ]  # fmt: skip
    assert list(samples.chains(rows)) == [(0, 1), (2,), (3,), (4,)]


def test_an_epoch_holds_every_sentence_once_and_repeats_with_its_seed():
    one = samples.shuffled(made(), random.Random(5))
    assert sorted(at for window in one for at in window.sentences) == list(range(6))
    assert one == samples.shuffled(made(), random.Random(5))


def test_batches_hold_every_window_and_no_more_pieces_than_asked():
    windows = samples.ordered(made(), budget=9)
    found = samples.batches(windows, pieces=30, rng=random.Random(1))
    assert sorted(window for batch in found for window in batch) == sorted(windows)
    assert all(len(batch) * max(len(one.ids) for one in batch) <= 30 for batch in found)


def test_the_document_type_stands_before_its_window():
    window = samples.ordered(made(), budget=100)[0]
    assert window.ids[:3] == (0, 7, 2)


def test_parts_hold_whole_documents_of_every_type():
    docs = [f"20{n:02}-{kind}-x" for kind in ("wahlprogramm", "strategie") for n in range(6)]
    rows = [example(n, "Text.", doc=doc) for doc in docs for n in range(int(doc[2:4]) + 1)]
    found = samples.parts(rows, 3)
    assert sorted((one.doc, one.id) for part in found for one in part) == sorted((r.doc, r.id) for r in rows)
    homes = [{one.doc for one in part} for part in found]
    assert sum(map(len, homes)) == len(docs)
    assert all(sum("strategie" in doc for doc in home) == 2 for home in homes)
    assert max(map(len, found)) - min(map(len, found)) <= 2


def test_tables_of_spelling_that_nobody_tells_anything_of_stay():
    begun = {"ngrams.kind.1": ngrams.fit([ngrams.features("Maut")], np.eye(1, 9), single=True, epochs=1)}
    found = samples.spelling([Example(id="1", text="Der Bund hilft.", themes=("social",))], begun)
    assert set(found) == {"ngrams.theme", "ngrams.kind.1"}
    assert found["ngrams.kind.1"] is begun["ngrams.kind.1"] and found["ngrams.theme"].any()
