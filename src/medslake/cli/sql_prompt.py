"""The prompt of `medslake sql`: statements of many lines up to `;`, and dot commands. Answers stand on the terminal of who asks.

What goes to a file is asked anew within the clearance, as `--out` does it: an answer that was shown is never written.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexers.sql import SqlLexer

from medslake.cli.console import console, emit_text, error
from medslake.cli.query_answers import ask, file_of, in_words, show, versions_of
from medslake.cli.query_forms import SHOWN, Advice, Form, Screen
from medslake.cli.sql_completion import SqlCompleter
from medslake.errors import UsageError
from medslake.explained import explained
from medslake.lake.sql.statements import complete, statements

if TYPE_CHECKING:
    from medslake.lake import Lake
    from medslake.lake.sql.duckdb import Answer

__all__ = ["Asking", "prompt"]

_ADVICE = Advice(rows=".last, or .out FILE", columns=".mode line, .last")
_FORMS = [form.value for form in Form if form is not Form.parquet]


class _Last(NamedTuple):
    """The newest statement that was answered."""

    statement: str
    answer: Answer


class _Command(NamedTuple):
    """argument: as it is told. run: takes the argument, empty where none was given."""

    argument: str
    about: str
    run: Callable[[str], None]


def prompt(lake: Lake, versions: dict[str, int], clearance: str | None, form: Form, *, whole: bool, history: bool) -> None:
    """Ask until Ctrl-D. Ctrl-C ends what is typed, or the query that runs.

    versions, clearance: as of the verb. whole: nothing is left out on the screen. history: keep what is typed in a file of one's own.
    """
    lake.require()
    asking = Asking(lake, versions, clearance, form, whole=whole)
    session: PromptSession[str] = PromptSession(
        "medslake> ",
        multiline=Condition(lambda: not _ended(get_app().current_buffer.text)),
        prompt_continuation="     ...> ",
        completer=SqlCompleter(lake.place, {name: command.about for name, command in asking.commands.items()}),
        complete_while_typing=False,
        history=_history() if history else InMemoryHistory(),
        lexer=PygmentsLexer(SqlLexer),
    )
    emit_text(f"lake {lake.root}\nEnd a query with ; - .help tells the commands, Ctrl-D ends.\n")
    while True:
        try:
            typed = session.prompt()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        try:
            asking.answer(typed.strip())
        except EOFError:
            return
        except KeyboardInterrupt:
            error("interrupted.")
        except Exception as fault:
            found = explained(fault)
            if found is None:
                raise
            error(str(found))


def _ended(text: str) -> bool:
    """Whether Enter asks what is typed, or begins another line."""
    text = text.strip()
    return not text or text.startswith(".") or text.lower() in ("exit", "quit") or complete(text)


class Asking:
    """What the prompt keeps between two questions."""

    def __init__(self, lake: Lake, versions: dict[str, int], clearance: str | None, form: Form, *, whole: bool) -> None:
        self.lake, self.versions, self.clearance = lake, versions, clearance
        self.form, self.whole, self.timer = form, whole, False
        self.last: _Last | None = None
        self.commands = {
            ".tables": _Command("[LAYER]", "tables and views, with rows and comments", self._tables),
            ".describe": _Command("NAME", "columns of a table or view, with types and comments", self._describe),
            ".mode": _Command("FORM", f"how answers are shown: {', '.join(_FORMS)}", self._mode),
            ".last": _Command("", "the last answer again, with all rows and columns", self._show_last),
            ".out": _Command("FILE", "ask the last query again and write its answer, within the clearance", self._out),
            ".timer": _Command("[on|off]", "tell how long a query takes", self._timer),
            ".help": _Command("", "these commands", self._help),
            ".exit": _Command("", "end, as Ctrl-D does", self._exit),
        }

    def answer(self, typed: str) -> None:
        """What was typed: a command, or statements in their order, of which the first that fails is the last."""
        if typed.lower() in ("exit", "quit", ".quit"):
            raise EOFError
        if typed.startswith("."):
            name, _, argument = typed.rstrip(";").partition(" ")
            command = self.commands.get(name.lower())
            if command is None:
                raise UsageError(f"There is no command {name}.", hint=".help tells which there are.")
            command.run(argument.strip())
            return
        for statement in statements(typed):
            self._ask(statement)

    def _ask(self, statement: str) -> None:
        began = time.monotonic()
        answer = ask(self.lake, statement, versions_of(statement, self.versions), self.clearance, leaves=False)
        took = time.monotonic() - began
        self.last = _Last(statement, answer)
        self._show(answer, whole=self.whole)
        if self.timer:
            console.print(f"{took:.2f} s", style="dim")

    def _show(self, answer: Answer, *, whole: bool) -> None:
        width = shutil.get_terminal_size().columns
        show(answer, Screen(self.form) if whole else Screen(self.form, width, SHOWN, _ADVICE))

    def _newest(self) -> _Last:
        if self.last is None:
            raise UsageError("There is no last query yet.")
        return self.last

    def _tables(self, layer: str) -> None:
        self._ask(f"SHOW TABLES FROM {layer}" if layer else "SHOW TABLES")

    def _describe(self, name: str) -> None:
        if not name:
            raise UsageError(".describe needs a table or view.", hint="Example: .describe gold.instructions")
        self._ask(f"DESCRIBE {name}")

    def _mode(self, form: str) -> None:
        if form not in _FORMS:
            raise UsageError(f".mode knows {', '.join(_FORMS)}, not {form or 'nothing'}.", hint=f"Now it is {self.form}.")
        self.form = Form(form)

    def _show_last(self, _: str) -> None:
        self._show(self._newest().answer, whole=True)

    def _out(self, file: str) -> None:
        statement = self._newest().statement
        if not file:
            raise UsageError(".out needs a file.", hint="Example: .out answer.csv")
        told = file_of(self.lake, statement, versions_of(statement, self.versions), self.clearance, Path(file))
        emit_text(f"{in_words(told)}\n")

    def _timer(self, wanted: str) -> None:
        if wanted not in ("", "on", "off"):
            raise UsageError(f".timer is on or off, not {wanted}.")
        self.timer = not self.timer if not wanted else wanted == "on"
        emit_text(f"timer {'on' if self.timer else 'off'}\n")

    def _help(self, _: str) -> None:
        told = {f"{name} {command.argument}".strip(): command.about for name, command in self.commands.items()}
        width = max(map(len, told)) + 2
        emit_text("".join(f"{name:<{width}}{about}\n" for name, about in told.items()))

    def _exit(self, _: str) -> None:
        raise EOFError


class _OwnHistory(FileHistory):
    """A file that its owner alone may read: queries may hold words of rows."""

    def store_string(self, string: str) -> None:
        _make_own(Path(os.fsdecode(self.filename)))
        super().store_string(string)


def _history() -> History:
    """What was typed, kept in `$XDG_STATE_HOME/medslake/sql_history`; where that cannot be, it is told and kept for this prompt alone."""
    state = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    file = Path(state).expanduser() / "medslake" / "sql_history"
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_own(file)
    except (OSError, RuntimeError) as fault:
        console.print(f"no history is kept: {getattr(fault, 'strerror', None) or fault}: {file}", markup=False, style="dim", soft_wrap=True)
        return InMemoryHistory()
    return _OwnHistory(file)


def _make_own(file: Path) -> None:
    opened = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        os.fchmod(opened, 0o600)
    finally:
        os.close(opened)
