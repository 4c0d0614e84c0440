"""What was made once and is asked for again: pictures and pages in memory, up to a bound."""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from starlette.requests import Request
from starlette.responses import Response

PAGES = 8 * 2**20  # bytes of compressed pages kept: some 1,500
LEVEL = 5  # of compression: a page of 40 kB in 1 ms


class KeptBytes:
    """Bytes under names; what was not asked for longest goes first. Many threads may ask."""

    def __init__(self, bound: int) -> None:
        self._bound, self._lock = bound, threading.Lock()
        self._data: OrderedDict[Hashable, bytes] = OrderedDict()
        self.size = 0

    def get(self, name: Hashable) -> bytes | None:
        """Return what is kept under a name, None where nothing is."""
        with self._lock:
            if name in self._data:
                self._data.move_to_end(name)
            return self._data.get(name)

    def keep(self, name: Hashable, data: bytes) -> bytes:
        """Keep bytes under a name, and return them."""
        with self._lock:
            self.size += len(data) - len(self._data.get(name, b""))
            self._data[name] = data
            while self.size > self._bound and len(self._data) > 1:
                self.size -= len(self._data.popitem(last=False)[1])
        return data


class Pages:
    """Pages as they were answered, for as long as the state they show."""

    def __init__(self, bound: int = PAGES) -> None:
        self._kept = KeptBytes(bound)

    def answer(self, request: Request, state: Hashable, make: Callable[[], Response]) -> Response:
        """Return the page of an address as it is kept, or as it is made now."""
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
