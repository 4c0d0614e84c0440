"""The explorer on a port; the only door to uvicorn."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

import uvicorn

from pipeline.errors import PipelineError
from pipeline.serving import finding, start
from pipeline.serving.app import application
from pipeline.serving.reader import Reader

AT_ONCE = 256  # connections; 50 readers with six each fit nearly, the rest are told to come back


def listen(out: Path, *, corpus: Path | None, host: str, port: int, token: str = "") -> None:
    """Serve an output folder until it is interrupted.

    Raises:
        InputError: the folder holds no finished run.
    """
    names = () if host in ("127.0.0.1", "localhost", "::1") else (host,)
    served = application(out, corpus=corpus, hosts=names, token=token)
    threading.Thread(target=warm, args=(served.state.site.reader,), daemon=True).start()
    uvicorn.run(
        served, host=host, port=port, log_level="warning", server_header=False, limit_concurrency=AT_ONCE
    )


def warm(reader: Reader) -> None:
    """Make what the first reader would wait for: the key findings, and the index with its dictionary."""
    with contextlib.suppress(PipelineError), reader.turn():
        start.start(reader, "de")
        finding.answer(reader, "Handwerk", {}, "words", 1)
