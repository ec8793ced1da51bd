"""Questions of people who are new here, with the words that they get: `sql_questions.txt`. Pipes, files and terminals are real.

A case of that file begins with `# what it is about`. Its lines `$ ...` are run in order, in one folder; `$80 ...` on a terminal of 80
columns. What stands below a line is its answer: standard output, then standard error with `! ` before each line,
then the exit code with `= ` where it is not 0; `...` stands for any words. `\\n` in a line is its end. `cat FILE` and `parquet FILE` show
a file.
"""

from __future__ import annotations

import io
import json
import os
import pty
import re
import shlex
import struct
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import ioctl
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest
from rich.cells import cell_len

from medslake.cli import main
from medslake.lake import open_lake
from medslake.lake.schema.ddl import names, spec, views
from sql_lake import made

QUESTIONS = Path(__file__).with_name("sql_questions.txt")


class Line(NamedTuple):
    """width: of the terminal, None for a pipe."""

    words: str
    width: int | None
    answer: str


def _cases() -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for text in re.split(r"^# ", QUESTIONS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        title, _, body = text.partition("\n")
        assert title not in found
        parts = re.split(r"^\$(\d*) (.*)\n", body, flags=re.MULTILINE)
        assert not parts[0].strip()
        found[title] = [
            Line(words, int(width) if width else None, answer.strip("\n"))
            for width, words, answer in zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
        ]
    return found


CASES = _cases()


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> str:
    return made(tmp_path_factory.mktemp("sql") / "lake").root


@contextmanager
def terminal(columns: int, heard: list[str]) -> Iterator[None]:
    """Standard output is a terminal of this width; what is said there is heard when it ends."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    said: list[bytes] = []

    def listen() -> None:
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:
                return
            said.append(part)

    listener = threading.Thread(target=listen)
    listener.start()
    kept, stdout = os.dup(1), sys.stdout
    os.dup2(theirs, 1)
    sys.stdout = os.fdopen(theirs, "w", encoding="utf-8")
    try:
        yield
    finally:
        sys.stdout.close()
        sys.stdout = stdout
        os.dup2(kept, 1)
        os.close(kept)
        listener.join()
        os.close(ours)
        heard.append(b"".join(said).decode().replace("\r\n", "\n"))


def run(line: Line, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    words = [word.replace("\\n", "\n") for word in shlex.split(line.words)]
    if words[0] == "cat":
        return Path(words[1]).read_text(encoding="utf-8").strip("\n")
    if words[0] == "parquet":
        table = pq.read_table(words[1])
        columns = ", ".join(f"{field.name} {field.type}" for field in table.schema)
        return f"{columns}\n{table.num_rows} rows, first {table.slice(0, 1).to_pylist()}"
    if "<" in words:
        at = words.index("<")
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path(words[at + 1]).read_bytes())))
        words = words[:at]
    if words[0] == "echo":
        Path(words[3]).write_text(words[1], encoding="utf-8")
        return ""
    assert words[0] == "medslake"
    capfd.readouterr()
    heard: list[str] = []
    with pytest.raises(SystemExit) as ended:
        if line.width is None:
            main(words[1:])
        else:
            with terminal(line.width, heard):
                main(words[1:])
    out, err = capfd.readouterr()
    told = [*heard, out, *(f"! {one}\n" for one in err.splitlines()), f"= {ended.value.code}" if ended.value.code else ""]
    # Without colours.
    return re.sub(r"\x1b\[[\d;]*m", "", "".join(told)).strip("\n")


@pytest.mark.parametrize("case", CASES)
def test_a_question_is_answered_in_these_words(
    case: str, lake: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEDSLAKE_LAKE", lake)
    monkeypatch.delenv("MEDSLAKE_CLEARANCE", raising=False)
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for line in CASES[case]:
        told = run(line, capfd, monkeypatch)
        if os.environ.get("SQL_QUESTIONS_SHOW"):
            with Path(os.environ["SQL_QUESTIONS_SHOW"]).open("a") as file:
                file.write(f"$ {line.words}\n{told}\n" if line.width is None else f"${line.width} {line.words}\n{told}\n")
            continue
        assert re.fullmatch(re.escape(line.answer).replace(r"\.\.\.", ".*"), told, re.DOTALL), f"{line.words}\n{told}"


def test_there_are_forty() -> None:
    assert sum(line.words.startswith("medslake sql") for lines in CASES.values() for line in lines) >= 40


def asked(lake: str, *words: str, capfd: pytest.CaptureFixture[str]) -> tuple[str, str]:
    with pytest.raises(SystemExit) as ended:
        main([*words, "--lake", lake])
    assert not ended.value.code
    return capfd.readouterr()


def test_a_pipe_is_never_cut(lake: str, capfd: pytest.CaptureFixture[str]) -> None:
    out, err = asked(lake, "sql", "select i.*, repeat('long ', 200) t from gold.instructions i", capfd=capfd)
    lines = out.splitlines()
    columns = open_lake(lake).spec("gold.instructions").names
    assert (lines[0].split(), len(lines), err) == ([*columns, "t"], 5001, "")
    assert all(line.endswith("long " * 199 + "long") for line in lines[1:])


@pytest.mark.parametrize("width", [20, 33, 80, 200])
def test_a_table_fits_the_terminal(lake: str, width: int, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    # pytest's workers are told one.
    monkeypatch.delenv("COLUMNS", raising=False)
    heard: list[str] = []
    with terminal(width, heard), pytest.raises(SystemExit):
        main(["sql", "select *, '頭痛' || repeat('頭', 200) from gold.instructions limit 3", "--lake", lake])
    table = heard[0].splitlines()[:4]
    assert max(map(cell_len, table)) <= width and " columns; --line, --all" in capfd.readouterr().err


def test_views_are_listed_with_what_they_hold(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["list", "views", "--json"])
    told = {row["view"]: row["about"] for row in json.loads(capfd.readouterr().out)}
    assert set(told) == set(views()) and all(told.values())


def test_every_table_and_view_is_shown_with_its_comment(lake: str, capfd: pytest.CaptureFixture[str]) -> None:
    shown = {row["name"]: row for row in json.loads(asked(lake, "sql", "show tables", "--json", capfd=capfd)[0])}
    assert set(shown) == {*names(), *views()} and all(row["comment"] for row in shown.values())
    query = "select table_schema || '.' || table_name as name, list(column_name order by ordinal_position) as columns, "
    query += "count(*) filter (column_comment <> '') as told from information_schema.columns group by 1"
    columns = {row["name"]: row for row in json.loads(asked(lake, "sql", query, "--json", capfd=capfd)[0])}
    assert set(columns) == set(shown)
    for name in names():
        assert columns[name]["columns"] == list(spec(name).names) and columns[name]["told"] == len(spec(name).names)
    for name in views():
        assert columns[name]["columns"] == open_lake(lake).query(f"select * from {name} limit 0").column_names
