import numpy as np
import pytest
from msgspec.structs import replace

from pipeline.errors import TaxonomyError
from pipeline.tracking.spherical import unit
from pipeline.tracking.themebook import Book, Entry, dump, fingerprint, is_of, load, packed, root

ENTRY = Entry(
    id="ot-1", name='Rente "sicher"', pin=True, label="Rente, Alter", terms=("Rente",), n=3, centroid="fw=="
)


def test_what_is_written_is_read(tmp_path):
    book = Book(encoder="e5", theme=(ENTRY, Entry(id="ot-2", into="ot-1")), history="birth ot-1\nbirth ot-2")
    for one in (book, replace(book, earlier=(Entry(id="ot-3", name="Forst", into="ot-9"),))):
        (tmp_path / "open_themes.toml").write_bytes(dump(one))
        assert load(tmp_path / "open_themes.toml") == one


def test_no_file_is_an_empty_book(tmp_path):
    assert load(tmp_path / "open_themes.toml") == Book()


def test_a_direction_survives_as_text():
    direction = unit(np.random.default_rng(1).normal(size=384))
    assert Entry(id="x", centroid=packed(direction)).direction() @ direction > 0.999


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("theme = [{ id = 'a', into = 'b' }]", "is not another theme"),
        ("theme = [{ id = 'a', nme = 'b' }]", "nme"),
        ("theme = [", "invalid value"),
    ],
)
def test_a_wrong_file_is_an_error_that_says_where(tmp_path, text, told):
    (tmp_path / "open_themes.toml").write_text(text)
    with pytest.raises(TaxonomyError) as error:
        load(tmp_path / "open_themes.toml")
    assert "open_themes.toml" in str(error.value)
    assert told in str(error.value).lower()


def test_chains_of_merges_end_and_circles_do_not_hang():
    chain = Book(theme=(Entry(id="a", into="b"), Entry(id="b", into="c"), Entry(id="c")))
    assert root(chain, "a") == "c"
    circle = Book(theme=(Entry(id="a", into="b"), Entry(id="b", into="a")))
    assert root(circle, "a") in ("a", "b")
    assert root(Book(theme=(*circle.theme, Entry(id="c", into="a"))), "c") in ("a", "b")


def test_only_what_people_wrote_is_in_the_fingerprint(tmp_path):
    def of(*themes, encoder="e5"):
        (tmp_path / "book.toml").write_bytes(dump(Book(encoder=encoder, theme=themes)))
        return fingerprint(tmp_path / "book.toml")

    found, named, merged = Entry(id="a", n=3), Entry(id="b", name="Rente"), Entry(id="c", into="a")
    assert of(found) == ""
    assert of(found, named, encoder="other") == of(found, named), "it is carried over to the next encoder"
    assert of(found, named, merged) == of(merged, named, Entry(id="a", n=4, label="Bahn"))
    different = [of(found, *more) for more in ((), (named,), (merged,), (Entry(id="b", pin=True),))]
    assert len(set(different)) == 4


@pytest.mark.parametrize(
    ("encoder", "weights", "same"),
    [("e5", "", True), ("e5", "a", True), ("e5", "b", False), ("e6", "a", False)],
)
def test_a_book_is_of_the_encoder_of_its_name_and_weights(encoder, weights, same):
    assert is_of(Book(encoder=encoder, weights=weights), encoder="e5", weights="a") is same
