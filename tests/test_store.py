"""Stage results and files that are written in one step."""

import errno
import multiprocessing as mp
import os
from pathlib import Path

import msgspec
import pytest

from pipeline import store
from pipeline.errors import InputError
from pipeline.records import Span, Tags
from tests.builders import make_span

TAGS = Tags(spans=(make_span(text="Fachkräftemangel"),))


def test_a_result_is_found_under_its_key_only(tmp_path):
    content = store.save(tmp_path, "tags", "a" * 32, TAGS)
    assert store.load(tmp_path, "tags", "a" * 32, Tags) == TAGS
    assert store.saved(tmp_path, "tags", "a" * 32) == content
    assert store.load(tmp_path, "tags", "b" * 32, Tags) is None
    assert store.saved(tmp_path, "tags", "b" * 32) == ""


@pytest.mark.parametrize("damage", [b"", b"x" * 10, b"0" * 40], ids=["empty", "short", "nonsense"])
def test_a_damaged_result_counts_as_missing(tmp_path, damage):
    store.save(tmp_path, "tags", "a" * 32, TAGS)
    place = next((tmp_path / "cache" / "tags").glob("*/a*"))
    place.write_bytes(damage)
    assert store.load(tmp_path, "tags", "a" * 32, Tags) is None


def test_a_truncated_result_counts_as_missing(tmp_path):
    store.save(tmp_path, "tags", "a" * 32, TAGS)
    place = next((tmp_path / "cache" / "tags").glob("*/a*"))
    place.write_bytes(place.read_bytes()[:-3])
    assert store.load(tmp_path, "tags", "a" * 32, Tags) is None


def test_a_sequence_of_records_is_stored_one_by_one(tmp_path):
    spans = [make_span(text=f"Lücke {n}") for n in range(500)]
    content = store.save_all(tmp_path, "read", "a" * 32, iter(spans))
    assert content == store.saved(tmp_path, "read", "a" * 32)
    found = store.load_all(tmp_path, "read", "a" * 32, Span)
    assert found is not None and list(found) == spans
    store.save_all(tmp_path, "read", "b" * 32, [])
    assert list(store.load_all(tmp_path, "read", "b" * 32, Span) or ["missing"]) == []


@pytest.mark.parametrize("cut", [slice(0, 40), slice(0, -3), slice(5, None)])
def test_a_damaged_sequence_counts_as_missing(tmp_path, cut):
    store.save_all(tmp_path, "read", "a" * 32, [make_span(text=f"Lücke {n}") for n in range(50)])
    place = next((tmp_path / "cache" / "read").glob("*/a*"))
    place.write_bytes(place.read_bytes()[cut])
    assert store.load_all(tmp_path, "read", "a" * 32, Span) is None
    assert store.load_all(tmp_path, "read", "b" * 32, Span) is None


def test_long_lists_are_stored_as_msgpack_has_them(tmp_path):
    tags = Tags(spans=(make_span(text="Mangel"),) * 70_000)
    store.save(tmp_path, "tags", "a" * 32, tags)
    assert store.load(tmp_path, "tags", "a" * 32, Tags) == tags


@pytest.mark.parametrize("fields", [3, 15, 16, 40])
def test_a_record_may_have_any_number_of_fields(tmp_path, fields):
    kind = msgspec.defstruct("Wide", [(f"field_{n}", tuple[int, ...]) for n in range(fields)], frozen=True)
    wide = kind(*((n,) * n for n in range(fields)))
    store.save(tmp_path, "wide", "a" * 32, wide)
    assert store.load(tmp_path, "wide", "a" * 32, kind) == wide


def test_an_error_while_writing_leaves_the_old_file(tmp_path):
    path = tmp_path / "table"
    path.write_text("old")
    with pytest.raises(RuntimeError), store.replacing(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_results_nobody_uses_are_removed(tmp_path):
    for key in ("a" * 32, "b" * 32):
        store.save(tmp_path, "tags", key, TAGS)
    store.prune(tmp_path, {("tags", "a" * 32)})
    assert store.saved(tmp_path, "tags", "a" * 32)
    assert not store.saved(tmp_path, "tags", "b" * 32)


def test_given_results_are_removed_and_others_stay(tmp_path):
    for key in ("a" * 32, "b" * 32):
        store.save(tmp_path, "tags", key, TAGS)
    store.discard(tmp_path, {("tags", "a" * 32), ("text", "a" * 32)})
    assert [store.saved(tmp_path, "tags", key) != "" for key in ("a" * 32, "b" * 32)] == [False, True]


def _hold(folder, ready, go):
    with store.locked(folder):
        ready.set()
        go.wait(10)


def test_two_runs_cannot_write_one_folder(tmp_path):
    context = mp.get_context("spawn")
    ready, go = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path, ready, go))
    other.start()
    assert ready.wait(20)
    with pytest.raises(InputError, match="another run"), store.locked(tmp_path):
        pass
    go.set()
    other.join()
    with store.locked(tmp_path):
        pass


