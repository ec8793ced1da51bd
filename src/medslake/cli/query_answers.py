"""Answers on their way: to the terminal of who asks, or out of the lake within a clearance."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medslake.cli.console import console, emit_text
from medslake.cli.query_forms import Form, Screen, form_of
from medslake.errors import AccessDenied

if TYPE_CHECKING:
    from medslake.lake import Lake
    from medslake.lake.sql.duckdb import Answer

__all__ = ["ask", "file_of", "in_words", "show", "versions_of"]


def versions_of(statement: str, versions: Mapping[str, int]) -> dict[str, int]:
    """Of these versions (table -> version) those of tables that the statement reads."""
    from medslake.lake.sql.names import double_quoted, tables_read

    read = tables_read(double_quoted(statement), "duckdb")
    return {table: version for table, version in versions.items() if table in read}


def ask(lake: Lake, statement: str, at: dict[str, int], clearance: str | None, *, leaves: bool) -> Answer:
    """The answer, of the rows that may go where it goes; what is left out is told. leaves: not to the terminal of who asks.

    Raises AccessDenied where rows above public would leave without a clearance.
    """
    answer = lake.ask(statement, at, clearance or ("public" if leaves else None))
    if answer.left_out and clearance is None:
        table, above = next(iter(answer.left_out.items()))
        raise AccessDenied(
            f"{table} holds {above.total():,} rows above the access class public ({', '.join(sorted(above))}), "
            "and the answer leaves this terminal.",
            hint="Say what it may carry: --clearance CLASS, or MEDSLAKE_CLEARANCE once; rows above it are left out.",
        )
    for table, above in answer.left_out.items():
        for access, count in above.items():
            console.print(f"left out: {count:,} rows of {table} of access class {access}, above the clearance {clearance}.", soft_wrap=True)
    return answer


def file_of(lake: Lake, statement: str, at: dict[str, int], clearance: str | None, out: Path) -> dict[str, Any]:
    """Write the answer to a file, which is a way out of the lake; its name, rows and columns."""
    from medslake.cli.query_output import write

    out = out.expanduser()
    form_of(out)
    answer = ask(lake, statement, at, clearance, leaves=True).rows
    write(answer, out)
    return {"file": str(out), "rows": answer.num_rows, "columns": answer.num_columns}


def in_words(told: dict[str, Any]) -> str:
    """What `file_of` says, for people."""
    rows, columns = (f"{told[name]:,} {name if told[name] != 1 else name[:-1]}" for name in ("rows", "columns"))
    return f"{rows} of {columns} in {told['file']}"


def show(answer: Answer, screen: Screen) -> None:
    """Print an answer; what a terminal has no room for is told on standard error. What tells of the lake is shown whole in its rows."""
    from medslake.cli.query_output import pieces
    from medslake.cli.query_screen import as_lines, as_table

    if screen.form not in (Form.table, Form.line):
        for piece in pieces(answer.rows, screen.form):
            emit_text(piece)
        return
    most = None if answer.of_lake else screen.most
    if screen.form is Form.line:
        shown = as_lines(answer.rows, most=most, advice=screen.advice)
    else:
        shown = as_table(answer.rows, width=screen.width, most=most, advice=screen.advice)
    emit_text(shown.text)
    for one in shown.left:
        console.print(one, soft_wrap=True, markup=False, style="dim")
