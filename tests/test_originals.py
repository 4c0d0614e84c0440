"""Back from the tables to the file and to the text as it was read."""

import shutil

import pytest
from msgspec.structs import replace

from pipeline import store
from pipeline.asking import originals
from pipeline.asking.evidence import evidence
from pipeline.asking.explain import explain
from pipeline.errors import InputError
from pipeline.schema import VERSION

from .builders import make_piece
from .builders_evidence import NAME, made, mention


def test_a_file_that_has_changed_is_not_shown(tmp_path):
    out, folder, _ = made()
    (tmp_path / NAME).write_bytes((folder / NAME).read_bytes() + b"\n")
    with pytest.raises(InputError, match="has changed since"):
        evidence(out, mention(), corpus=tmp_path).image()


def test_without_the_reading_a_page_with_contact_data_is_not_shown(tmp_path):
    out, folder, _ = made()
    shutil.copytree(out, tmp_path / "out")
    shutil.rmtree(tmp_path / "out" / "cache")
    with pytest.raises(InputError, match="holds contact data"):
        evidence(tmp_path / "out", mention(), corpus=folder).image()


def test_the_raw_characters_are_told():
    out, _, _ = made()
    found = str(explain(out, mention()))
    assert (
        "in the file 'Innovationsgut-' | 'scheine des Bundesministeriums für Wirt-' | 'schaft und Energie'"
        in found
    )


def test_the_file_is_found_beside_the_output():
    out, folder, _ = made()
    store.write_json(out / "run.json", {"folder": str(folder), "schema": VERSION, "corpus": "x"})
    assert originals.file_of(out, "d1") == folder / NAME
    with pytest.raises(InputError, match="is not in the tables"):
        originals.file_of(out, "gone")


def test_a_page_without_contact_data_needs_no_reading(tmp_path):
    out, _, _ = made()
    shutil.copytree(out, tmp_path / "out", ignore=shutil.ignore_patterns("cache"))
    assert originals.withheld(tmp_path / "out", "d1", 1) == ()
    assert originals.text_of(tmp_path / "out", "d1") is None


def test_the_reading_is_recognised_by_its_passages():
    out, _, text = made()
    found = originals.text_of(out, "d1")
    kept = {"passages": tuple(found.passages), "sentences": tuple(found.sentences)} if found else {}
    assert found and replace(found, **kept) == text
    assert originals.text_of(out, "d2") is None
    assert originals.passage_of(out, "d1", 10**6) is None


@pytest.mark.parametrize("words", ["Erika Muster, Tel. 030 1234567", ""], ids=["other words", "the same"])
def test_contact_data_are_hidden_whatever_papers_of_the_same_template_are_kept(tmp_path, words):
    out, _, text = made()
    out = shutil.copytree(out, tmp_path / "out")
    page = next(p.pages[0] for p in text.passages if p.role == "contact")
    store.save(out, "text", "00" * 16, moved(text, page, words))  # the first that is found
    own = set(originals.withheld(made()[0], "d1", page))
    found = set(originals.withheld(out, "d1", page))
    assert found == own if words else found > own, "of copies in another layout, both places are hidden"


def moved(text, page, words=""):
    """Return the reading with its contact data in another place, and in other words if given."""
    return replace(
        text,
        passages=tuple(
            replace(p, text=words or p.text, pieces=(make_piece(words or p.text, page=page, top=7.0),))
            if p.role == "contact"
            else p
            for p in text.passages
        ),
    )
