"""The frame of the scripts in `jobs/` and `ray_jobs/`: the outcome on stdout, progress and one sentence on stderr, the exit code."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterable
from typing import TypeVar

from medslake.errors import MedslakeError

__all__ = ["as_json", "finish"]

T = TypeVar("T")


def finish(work: Callable[[], T], lines: Callable[[T], Iterable[str]], *, failed: Callable[[T], bool] = lambda _: False) -> int:
    """Do the work and print its outcome; returns the exit code.

    0 done; that of a MedslakeError, whose sentence goes to stderr; 1 where `failed` says so; 130 interrupted.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    try:
        result = work()
    except MedslakeError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; what was committed stays, and the same command goes on from there.\n")
        return 130
    for line in lines(result):
        sys.stdout.write(f"{line}\n")
    return int(failed(result))


def as_json(result: object) -> Iterable[str]:
    """One JSON object on one line."""
    yield json.dumps(result)
