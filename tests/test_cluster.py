"""The line on a cluster of two machines that share nothing gives the same bytes as on one."""

import re
import shutil
import socket
import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from pipeline.config import load_settings, models_folder
from pipeline.errors import SettingsError
from pipeline.process import process, stored
from pipeline.run import _tasks, run
from pipeline.running.cluster import Library, _cluster, _reach, _version, answered, differs, unpacked
from pipeline.running.engine import WorkerShare
from pipeline.tasks import Job, Task
from pipeline.versions import file_sha256
from pipeline.workers import Crew
from tests.builders import make_source

ray = pytest.importorskip("ray", reason="needs the extra `cluster`")

SETTINGS = load_settings()
PAPERS = ("2012-kurzimpuls-fachkraefte-regionen.pdf", "2015-positionspapier-mittelstand.pdf")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory, root):
    folder = tmp_path_factory.mktemp("corpus")
    for name in PAPERS:
        shutil.copy(root / "corpora" / "sample" / "pdf" / name, folder)
    (folder / "kein.pdf").write_bytes(b"das ist kein PDF")
    (folder / "notiz.md").write_text(
        "# Lage\n\nDer Fachkräftemangel bremst das Handwerk.\n", encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def local(tmp_path_factory, corpus):
    """The tables as one machine makes them."""
    return tables(corpus, tmp_path_factory.mktemp("local"))


@pytest.fixture
def cluster(monkeypatch):
    """Two machines of one processor each, with object stores of their own."""
    from ray.cluster_utils import Cluster

    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    found = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "object_store_memory": 80 * 2**20})
    found.add_node(num_cpus=1, object_store_memory=80 * 2**20)
    monkeypatch.setenv("RAY_ADDRESS", found.address)
    yield found
    ray.shutdown()
    found.shutdown()


def tables(corpus, out, *, cluster=None, observe=lambda moment: None):
    run(corpus, out, SETTINGS, workers=2, observe=observe, cluster=cluster)
    return {
        path.stem: path.read_bytes() for path in (out / "tables").glob("*.parquet") if path.stem != "runs"
    }


def test_two_machines_give_the_same_bytes(cluster, corpus, local, tmp_path):
    assert tables(corpus, tmp_path / "out", cluster=WorkerShare()) == local


def test_a_document_travels_with_what_is_stored_and_comes_back_with_what_is_new(corpus, tmp_path):
    source = replace(make_source("notiz.md"), format="md", sha256=file_sha256(corpus / "notiz.md"))
    task = Task(source=source, folder=str(corpus), out=str(tmp_path / "out"), settings=SETTINGS)
    with Crew(process, workers=1) as crew:
        other = replace(unpacked(Library([task]).parcel(0)), content=b"Ein anderes Papier.")
        assert answered(crew, other).error[:2] == (
            "notiz.md",
            "was taken away or changed while the run read it",
        )
        made = answered(crew, unpacked(Library([task]).parcel(0))).stored
        assert {path.split("/")[1] for path in made} == {"text", "signature", "tags", "relations", "names"}
        process(task, lambda stage, at: None)
        assert (
            answered(crew, unpacked(Library([task]).parcel(0))).stored.keys()
            == made.keys() - stored(task).keys()
        )


def test_documents_given_by_a_relative_path_are_found_from_another_folder(corpus, tmp_path, monkeypatch):
    monkeypatch.chdir(corpus.parent)
    tasks, _, _ = _tasks(Job(Path(corpus.name), Path("out"), SETTINGS), None)
    monkeypatch.chdir(tmp_path)
    parcels = [unpacked(Library(tasks).parcel(at)) for at in range(len(tasks))]
    assert all(parcel.content for parcel in parcels)
    assert {task.out for task in tasks} == {str(corpus.parent / "out")}


def test_a_machine_without_room_for_temporary_files_is_one_line(corpus, tmp_path, monkeypatch):
    source = replace(make_source("notiz.md"), format="md", sha256=file_sha256(corpus / "notiz.md"))
    task = Task(source=source, folder=str(corpus), out=str(tmp_path / "out"), settings=SETTINGS)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "fehlt"))
    with Crew(process, workers=1) as crew:
        where, what, remedy = answered(crew, unpacked(Library([task]).parcel(0))).error
    assert where == f"machine {socket.gethostname()}" and "set TMPDIR" in remedy
    assert what == "has no usable folder of temporary files (No such file or directory)"


