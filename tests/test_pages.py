"""Page texts for `politikspur read`."""

import pytest

from pipeline.config import load_settings
from pipeline.errors import InputError, SettingsError
from pipeline.reading.pages import page_numbers, page_texts
from tests.pdf_writer import paragraph, write

READ = load_settings().read


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [("", None), ("3", {3}), ("3,5-7", {3, 5, 6, 7}), (" 2 - 3 , 9", {2, 3, 9})],
)
def test_numbers_and_ranges(wanted, numbers):
    found = page_numbers(wanted)
    assert (found if found is None else set(found)) == numbers


@pytest.mark.parametrize("wanted", ["drei", "3;5", "-4", "1-2-3", "7-5"])
def test_what_is_no_list_of_pages_is_refused(wanted):
    with pytest.raises(SettingsError, match="3,5-9"):
        page_numbers(wanted)


def test_a_document_without_pages_is_page_one(tmp_path):
    file = tmp_path / "papier.md"
    file.write_text("# Lage\n\nDer Fachkräftemangel bremst das Handwerk.\n", encoding="utf-8")
    assert list(page_texts(file, settings=READ, wanted=None)) == [
        (1, "Lage\n\nDer Fachkräftemangel bremst das Handwerk.")
    ]


def test_pages_beyond_the_last_are_refused(tmp_path):
    path = write(tmp_path / "a.pdf", [paragraph(60, 100, ["Der Fachkräftemangel bremst das Handwerk."])])
    with pytest.raises(InputError, match="its last is 1"):
        list(page_texts(path, settings=READ, wanted=frozenset({9})))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"fehlt\.pdf"):
        list(page_texts(tmp_path / "fehlt.pdf", settings=READ, wanted=None))
