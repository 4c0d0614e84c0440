"""Documents go to INCEpTION and come back as corrections."""

import datetime as dt

import cassis
import pyarrow.parquet as pq
import pytest

from pipeline import outputs
from pipeline.correcting import corrections
from pipeline.correcting.correct import correct
from pipeline.correcting.corrections import load
from pipeline.errors import InputError
from pipeline.exports import export
from pipeline.publishing.inception import MENTION, type_system
from pipeline.schema import TABLES
from pipeline.tables import to_arrow
from tests.builders_outputs import DOCUMENT, make_output

NOW = dt.datetime(2026, 3, 4, tzinfo=dt.UTC)
SECOND = f"{DOCUMENT}-s00001"
AFTER = f"{SECOND}-i"


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


def later(out, change, more=(), **documents):
    """Change the tables as a later run would: mentions and the key of the results."""
    rows = [made for row in outputs.rows(out, "mentions") if (made := change(row)) is not None]
    order = TABLES["mentions"].order
    rows = sorted([*rows, *more], key=lambda row: [row[name] for name in order])
    found = [row | {"results_key": "later"} | documents for row in outputs.rows(out, "documents")]
    for name, made in (("mentions", rows), ("documents", found)):
        pq.write_table(to_arrow(TABLES[name], made), outputs.path_of(out, name))


def another_model(out):
    rows = [row | {"hashes": '{"model tagger": "new"}'} for row in outputs.rows(out, "runs")]
    pq.write_table(to_arrow(TABLES["runs"], rows), outputs.path_of(out, "runs"))


def cut(row):
    """Return a mention that starts one letter later than another, as a person would add it."""
    said = {"source": "person", "by": "person:e1", "mention_id": f"{row['mention_id']}-new"}
    return row | said | {"char_start": row["char_start"] + 1, "text": row["text"][1:]}


def test_what_others_have_said_since_is_no_change_of_a_file(edited):
    out, path, cas = edited
    first, second = f"{DOCUMENT}-s00000-i", f"{DOCUMENT}-s00000-a"
    changed = {"status": "rejected", "source": "person", "by": "person:e2"}
    whole = next(row for row in outputs.rows(out, "mentions") if row["mention_id"] == second)
    kept = {first: lambda row: row | changed, second: lambda row: None}
    later(out, lambda row: kept.get(row["mention_id"], lambda row: row)(row), [cut(whole)])
    assert back(out, path, cas) == (0, 0)
    spans = {span.mention_id: span for span in cas.select(MENTION)}
    spans[first].kind = "market"
    cas.remove(spans[f"{DOCUMENT}-s00001-i"])
    assert back(out, path, cas).stored == 2
    assert {event.action: event.values for event in load(out)} == {"delete": {}, "kind": {"kind": "market"}}


def test_a_file_from_before_another_model_tells_labels_but_no_deletions(edited):
    out, path, cas = edited
    name = f"{DOCUMENT}-s00000-i"
    another_model(out)
    later(out, lambda row: row | {"kind": "market"} if row["mention_id"] == name else row)
    assert back(out, path, cas) == (0, 0)
    cas.remove(next(span for span in cas.select(MENTION) if span.mention_id != name))
    with pytest.raises(InputError, match="before another model, version or setting found 1 more mentions"):
        back(out, path, cas)


def test_one_s_own_project_may_be_gone_on_with(edited):
    out, path, cas = edited
    name = f"{DOCUMENT}-s00000-i"
    span = next(one for one in cas.select(MENTION) if one.mention_id == name)
    row = next(row for row in outputs.rows(out, "mentions") if row["mention_id"] == name)
    span.begin += 1
    other = next(one for one in cas.select(MENTION) if one.mention_id == f"{DOCUMENT}-s00001-i")
    Mention = cas.typesystem.get_type(MENTION)
    cas.add(Mention(begin=other.begin + 1, end=other.end, layer="instrument", kind="market"))
    cas.remove(other)
    assert back(out, path, cas).stored == 3
    gone = next(row for row in outputs.rows(out, "mentions") if row["mention_id"] == other.mention_id)
    kept = {name: None, other.mention_id: None}
    made = [cut(row), cut(gone) | {"kind": "market", "status": "planned"}]
    later(out, lambda row: kept.get(row["mention_id"], row), made)
    assert back(out, path, cas) == (0, 1)


