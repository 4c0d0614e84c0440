import numpy as np
import pytest

from pipeline.errors import TaxonomyError
from pipeline.tracking.spherical import unit
from pipeline.tracking.themebook import Book, Entry, dump, load, packed, root

ENTRY = Entry(
    id="ot-1", name='Rente "sicher"', pin=True, label="Rente, Alter", terms=("Rente",), n=3, centroid="fw=="
)


def test_what_is_written_is_read(tmp_path):
    book = Book(encoder="e5", theme=(ENTRY, Entry(id="ot-2", into="ot-1")), history="birth ot-1\nbirth ot-2")
    (tmp_path / "open_themes.toml").write_bytes(dump(book))
    assert load(tmp_path / "open_themes.toml") == book


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
