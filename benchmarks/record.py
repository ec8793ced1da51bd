"""Results by date, machine and commit: each benchmark owns one block of benchmarks/README.md, or of another page, and replaces it."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

from medslake.lake.lineage.code_version import code_version

README = Path(__file__).with_name("README.md")
HEAD = "# Benchmarks\n\nEvery block is written by its script: measured, not edited. Lower blocks do not depend on upper ones.\n"


def record(title: str, command: str, lines: list[str], *, write: bool = True, page: Path = README, head: str = HEAD) -> None:
    """Print the result and put it into the page under its title, with machine, load, date, commit and command. head: of a new page."""
    load = os.getloadavg()[0]
    cores = os.cpu_count() or 1
    about = (
        f"{_processor()}, {cores} cores, {_memory()} GiB, Python {platform.python_version()}, load average at the end {load:.1f}; "
        f"{datetime.now(UTC):%Y-%m-%d}; medslake {code_version()}"
    )
    block = "\n".join([f"## {title}", "", f"`{command}`", "", about, "", *lines, ""])
    print(block)
    if not write:
        return
    text = page.read_text(encoding="utf-8") if page.exists() else head
    begin, end = f"<!-- {title}: begin -->", f"<!-- {title}: end -->"
    whole = f"{begin}\n{block}{end}\n"
    pattern = re.compile(re.escape(begin) + r".*?" + re.escape(end) + r"\n", re.DOTALL)
    text = pattern.sub(lambda _: whole, text) if pattern.search(text) else f"{text.rstrip()}\n\n{whole}"
    page.write_text(text, encoding="utf-8")


def _processor() -> str:
    cpu = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", cpu.read_text()) if cpu.exists() else None
    return found.group(1).strip() if found else platform.processor() or platform.machine()


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
