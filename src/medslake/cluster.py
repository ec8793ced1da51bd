"""Ctrl-C and SIGTERM end a job in the same way: as KeyboardInterrupt, so that everything that was opened is closed."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

__all__ = ["interruptible"]


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Raise KeyboardInterrupt for both signals, and put the handlers back afterwards.

    Ray Train sets a handler for Ctrl-C that ends its workers and then leaves by SystemExit(0), and keeps it after the training. Here that
    exit becomes KeyboardInterrupt too. Outside of the main thread signals stay as they are.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def terminate(number: int, frame: FrameType | None) -> None:
        # Whatever answers to Ctrl-C now, Ray Train's handler while it runs.
        answer = signal.getsignal(signal.SIGINT)
        if callable(answer):
            answer(signal.SIGINT, frame)
        else:
            raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    except SystemExit as leaving:
        raise KeyboardInterrupt from leaving
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
