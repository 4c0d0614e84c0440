"""What goes wrong beside a run, and what becomes of it: docs/faults.md is the table of these tests."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import msgspec
import psutil
import pytest

from pipeline import outputs
from pipeline.cards import find
from pipeline.config import Settings, load_settings
from pipeline.errors import InputError, PipelineError
from pipeline.query import rows
from pipeline.run import run
from pipeline.store import locked

SETTINGS = load_settings()
NOTES = {
    "lage.md": "# Lage\n\nDer Fachkräftemangel bremst das Handwerk in vielen Regionen.\n",
    "plan.md": "# Plan\n\nDie Bundesregierung wird bis 2030 ein Förderprogramm für Betriebe auflegen.\n",
    "kritik.txt": "Die Verbände lehnen eine neue Abgabe auf Strom ab. Sie fordern weniger Bürokratie.\n",
}
PARTS = 60_000_000  # bytes of drawing that PDFium has to take apart; packed they are a few kB


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, text in NOTES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The tables of a run in which nothing goes wrong."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "corpus").mkdir()
    for name, text in NOTES.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    return go(folder / "corpus", folder / "out")


def go(corpus, out, *, settings=SETTINGS, observe=lambda moment: None):
    run(corpus, out, settings, workers=1, observe=observe)
    return tables(out)


def tables(out):
    return {
        path.stem: path.read_bytes() for path in (out / "tables").glob("*.parquet") if path.stem != "runs"
    }


def alone(code, *arguments, mounts=""):
    """Run Python in a process of its own, with file systems of its own if `mounts` says so."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    if mounts:
        command = ["unshare", "--mount", "sh", "-c", f'{mounts} && exec "$@"', "sh", *command]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=Path(__file__).parent.parent, check=False
    )


def test_what_cannot_be_opened_for_a_while_is_not_read_again(corpus, tmp_path, monkeypatch):
    (corpus / "unter").mkdir()
    (corpus / "plan.md").rename(corpus / "unter" / "plan.md")
    out, opened = tmp_path / "out", Path.iterdir
    before = go(corpus, out)

    def refusing(folder):
        if folder.name == "unter":
            raise PermissionError
        return opened(folder)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "iterdir", refusing)
        assert go(corpus, out) != before
    assert run(corpus, out, SETTINGS, workers=1, observe=lambda moment: None).n_processed == 0
    assert tables(out) == before


RUN = """
import sys
from pathlib import Path
from pipeline.config import load_settings
from pipeline.errors import PipelineError
from pipeline.run import run
def go(observe=lambda moment: None):
    try:
        run(Path(sys.argv[1]), Path(sys.argv[2]), load_settings(), workers=1, observe=observe)
    except PipelineError as error:
        sys.exit(f"politikspur: {error}")
"""


@pytest.fixture
def disk(tmp_path):
    """A folder, and the command that puts a small file system of its own there."""
    if os.geteuid() or subprocess.run(["unshare", "--mount", "true"], check=False).returncode:
        pytest.skip("needs the right to mount a file system")
    folder = tmp_path / "disk"
    folder.mkdir()
    return folder, f"mount -t tmpfs -o size=230m tmpfs '{folder}'"


def test_a_killed_worker_is_replaced(corpus, whole, tmp_path):
    def strike(moment):
        if moment.stage == "documents" and not struck:
            struck.append(psutil.Process().children()[-1])
            struck[0].kill()

    struck = []
    assert go(corpus, tmp_path / "out", observe=strike) == whole
    assert struck


