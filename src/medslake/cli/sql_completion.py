"""What the prompt offers behind the cursor: tables and views, the columns of those named, functions, words of SQL, dot commands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document

from medslake.cli.query_forms import Form
from medslake.errors import MedslakeError
from medslake.lake.duck import duck
from medslake.lake.schema.ddl import LAYERS
from medslake.lake.sql.catalog import described
from medslake.lake.sql.names import INFORMATION, double_quoted, known_names, spelled, tokens
from medslake.lake.storage.place import Place

__all__ = ["SqlCompleter"]

_WORDS = (
    *("select", "from", "where", "group by", "order by", "limit", "join", "left join", "using", "on", "as", "and", "or", "not", "in", "is"),
    *("null", "like", "between", "case", "when", "then", "else", "end", "distinct", "union all", "having", "with", "desc", "asc", "over"),
    *("partition by", "version as of", "describe", "show tables", "show views", "summarize", "explain", "values", "filter", "exists"),
)
#: Words behind which a table stands.
_BEFORE_TABLES = {"from", "join", "describe", "desc", "summarize", "table", "view"}


class SqlCompleter(Completer):
    """Of a lake as it is when the prompt begins; columns are looked up when their table is named."""

    def __init__(self, place: Place, commands: Mapping[str, str]) -> None:
        """commands: dot command -> what it does."""
        self.place, self.commands = place, commands
        self._columns: dict[str, dict[str, str]] = {}

    @cached_property
    def names(self) -> list[str]:
        return [*known_names(self.place), *INFORMATION]

    @cached_property
    def functions(self) -> list[str]:
        with duck() as connection:
            found = connection.execute("SELECT DISTINCT function_name FROM duckdb_functions() ORDER BY 1").fetchall()
        return [name for (name,) in found if re.fullmatch(r"[a-z]\w+", name) and not name.startswith("pragma")]

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        before = document.text_before_cursor
        if before.lstrip().startswith("."):
            yield from self._of_command(before.lstrip(), complete_event)
            return
        if tokens(double_quoted(before), "duckdb") is None or re.search(r"--[^\n]*$", before):
            # Inside of a string or a comment.
            return
        word = re.search(r"[\w.]*$", before)
        assert word is not None
        owner, dot, typed = word[0].rpartition(".")
        if dot:
            yield from _matching(typed, self._behind(owner.lower(), document.text))
            return
        last = re.search(r"(\w+)\s*$", before[: word.start()])
        if last and last[1].lower() in _BEFORE_TABLES:
            yield from _matching(typed, dict.fromkeys(self.names, "table"))
            return
        named = self._named(document.text).values()
        yield from _matching(typed, {column: kind for table in named for column, kind in self.columns(table).items()})
        if typed:
            yield from _matching(typed, dict.fromkeys(self.names, "table"))
            yield from _matching(typed, dict.fromkeys(_WORDS, ""))
            yield from _matching(typed, dict.fromkeys(self.functions, "function"), behind="(")

    def columns(self, table: str) -> dict[str, str]:
        """Column -> type; none of what is no table."""
        if table not in self._columns:
            try:
                found = described(self.place, table).columns
            except MedslakeError:
                found = ()
            self._columns[table] = {column.name: column.type for column in found}
        return self._columns[table]

    def _behind(self, owner: str, text: str) -> Mapping[str, str]:
        """What may stand behind `layer.` or `alias.`."""
        if owner in (*LAYERS, "information_schema"):
            return {name.partition(".")[2]: "table" for name in self.names if name.startswith(f"{owner}.")}
        return self.columns(self._named(text).get(owner, ""))

    def _named(self, text: str) -> dict[str, str]:
        """Alias, or name without the layer -> table that the text names."""
        sql = double_quoted(text)
        found = {}
        for one in spelled(sql, "duckdb"):
            found[one.name.partition(".")[2].lower()] = one.name
            behind = [token.text for token in (tokens(sql[one.end :], "duckdb") or [])[:2]]
            alias = behind[1] if len(behind) > 1 and behind[0].lower() == "as" else (behind or [""])[0]
            if re.fullmatch(r"[A-Za-z_]\w*", alias) and alias.lower() not in _WORDS:
                found[alias.lower()] = one.name
        return found

    def _of_command(self, before: str, event: CompleteEvent) -> Iterable[Completion]:
        command, blank, argument = before.partition(" ")
        if not blank:
            return _matching(command, self.commands)
        if command == ".out":
            return PathCompleter(expanduser=True).get_completions(Document(argument, len(argument)), event)
        offered = {
            ".describe": self.names,
            ".tables": LAYERS,
            ".mode": [form for form in Form if form is not Form.parquet],
            ".timer": ("on", "off"),
        }
        return _matching(argument, dict.fromkeys(offered.get(command, ()), ""))


def _matching(typed: str, offered: Mapping[str, str], behind: str = "") -> Iterator[Completion]:
    """Those that begin as typed. offered: text -> what it is."""
    for text, kind in offered.items():
        if text.lower().startswith(typed.lower()):
            yield Completion(text + behind, start_position=-len(typed), display=text, display_meta=kind)
