"""What processes take of the machine while they run."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["processes"]


def processes(root: int) -> dict[int, tuple[str, int, float]]:
    """Process -> (name, resident bytes, CPU seconds with those of its ended children) of one and of those below it."""
    parents, told, page, tick = {}, {}, os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                name, _, rest = (entry / "stat").read_text().partition("(")[2].rpartition(")")
            except OSError:
                continue
            fields = rest.split()
            parents[int(entry.name)], told[int(entry.name)] = (
                int(fields[1]),
                (name, int(fields[21]) * page, sum(map(int, fields[11:15])) / tick),
            )
    mine = {root}
    while more := {pid for pid, parent in parents.items() if parent in mine and pid not in mine}:
        mine |= more
    return {pid: told[pid] for pid in mine if pid in told}
