"""Progress of long work: library code calls back, the CLI draws."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Protocol

__all__ = ["NO_FACTS", "Lines", "Pace", "Progress", "meanwhile", "quiet"]

#: Nothing is known beside the count.
NO_FACTS: Mapping[str, str] = {}
#: Seconds between two lines of a stage.
EVERY = 10.0


class Progress(Protocol):
    """done of total (None when unknown) of a stage; facts: what else is known at the moment, such as a loss or a speed, in words.

    What stands in brackets after a stage's name may change while the stage runs.
    """

    def __call__(self, stage: str, done: int, total: int | None, facts: Mapping[str, str] = ..., /) -> None: ...


def quiet(stage: str, done: int, total: int | None, facts: Mapping[str, str] = NO_FACTS, /) -> None:
    """Report to nobody."""


@contextlib.contextmanager
def meanwhile(act: Callable[[], object], seconds: float) -> Iterator[None]:
    """Call `act` every so many seconds while the block runs, in a thread that ends with it."""
    stop = threading.Event()

    def repeat() -> None:
        while not stop.wait(seconds):
            act()

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


class Pace:
    """What was reported last, how fast the stage goes and when it will end."""

    def __init__(self) -> None:
        self.name, self.stage, self.done = "", "", 0
        self.total: int | None = None
        # A stage first reports when its first part is done, so it began when the one before it ended.
        self._began = self._now = time.monotonic()

    def report(self, stage: str, done: int, total: int | None) -> None:
        name = stage.partition(" (")[0]
        now = time.monotonic()
        if name != self.name:
            self._began, self._first, self._first_done = self._now, now, done
        self.name, self.stage, self.done, self.total, self._now = name, stage, done, total, now

    @property
    def seconds(self) -> float:
        return max(self._now - self._began, 1e-6)

    @property
    def rate(self) -> float | None:
        """Per second. What a resumed stage found done is not its own work, so before the second report of an unfinished one: None."""
        if self.done > self._first_done:
            return (self.done - self._first_done) / max(self._now - self._first, 1e-6)
        return self.done / self.seconds if self.total in (None, self.done) else None

    def line(self, *, ended: bool = False, width: int = 44) -> str:
        """width: of the stage's name, so that lines stand below each other."""
        told = f"{self.stage:<{width}} {self.done:>10,}" + (f" / {self.total:,}" if self.total else "")
        if self.rate is not None:
            told += f"  {self.rate:,.0f}/s" if self.rate >= 10 else f"  {self.rate:.1f}/s"
        told += f"  {self.seconds:,.1f} s"
        if self.rate and self.total and self.done < self.total and not ended:
            told += f"  ETA {timedelta(seconds=round((self.total - self.done) / self.rate))}"
        return told


class Lines:
    """Report as lines of text, for logs: the first of a stage that says so, the last of each, and one every 10 seconds."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self.pace, self._write = Pace(), write
        self._line, self._written = "", time.monotonic()

    def __call__(self, stage: str, done: int, total: int | None, facts: Mapping[str, str] = NO_FACTS, /) -> None:
        if stage.partition(" (")[0] != self.pace.name:
            self.close()
        elif (done, total) == (self.pace.done, self.pace.total) and not self._line:
            return
        self.pace.report(stage, done, total)
        self._line = "  ".join([self.pace.line(), ", ".join(f"{name} {value}" for name, value in facts.items())]).rstrip()
        if done in (0, total) or time.monotonic() - self._written > EVERY:
            self.close()

    def close(self) -> None:
        """Write what was reported last."""
        if self._line:
            self._write(self._line)
        self._line, self._written = "", time.monotonic()
