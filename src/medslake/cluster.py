"""A Ray to run on, and one way to end a job: Ctrl-C and SIGTERM become KeyboardInterrupt, so that everything that was opened is closed."""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from medslake import plugins
from medslake.errors import UsageError

__all__ = ["cluster_resources", "cores", "interruptible", "ray_connected", "room_for_sockets"]

#: The system allows a socket's path this many bytes, and Ray's sockets lie so many below its temporary folder.
_LONGEST_SOCKET, _BELOW_TEMPORARY = 107, 67
#: Seconds that a cluster has to take a connection, and to say that it is one. Ray itself would try for a quarter of an hour.
_CONNECTS, _ANSWERS = 10.0, 40.0


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def ray_connected(workers: int) -> Iterator[None]:
    """A Ray to run on: the one of this process, the cluster that started us (RAY_ADDRESS), or a private local one.

    UsageError within a minute where no cluster answers at RAY_ADDRESS.
    """
    import ray
    from ray import cloudpickle

    plugins.by_value(cloudpickle)
    ours = not ray.is_initialized()
    try:
        if ours:
            quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
            if address := os.environ.get("RAY_ADDRESS"):
                _require_cluster(address)
                try:
                    ray.init(**quiet)
                except (OSError, ValueError, RuntimeError) as error:
                    raise _no_cluster(address, type(error).__name__) from error
            else:
                # "local" never joins a cluster that happens to run on this machine.
                ray.init(address="local", num_cpus=max(cores(), workers), include_dashboard=False, **room_for_sockets(), **quiet)
        # After ray.init, whose own handler of SIGTERM aborts the process within three seconds.
        with interruptible():
            yield
    finally:
        if ours:
            ray.shutdown()


@functools.cache
def _require_cluster(address: str) -> None:
    """UsageError unless a Ray cluster answers at `host:port` or `ray://host:port`; other forms are left to Ray, which knows at once."""
    scheme, _, place = address.rpartition("://")
    host, _, port = place.rpartition(":")
    if scheme not in ("", "ray") or not host or not port.isdigit():
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECTS).close()
    except OSError as error:
        raise _no_cluster(address, error.strerror or type(error).__name__) from error
    if scheme:
        return
    asked = [sys.executable, "-m", "ray.scripts.scripts", "health-check", "--address", address]
    try:
        answered = subprocess.run(asked, capture_output=True, timeout=_ANSWERS, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        answered = False
    if not answered:
        raise _no_cluster(address, "what listens there is no Ray of this version")


def _no_cluster(address: str, why: str) -> UsageError:
    return UsageError(
        f"No Ray cluster answers at RAY_ADDRESS={address}: {why}.",
        hint="Start it (ray start --head), or unset RAY_ADDRESS to work on this machine alone.",
    )


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
