"""The explorer on a port; the only door to uvicorn."""

from __future__ import annotations

from pathlib import Path

import uvicorn

from pipeline.serving.app import application

AT_ONCE = 256  # connections; 50 readers with six each fit nearly, the rest are told to come back


def listen(out: Path, *, corpus: Path | None, host: str, port: int, token: str = "") -> None:
    """Serve an output folder until it is interrupted.

    Raises:
        InputError: the folder holds no finished run.
    """
    names = () if host in ("127.0.0.1", "localhost", "::1") else (host,)
    served = application(out, corpus=corpus, hosts=names, token=token)
    uvicorn.run(
        served, host=host, port=port, log_level="warning", server_header=False, limit_concurrency=AT_ONCE
    )
