"""Let worker processes do what readers ask for, because one question may take all memory and never end.

DuckDB's own limits do not cover every function: `repeat('a', 300000000)` needs more memory than allowed and
cannot be interrupted. A process can be limited by the system, and stopped.
"""

from __future__ import annotations

import os
from queue import LifoQueue
from typing import Any

from pipeline.config import Limits
from pipeline.errors import QueryError
from pipeline.workers import Crew, Finished, Raised, Stopped, Work

AT_ONCE = 2  # questions that run at once; others wait
GROWTH = 1_024  # MB that one question may need beyond what its process has
WATCHED = 1_536  # MB of a process, where the system does not enforce `GROWTH`
GRACE = 2.0  # seconds beyond its own limit after which a question is stopped from outside
POLL = 0.05
HOUR = 3_600  # the clock counts for readers, not CPU time
LIMITS = Limits(page_cpu_seconds=HOUR, document_cpu_seconds=HOUR, memory_mb=WATCHED)


class Desk:
    """Processes that are kept ready; the second one starts when two questions are asked at once."""

    def __init__(
        self,
        work: Work,
        most: int = AT_ONCE,
        *,
        where: str = "query",
        does: str = "answers questions",
        remedy: str = "ask for less",
    ) -> None:
        """Take a function defined in a module; it notes when it begins.

        The rest is what readers are told if it is stopped: where, what its process does, and a remedy.
        """
        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # the usual one reserves 1 GB at once
        self._work, self._where, self._does, self._remedy = work, where, does, remedy
        self._free: LifoQueue[Crew] = LifoQueue()  # the last one used has its process running
        for _ in range(most):
            self._free.put(self._crew())

    def _crew(self) -> Crew:
        return Crew(self._work, workers=1, poll=POLL)

    def ask(self, task: Any, seconds: float) -> Any:  # noqa: ANN401 - what the function takes and returns
        """Return the answer to a task, after waiting for a free process.

        Raises:
            QueryError: it needs more time or memory than allowed, or its process has ended.
        """
        crew = self._free.get()
        try:
            *_, last = crew.run([task], LIMITS, seconds=seconds + GRACE)
            if _is_unread(last):
                *_, last = crew.run([task], LIMITS, seconds=seconds + GRACE)
        except BaseException:
            crew.close()
            crew = self._crew()
            raise
        finally:
            self._free.put(crew)
        return self._result(last)

    def _result(self, event: Any) -> Any:  # noqa: ANN401
        if isinstance(event, Finished):
            return event.result
        if isinstance(event, Raised):
            raise QueryError(event.where, event.what, event.remedy)
        if isinstance(event, Stopped) and not event.died:
            raise QueryError(self._where, event.reason, self._remedy)
        raise QueryError(self._where, f"the process that {self._does} has ended", self._remedy)


def _is_unread(event: Any) -> bool:  # noqa: ANN401
    """Return whether a process has ended, as worn-out ones do, before it began with its task."""
    return isinstance(event, Stopped) and event.died and event.stage == "start"
