"""What people and log files see of long work."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from medslake import progress
from medslake.cli.console import ProgressLines
from medslake.progress import Lines, Pace


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(progress.time, "monotonic", found)
    return found


def test_a_resumed_stage_is_paced_by_its_own_work(clock: Clock) -> None:
    pace = Pace()
    clock.now += 20
    pace.report("train", 100_000, 200_000)
    assert pace.rate is None and "ETA" not in pace.line()
    clock.now += 10
    pace.report("train", 100_005, 200_000)
    assert pace.rate == pytest.approx(0.5)
    assert "100,005 / 200,000" in pace.line() and "ETA 2 days, 7:33:10" in pace.line()
    assert "ETA" not in pace.line(ended=True)


def test_a_stage_that_reports_once_began_when_the_one_before_ended(clock: Clock) -> None:
    pace = Pace()
    pace.report("first", 1, 1)
    clock.now += 4
    pace.report("second", 8, 8)
    assert (pace.seconds, pace.rate) == (4, 2)


def test_logs_get_a_line_now_and_then(clock: Clock) -> None:
    written: list[str] = []
    lines = Lines(written.append)
    for done in range(1, 2001):
        clock.now += 0.5
        lines("train", done, 2000, {"loss": f"{done}.5"})
        lines("train", done, 2000, {"loss": f"{done}.5"})
    assert 90 < len(written) < 110
    assert "22 / 2,000" in written[0] and "loss 22.5" in written[0] and "2,000 / 2,000" in written[-1]
    lines("export (weights)", 1, None)
    lines("export (card)", 2, None)
    assert len(written) < 110 and not written[-1].startswith("export")
    lines.close()
    assert written[-1].startswith("export (card)")


def test_the_last_report_of_a_stage_is_not_lost(clock: Clock) -> None:
    written: list[str] = []
    lines = Lines(written.append)
    lines("a", 1, 5)
    lines("a", 2, 5)
    lines("b", 1, 1)
    assert [line.split()[:2] for line in written] == [["a", "2"], ["b", "1"]]


def on(terminal: bool) -> tuple[ProgressLines, Any]:
    out = io.StringIO()
    return ProgressLines(Console(file=out, force_terminal=terminal, width=100, highlight=False)), out


def test_a_terminal_shows_the_facts_live_and_keeps_one_line() -> None:
    shown, out = on(terminal=True)
    with shown as tell:
        tell("train", 3, 40, {"loss": "2.5000", "grad norm": "1.250", "MFU": "31.0%"})
        tell("train", 5, 40, {"loss": "2.4000", "grad norm": "1.300", "MFU": "32.0%"})
    text = out.getvalue()
    assert "2.4000" in text and "grad norm" in text and "━" in text
    kept = [line for line in text.splitlines() if line.strip()][-1]
    assert "5 / 40" in kept and "ETA" not in kept and "loss" not in kept


def test_elsewhere_it_is_plain_text() -> None:
    shown, out = on(terminal=False)
    with shown as tell:
        tell("train", 3, 40, {"loss": "2.5000"})
        tell("score", 1, 2)
    lines = out.getvalue().splitlines()
    assert [line.split()[0] for line in lines] == ["train", "score"] and lines[0].endswith("loss 2.5000")
    assert "\x1b" not in out.getvalue()