def test_a_worker_with_other_models_is_noticed_at_its_first_document(tmp_path, monkeypatch):
    folders = {
        name: shutil.copytree(models_folder() / name, tmp_path / name)
        for name in ("tagger_fast", "relations")
    }
    mine = replace(SETTINGS, tag=replace(SETTINGS.tag, model="tagger_fast"))
    monkeypatch.setattr("pipeline.cards.models_folder", lambda: tmp_path)
    version = _version(mine)
    assert not differs(mine, version)
    for folder in folders.values():
        card = (folder / "card.toml").read_text("utf-8")
        (folder / "card.toml").write_text(re.sub(r'= "[0-9a-f]{8}', '= "00000000', card), "utf-8")
        assert differs(mine, version) == "has another version of politikspur or of its models"
        (folder / "card.toml").unlink()
        assert f"({folder.name}: no such model)" in differs(mine, version)
        (folder / "card.toml").write_text(card, "utf-8")


@pytest.mark.parametrize("address", ["127.0.0.1:1", "ray://127.0.0.1:1", "127.0.0.1:eins"])
def test_a_cluster_that_does_not_answer_is_told_at_once_in_one_line(monkeypatch, address):
    monkeypatch.setenv("RAY_ADDRESS", address)
    with pytest.raises(SettingsError, match="no cluster answers") as told, _cluster():
        pass
    assert told.value.where == address and "\n" not in str(told.value)


def test_only_addresses_with_a_port_are_tried_before():
    for address in ("", "auto", "local", "ray://fehlt.invalid", "anyscale://fehlt.invalid:1"):
        _reach(address)


@pytest.mark.parametrize("scheme", ["", "ray://"])
@pytest.mark.parametrize("answer", [None, b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_a_port_that_answers_but_is_not_ray_is_told_in_one_line(monkeypatch, scheme, answer):
    def serve():
        with server.accept()[0] as connection:
            connection.recv(99)
            if answer is None:
                over.wait(9)
            else:
                connection.sendall(answer)

    over = threading.Event()
    monkeypatch.setattr("pipeline.running.cluster.ANSWERS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"{scheme}127.0.0.1:{server.getsockname()[1]}"
        monkeypatch.setenv("RAY_ADDRESS", address)
        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(SettingsError, match="no cluster answers") as told, _cluster():
            pass
        over.set()
        thread.join()
    assert told.value.where == address and "\n" not in str(told.value)


@pytest.mark.parametrize("address", ["", "auto"])
def test_a_cluster_that_ended_without_ray_stop_is_told_in_one_line(monkeypatch, tmp_path, address):
    (tmp_path / "ray").mkdir()
    (tmp_path / "ray" / "ray_current_cluster").write_text("127.0.0.1:1\n", "utf-8")
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path))
    monkeypatch.setenv("RAY_ADDRESS", address)
    with (
        pytest.raises(SettingsError, match=r"127\.0\.0\.1:1: no cluster answers .* or `ray stop`"),
        _cluster(),
    ):
        pass


@pytest.mark.cluster
@pytest.mark.parametrize("what", ["worker", "machine"])
def test_a_lost_worker_or_machine_changes_nothing(cluster, corpus, local, tmp_path, what):
    def strike(moment):
        if moment.done == 1 and not struck:
            struck.append(True)
            if what == "machine":
                cluster.remove_node(cluster.worker_nodes.copy().pop(), allow_graceful=False)
            else:
                kill_a_worker()

    struck = []
    assert tables(corpus, tmp_path / "out", cluster=WorkerShare(), observe=strike) == local
    assert struck


@pytest.mark.cluster
def test_a_machine_may_join_while_it_runs(cluster, corpus, local, tmp_path):
    def join(moment):
        if moment.done == 1 and not joined:
            joined.append(cluster.add_node(num_cpus=1, object_store_memory=80 * 2**20))

    joined = []
    assert tables(corpus, tmp_path / "out", cluster=WorkerShare(), observe=join) == local
    assert joined


def kill_a_worker():
    import psutil

    for process_ in psutil.process_iter(["name", "cmdline"]):
        if "ray::MapWorker" in " ".join(process_.info["cmdline"] or ()):
            process_.kill()
            return
    raise AssertionError("no worker found")
