"""Query the tables for pages: one read-only database shared by threads, with a limit on time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.errors import InputError, QueryError
from pipeline.outputs import file_state
from pipeline.query import Interrupted, connect, database, limited
from pipeline.schema.declare import Row
from pipeline.tracking import counts

SECONDS = 10.0  # for a page; the slowest takes 0.1 s on 150,000 mentions, so more is a fault
PATIENCE = 15.0  # seconds that a page of new tables waits for pages of those before
KEPT = 64  # cached small answers that many pages need; dropped when the tables change


class Reader:
    """An output folder that many pages query at once and that may be rebuilt meanwhile."""

    def __init__(self, out: Path, *, remembered: int = 0) -> None:
        """Take an output folder, and the number of answers to remember while its tables stay the same."""
        self.out = out
        self._answers = lru_cache(remembered)(self._asked)
        self._turn = threading.Condition()
        self._active = 0
        self._own = threading.local()  # the connection for the page that a thread renders
        self.stamp = self._seen()
        self._base = connect(out)
        self.kept = lru_cache(KEPT)(self._answer)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Keep one state of the tables while a page is made; new tables are opened between two pages.

        Raises:
            InputError: there are no tables, or pages of the tables before take too long.
        """
        with self._turn:
            self._settle()
            self._active += 1
        try:
            with self._base.cursor() as self._own.base, limited(self._own.base, SECONDS):
                yield
        finally:
            self._own.base = None
            with self._turn:
                self._active -= 1
                self._turn.notify_all()

    def check_current(self) -> None:
        """Refuse if a run has replaced the tables that this page reads.

        DuckDB gives a process one file for each path: as long as this page is made, whatever else opens the
        new file gets the old one, and would store what it reads there as that of the new one.

        Raises:
            InputError: it has.
        """
        if self._seen() != self.stamp:
            raise _replaced(self.out)

    def rows(self, sql: str, *values: object) -> list[Row]:
        """Return the answer to a query as one dict per row.

        Raises:
            QueryError: it takes too long.
        """
        return self._ask(sql, values)

    def row(self, sql: str, *values: object) -> Row | None:
        """Return the first row of the answer to a query, or None if it is empty."""
        found = self._ask(sql, values)
        return found[0] if found else None

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """Yield a connection of its own to the tables as this page sees them, without a limit on time."""
        with self._base.cursor() as base:
            yield base

    def _answer(self, make: Callable[..., Any], *values: object, **named: object) -> Any:  # noqa: ANN401
        return make(self, *values, **named)

    def _ask(self, sql: str, values: Sequence[object]) -> list[Row]:
        if getattr(self._own, "base", None) is None:
            with self.turn():
                return self._ask(sql, values)
        return self._answers(sql, tuple(tuple(one) if isinstance(one, list) else one for one in values))

    def _asked(self, sql: str, values: tuple[object, ...]) -> list[Row]:
        given = [list(one) if isinstance(one, tuple) else one for one in values]
        try:
            return counts.records(self._own.base, sql, *given)
        except Interrupted:
            what = f"took longer than {SECONDS:g} s and was stopped"
            raise QueryError("page", what, "ask for less") from None

    def _seen(self) -> tuple[int, ...]:
        return file_state(database(self.out))

    def _settle(self) -> None:
        """Open new tables as soon as no page is made of those before."""
        until = time.monotonic() + PATIENCE
        while self._seen() != self.stamp:
            if not self._active:
                self._reopen()
            elif not self._turn.wait(until - time.monotonic()):
                raise _replaced(self.out)

    def _reopen(self) -> None:
        seen = self._seen()  # before it is opened: if it is replaced in between, the next page will see
        self._base.close()
        self._base = connect(self.out)
        self.stamp = seen
        self.kept.cache_clear()
        self._answers.cache_clear()


def _replaced(out: Path) -> InputError:
    return InputError(str(out), "a run has just replaced the tables", "load the page again")


def spelled(text: str) -> str:
    """Return SQL for a text in lower case and with umlauts written out, as the search spells words."""
    found = f"lower({text}::varchar)"
    for letter, pair in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        found = f"replace({found}, '{letter}', '{pair}')"
    return found


def these(values: Sequence[object]) -> str:
    """Return SQL for a list of as many values, so that an index is used: `(?, ?)`."""
    return f"({', '.join('?' * len(values))})"
