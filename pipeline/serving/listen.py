"""Serve the explorer on a port; the only door to uvicorn."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from pipeline.errors import InputError, PipelineError, why
from pipeline.searching import searchable
from pipeline.searching.searchable import Tell
from pipeline.serving import concepts, drawing, finding, questions, start
from pipeline.serving.app import application
from pipeline.serving.reader import Reader
from pipeline.workers import share_memory

AT_ONCE = 256  # connections: nearly 50 readers with six each; others are told to come back


def ready(out: Path, *, corpus: Path | None, host: str, token: str = "", tell: Tell) -> Starlette:
    """Return the explorer of an output folder, having prepared what its first reader would wait for.

    Raises:
        InputError: the folder holds no finished run.
    """
    share_memory()
    served = application(out, corpus=corpus, hosts=names(host), token=token)
    warm(served.state.site.reader, tell)
    return served


def names(host: str) -> tuple[str, ...]:
    """Return what a browser may call this computer: behind 0.0.0.0, others call it by its name."""
    own = host, socket.gethostname()
    # the full name is asked for only where it is needed: without a name server, that takes seconds
    return own if host in ("127.0.0.1", "localhost", "::1") else (*own, socket.getfqdn())


def bound(host: str, port: int) -> socket.socket:
    """Return a socket on an address of this computer; port 0 means any free port.

    Raises:
        InputError: there is no such address, or another program listens there.
    """
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise InputError(
            f"{host}:{port}", f"cannot be opened: {why(error)}", "give another --port or --host"
        ) from None


def listen(served: Starlette, place: socket.socket) -> None:
    """Serve the explorer until it is interrupted."""
    config = uvicorn.Config(served, log_level="warning", server_header=False, limit_concurrency=AT_ONCE)
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[place])


def warm(reader: Reader, tell: Tell) -> None:
    """Prepare what the first reader would wait for: key findings, registry, the index, processes."""
    with contextlib.suppress(PipelineError), reader.turn():
        start.start(reader, "de")
        start.start(reader, "en")
        concepts.registered(reader)
    with contextlib.suppress(PipelineError):
        questions.ready(reader.out)
        drawing.ready()
    with contextlib.suppress(PipelineError):
        with reader.turn():
            reader.check_current()
            searchable.opened(reader.out, tell=tell)
        with reader.turn():
            finding.answer(reader, finding.SearchQuestion("Handwerk", "words", {}), 1, most=finding.MOST)
