"""The first rows show whether a server takes requests of this form at all: where all are refused alike, the others are not sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["ALIKE", "AllRefused", "FirstRows"]

#: So many rows that are refused alike, and none answered, speak of the request and not of the rows.
ALIKE = 8


class AllRefused(Exception):
    """grounds: why, as the server told it of each row."""

    def __init__(self, grounds: str) -> None:
        super().__init__(grounds)
        self.grounds = grounds


class FirstRows:
    """For the threads of one engine. taken: whether the server answers a question that holds no data, asked as the rows are.

    The longest rows come first and may be too long for this server, or of a kind that it does not answer, while others are not: where the
    question without data is answered, each row is asked.
    """

    def __init__(self, taken: Callable[[], bool]) -> None:
        self._taken, self._changed = taken, threading.Condition()
        self._begun, self._refused, self._open = 0, list[str](), False
        self._all: AllRefused | None = None

    @contextmanager
    def asking(self) -> Iterator[Callable[[str | None], None]]:
        """Wait until the row may be sent; the caller tells the grounds of its refusal, None where it was not refused. AllRefused."""
        with self._changed:
            while not self._open and self._begun == ALIKE:
                if len(self._refused) == ALIKE:
                    self._judge()
                else:
                    self._changed.wait()
            self._begun += not self._open
        told = False

        def tell(grounds: str | None) -> None:
            nonlocal told
            told = True
            with self._changed:
                if grounds is None:
                    self._open = True
                elif not self._open:
                    self._refused.append(grounds)
                self._changed.notify_all()

        try:
            yield tell
        finally:
            if not told:
                # The server is away or the caller is ended: the others find out by themselves.
                tell(None)

    def _judge(self) -> None:
        if self._all is None and len(set(self._refused)) == 1 and not self._taken():
            self._all = AllRefused(self._refused[0])
        if self._all is not None:
            raise self._all
        self._open = True
        self._changed.notify_all()
