"""How the command line talks: results on stdout, progress and errors on stderr, one sentence per error."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table

__all__ = ["ProgressLines", "console", "emit", "emit_text", "error", "result_table", "stdout_kept_clean"]

console = Console(stderr=True, highlight=False)
_answer: TextIO = sys.stdout


@contextmanager
def stdout_kept_clean() -> Iterator[None]:
    """Send everything that libraries and child processes write to file descriptor 1 to stderr, so that stdout holds the answer only."""
    global _answer
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    _answer = os.fdopen(os.dup(kept), "w", encoding="utf-8")
    try:
        yield
    finally:
        _answer.close()
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
        _answer = sys.stdout


def emit(value: Any, *, as_json: bool) -> None:
    """Print an answer on stdout: JSON for machines, a rich renderable or text for people."""
    if as_json:
        _answer.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    else:
        Console(file=_answer, highlight=False, width=_width()).print(value)
    _answer.flush()


def emit_text(text: str) -> None:
    """Write text on stdout as it is."""
    _answer.write(text)
    _answer.flush()


def error(message: str) -> None:
    console.print(f"[bold red]error:[/] {_plain(message)}", soft_wrap=True)


def result_table(result: dict[str, Any]) -> Table:
    """The tables of a run: rows, quarantined, version, committed."""
    table = Table(box=None, pad_edge=False, title=f"run {result['run']}", title_justify="left", title_style="dim")
    for name, justify in (("table", "left"), ("rows", "right"), ("quarantined", "right"), ("version", "right"), ("", "left")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    for name, t in result["tables"].items():
        state = "committed" if t["committed"] else "unchanged"
        table.add_row(name, f"{t['rows']:,}", f"{t['quarantined']:,}", str(t["version"]), state)
    return table


class ProgressLines:
    """Progress callback: a live line on a terminal, one line per finished stage elsewhere; stage, count, rate and ETA.

    What stands in brackets after a stage's name may change while the stage runs ("train (loss 3.1)").
    """

    def __init__(self) -> None:
        self._stage = ""
        self._line = ""
        self._last = 0.0
        # A stage first reports when its first part is done, so it began when the one before it ended.
        self._started = self._ended = time.monotonic()

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        name = stage.partition(" (")[0]
        if name != self._stage:
            self.close()
            self._stage, self._started, self._last = name, self._ended, 0.0
        self._ended = now
        seconds = max(now - self._started, 1e-6)
        rate = done / seconds
        told = f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.1f}/s"
        self._line = f"{stage:<44} {done:>10,}" + (f" / {total:,}" if total else "") + f"  {told}  {seconds:,.1f} s"
        if total and 0 < done < total:
            self._line += f"  ETA {(total - done) / rate:,.0f} s"
        if console.is_terminal and now - self._last > 0.1:
            self._last = now
            console.file.write("\r\x1b[2K" + self._line[: _width() - 1])
            console.file.flush()

    def close(self) -> None:
        if self._line:
            console.file.write(("\r\x1b[2K" if console.is_terminal else "") + self._line.split("  ETA")[0] + "\n")
            console.file.flush()
        self._line, self._stage = "", ""

    def __enter__(self) -> ProgressLines:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _width() -> int:
    return console.width if console.is_terminal else 150


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
