"""One driver at a time in a training's folder."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from medslake.errors import UsageError
from medslake.lake.storage.place import alive
from medslake.progress import meanwhile

__all__ = ["sole_driver"]

#: Seconds between signs of life, and how long after the last one a driver on another host counts as gone.
BEAT, GONE = 10.0, 60.0


@contextlib.contextmanager
def sole_driver(folder: Path) -> Iterator[None]:
    """Hold a training's folder, which need not exist yet, as long as the block runs. UsageError when another driver holds it.

    The lock is flock's, on a hidden file beside the folder, so it ends with its process. Storage whose flock does not reach other hosts is
    covered by the file's content and time: who holds it, and a sign of life every 10 seconds.
    """
    path = folder.with_name(f".{folder.name}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _take(handle, path, folder)
        try:
            with meanwhile(functools.partial(_beat, path), BEAT):
                yield
        finally:
            os.ftruncate(handle, 0)
    finally:
        os.close(handle)


class _Holder(NamedTuple):
    host: str
    pid: int


def _take(handle: int, path: Path, folder: Path) -> None:
    refused = f"Training {folder.name} in {folder.parent} has another driver"
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        granted = True
    except BlockingIOError:
        raise UsageError(f"{refused}: {_who(_holder(handle))}.", hint="Wait for it, or end it.") from None
    except OSError:
        # Storage without flock: what the file says must do.
        granted = False
    holder = _holder(handle)
    if holder is not None:
        here, age = holder.host == socket.gethostname(), _age(path)
        gone = age > GONE or (here and (granted or not alive(holder.pid)))
        if not gone:
            raise UsageError(
                f"{refused}: {_who(holder)}, seen {age:.0f} seconds ago.",
                hint=f"Wait for it, or end it; if it is gone, try again in {GONE - age:.0f} seconds.",
            )
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps({"host": socket.gethostname(), "pid": os.getpid()}).encode(), 0)


def _who(holder: _Holder | None) -> str:
    return f"process {holder.pid} on {holder.host}" if holder else "a process that is just starting"


def _holder(handle: int) -> _Holder | None:
    try:
        found = json.loads(os.pread(handle, 4096, 0))
        return _Holder(str(found["host"]), int(found["pid"]))
    except (ValueError, KeyError, TypeError):
        return None


def _age(path: Path) -> float:
    """Seconds since the last sign of life, by the clock of the storage."""
    probe = path.with_suffix(f".{socket.gethostname()}-{os.getpid()}")
    probe.touch()
    now = probe.stat().st_mtime
    probe.unlink()
    return now - path.stat().st_mtime


def _beat(path: Path) -> None:
    with contextlib.suppress(OSError):
        os.utime(path)