def test_a_full_disk_ends_the_run_and_room_lets_it_go_on(corpus, disk):
    folder, mounts = disk
    code = (
        RUN
        + """
import os, shutil
out = Path(sys.argv[2])
def fill(moment):
    if not (out.parent / "filler").exists():
        with (out.parent / "filler").open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(out).free - 2048)
try:
    go(fill)
except SystemExit as error:
    print(error, file=sys.stderr)
assert not (out / "run.json").exists() and not list(out.glob("tables/*.parquet"))
(out.parent / "filler").unlink()
go()
shutil.copytree(out / "tables", sys.argv[3])
"""
    )
    kept = folder.parent / "kept"
    ended = alone(code, corpus, folder / "out", kept / "tables", mounts=mounts)
    assert ended.returncode == 0, ended.stderr
    assert re.search(r"^politikspur: .*No space left on device.*; .+", ended.stderr, flags=re.M)
    assert set(tables(kept)) > {"documents", "mentions", "trends"}


def test_too_little_room_is_said_before_anything_is_done(corpus, disk):
    folder, mounts = disk
    ended = alone(RUN + "go()", corpus, folder / "out", mounts=mounts.replace("230m", "50m"))
    assert ended.returncode == 1
    assert re.search(r"only \d+ MB are free there; make room or give another --out", ended.stderr)


def test_an_output_folder_that_cannot_be_written_is_one_line(corpus, disk):
    folder, mounts = disk
    ended = alone(RUN + "go()", corpus, folder / "out", mounts=f"{mounts} && mount -o remount,ro '{folder}'")
    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1)
    assert "cannot be written (Read-only file system); give another --out" in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("before", ["fresh", "finished"])
def test_power_may_fail_between_any_two_writes(corpus, whole, tmp_path, before):
    """It fails again and again in one folder, each time a little later."""
    code = (
        RUN
        + """
import os
left = int(sys.argv[3])
replace = Path.replace
def failing(self, target):
    global left
    left -= 1
    if left < 0:
        os._exit(99)
    return replace(self, target)
Path.replace = failing
go()
"""
    )
    out = tmp_path / "out"
    if before == "finished":
        (corpus / "alt.md").write_text("# Alt\n\nDie Renten sind unsicher.\n", encoding="utf-8")
        go(corpus, out)
        (corpus / "alt.md").unlink()
    for writes in (1, 12, 29) if before == "fresh" else (2, 18, 29):
        ended = alone(code, corpus, out, writes)
        assert ended.returncode == 99, ended.stderr
        if before == "fresh":
            with pytest.raises(InputError):
                outputs.finished(out)
        else:
            readable(out)
    assert go(corpus, out) == whole
    assert not list(out.rglob("*.tmp-*"))


def readable(out):
    """See that readers get a whole state, the old one, or are told that there is none."""
    try:
        outputs.finished(out)
    except InputError:
        return
    assert rows(out, "select * from documents")


def test_two_runs_into_one_folder_do_not_mix(corpus, whole, tmp_path):
    out = tmp_path / "out"
    with locked(out), pytest.raises(InputError, match="another run writes here; wait for it"):
        go(corpus, out)
    assert go(corpus, out) == whole


def test_a_clock_that_is_wrong_changes_no_table(corpus, whole, tmp_path):
    code = (
        RUN
        + """
import datetime, pipeline.running.journal, pipeline.stopwatch
class Early(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(1970, 1, 2, tzinfo=tz)
pipeline.running.journal.datetime = pipeline.stopwatch.datetime = Early
go()
"""
    )
    for path in corpus.iterdir():
        os.utime(path, (4e9, 4e9))  # the year 2096
    ended = alone(code, corpus, tmp_path / "out")
    assert ended.returncode == 0, ended.stderr
    assert tables(tmp_path / "out") == whole


