"""All documents through their stages on this machine, whatever one of them does to a worker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from pipeline.config import Limits
from pipeline.errors import PipelineError
from pipeline.process import Task, stop_at
from pipeline.records import Record
from pipeline.workers import Crew, Event, Raised, Stopped

MAX_STOPS = 5  # pages of one document that may stop a worker before the document is given up


class Share(Record):
    """What one worker takes of its machine on a cluster, and how many workers there are at most."""

    cpus: float = 1.0
    gpus: float = 0.0
    workers: int = 0  # 0: as many as there is room for


def work_through(crew: Crew, tasks: Sequence[Task], limits: Limits) -> Iterator[Event]:
    """Process documents until every one has a result, leaving out what stops a worker.

    Positions in the events are those of `tasks`.

    Raises:
        PipelineError: what concerns the whole run, such as a full disk or a damaged model.
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
                if stops[place] > MAX_STOPS + 1:  # given up, and yet no worker comes to say so
                    why = f"no worker lives long enough to begin ({event.reason})"
                    raise PipelineError(tasks[place].source.path, why, "give workers more memory")
                if not (event.died and stops[place] == 1):  # one death may be the machine's fault
                    page = event.at if stops[place] < MAX_STOPS else 0
                    stop_at(tasks[place], event.stage, page, event.reason)
                again.append(place)
            yield msgspec.structs.replace(event, task=place)
        waiting = again
