"""The index: what is in it is found, what is replaced is gone."""

import pytest

from pipeline.errors import InputError
from pipeline.searching.fulltext import Index, IndexedSentence, Shown
from pipeline.searching.terms import asked


def entry(name, text, document="d1", **values):
    shown = Shown(document_id=document, text=text, heading_path=("A", "B"), page=2)
    return IndexedSentence(
        sentence_id=name, shown=shown, values={key: (value,) for key, value in values.items()}
    )


def found(index, question, *, every=True, limit=10, **filters):
    given = {name: [value] for name, value in filters.items()}
    return [one.sentence_id for one in index.search(asked(question), given, limit=limit, every=every)]


@pytest.fixture
def index(tmp_path):
    index = Index(tmp_path / "words")
    index.replace([], [
        entry("s1", "Mehr Wohnungsbau in den Städten", layer="instrument"),
        entry("s2", "Wohnungen bauen", layer="challenge"),
        entry("s3", "Wohnungen in der Stadt", "d2", layer="challenge"),
    ])  # fmt: skip
    return index


def test_words_parts_and_both_apart(index):
    assert found(index, "Stadt") == ["s3", "s1"] or found(index, "Stadt") == ["s1", "s3"]
    assert found(index, "Wohnung")[-1] == "s1"  # as a part of a longer word it comes last
    assert set(found(index, "Wohnungsbau")) == {"s1", "s2"}


def test_sentences_come_before_headings_and_cells_with_the_same_word(tmp_path):
    index = Index(tmp_path / "words")
    cells = [entry(f"c{at}", "Wohnungsbau") for at in range(30)]
    usual = [entry(f"u{at}", f"Auf dem Land fehlen im Jahr {at} Ärzte und Schulen.") for at in range(90)]
    said = entry("s", "Auf dem Land und in der Stadt fördern wir ab 2026 den Wohnungsbau.")
    index.replace([], [*cells, *usual, said])
    assert found(index, "Wohnungsbau", limit=1) == ["s"]
    assert found(index, "Wohnungsbau", limit=2) == ["s", "c0"]


def test_all_or_some_and_unwanted(index):
    assert found(index, "Wohnung bauen Zoo") == []
    assert set(found(index, "Wohnung Zoo", every=False)) == {"s1", "s2", "s3"}
    assert found(index, "Wohnung -Stadt") == ["s2"]


def test_filters_and_limit(index):
    assert found(index, "Wohnung", layer="instrument") == ["s1"]
    assert found(index, "Wohnung", document_id="d2") == ["s3"]
    assert len(found(index, "Wohnung", limit=1)) == 1
    assert index.count(asked("Wohnung"), {}, every=True) == 3
    assert index.count(asked("Wohnung Zoo"), {"document_id": ["d2"]}, every=False) == 1


def test_an_entry_is_shown_as_it_was_given(index):
    one = index.shown(["s3", "nicht da"])["s3"].shown
    assert one == Shown(document_id="d2", text="Wohnungen in der Stadt", heading_path=("A", "B"), page=2)
    assert index.shown([]) == {}


def test_replacing_is_whole(index, tmp_path):
    index.replace(["d1"], [entry("s9", "Häuser in der Stadt")])
    assert len(index) == 2
    assert set(found(Index(tmp_path / "words"), "Stadt")) == {"s3", "s9"}


def test_nothing_is_changed_when_making_entries_fails(index, tmp_path):
    def entries():
        yield entry("s9", "Häuser in der Stadt")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.replace(["d1"], entries())
    assert set(found(Index(tmp_path / "words"), "Stadt")) == {"s1", "s3"}


def test_a_folder_that_holds_something_else_is_told(tmp_path):
    (tmp_path / "meta.json").write_text("{}")
    with pytest.raises(InputError, match="no index that can be used"):
        Index(tmp_path)
