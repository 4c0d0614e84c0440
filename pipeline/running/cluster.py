"""Process the documents of a run on the machines of a Ray cluster; the only door to Ray.

The machines share no disk. A document is sent to a free worker together with the results that are
already stored, and new results are sent back; only the machine that started the run writes them.
A worker processes a document just as `engine.py` does on this machine. Ray Data streams: it starts
workers while processors are free, including those of machines that join later, slows down when
results pile up, and repeats the work of a lost worker or machine.
"""

from __future__ import annotations

import logging
import os
import socket
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from pipeline import store
from pipeline.cards import model_hash
from pipeline.config import Settings
from pipeline.errors import ModelError, PipelineError, SettingsError, shown, why
from pipeline.process import TEXT_STAGES, models, process, stored
from pipeline.records import Record
from pipeline.running.engine import WorkerShare, work_through
from pipeline.stopwatch import LogEntry
from pipeline.tasks import Task
from pipeline.versions import digest, stage_version
from pipeline.workers import Crew, Event, Finished

MOST_BLOCKS = 5_000  # Ray Data can still plan so many; small blocks leave less to repeat after a loss
ANSWERS = 10.0  # seconds until a cluster must take a connection, and then answer
# How every connection of HTTP/2 begins, and the kind of frame that answers (RFC 9113, sections 3.4 and 6.5).
PREFACE, SETTINGS_FRAME = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", b"\4"


class Parcel(Record):
    """A document that is sent to a worker."""

    task: Task
    content: bytes | None  # None: it cannot be read
    stored: dict[str, bytes]  # results that exist already, by their path in the output folder


class WorkerResult(Record):
    """A worker's answer for a document: new results by their path, or an error that ends the run."""

    stored: dict[str, bytes] = msgspec.field(default_factory=dict)
    told: tuple[LogEntry, ...] = ()
    error: tuple[str, str, str] | None = None  # where, what, remedy


def spread(tasks: Sequence[Task], share: WorkerShare) -> Iterator[Event]:
    """Process documents on the cluster and store their results; yield one event per document.

    RAY_ADDRESS names the cluster; without it, one is started on the processors of this machine.

    Raises:
        PipelineError: an error that concerns the whole run, such as a full disk or a damaged model.
        SettingsError: Ray is not installed or the cluster does not answer.
    """
    if not tasks:
        return
    out = Path(tasks[0].out)
    with _cluster() as ray:
        here = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(
            ray.get_runtime_context().get_node_id(), soft=False
        )
        library = ray.remote(Library).options(num_cpus=0, scheduling_strategy=here).remote(list(tasks))
        most = share.workers or len(tasks)
        rows = ray.data.from_items(
            [{"at": at} for at in range(len(tasks))], override_num_blocks=min(len(tasks), MOST_BLOCKS)
        ).map(
            Worker,
            fn_constructor_args=(library, _version(tasks[0].settings)),
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=most),
            num_cpus=share.cpus,
            num_gpus=share.gpus,
        )
        for row in rows.iter_rows():
            answer = msgspec.msgpack.decode(row["answer"], type=WorkerResult)
            if answer.error is not None:
                raise PipelineError(*answer.error)
            for path, data in sorted(answer.stored.items()):
                store.write_bytes(out / path, data)
            yield Finished(task=row["at"], result=answer.told)


@contextmanager
def _cluster() -> Iterator[Any]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
        import ray.data
        import ray.util.scheduling_strategies
    except ImportError:
        raise SettingsError(
            "--engine ray", "Ray is not installed", "in the checkout: .venv/bin/pip install -e '.[cluster]'"
        ) from None
    began = not ray.is_initialized()
    if began:
        address = os.environ.get("RAY_ADDRESS", "")
        address = _current() if address in ("", "auto") else address
        try:
            _reach(address)
            ray.init(logging_level="error", log_to_driver=False, include_dashboard=False)
        except (OSError, RuntimeError, ValueError) as error:
            where, reason = shown(address) or "this machine", " ".join(why(error).split())
            raise SettingsError(
                where,
                f"no cluster answers ({reason})",
                "start one with `ray start`, correct RAY_ADDRESS, or `ray stop`",
            ) from None
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    ray.data.DataContext.get_current().enable_progress_bars = False
    try:
        yield ray
    finally:
        if began:
            ray.shutdown()


