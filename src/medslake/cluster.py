"""A Ray to run on, and one way to end a job: Ctrl-C and SIGTERM become KeyboardInterrupt, so that everything that was opened is closed."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from medslake import plugins

__all__ = ["cluster_resources", "cores", "interruptible", "ray_connected", "room_for_sockets"]

#: The system allows a socket's path this many bytes, and Ray's sockets lie so many below its temporary folder.
_LONGEST_SOCKET, _BELOW_TEMPORARY = 107, 67


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def ray_connected(workers: int) -> Iterator[None]:
    """A Ray to run on: the one of this process, the cluster that started us (RAY_ADDRESS), or a private local one."""
    import ray
    from ray import cloudpickle

    plugins.by_value(cloudpickle)
    ours = not ray.is_initialized()
    try:
        if ours:
            quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
            if os.environ.get("RAY_ADDRESS"):
                ray.init(**quiet)
            else:
                # "local" never joins a cluster that happens to run on this machine.
                ray.init(address="local", num_cpus=max(cores(), workers), include_dashboard=False, **room_for_sockets(), **quiet)
        # After ray.init, whose own handler of SIGTERM aborts the process within three seconds.
        with interruptible():
            yield
    finally:
        if ours:
            ray.shutdown()


def room_for_sockets() -> dict[str, Any]:
    """Arguments of ray.init for a temporary folder that sockets fit below: Ray's usual one, else `/tmp/ray`."""
    usual = Path(os.environ.get("RAY_TMPDIR") or os.environ.get("TMPDIR") or "/tmp") / "ray"
    return {} if len(os.fsencode(usual)) + _BELOW_TEMPORARY <= _LONGEST_SOCKET else {"_temp_dir": "/tmp/ray"}


def cluster_resources() -> dict[str, float] | None:
    """Resources of the Ray cluster that this process belongs to or was started by; None where the work stays on this host."""
    import ray

    if not (ray.is_initialized() or os.environ.get("RAY_ADDRESS")):
        return None
    with ray_connected(1):
        return dict(ray.cluster_resources())


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
