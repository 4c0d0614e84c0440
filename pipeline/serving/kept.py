"""Cache pictures and pages in memory, up to a bound."""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from starlette.requests import Request
from starlette.responses import Response

PAGES = 8 * 2**20  # bytes of compressed pages, some 1,500
LEVEL = 5  # of compression: 1 ms for a page of 40 kB


class KeptBytes:
    """A thread-safe cache of bytes by name that drops the least recently used first."""

    def __init__(self, bound: int) -> None:
        self._bound, self._lock = bound, threading.Lock()
        self._data: OrderedDict[Hashable, bytes] = OrderedDict()
        self.size = 0

    def get(self, name: Hashable) -> bytes | None:
        """Return the bytes stored under a name, or None."""
        with self._lock:
            if name in self._data:
                self._data.move_to_end(name)
            return self._data.get(name)

    def keep(self, name: Hashable, data: bytes) -> bytes:
        """Store bytes under a name, and return them."""
        with self._lock:
            self.size += len(data) - len(self._data.get(name, b""))
            self._data[name] = data
            while self.size > self._bound and len(self._data) > 1:
                self.size -= len(self._data.popitem(last=False)[1])
        return data


class Pages:
    """A cache of pages, each valid as long as the state that it shows."""

    def __init__(self, bound: int = PAGES) -> None:
        self._kept = KeptBytes(bound)

    def answer(self, request: Request, state: Hashable, make: Callable[[], Response]) -> Response:
        """Return the cached page of an address, or make it."""
        name = (str(request.url), state)
        data = self._kept.get(name)
        if data is None:
            made = make()
            if made.status_code != 200:
                return made
            data = self._kept.keep(name, gzip.compress(bytes(made.body), LEVEL))
        headers = {"content-type": "text/html; charset=utf-8", "vary": "accept-encoding"}
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(gzip.decompress(data), headers=headers)
        return Response(data, headers=headers | {"content-encoding": "gzip"})
