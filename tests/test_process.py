"""One document through its stages: what is stored, what is made again, what is remembered."""

import importlib
from pathlib import Path

import pytest
from msgspec.structs import replace

from pipeline import process as stages
from pipeline import store
from pipeline.config import load_settings
from pipeline.errors import NO_MEMORY, InputError, MachineError, ModelError
from pipeline.process import known, process, stop_at, try_again
from pipeline.records import Fact, Tags, Text
from pipeline.serving.invented import pdf
from pipeline.tasks import Signature, Task
from pipeline.versions import file_sha256
from pipeline.workers import KILLED
from tests.builders import make_passage, make_source, make_span, make_text

SENTENCE = "Der Fachkräftemangel bremst das Handwerk."


def quiet(stage, at):
    """Hear nothing."""


@pytest.fixture
def task(tmp_path):
    (tmp_path / "corpus").mkdir()
    path = tmp_path / "corpus" / "papier.md"
    path.write_text(f"# Lage\n\n{SENTENCE}\n", encoding="utf-8")
    source = replace(make_source("papier.md"), format="md", sha256=file_sha256(path))
    return Task(
        source=source,
        folder=str(tmp_path / "corpus"),
        out=str(tmp_path / "out"),
        settings=load_settings(),
    )


def test_a_document_is_known_once_it_is_processed(task):
    assert known(task) is None
    process(task, quiet)
    first = known(task)
    assert first is not None and first.document_id == "d1"
    process(task, quiet)
    assert known(task) == first


def test_relations_follow_their_model_and_whether_the_network_judges(task, monkeypatch):
    process(task, quiet)
    before, fast = known(task), replace(task, settings=load_settings(fast=True))
    alone = replace(fast, settings=replace(task.settings, relate=fast.settings.relate))
    assert known(alone) is None
    process(alone, quiet)
    after = known(alone)
    assert after.keys["tags"] == before.keys["tags"] and after.keys["relations"] != before.keys["relations"]
    monkeypatch.setattr("pipeline.process.model_hash", lambda name: f"another {name}")
    assert known(task) is None


def test_what_near_duplicates_are_found_by_follows_its_code(task, monkeypatch):
    process(task, quiet)
    version, out = stages.stage_version, Path(task.out)
    monkeypatch.setattr("pipeline.reading.duplicates.signature", lambda _: b"made anew")
    monkeypatch.setattr(
        stages, "stage_version", lambda name: version(name) + name * (name == "reading.duplicates")
    )
    process(task, quiet)
    found = store.load(out, "signature", known(task).keys["signature"], Signature)
    assert found.signature == b"made anew"


def test_names_alone_follow_what_the_manifest_states(task):
    process(task, quiet)
    told = replace(task, source=replace(task.source, manifest={"issuer": "Landtag Brandenburg"}))
    assert known(told) is None
    assert [entry.stage for entry in process(told, quiet)] == ["link"]


def test_texts_follow_what_gives_them_their_status(task, monkeypatch):
    process(task, quiet)
    version = stages.stage_version
    monkeypatch.setattr(stages, "stage_version", lambda name: version(name) + name * (name == "texts"))
    assert known(task) is None


def test_an_unexpected_error_becomes_status_and_reason(task, monkeypatch, tmp_path):
    monkeypatch.setattr("pipeline.reading.formats.read_document", lambda *_, **__: 1 / 0)
    text = stages.read_text(task, tmp_path / "out", quiet)
    assert (text.status, text.passages) == ("failed", ())
    assert "ZeroDivisionError" in text.reason


@pytest.mark.parametrize("form", ["md", "pdf"])
@pytest.mark.parametrize(
    "left",
    [None, b"", b"\0", pdf([["Ein anderes Papier."]])],
    ids=["taken away", "emptied", "damaged", "replaced"],
)
def test_what_became_of_a_file_during_a_run_is_no_fault_of_the_document(task, left, form):
    task = as_pdf(task) if form == "pdf" else task
    path = Path(task.folder) / task.source.path
    whole = path.read_bytes()
    path.unlink()
    if left is not None:
        path.write_bytes(left)
    with pytest.raises(InputError, match="taken away or changed"):
        process(task, quiet)
    path.write_bytes(whole)
    assert [entry.status for entry in process(task, quiet)] == ["ok"] * 4
    assert SENTENCE in reading(task).passages[-1].text


def test_a_file_that_could_not_be_read_from_the_start_is_a_failed_document(task):
    (Path(task.folder) / task.source.path).unlink()
    (entry, *_) = process(replace(task, source=replace(task.source, sha256="", format="unknown")), quiet)
    assert (entry.stage, entry.status) == ("read", "failed")
    assert entry.reason == "cannot be opened; check its rights"


LATER = ["tag.tag", "relate.relate_text", "naming.names"]


def fails_once(monkeypatch, at, error):
    """Let a stage after reading fail with an error the first time."""
    module, name = at.split(".")
    errors, whole = iter([error]), getattr(importlib.import_module(f"pipeline.{module}"), name)

    def failing(*arguments, **values):
        if met := next(errors, None):
            raise met
        return whole(*arguments, **values)

    monkeypatch.setattr(f"pipeline.{module}.{name}", failing)


