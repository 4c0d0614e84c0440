"""Process all documents on this machine, even if some of them make a worker crash or hang."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from pipeline.config import Limits
from pipeline.errors import PipelineError
from pipeline.process import stop_at
from pipeline.records import Record
from pipeline.tasks import Task
from pipeline.workers import Crew, Event, Raised, Stopped

MAX_STOPS = 5  # pages of one document that may stop a worker before the whole document is given up


class WorkerShare(Record):
    """What one worker may use of its machine on a cluster, and the largest number of workers."""

    cpus: float = 1.0
    gpus: float = 0.0
    workers: int = 0  # 0: as many as there is room for


def work_through(crew: Crew, tasks: Sequence[Task], limits: Limits) -> Iterator[Event]:
    """Process documents until each has a result, leaving out pages that stop a worker.

    A document that exceeds a limit of the whole document is given up at once.

    Positions in the events refer to `tasks`.

    Raises:
        PipelineError: an error that concerns the whole run, such as a full disk or a damaged model.
    """
    stops: Counter[int] = Counter()
    waiting = list(range(len(tasks)))
    while waiting:
        again = []
        for event in crew.run([tasks[place] for place in waiting], limits):
            place = waiting[event.task]
            if isinstance(event, Raised):
                where = tasks[place].source.path if event.where == "worker" else event.where
                raise PipelineError(where, event.what, event.remedy)
            if isinstance(event, Stopped):
                stops[place] += 1
                if stops[place] > MAX_STOPS + 1:  # given up, yet every worker dies before saying so
                    why = f"no worker lives long enough to begin ({event.reason})"
                    raise PipelineError(tasks[place].source.path, why, "give workers more memory")
                if not (event.died and stops[place] == 1):  # a first death may be the machine's fault
                    page = event.at if stops[place] < MAX_STOPS and not event.whole else 0
                    stop_at(tasks[place], event.stage, page, event.reason)
                again.append(place)
            yield msgspec.structs.replace(event, task=place)
        waiting = again
