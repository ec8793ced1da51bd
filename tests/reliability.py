"""What the long tests tried and how it ended: `make test-long` writes it to benchmarks/reliability.md, with commit, date and machine.

Tests say what they count by `record_property("processes killed", 3)`; the numbers of all that passed are added up.
What is no whole number is a share, and stands as it is.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
#: Outcomes as pytest calls them, in the order of the columns.
OUTCOMES = ("passed", "failed", "error", "skipped")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config) -> None:
    # What was interrupted is no record of all tests.
    if not os.environ.get("MEDSLAKE_TEST_RECORD") or exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        return
    sys.path.insert(0, str(ROOT / "benchmarks"))
    from record import record

    # A block for each of the two processes that tests/lanes.py starts.
    lane = config.option.markexpr.partition(" and ")[0]
    page = ROOT / "benchmarks/reliability.md"
    record(f"Tests of the lane: {lane}", "make test-long", lines(terminalreporter.stats), page=page, head=HEAD)


HEAD = "# Reliability\n\nWritten by `make test-long`: what was broken on purpose, how often, and how it ended.\n"


def lines(stats: dict[str, list[pytest.TestReport]]) -> list[str]:
    """Two tables: the tests of each folder by outcome, and what those that passed counted."""
    folders: dict[str, Counter[str]] = {}
    seconds: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    shares: dict[str, float] = {}
    for outcome in OUTCOMES:
        for report in stats.get(outcome, []):
            folder = "/".join(Path(report.nodeid.partition("::")[0]).parts[1:-1]) or "."
            folders.setdefault(folder, Counter())[outcome] += 1
            seconds[folder] += report.duration
            if outcome == "passed":
                told = {name: str(number) for name, number in report.user_properties}
                counted.update({name: int(number) for name, number in told.items() if number.isdecimal()})
                shares |= {name: float(number) for name, number in told.items() if not number.isdecimal()}
    rows = [
        f"| {folder} | {' | '.join(str(found[outcome]) for outcome in OUTCOMES)} | {seconds[folder]:,.0f} |"
        for folder, found in sorted(folders.items())
    ]
    every = [sum(found[outcome] for found in folders.values()) for outcome in OUTCOMES]
    return [
        "| counted by tests that passed | |",
        "| --- | ---: |",
        *[f"| {name} | {number:,} |" for name, number in sorted((counted | shares).items())],
        "",
        f"| tests | {' | '.join(OUTCOMES)} | seconds |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *rows,
        f"| all | {' | '.join(map(str, every))} | {sum(seconds.values()):,.0f} |",
    ]
