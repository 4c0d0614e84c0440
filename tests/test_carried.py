"""What people wrote about open themes outlives their encoder, or is kept where they find it."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from msgspec.structs import replace

from pipeline import track
from pipeline.store import OPEN_THEMES, write_bytes
from pipeline.tracking import counts, vectors
from pipeline.tracking.carried import carried, members
from pipeline.tracking.themebook import Book, Entry, dump, fingerprint, load, packed
from pipeline.versions import digest
from tests.builders_tables import quick
from tests.test_open_themes import FIVE, TOPICS, planted, tables

TEXTS = [f"Satz {n}." for n in range(12)]
IDS = ["ot-new0", "ot-new1", "ot-new2"]


def of(said):
    """Return the themes of the sentences, a letter each, as they were under another encoder."""
    return {digest(text): letter for text, letter in zip(TEXTS, said, strict=True) if letter != "-"}


def over(then, now, *entries):
    return carried(Book(theme=entries), of(then), TEXTS, np.array([*map(int, now)]), IDS)


def ids(entries):
    return {entry.id for entry in entries}


@pytest.mark.parametrize(
    ("then", "now", "found"),
    [
        ("aaaabbbbcccc", "111100002222", ["b", "a", "c"]),
        ("aaaabbbbcccc", "111200002222", ["b", "a", "c"]),
        ("aaaabbbbcccc", "110000002222", ["b", IDS[1], "c"]),  # half of a is not most of it
        ("aaaabbbbcccc", "000000002222", [*IDS[:2], "c"]),  # two themes became one
        ("aaaabbbbcccc", "111222000000", ["c", "a", IDS[2]]),
        ("aaa-bb------", "000122222222", ["a", IDS[1], "b"]),  # what was not sampled before tells nothing
        ("------------", "000011112222", IDS),
    ],
)
def test_a_theme_is_the_one_from_before_if_either_has_most_of_the_other(then, now, found):
    entries = [Entry(id=letter, name=letter.upper(), n=4, centroid="fw==") for letter in "abc"]
    book, given = over(then, now, *entries)
    assert given == found
    assert ids(book.theme) == {*found} - {*IDS}
    assert ids(book.earlier) == {*"abc"} - {*found}
    assert {(entry.id, entry.name) for entry in (*book.theme, *book.earlier)} == {
        *zip("abc", "ABC", strict=True)
    }
    assert not any(entry.centroid for entry in (*book.theme, *book.earlier))


def test_only_themes_that_people_wrote_about_are_carried_over():
    book, given = over("aaaabbbbcccc", "111100002222", Entry(id="a", n=4), Entry(id="b", n=4, pin=True))
    assert given == ["b", *IDS[1:]] and ids(book.theme) == {"b"} and not book.earlier


def test_a_merge_is_carried_over_with_both_of_its_themes_or_not_at_all():
    merged, alone = Entry(id="a", into="b", n=4), Entry(id="b", n=4)
    book, given = over("aaaabbbbcccc", "111100002222", merged, alone)
    assert given == ["b", "a", IDS[2]] and ids(book.theme) == {"a", "b"} and not book.earlier
    book, given = over("aaaabbbbcccc", "111100222222", merged, alone, Entry(id="c", into="a", n=4))
    assert given == IDS and ids(book.earlier) == {"a", "b", "c"}


def test_what_was_kept_before_stays():
    kept = Book(earlier=(Entry(id="old", name="Alt"),), theme=(Entry(id="a", name="A"),))
    book, _ = carried(kept, {}, TEXTS, np.zeros(len(TEXTS), dtype=np.int64), IDS)
    assert [entry.name for entry in book.earlier] == ["Alt", "A"]


def stored(path, encoder="1"):
    """Keep vectors that lie near one of two axes, by the digest of their text, and return a book of both."""
    found = np.eye(2, dtype=np.float32)[[0, 0, 1, 1]] + np.float32([[0, 0.1]])
    vectors.kept(path, encoder, lambda texts: found)(TEXTS[:4])
    themes = [
        Entry(id=name, n=2, centroid=packed(np.array(at))) for name, at in (("x", [1, -1]), ("y", [-1, 1]))
    ]
    return Book(encoder="e5", weights="1", theme=tuple(themes))


def test_members_are_those_of_the_last_run(tmp_path):
    book = stored(tmp_path / "v")
    found = members(book, tmp_path / "v", encoder="e6", weights="2")
    assert found == {digest(text): theme for text, theme in zip(TEXTS[:4], "xxyy", strict=True)}


@pytest.mark.parametrize(
    ("weights", "change"),
    [
        ("1", {}),
        ("2", {"weights": "3"}),
        ("2", {"theme": ()}),
        ("2", {"theme": (Entry(id="x", n=1, centroid="fw=="),)}),
    ],
)
def test_without_another_encoder_or_its_vectors_nobody_knows_the_members(tmp_path, weights, change):
    book = replace(stored(tmp_path / "v"), **change)
    assert members(book, tmp_path / "v", encoder="e5", weights=weights) == {}
    assert members(book, tmp_path / "none", encoder="e5", weights=weights) == {}


@pytest.fixture(scope="module")
def five(tmp_path_factory):
    return tables(tmp_path_factory.mktemp("five"), list(TOPICS)[:5])


@pytest.fixture
def go(five, tmp_path, monkeypatch):
    """Look for open themes as a run does, with an encoder whose vectors have their axes in another order."""

    def go(weights):
        turned = np.random.default_rng(int(weights)).permutation(12)
        monkeypatch.setattr("pipeline.learning.encoder.embed", lambda texts, model: planted(texts)[:, turned])
        monkeypatch.setattr(track, "model_hash", lambda name: weights)
        with ThreadPoolExecutor(1) as beside, counts.connect(five) as base:
            corpus = counts.prepare(base)
            begun = track._begun(base, FIVE, tmp_path, beside)
            rows = track._suggested(base, corpus, quick(seed=1), begun, tmp_path)
        found = [dict(zip(rows, values, strict=True)) for values in zip(*rows.values(), strict=True)]
        return found, load(tmp_path / OPEN_THEMES)

    return go


def test_names_merges_and_pins_outlive_the_encoder(go, tmp_path):
    path = tmp_path / OPEN_THEMES
    _, book = go("1")
    named = {topic: next(e.id for e in book.theme if topic in e.terms) for topic in list(TOPICS)[:5]}
    rail = named["Schiene"]
    edits = {rail: {"name": "Verkehr"}, named["Stahl"]: {"into": rail}, named["Rente"]: {"pin": True}}
    edited = [replace(entry, **edits.get(entry.id, {})) for entry in book.theme]
    gone = Entry(id="ot-gone", name="Wohnen", n=0, label="Miete")
    write_bytes(path, dump(replace(book, theme=(*edited, gone))))
    said = fingerprint(path)
    rows, kept = go("2")
    joined = [row for row in rows if row["theme_id"] == rail]
    assert {row["label"] for row in joined} == {"Verkehr"}
    assert all(row["share"] == pytest.approx(0.4) and "Gleise" in row["terms"] for row in joined)
    assert named["Stahl"] not in {row["theme_id"] for row in rows}
    (pinned,) = [entry for entry in kept.theme if entry.pin]
    assert pinned.id == named["Rente"] and "Rente" in pinned.terms and pinned.centroid
    assert kept.earlier == (gone,) and kept.weights == "2"
    assert fingerprint(path) == said != "", "else the next run would begin anew"
    assert go("2") == (rows, kept)


def test_where_nothing_tells_what_a_name_was_of_it_is_kept_for_its_person(go, tmp_path):
    path = tmp_path / OPEN_THEMES
    _, book = go("1")
    first, *others = book.theme
    write_bytes(path, dump(replace(book, theme=(replace(first, name="Verkehr"), *others))))
    (tmp_path / "cache" / vectors.FILE).unlink()
    said = fingerprint(path)
    rows, kept = go("2")
    assert "Verkehr" not in {row["label"] for row in rows} and not any(entry.name for entry in kept.theme)
    assert [(entry.name, entry.label) for entry in kept.earlier] == [("Verkehr", first.label)]
    assert "What you wrote about themes of another encoder" in path.read_text("utf-8")
    assert fingerprint(path) == said