@pytest.mark.parametrize("at", LATER)
def test_an_error_that_no_one_foresaw_costs_one_document_until_the_program_is_another(task, monkeypatch, at):
    fails_once(monkeypatch, at, KeyError("ſechs"))
    assert {entry.status for entry in process(task, quiet)} == {"failed"}
    assert reading(task).reason == "could not be analysed (KeyError: 'ſechs')"
    try_again(task)
    assert known(task) is not None and any(path.startswith("cache/faults/") for path in stages.stored(task))
    version = stages.stage_version
    monkeypatch.setattr(stages, "stage_version", lambda name: version(name) + name * (name == "tag"))
    assert known(task) is None
    process(task, quiet)
    assert reading(task).status == "ok"


@pytest.mark.parametrize("at", LATER)
@pytest.mark.parametrize(
    "error", [OSError(13, "denied"), MemoryError(), ImportError(), ModelError("a", "b", "c")]
)
def test_what_concerns_the_whole_run_is_no_fault_of_the_document_after_reading(task, monkeypatch, at, error):
    fails_once(monkeypatch, at, error)
    with pytest.raises(type(error)):
        process(task, quiet)
    process(task, quiet)
    assert reading(task).status == "ok"


def test_a_full_disk_is_no_fault_of_the_document(task, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "save", full)
    with pytest.raises(OSError, match="No space"):
        process(task, quiet)


def test_a_full_folder_of_temporary_files_is_no_fault_of_the_document(task, monkeypatch, tmp_path):
    paper = as_pdf(task)
    with monkeypatch.context() as patch, pytest.raises(MachineError):
        patch.setattr("tempfile.tempdir", str(tmp_path / "fehlt"))
        process(paper, quiet)
    assert {entry.status for entry in process(paper, quiet)} == {"ok"}


def as_pdf(task):
    path = Path(task.folder) / "papier.pdf"
    path.write_bytes(pdf([[SENTENCE] * 3, [SENTENCE] * 3]))
    return replace(task, source=replace(task.source, path=path.name, format="pdf", sha256=file_sha256(path)))


TOO_LARGE = "needed more than 1500 MB of memory"


@pytest.mark.parametrize(("reason", "lasts"), [(TOO_LARGE, True), (KILLED, False), (NO_MEMORY, False)])
def test_what_stopped_a_worker_is_left_out_the_next_time_unless_memory_was_short(task, reason, lasts):
    stop_at(task, "tag", 512, reason)
    process(task, quiet)
    assert (reading(task).status, reading(task).reason) == ("failed", reason)
    try_again(task)
    assert bool(known(task)) is lasts
    process(task, quiet)
    assert reading(task).status == ("failed" if lasts else "ok")


@pytest.mark.parametrize(
    ("form", "at", "status"),
    [
        ("md", "formats.passages", "failed"),
        ("pdf", "pdfium._open", "failed"),
        ("pdf", "pdfium._glyphs", "partial"),
    ],
)
def test_a_document_for_which_memory_was_short_is_told_and_read_again_by_the_next_run(
    task, monkeypatch, form, at, status
):
    task = as_pdf(task) if form == "pdf" else task
    starve = iter([MemoryError])
    whole = getattr(importlib.import_module(f"pipeline.reading.{at.partition('.')[0]}"), at.partition(".")[2])

    def starving(*arguments, **values):
        if error := next(starve, None):
            raise error
        return whole(*arguments, **values)

    monkeypatch.setattr(f"pipeline.reading.{at}", starving)
    process(task, quiet)
    assert reading(task).status == status and NO_MEMORY in reading(task).reason
    try_again(task)
    assert known(task) is None
    process(task, quiet)
    assert reading(task).status == "ok"


def reading(task):
    return store.load(Path(task.out), "text", known(task).keys["text"], Text)


@pytest.mark.parametrize(
    ("manifest", "read"),
    [({}, "wahlprogramm"), ({"doc_type": "bericht"}, "bericht")],
)
def test_the_tagger_hears_the_type_that_the_document_states_where_the_manifest_is_silent(
    task, monkeypatch, manifest, read
):
    heard = []
    monkeypatch.setattr("pipeline.tag.tag", lambda found, **_: heard.extend(found) or Tags())
    text = make_text(make_passage(SENTENCE), facts={"doc_type": Fact("wahlprogramm", "text")})
    source = replace(task.source, manifest=manifest)
    stages._tags(replace(task, source=source), text, quiet)
    assert [context.doc_type for context in heard] == [read]


def test_the_title_of_a_bill_speaks_for_all_its_sentences(task, monkeypatch):
    text = "Nach § 5 des Hafengesetzes wird gebaut."
    span = make_span(text="§ 5 des Hafengesetzes", start=5, label="instrument", status="existing")
    monkeypatch.setattr(stages, "SENTENCES_AT_ONCE", 1)
    monkeypatch.setattr(
        "pipeline.tag.tag", lambda found, **_: Tags(spans=(span,) if found[0].text == text else ())
    )
    bill = make_passage("Entwurf eines Gesetzes zur Ordnung der Häfen (Hafengesetz)")
    for titles, status in (([bill], "planned"), ([], "existing")):
        given = make_text(*titles, make_passage(text, number=len(titles)))
        (found,) = stages._tags(task, given, quiet).spans
        assert (found.sentence, found.status) == (len(titles), status)
