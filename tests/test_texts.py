"""Whatever a document holds, its text has a status, and a reason if it is not whole."""

import pytest
from msgspec.structs import replace

from pipeline import texts
from pipeline.errors import InputError
from pipeline.records import PageLedger
from tests.builders import make_passage, make_text

SENTENCE = "Der Fachkräftemangel bremst das Handwerk."
WHOLE = make_text(make_passage(SENTENCE))
LOST = PageLedger(2, 595.0, 842.0, "text", 0, 0, status="failed", reason="the page is damaged")


def refuse(error):
    raise error


def test_a_file_is_read_split_and_described(tmp_path):
    path = tmp_path / "2021-03-01-positionspapier.md"
    more = "Die Länder sollen Ausbildungsbetriebe in den Regionen fördern."
    path.write_text(f"# Lage\n\n{SENTENCE} {more}\n", encoding="utf-8")
    text = texts.text_of(path, "md", None)
    assert (text.status, text.reason, len(text.sentences)) == ("ok", "", 3)
    assert text.facts["doc_type"].value == "positionspapier"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (InputError("a.pdf", "is encrypted", "give the password"), "is encrypted; give the password"),
        (MemoryError(), "needed more memory than there is"),
        (ZeroDivisionError("by zero"), "could not be read (ZeroDivisionError: by zero)"),
        (ValueError("in /srv/akten/a.pdf:\n  no root"), "could not be read (ValueError: in a.pdf: no root)"),
        (RuntimeError(), "could not be read (RuntimeError)"),
        (OSError(22, "Invalid argument", "/srv/a.pdf"), "could not be read (OSError: Invalid argument)"),
    ],
)
def test_an_error_becomes_a_reason(error, reason):
    text = texts.attempt(lambda: refuse(error))
    assert (text.status, text.reason) == ("failed", reason)


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), OSError(24, "Too many open files")])
def test_an_error_of_the_machine_is_no_reason(error):
    for raised in (error, caused(InputError("a.pdf", "cannot be opened", "check it"), error)):
        with pytest.raises(type(raised)):
            texts.attempt(lambda raised=raised: refuse(raised))


def caused(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("text", "status", "reason"),
    [
        (WHOLE, "ok", ""),
        (make_text(make_passage("")), "failed", "holds no text"),
        (replace(make_text(), pages=(LOST,)), "failed", "the page is damaged"),
        (replace(WHOLE, language="en"), "skipped", "the language is en, only German is analysed"),
        (replace(WHOLE, language="und"), "skipped", "holds too little running text to tell its language"),
        (replace(WHOLE, pages=(LOST,)), "partial", "1 of 1 pages could not be read: the page is damaged"),
        (replace(WHOLE, status="failed", reason="is encrypted"), "failed", "is encrypted"),
    ],
)
def test_status_and_reason_tell_what_is_missing(text, status, reason):
    found = texts.judged(text)
    assert (found.status, found.reason) == (status, reason)