def test_a_damaged_model_is_named_and_nothing_is_shown(corpus, tmp_path):
    model = tmp_path / "tagger"
    shutil.copytree(find("tagger"), model)
    weights = bytearray((model / "heads.npz").read_bytes())
    weights[len(weights) // 2] ^= 255
    (model / "heads.npz").write_bytes(weights)
    with pytest.raises(PipelineError, match=r"heads\.npz"):
        go(corpus, tmp_path / "out", settings=with_(tag={"model": str(model)}))
    with pytest.raises(InputError):
        outputs.finished(tmp_path / "out")


def test_a_model_changed_during_a_run_ends_it_and_the_next_run_uses_the_new_one(corpus, tmp_path):
    shutil.copytree(find("tagger"), tmp_path / "tagger")
    model = shutil.copytree(find("tagger_fast"), tmp_path / "tagger_fast")

    def change(moment):
        if moment.done == 1 and not changed:
            decisions = model / "decisions.toml"
            before = hashlib.sha256(decisions.read_bytes()).hexdigest()
            decisions.write_bytes(decisions.read_bytes() + b"# made anew\n")
            after, card = hashlib.sha256(decisions.read_bytes()).hexdigest(), model / "card.toml"
            card.write_text(card.read_text("utf-8").replace(before, after), "utf-8")
            changed.append(after)

    changed = []
    with pytest.raises(PipelineError, match="was changed while a run used it; run the same command again"):
        go(corpus, tmp_path / "out", settings=with_(tag={"model": str(model)}), observe=change)
    assert changed and not (tmp_path / "out" / "tables").exists()
    assert go(corpus, tmp_path / "out", settings=with_(tag={"model": str(model)}))


def test_a_table_cut_short_is_refused_and_made_again(corpus, whole, tmp_path):
    out = tmp_path / "out"
    go(corpus, out)
    path = out / "tables" / "mentions.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match="mentions"):
        outputs.finished(out)
    assert go(corpus, out) == whole


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ({"page_cpu_seconds": 2}, "more than 2 s of CPU time"),
        ({"memory_mb": 450}, "more than 450 MB of memory"),
    ],
    ids=["hangs", "eats memory"],
)
def test_a_hostile_document_is_stopped_and_told(corpus, whole, tmp_path, limit, reason):
    (corpus / "feind.pdf").write_bytes(endless())
    out = tmp_path / "out"
    go(corpus, out, settings=with_(limits=limit))
    found = {row["path"]: (row["status"], row["reason"]) for row in rows(out, "select * from documents")}
    status, why = found.pop("feind.pdf")
    assert status == "failed" and reason in why
    assert found == dict.fromkeys(NOTES, ("ok", ""))


def with_(**changes) -> Settings:
    values = msgspec.to_builtins(SETTINGS)
    for section, change in changes.items():
        values[section] |= change
    return msgspec.convert(values, Settings)


def endless():
    """Return a small PDF whose one page is drawn with millions of strokes."""
    line = b"0 0 m 9 9 l S\n"
    stream = zlib.compress(line * (PARTS // len(line)), 9)
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 595 842]>>",
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(stream), stream),
    )
    data = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s endobj\n" % (at, body) for at, body in enumerate(objects, 1))
    return data + b"trailer<</Root 1 0 R>>\n%%EOF"


def test_the_table_of_faults_names_these_tests():
    text = (Path(__file__).parent.parent / "docs" / "faults.md").read_text("utf-8")
    here, others = named_in(Path(__file__)), set().union(*map(named_in, Path(__file__).parent.glob("*.py")))
    named = set(re.findall(r"`(test_\w+)`", text))
    assert here - {"test_the_table_of_faults_names_these_tests"} <= named <= others


def named_in(path):
    return set(re.findall(r"^def (test_\w+)", path.read_text("utf-8"), flags=re.M))


@pytest.mark.parametrize("stage", ["text", "tags", "relations", "signature", "names"])
def test_a_damaged_result_is_told_and_made_again(corpus, whole, tmp_path, stage):
    out = tmp_path / "out"
    go(corpus, out)
    (out / "run.json").unlink()
    for path in (out / "cache" / stage).glob("*/*"):
        held = path.read_bytes()
        path.write_bytes(held[:-4] + bytes(byte ^ 255 for byte in held[-4:]))
    with pytest.raises(InputError, match=f"{stage}.* damaged; run the same command again"):
        go(corpus, out)
    assert go(corpus, out) == whole
