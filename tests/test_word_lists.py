"""Rules for all files of `taxonomies/`: a line that would have no effect, or two, is told."""

import re
import tomllib
from collections import Counter

import pytest

from pipeline.knowledge.toml import FOLDER
from pipeline.schema.values import ALL_DOCUMENT_TYPES

FILES = sorted(FOLDER.glob("*.toml"))
IN_LINES = {"federal"}  # each line is one entry
WITH_STOP = {"cardinals"}


def content(name):
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


def lists(found, name=""):
    """Yield every list of words with its name: an array of strings, or a string of several lines."""
    if isinstance(found, str) and "\n" in found:
        yield name, found.strip().splitlines() if name in IN_LINES else found.split()
    elif isinstance(found, list) and all(isinstance(one, str) for one in found):
        yield name, found
    elif isinstance(found, list | dict):
        for key, one in found.items() if isinstance(found, dict) else enumerate(found):
            yield from lists(one, str(key))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_names_its_source(path):
    named = re.search(r"^#.*\bsource\b|\bsource = ", path.read_text("utf-8"), re.IGNORECASE | re.MULTILINE)
    assert named is not None


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_list_holds_a_word_twice(path):
    found = lists(content(path.stem))
    twice = {name: [word for word, n in Counter(words).items() if n > 1] for name, words in found}
    assert not {name: words for name, words in twice.items() if words}


def test_abbreviations_stand_without_spaces_and_the_last_stop():
    for name, words in lists(content("abbreviations")):
        assert not [word for word in words if " " in word or (word[-1] == "." and name not in WITH_STOP)]


@pytest.mark.parametrize("table", ["function", "compound"])
def test_words_that_are_compared_in_lower_case_stand_in_it(table):
    for _, words in lists(content("words")[table]):
        assert not [word for word in words if word != word.lower()]


def test_an_ending_has_one_gender():
    genders = [name for name, words in lists(content("genders")) for name in words]
    assert len(genders) == len(set(genders))


def test_a_name_in_a_manifest_means_one_column_and_one_kind_of_document():
    manifest = content("manifest")
    assert set(manifest["doc_types"]) <= set(ALL_DOCUMENT_TYPES)
    for table in manifest.values():
        names = [name for main, others in table.items() for name in (main, *others)]
        assert len(names) == len(set(names))
