"""A sign of life from the actors, and what is done when none comes.

Once a second Ray Data asks an actor of its own, ActorLocationTracker, where the others are; no setting keeps it from that. It has
been seen to wait for the answer for ever, while nobody computed. Killing that actor for a restart makes Ray ask again, and costs nothing
else: locations that are not known yet are those from before.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from medslake.progress import meanwhile

__all__ = ["GIVEN_UP", "PATIENCE", "Heartbeat", "Stalled", "watched"]

#: Seconds without a result and without a computing actor after which nothing is held to go on. A batch may take as long as it likes.
PATIENCE = 300.0
#: So many times the patience pass before the actors are given up; a restarted tracker needs some seconds.
GIVEN_UP = 4
_TRACKER = "ActorLocationTracker"
_LOG = logging.getLogger(__name__)
T = TypeVar("T")


class Stalled(Exception):
    """The actors stand still, and the remedy did not help."""


class _Beats:
    """Actor that remembers when a worker last said that it computes."""

    def __init__(self) -> None:
        self._last: float | None = None

    def beat(self) -> None:
        self._last = time.monotonic()

    def age(self) -> float | None:
        return None if self._last is None else time.monotonic() - self._last


@dataclass(frozen=True)
class Heartbeat:
    """Handle on the beats of a round. patience: see PATIENCE; a worker beats ten times as often."""

    beats: Any
    patience: float

    @classmethod
    def start(cls, patience: float) -> Heartbeat:
        import ray

        return cls(ray.remote(num_cpus=0, max_restarts=-1)(_Beats).remote(), patience)

    @contextlib.contextmanager
    def computing(self) -> Iterator[None]:
        """Beat while the block runs, in a thread, so that a batch may be slow."""
        self.beats.beat.remote()
        with meanwhile(self.beats.beat.remote, self.patience / 10):
            yield

    def quiet(self) -> float:
        """Seconds since the last beat; 0 before the first one, as actors may wait for their machines, and when it cannot be told."""
        import ray
        from ray.exceptions import RayError

        try:
            age: float | None = ray.get(self.beats.age.remote(), timeout=self.patience / 10)
        except RayError:
            return 0.0
        return age or 0.0


def watched(rows: Iterator[T], heartbeat: Heartbeat) -> Iterator[T]:
    """The rows as they come. When the actors stand still for the patience the tracker is restarted, at four times that: Stalled."""
    arrived: queue.Queue[tuple[str, Any]] = queue.Queue()
    left = threading.Event()

    def pump() -> None:
        try:
            for row in rows:
                arrived.put(("row", row))
                if left.is_set():
                    return
            arrived.put(("end", None))
        except BaseException as error:
            arrived.put(("error", error))

    threading.Thread(target=pump, daemon=True).start()
    last, tried = time.monotonic(), False
    try:
        while True:
            try:
                kind, value = arrived.get(timeout=heartbeat.patience / 10)
            except queue.Empty:
                still = min(time.monotonic() - last, heartbeat.quiet())
                if still > GIVEN_UP * heartbeat.patience:
                    raise Stalled from None
                if still > heartbeat.patience and not tried:
                    tried = True
                    _LOG.warning("no actor has worked for %.0f s; restarting Ray Data's %s", heartbeat.patience, _TRACKER)
                    _restart_tracker()
                continue
            if kind == "end":
                return
            if kind == "error":
                raise value
            last, tried = time.monotonic(), False
            yield value
    finally:
        left.set()


def _restart_tracker() -> None:
    import ray

    # ValueError: there is none of that name, and the cause is another one.
    with contextlib.suppress(ValueError):
        ray.kill(ray.get_actor(_TRACKER, namespace=_TRACKER), no_restart=False)
