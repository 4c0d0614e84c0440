"""Documents go to INCEpTION and come back as corrections."""

import datetime as dt

import cassis
import pytest

from pipeline.correcting.correct import correct
from pipeline.correcting.corrections import load
from pipeline.errors import InputError
from pipeline.exports import export
from pipeline.publishing.inception import MENTION, type_system
from tests.builders_outputs import DOCUMENT, make_output

NOW = dt.datetime(2026, 3, 4, tzinfo=dt.UTC)


def read_xmi(path):
    types = cassis.load_typesystem((path.parent / "TypeSystem.xml").read_bytes().decode())
    return cassis.load_cas_from_xmi(path.read_bytes().decode(), typesystem=types)


@pytest.fixture
def edited(tmp_path):
    """An output folder, and one of its documents as INCEpTION would give it back."""
    out = make_output(tmp_path / "out")
    export(out, "xmi", tmp_path / "xmi")
    path = tmp_path / "xmi" / f"{DOCUMENT}.xmi"
    return out, path, read_xmi(path)


def back(out, path, cas):
    path.write_bytes(cas.to_xmi().encode())
    return correct(out, path, who="Ada", now=NOW)


def test_an_xmi_file_that_was_not_edited_changes_nothing(edited):
    assert back(*edited) == (0, 0)


def test_edits_in_inception_become_events(edited):
    out, path, cas = edited
    spans = {span.mention_id: span for span in cas.select(MENTION)}
    first = {layer: spans[f"{DOCUMENT}-s00000-{layer[0]}"] for layer in ("challenge", "instrument", "actor")}
    first["instrument"].status = "rejected"
    first["actor"].layer, first["actor"].kind, first["actor"].named = "challenge", None, None
    cas.remove(first["challenge"])
    second = spans[f"{DOCUMENT}-s00001-i"]
    second.end -= 2
    start = cas.sofa_string.index(" ", second.end + 3) + 1
    Mention = cas.typesystem.get_type(MENTION)
    word = cas.sofa_string[start:].split()[0].strip(".")
    cas.add(Mention(begin=start, end=start + len(word), layer="actor", kind="group", named="no"))
    assert back(out, path, cas).stored == 5
    said = {event.action: event for event in load(out)}
    assert set(said) == {"status", "relabel", "delete", "span", "add"}
    assert said["status"].values == {"status": "rejected"}
    assert said["relabel"].values["layer"] == "challenge"
    assert said["span"].moved.exact == second.get_covered_text()
    assert said["add"].quote.exact == word


def test_another_document_or_no_xmi_is_refused(edited, tmp_path):
    out, path, cas = edited
    other = make_output(tmp_path / "other", sentences=5)
    path.write_bytes(cas.to_xmi().encode())
    with pytest.raises(InputError, match="does not hold with this text"):
        correct(other, path, who="Ada", now=NOW)
    path.write_text("<xml>")
    with pytest.raises(InputError, match="not an XMI file"):
        correct(out, path, who="Ada", now=NOW)
    assert not load(out) and type_system().get_type(MENTION)
