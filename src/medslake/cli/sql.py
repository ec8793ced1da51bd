"""The verb sql: questions in SQL, from the command line, a file, standard input or a prompt; answers for people, programs and files."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from medslake import api
from medslake.cli.console import emit, emit_text, stdout_kept_clean
from medslake.cli.options import Json, LakeRoot
from medslake.cli.query_answers import ask, file_of, in_words, show, versions_of
from medslake.cli.query_forms import FILES, SHOWN, Form, Screen, form_of
from medslake.errors import UsageError
from medslake.settings import DEFAULT_LAKE

__all__ = ["QueryCommand", "sql"]


class QueryCommand(TyperCommand):
    """Takes what begins with `--` and holds a blank for a query that begins with a comment."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        known = {name for one in self.params for name in (*one.opts, *one.secondary_opts)} | set(ctx.help_option_names)
        end = args.index("--") if "--" in args else len(args)
        queries = [one for one in args[:end] if re.match(r"--(?:[^=\n]*\s|.*\n)", one) and one.partition("=")[0] not in known]
        rest = [one for one in args[:end] if one not in queries]
        behind = [*queries, *args[end + 1 :]]
        return super().parse_args(ctx, [*rest, "--", *behind] if behind else rest)


def sql(
    query: Annotated[
        str | None,
        typer.Argument(help="SQL with plain names such as gold.instructions; - reads standard input. None on a terminal: a prompt."),
    ] = None,
    file: Annotated[str | None, typer.Option("--file", "-f", help="File of statements instead; - is standard input.")] = None,
    at: Annotated[
        list[str] | None, typer.Option("--at", help="Time travel, table=version; may be repeated. In a query: TABLE VERSION AS OF 3.")
    ] = None,
    form: Annotated[Form | None, typer.Option("--format", help="Form of what is printed; of a file its name tells.")] = None,
    line: Annotated[bool, typer.Option("--line", help="A line for each column instead of a table.")] = False,
    all_: Annotated[bool, typer.Option("--all", help=f"All rows and columns on a terminal; else {SHOWN} rows and what fits.")] = False,
    out: Annotated[Path | None, typer.Option(help=f"File to write; its ending says the form: {', '.join(FILES)}.")] = None,
    clearance: Annotated[
        str | None,
        typer.Option(
            envvar="MEDSLAKE_CLEARANCE",
            help="Leave out rows above this access class. Needed for --out and a standard output that is no terminal, where the query"
            " names a table with rows above public.",
        ),
    ] = None,
    no_history: Annotated[bool, typer.Option("--no-history", help="The prompt keeps no queries.")] = False,
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Ask the lake in SQL, without a JVM. Without a query, on a terminal: a prompt.

    Example: medslake sql "select task_id, count(*) n from gold.instructions group by 1" --at gold.instructions=3
    Example: medslake sql -f questions.sql --out answer.csv
    """
    from medslake.cli.query_output import rows
    from medslake.lake.sql.statements import statements

    versions = dict(_versions(at or []))
    shown_as = _form(form, line=line, json=json, out=out)
    if query is None and file is None:
        _need_a_terminal(out, json)
        from medslake.cli.sql_prompt import prompt

        prompt(api.open_lake(lake), versions, clearance, shown_as, whole=all_, history=not no_history)
        return
    asked = statements(_text(query, file))
    if not asked:
        raise UsageError("There is no statement in the query.", hint='Example: medslake sql "show tables"')
    if out is not None and len(asked) > 1:
        raise UsageError(f"--out takes one answer, and there are {len(asked)} statements.", hint="Ask for one at a time.")
    to_terminal = sys.stdout.isatty()
    screen = Screen(shown_as)
    if to_terminal and not all_:
        screen = Screen(shown_as, shutil.get_terminal_size().columns, SHOWN)
    with stdout_kept_clean():
        opened = api.open_lake(lake)
        opened.require()
        each = _each(asked, versions)
        if out is not None:
            told = file_of(opened, *each[0], clearance, out)
            emit(told if json else in_words(told), as_json=json)
        elif shown_as is Form.json:
            answers = [rows(ask(opened, *one, clearance, leaves=not to_terminal).rows) for one in each]
            emit(answers[0] if len(answers) == 1 else answers, as_json=True)
        else:
            for number, one in enumerate(each):
                if number and shown_as is not Form.jsonl:
                    emit_text("\n")
                show(ask(opened, *one, clearance, leaves=not to_terminal), screen)


def _each(asked: list[str], versions: dict[str, int]) -> list[tuple[str, dict[str, int]]]:
    """Each statement with the versions of the tables that it names. Raises UsageError for a version of a table that none names."""
    each = [(one, versions_of(one, versions)) for one in asked]
    unused = sorted(set(versions).difference(*(at for _, at in each)))
    if unused:
        raise UsageError(f"Version {versions[unused[0]]} of {unused[0]} is asked for, but the query does not name that table.")
    return each


def _form(form: Form | None, *, line: bool, json: bool, out: Path | None) -> Form:
    """What is printed, or written. Raises UsageError, before anything is asked, for what cannot be together."""
    wanted = [("--line", Form.line)] if line else []
    wanted += [("--format", form)] if form else []
    wanted += [("--json", Form.json)] if json and out is None else []
    if len({one for _, one in wanted}) > 1:
        raise UsageError(f"{' and '.join(flag for flag, _ in wanted)} ask for different forms.", hint="Give one of them.")
    if out is None:
        if form is Form.parquet:
            raise UsageError("Parquet needs a file.", hint="Add: --out answer.parquet")
        return wanted[0][1] if wanted else Form.table
    written = form_of(out.expanduser())
    if wanted and wanted[0][1] is not written:
        raise UsageError(f"{out.name} is {written} by its ending, and {wanted[0][0]} asks for {wanted[0][1]}.", hint="Leave one out.")
    return written


def _need_a_terminal(out: Path | None, json: bool) -> None:
    if out is not None or json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "There is no query, and a prompt needs a terminal.",
            hint='Example: medslake sql "show tables"; from standard input: medslake sql -',
        )


def _text(query: str | None, file: str | None) -> str:
    """The statements, from where they are named to be."""
    if query is not None and file is not None:
        raise UsageError("There are a query and a file.", hint="Give one of them.")
    source = file or query or ""
    if query is not None and query != "-":
        return query
    try:
        if source == "-":
            return sys.stdin.buffer.read().decode("utf-8-sig")
        return Path(source).expanduser().read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{'Standard input' if source == '-' else source} is not UTF-8.", hint="Save it as UTF-8.") from error


def _versions(pairs: list[str]) -> list[tuple[str, int]]:
    found = []
    for pair in pairs:
        table, _, version = pair.partition("=")
        if not version.isdigit():
            raise UsageError(f"--at {pair!r} is not table=version.", hint="Example: --at gold.instructions=3")
        found.append((table, int(version)))
    return found
