"""Stored results go with their documents, and stay while nobody can tell whether those are gone."""

import pytest

from pipeline import store
from pipeline.records import Tags
from pipeline.running.leftovers import OWNERS, clear

SEEN = {"a.pdf": "a", "unter/b.pdf": "b", "unter/tief/c.pdf": "c", "d.pdf": "d"}


def keys(letter):
    return {"text": letter * 32, "tags": letter * 32}


@pytest.fixture
def out(tmp_path):
    """A folder after a run over four documents, and what a run that was interrupted stored of a fifth."""
    for letter in "abcde":
        add(tmp_path, letter)
    clear(tmp_path, {path: keys(letter) for path, letter in SEEN.items()}, ())
    add(tmp_path, "e")
    return tmp_path


def add(out, letter):
    for stage, key in keys(letter).items():
        store.save(out, stage, key, Tags())


def left(out):
    return "".join(
        letter for letter in "abcdefgh" if all(store.saved(out, *one) for one in keys(letter).items())
    )


def after(out, letters, *unseen):
    """Return what is left after a run that finds these results, in the order of the paths."""
    clear(out, {path: keys(one) for path, one in zip(SEEN, letters, strict=True) if one != "-"}, unseen)
    return left(out)


def test_what_no_document_uses_is_removed_if_all_could_be_opened(out):
    assert after(out, "a--d") == "ad"


def test_what_may_be_of_a_document_that_cannot_be_opened_stays(out):
    assert after(out, "a--d", "unter") == "abcde"
    assert after(out, "a--d", "unter") == "abcde", "also the next time"
    assert after(out, "a---", "unter") == "abce", "d is surely gone"
    assert after(out, "abc-") == "abc"


def test_a_file_that_can_never_be_opened_does_not_keep_the_results_of_others(out):
    add(out, "f")
    assert after(out, "a-fd", "unter/b.pdf") == "abdef", "c has other results now"
    for letter in "gh":
        add(out, letter)
        assert after(out, f"a-{letter}d", "unter/b.pdf") == f"abde{letter}"


def test_results_of_a_failed_reading_do_not_replace_those_from_before(out):
    add(out, "f")
    assert after(out, "afcd", "unter/b.pdf") == "abcdef"
    assert after(out, "afcd", "unter/b.pdf") == "abcdef"
    assert after(out, "abcd", "unter/tief") == "abcde"


def test_results_that_two_documents_share_stay_for_one(out):
    clear(out, {"a.pdf": keys("a"), "kopie.pdf": keys("a")}, ("unter",))
    clear(out, {"kopie.pdf": keys("a")}, ("unter",))
    assert left(out) == "abce"


@pytest.mark.parametrize("damage", [None, b"", b"x", b"\x81\xa1a\x01"])
def test_without_notes_nothing_is_removed_as_long_as_something_cannot_be_opened(out, damage):
    if damage is None:
        (out / OWNERS).unlink()
    else:
        (out / OWNERS).write_bytes(damage)
    assert after(out, "a---", "unter") == "abcde"
    assert after(out, "abc-") == "abc"
