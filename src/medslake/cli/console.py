"""How the command line talks: results on stdout, progress and errors on stderr, one sentence per error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TextIO

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from medslake.progress import NO_FACTS, Lines, Pace
from medslake.results import RunResult

__all__ = ["ProgressLines", "console", "emit", "emit_text", "error", "result_table", "stdout_kept_clean"]

console = Console(stderr=True, highlight=False, emoji=False)
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
        # Data is shown as it is: brackets and colons in it are no markup.
        Console(file=_answer, highlight=False, markup=False, emoji=False, width=_width()).print(value)
    _answer.flush()


def emit_text(text: str) -> None:
    """Write text on stdout as it is."""
    _answer.write(text)
    _answer.flush()


def error(message: str) -> None:
    console.print(f"[bold red]error:[/] {_plain(message)}", soft_wrap=True)


def run_table(run: str | None) -> Table:
    """An empty table below the id of the run that it tells of; None: no run."""
    return Table(box=None, pad_edge=False, title=f"run {run}" if run else None, title_justify="left", title_style="dim")


def result_table(result: RunResult) -> Table:
    """The tables of a run: rows read, written, quarantined and left out, version, committed."""
    table = run_table(result.run)
    table.add_column("table")
    for name in ("read", "rows", "quarantined", "left out", "version"):
        table.add_column(name, justify="right")
    table.add_column("")
    for name, t in result.tables.items():
        state = "committed" if t.committed else "unchanged"
        read = "" if t.read is None else f"{t.read:,}"
        left_out = f"{sum(t.left_out.values()):,}" if t.left_out or t.read is not None else ""
        table.add_row(name, read, f"{t.rows:,}", f"{t.quarantined:,}", left_out, str(t.version), state)
    return table


class ProgressLines:
    """Progress callback: on a terminal a live line for the stage with what else is known below it, elsewhere plain lines."""

    def __init__(self, to: Console = console) -> None:
        self._console, self._pace = to, Pace()
        self._facts = NO_FACTS
        self._live: Live | None = None
        self._lines = Lines(lambda line: to.print(Text(line), soft_wrap=True))

    def __call__(self, stage: str, done: int, total: int | None, facts: Mapping[str, str] = NO_FACTS, /) -> None:
        if not self._console.is_terminal:
            self._lines(stage, done, total, facts)
            return
        if stage.partition(" (")[0] != self._pace.name:
            self.close()
        self._pace.report(stage, done, total)
        self._facts = facts
        if self._live is None:
            self._live = Live(
                console=self._console, get_renderable=self._shown, transient=True, redirect_stdout=False, redirect_stderr=False
            )
            self._live.start()

    def _shown(self) -> Group:
        pace = self._pace
        facts = [Text.assemble((f"{name} ", "dim"), value) for name, value in self._facts.items()]
        shown: list[RenderableType] = [Text(pace.line(width=0), no_wrap=True)]
        if facts:
            shown.append(Columns(facts, padding=(0, 3)))
        if pace.total:
            # It ends no line, so nothing may follow.
            shown.append(ProgressBar(total=pace.total, completed=pace.done))
        return Group(*shown)

    def close(self) -> None:
        self._lines.close()
        if self._live is not None:
            self._live.stop()
            self._live = None
            self._console.print(Text(self._pace.line(ended=True)), soft_wrap=True)

    def __enter__(self) -> ProgressLines:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _width() -> int:
    return console.width if console.is_terminal else 150


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
