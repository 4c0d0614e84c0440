"""When an output folder is finished, and what its keys depend on."""

import multiprocessing as mp
import os
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace

from pipeline import outputs, store
from pipeline.config import load_settings
from pipeline.errors import InputError
from pipeline.query import rows
from pipeline.running.finish import Keys, finish, is_current, keys, reveal
from pipeline.schema import TABLES, VERSION
from pipeline.tables import stamp, writing
from pipeline.tasks import Job
from pipeline.tracking.themebook import Book, Entry, dump
from tests.builders_output import small

SETTINGS = load_settings()


def test_what_only_trends_depend_on_leaves_the_key_of_the_documents(tmp_path):
    other = replace(SETTINGS, track=replace(SETTINGS.track, seed=7))
    one, two = (keys("d", Job(tmp_path, tmp_path, settings)) for settings in (SETTINGS, other))
    assert one.documents == two.documents == "d" and one.run != two.run


def test_a_theme_of_ones_own_is_part_of_the_key(tmp_path):
    before = keys("d", Job(tmp_path, tmp_path, SETTINGS))
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "wald.toml").write_text('name = "Wald"\nterms = ["Wald"]\n', "utf-8")
    assert keys("d", Job(tmp_path, tmp_path, SETTINGS)).run != before.run


def test_what_a_person_wrote_into_open_themes_is_part_of_the_key(tmp_path):
    job, path = Job(tmp_path, tmp_path, SETTINGS), tmp_path / store.OPEN_THEMES

    def key(*themes, sample="s", encoder=SETTINGS.open_themes.encoder):
        path.write_bytes(dump(Book(encoder=encoder, sample=sample, theme=themes)))
        return keys("d", job).run

    none, theme = keys("d", job).run, Entry(id="ot-1", label="Wald, Holz", n=9)
    assert key(theme) == key(replace(theme, n=8), sample="t") == none
    named = key(replace(theme, name="Forst"))
    assert named != none and key(replace(theme, pin=True)) not in (none, named)
    assert key(replace(theme, name="Forst", n=0), sample="t") == named
    assert key(replace(theme, name="Forst"), encoder="another") == named, "names outlive the encoder"


def model(folder, content):
    folder.mkdir(exist_ok=True)
    (folder / "card.toml").write_text(content, "utf-8")
    return str(folder)


def test_scores_of_the_tagger_and_the_encoder_of_open_themes_are_part_of_the_key(tmp_path):
    tagger = model(tmp_path / "tagger", "[files]\n")
    encoder = model(tmp_path / "encoder", "[files]\n'encoder.onnx' = '12'\n")
    settings = replace(
        SETTINGS,
        tag=replace(SETTINGS.tag, model=tagger),
        open_themes=replace(SETTINGS.open_themes, encoder=encoder),
    )
    job = Job(tmp_path, tmp_path, settings)
    found = [keys("d", job).run]
    scores = "'strategie bt20 actor' = [0.8, 0.7, 0.9, 0.6, 0.8, 0.8, 50, 5]"
    model(tmp_path / "tagger", f"[files]\n[scores.held_out.type_and_period_f1]\n{scores}\n")
    found.append(keys("d", job).run)
    model(tmp_path / "encoder", "[files]\n'encoder.onnx' = '13'\n")
    found.append(keys("d", job).run)
    assert len(set(found)) == 3


def test_a_folder_is_current_until_a_file_of_it_is_touched(tmp_path):
    out = small(tmp_path / "out")
    finish(Job(tmp_path, out, SETTINGS), Keys("d", "r"))
    assert is_current(out, "r") and not is_current(out, "s")
    concepts = out / store.REGISTRY
    concepts.write_text("concept = []\n")
    assert not is_current(out, "r")
    concepts.unlink()
    assert is_current(out, "r")
    (out / "tables" / "trends.parquet").unlink()
    assert not is_current(out, "r")