def _reach(address: str) -> None:
    """See that Ray may listen at `host:port` or `ray://host:port`; any other address names no place to try.

    Raises:
        OSError: nothing takes the connection, or what does is no gRPC server as Ray is; `ray.init` would go
            on trying for minutes.
        ValueError: the port is no number.
    """
    place = urlsplit(address if "://" in address else f"//{address}")
    if place.scheme not in ("", "ray") or not place.hostname or not place.port:
        return
    with socket.create_connection((place.hostname, place.port), timeout=ANSWERS) as connection:
        if os.environ.get("RAY_USE_TLS", "0") == "0":
            connection.sendall(PREFACE)
            if connection.recv(4)[3:] != SETTINGS_FRAME:
                raise ConnectionError("what answers there is not Ray")


def _current() -> str:
    """Return the address of the cluster that was started on this machine, or "" if there is none."""
    folder = Path(os.environ.get("RAY_TMPDIR", tempfile.gettempdir())) / "ray"
    try:
        return (folder / "ray_current_cluster").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _version(settings: Settings) -> str:
    """Return a hash that differs on machines with another version of the program or with other models.

    Raises:
        ModelError: this machine lacks a model.
    """
    stages = [stage_version(stage) for stage in (*TEXT_STAGES, "tag", "relate", "naming", "process")]
    return digest(*stages, *map(model_hash, models(settings)))


class Library:
    """Hands out documents; runs on the machine that holds them."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        """Take the tasks whose documents workers will ask for."""
        self._tasks = tasks

    def parcel(self, at: int) -> bytes:
        """Return a document together with the results that are already stored."""
        task = self._tasks[at]
        try:
            content: bytes | None = (Path(task.folder) / task.source.path).read_bytes()
        except OSError:
            content = None
        found = Parcel(task=task, content=content, stored=stored(task))
        return msgspec.msgpack.encode(found)


class Worker:
    """Processes documents in a scratch folder of its machine, in a process of its own that may be lost."""

    def __init__(self, library: Any, version: str) -> None:  # noqa: ANN401 - a handle of Ray
        """Take the library to get documents from and the version that the run was started with."""
        self._library, self._version = library, version
        self._crew = Crew(process, workers=1)

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return the position of a document and the answer for it."""
        import ray

        parcel = unpacked(ray.get(self._library.parcel.remote(row["at"])))
        wrong = differs(parcel.task.settings, self._version)
        if wrong:
            where, remedy = f"machine {ray.util.get_node_ip_address()}", "install the same everywhere"
            answer = WorkerResult(error=(where, wrong, remedy))
        else:
            answer = answered(self._crew, parcel)
        return {"at": row["at"], "answer": msgspec.msgpack.encode(answer)}


def differs(settings: Settings, version: str) -> str:
    """Return in what this machine differs from the one that started the run, or ""."""
    try:
        same = _version(settings) == version
    except ModelError as error:
        return f"cannot be used ({error.where}: {error.what})"
    return "" if same else "has another version of politikspur or of its models"


def unpacked(parcel: bytes) -> Parcel:
    """Return a document from the bytes that the library handed out."""
    return msgspec.msgpack.decode(parcel, type=Parcel)


def answered(crew: Crew, parcel: Parcel) -> WorkerResult:
    """Return the new results of a document, made in a scratch folder."""
    try:
        return _answered(crew, parcel)
    except OSError as error:
        where = f"machine {socket.gethostname()}"
        what = f"has no usable folder of temporary files ({why(error)})"
        return WorkerResult(error=(where, what, "make room there or set TMPDIR"))


def _answered(crew: Crew, parcel: Parcel) -> WorkerResult:
    with tempfile.TemporaryDirectory() as scratch:
        folder, out = Path(scratch) / "documents", Path(scratch) / "out"
        task = msgspec.structs.replace(parcel.task, folder=str(folder), out=str(out))
        if parcel.content is not None:
            store.write_bytes(folder / task.source.path, parcel.content)
        for path, data in parcel.stored.items():
            store.write_bytes(out / path, data)
        try:
            events = list(work_through(crew, [task], task.settings.limits))
        except PipelineError as error:
            return WorkerResult(error=(error.where, error.what, error.remedy))
        made = {
            path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()
        }
        new = {path: data for path, data in made.items() if parcel.stored.get(path) != data}
        told = next(event.result for event in events if isinstance(event, Finished))
        return WorkerResult(stored=new, told=told)