def test_what_a_killed_run_left_is_removed(tmp_path):
    (tmp_path / f"x{store.TEMPORARY}1").write_text("half")
    (tmp_path / f"tables{store.TEMPORARY}1").mkdir()
    (tmp_path / f"tables{store.TEMPORARY}1" / "documents.parquet").write_text("half")
    half = folder(tmp_path / "cache" / "text" / "ab", "whole") / f"b{store.TEMPORARY}1"
    half.touch()
    with store.locked(tmp_path):
        assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "cache"]
        assert not half.exists()


def test_what_is_not_of_a_run_stays(tmp_path):
    """The output folder may hold anything: `--out .`, copies of tables, an export or index being written."""
    own = [folder(tmp_path / "tables", "new"), folder(tmp_path / "tables.before", "old")]
    own += [folder(tmp_path / "papers" / "x.tmp-1", "mine"), folder(tmp_path / "search" / "s.tmp-1", "live")]
    own.append(folder(tmp_path / "plan.tmp-copy", "mine"))
    with store.locked(tmp_path):
        assert all((one / "a").is_file() for one in own)


def test_a_disk_without_locks_is_told(tmp_path, monkeypatch):
    def flock(handle, how):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(store.fcntl, "flock", flock)
    with pytest.raises(InputError, match="cannot be locked"), store.locked(tmp_path):
        pass


def hold(folder, held, enough):
    with store.aside(folder) as fresh:
        (fresh / "half").touch()
        held.set()
        enough.wait(60)


def test_nothing_takes_the_place_of_the_folder_one_is_in(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="the folder you are in"), store.aside(Path()):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("killed", [True, False])
def test_a_folder_aside_stays_while_its_process_lives(tmp_path, killed):
    context, folder = mp.get_context("spawn"), tmp_path / "seite[1]"
    held, enough = context.Event(), context.Event()
    other = context.Process(target=hold, args=(folder, held, enough))
    other.start()
    assert held.wait(60)
    if killed:
        other.kill()
        other.join()
    with store.aside(folder) as fresh:
        assert {path.name for path in tmp_path.iterdir()} - {fresh.name} == (
            set() if killed else {f"seite[1]{store.TEMPORARY}{other.pid}"}
        )
    if not killed:  # an event waits for a process that is killed while it waits
        enough.set()
        other.join()
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_output_folder_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot be written"), store.locked(tmp_path / "out"):
        pass


def test_a_file_in_the_place_of_the_output_folder_is_refused(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(InputError, match="cannot be written"), store.locked(tmp_path / "out"):
        pass


def folder(path, content):
    path.mkdir(parents=True)
    (path / "a").write_text(content)
    return path


@pytest.mark.parametrize("system", ["exchanges", "does not"])
def test_a_folder_takes_the_place_of_another(tmp_path, monkeypatch, system):
    if system == "does not":
        monkeypatch.setattr(store, "_exchanged", lambda one, other: False)
    old, new = folder(tmp_path / "tables", "old"), folder(tmp_path / "aside" / "tables", "new")
    store.swap(new, old)
    assert ((old / "a").read_text(), (new / "a").read_text()) == ("new", "old")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["aside", "tables"]
    store.swap(new, tmp_path / "fresh")
    assert not new.exists() and (tmp_path / "fresh" / "a").read_text() == "old"


@pytest.mark.parametrize("left", [(store.BEFORE,), (store.BEFORE, "")], ids=["old", "both"])
def test_a_folder_that_was_being_replaced_comes_back(tmp_path, left):
    for ending in left:
        folder(tmp_path / f"tables{ending}", f"is{ending}")
    with store.locked(tmp_path):
        assert (tmp_path / "tables" / "a").read_text() == f"is{left[-1]}"
        assert not (tmp_path / f"tables{store.BEFORE}").exists()


def test_what_people_have_put_into_a_folder_is_carried_over(tmp_path):
    old = folder(tmp_path / "old", "1")
    folder(old / "notes", "2")
    (old / "b").write_text("3")
    store.carry(old, tmp_path / "new", known=["b"])
    assert {path.relative_to(tmp_path / "new").as_posix() for path in (tmp_path / "new").rglob("*")} == {
        "a", "notes", "notes/a",
    }  # fmt: skip
    store.carry(tmp_path / "none", tmp_path / "empty", known=())
    assert list((tmp_path / "empty").iterdir()) == []
