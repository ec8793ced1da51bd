"""The logs of a run as TensorBoard shows them: `tensorboard --logdir <run>/tensorboard`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

__all__ = ["Curve"]

#: What was added may wait so long (seconds) for the disk.
FLUSH_SECONDS = 30.0


class Curve:
    """Scalars by step in an event file of their own.

    start: first step that will be written (again). TensorBoard then hides what an interrupted run wrote from there on. Written without
    SummaryWriter, whose queue keeps events back after a flush: a run that is killed behind a checkpoint would lose steps before it.
    """

    def __init__(self, folder: Path, start: int) -> None:
        from tensorboardX.event_file_writer import EventsWriter
        from tensorboardX.proto import event_pb2

        folder.mkdir(parents=True, exist_ok=True)
        # Writers of the same second would share a name, and the later one would begin the file anew.
        self._writer = EventsWriter(str(folder / "events"), f".{time.time_ns()}")
        self._flushed = time.monotonic()
        log = event_pb2.SessionLog(status=event_pb2.SessionLog.START)
        self._writer.write_event(event_pb2.Event(step=start, wall_time=time.time(), session_log=log))

    def add(self, step: int, values: Mapping[str, float | None]) -> None:
        """One scalar per name; what is not known is left out."""
        from tensorboardX.proto.event_pb2 import Event
        from tensorboardX.proto.summary_pb2 import Summary

        scalars = [Summary.Value(tag=name, simple_value=value) for name, value in values.items() if value is not None]
        self._writer.write_event(Event(step=step, wall_time=time.time(), summary=Summary(value=scalars)))
        if time.monotonic() - self._flushed > FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """What was added lies on disk afterwards."""
        self._writer.flush()
        self._flushed = time.monotonic()

    def close(self) -> None:
        self._writer.close()