def made(folder, key):
    """Return a folder of empty tables that carry the key of a run."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp(folder, key)
    with writing(folder, TABLES):
        pass
    return folder


def stamps(tables):
    """Return the keys in the tables of a folder, read by opening each file by its path."""
    return {pq.read_schema(tables / f"{name}.parquet").metadata[b"run_key"] for name in TABLES}


def test_new_tables_take_the_place_of_the_old_ones(tmp_path):
    out = small(tmp_path / "out")
    (out / "tables" / "mine.xlsx").write_bytes(b"of the user")
    with store.aside(out / "tables") as fresh:
        reveal(made(fresh, "two"), out)
    assert stamps(out / "tables") == {b"two"}
    assert {path.name for path in (out / "tables").iterdir()} == {
        "mine.xlsx",
        *(f"{name}.parquet" for name in TABLES),
    }
    assert sorted(path.name for path in out.iterdir()) == ["politikspur.duckdb", "tables"]


class Cut(BaseException):
    """The program ends here."""


@pytest.mark.parametrize("system", ["exchanges", "does not"])
def test_tables_are_whole_wherever_the_program_ends(tmp_path, monkeypatch, system):
    """It ends before each step that changes a file's or a folder's name, then after it."""
    if system == "does not":
        monkeypatch.setattr(store, "_exchanged", lambda one, other: False)
    begin, new = small(tmp_path / "begin"), made(tmp_path / "new", "two")
    shutil.rmtree(begin / "tables")
    made(begin / "tables", "one")
    monkeypatch.setattr("pipeline.tables.write_duckdb", lambda folder, path: copied(begin, path))
    seen = set()
    for at in range(100):
        out = shutil.copytree(begin, tmp_path / str(at))
        ended = cut(monkeypatch, at, out, new)
        tables = out / "tables"
        found = stamps(tables) if tables.is_dir() else stamps(out / f"tables{store.BEFORE}")
        seen |= found
        assert len(found) == 1
        assert not (out / store.MARKER).exists() or found == {b"one"}
        with store.locked(out):
            assert stamps(tables) in ({b"one"}, {b"two"})
            assert not list(out.glob("*.tmp-*"))
        if not ended:
            break
    assert seen == {b"one", b"two"} and found == {b"two"} and at > len(TABLES)


def copied(out, path):
    """Write the DuckDB file of a folder, which takes long to make, to a path in the same steps."""
    with store.replacing(path) as temporary:
        shutil.copy(out / store.DATABASE, temporary)


def cut(monkeypatch, at, out, new):
    """Reveal new tables until the step `at`; return whether the program was ended there."""
    left = [at]

    def counted(step):
        def counting(*given, **named):
            left[0] -= 1
            if left[0] < 0:
                raise Cut
            return step(*given, **named)

        return counting

    fresh = shutil.copytree(new, out / "tables.tmp-1")
    with monkeypatch.context() as patch:
        for name in ("replace", "rename", "unlink"):
            patch.setattr(Path, name, counted(getattr(Path, name)))
        patch.setattr(store, "_exchanged", counted(store._exchanged))
        try:
            reveal(fresh, out)
        except Cut:
            return True
    return False


def write_in_turn(out, times):
    for turn in range(times):
        with store.aside(out / "tables") as fresh:
            reveal(made(fresh, str(turn)), out)
        store.write_json(out / store.MARKER, {"schema": VERSION, "turn": turn})


def test_a_reader_never_takes_the_tables_of_two_runs_for_those_of_one(tmp_path):
    out = tmp_path / "out"
    write_in_turn(out, 1)
    writer = mp.get_context("spawn").Process(target=write_in_turn, args=(out, 12))
    writer.start()
    whole, running = set(), True
    while running:
        running = writer.is_alive()  # and once more when it has ended
        try:
            with outputs.unchanged(out):
                found = stamps(out / "tables")
                rows(out, "select * from documents")
            assert len(found) == 1
            whole |= found
        except InputError:
            pass
        assert len(held_open(out / "tables")) <= 1
    writer.join()
    assert writer.exitcode == 0 and stamps(out / "tables") <= whole


def held_open(folder):
    """Return the keys in all tables that a reader sees who opens the folder once, without the program."""
    handle = os.open(folder, os.O_DIRECTORY)
    try:
        opened = [os.open(f"{name}.parquet", os.O_RDONLY, dir_fd=handle) for name in TABLES]
    except FileNotFoundError:  # the folder has been replaced and removed
        return set()
    finally:
        os.close(handle)
    found = set()
    for one in opened:
        with os.fdopen(one, "rb") as file:
            found.add(pq.read_schema(file).metadata[b"run_key"])
    return found