def said_by_bob(out, *lines):
    """Store corrections by another person, made in a table, and let the tables tell of all corrections."""
    path = out.parent / "bob.csv"
    path.write_text("\n".join(["mention_id;action;status", *lines]), encoding="utf-8")
    assert correct(out, path, who="Bob", now=NOW).stored == len(lines)
    told = to_arrow(TABLES["corrections"], [*corrections.rows(load(out), [])])
    pq.write_table(told, outputs.path_of(out, "corrections"))


def added(cas):
    """Add a mention of an actor to a file; return its place after the beginning of another."""
    other = next(one for one in cas.select(MENTION) if one.mention_id == AFTER)
    start = cas.sofa_string.index(" ", other.end + 3) + 1
    end = start + len(cas.sofa_string[start:].split()[0].strip("."))
    cas.add(cas.typesystem.get_type(MENTION)(begin=start, end=end, layer="actor", kind="group", named="no"))
    return start - other.begin, end - other.begin


def row_of(out, begin, end):
    """Return an added mention as the tables of the next run hold it."""
    rows = {row["mention_id"]: row for row in outputs.rows(out, "mentions")}
    start = rows[AFTER]["char_start"]
    text = next(row["text"] for row in outputs.rows(out, "sentences") if row["sentence_id"] == SECOND)
    return rows[f"{SECOND}-a"] | {
        "mention_id": "added", "char_start": start + begin, "char_end": start + end, "kind": "group",
        "text": text[start + begin : start + end], "named": False, "source": "person", "by": "person:e1",
    }  # fmt: skip


def test_what_another_has_deleted_or_said_since_is_not_undone_by_an_old_project(edited):
    out, path, cas = edited
    place = added(cas)
    first = f"{DOCUMENT}-s00000-i"
    {span.mention_id: span for span in cas.select(MENTION)}[first].status = "rejected"
    assert back(out, path, cas) == (2, 0)
    changed = {"status": "rejected", "source": "person", "by": "person:e2"}
    rejected = lambda row: row | changed if row["mention_id"] == first else row  # noqa: E731
    later(out, rejected, [row_of(out, *place)])
    said_by_bob(out, "added;delete;", f"{first};status;demanded")
    demanded = lambda row: row | {"status": "demanded"} if row["mention_id"] == first else row  # noqa: E731
    later(out, lambda row: None if row["mention_id"] == "added" else demanded(row))
    assert back(out, path, cas) == (0, 2)
    assert [event.who for event in load(out)] == ["Ada", "Ada", "Bob", "Bob"]
    export(out, "xmi", path.parent)
    fresh = read_xmi(path)
    assert added(fresh) == place
    assert back(out, path, fresh) == (1, 0), "she has seen that it was deleted"


def test_a_mention_that_another_has_deleted_does_not_stop_an_old_project(edited):
    out, path, cas = edited
    first = f"{DOCUMENT}-s00000-i"
    span = {span.mention_id: span for span in cas.select(MENTION)}[first]
    span.status = "rejected"
    assert back(out, path, cas) == (1, 0)
    said_by_bob(out, f"{first};delete;")
    later(out, lambda row: None if row["mention_id"] == first else row)
    assert back(out, path, cas) == (0, 1)
    span.status = "existing"
    with pytest.raises(InputError, match="was deleted by Bob"):
        back(out, path, cas)
    assert [event.who for event in load(out)] == ["Ada", "Bob"]


def test_who_changes_one_s_mind_in_one_s_own_project_is_heard(edited):
    out, path, cas = edited
    first = f"{DOCUMENT}-s00000-i"
    span = {span.mention_id: span for span in cas.select(MENTION)}[first]
    for status in ("rejected", "existing", "rejected"):
        span.status = status
        assert back(out, path, cas) == (1, 0)
    assert [event.values["status"] for event in load(out)] == ["rejected", "existing", "rejected"]


def test_a_file_that_lost_what_it_was_exported_with_is_refused(edited):
    out, path, cas = edited
    for span in cas.select(MENTION):
        span.exported = None
    with pytest.raises(InputError, match=r"does not tell what its mentions said.*TypeSystem\.xml"):
        back(out, path, cas)


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
