"""The prompt of `medslake sql`, driven through a pseudo-terminal."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from fcntl import ioctl
from pathlib import Path

import pytest

from medslake.cli.sql_completion import SqlCompleter
from medslake.lake import open_lake
from sql_lake import SECRET, made

#: The terminal is that of the process, so that Ctrl-C reaches it.
_MAIN = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); from medslake.cli import main; main()"
COMMAND = (sys.executable, "-c", _MAIN, "sql")
PROMPT = "medslake>"
CTRL_C, CTRL_D, TAB = "\x03", "\x04", "\t"
PATIENCE = 60
#: Colours, cursor moves and titles.
_MOVES = re.compile(r"\x1b\[[\d;?]*[A-Za-z]|\x1b\][^\x07]*\x07|\x1b[=>]")


class Person:
    """Types, and reads what is shown."""

    def __init__(self, lake: str, home: Path, *more: str) -> None:
        self.ours, theirs = pty.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 120, 0, 0))
        without = ("MEDSLAKE_CLEARANCE", "COLUMNS", "LINES")
        environment = {name: value for name, value in os.environ.items() if name not in without}
        # No terminal answers here where its cursor is.
        environment |= {"TERM": "xterm", "XDG_STATE_HOME": str(home / "state"), "PROMPT_TOOLKIT_NO_CPR": "1", "HOME": str(home)}
        self.child = subprocess.Popen(
            [*COMMAND, "--lake", lake, *more], stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=home, start_new_session=True
        )
        os.close(theirs)
        self.seen = ""

    def types(self, text: str) -> None:
        os.write(self.ours, text.encode())

    def reads(self, wanted: str) -> str:
        """What was shown up to a text, which must come; the text and what follows are left for the next time."""
        ends = time.monotonic() + PATIENCE
        while wanted not in self.seen:
            assert time.monotonic() < ends and self._hears(), f"{wanted!r} does not come after {self.seen[-2000:]!r}"
        before, _, self.seen = self.seen.partition(wanted)
        return before

    def asks(self, text: str, wanted: str = "") -> str:
        """What was shown before what is wanted; then the next prompt is there."""
        self.types(text + "\r")
        before = self.reads(wanted) if wanted else ""
        self.reads(PROMPT)
        return before

    def waits_for_an_answer(self) -> None:
        """Until no prompt reads what is typed."""
        ends = time.monotonic() + PATIENCE
        while not termios.tcgetattr(self.ours)[3] & termios.ICANON:
            assert time.monotonic() < ends and (self._hears() or True)

    def ends(self) -> int:
        while self._hears():
            pass
        return self.child.wait(PATIENCE)

    def _hears(self) -> bool:
        if not select.select([self.ours], [], [], 1)[0]:
            return self.child.poll() is None
        try:
            part = os.read(self.ours, 65536)
        except OSError:
            return False
        self.seen += _MOVES.sub("", part.decode(errors="replace")).replace("\r", "")
        return bool(part)

    def close(self) -> None:
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGKILL)
            self.child.wait()
        os.close(self.ours)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> str:
    return made(tmp_path_factory.mktemp("sql") / "lake").root


@pytest.fixture
def person(lake: str, tmp_path: Path) -> Iterator[Person]:
    one = Person(lake, tmp_path)
    yield one
    one.close()


@pytest.mark.process
def test_a_session(person: Person, lake: str, tmp_path: Path) -> None:
    person.reads(f"lake {lake}\n")
    person.reads(PROMPT)
    # One name begins so, and a column of that table.
    person.types(f"select count(*) as counted from gold.instru{TAB}")
    person.reads("ctions")
    person.types(f" where task_{TAB}")
    person.reads("id")
    # Lines are taken until the semicolon.
    person.types(" = 'task1'\r")
    person.reads("...>")
    person.types("and renderer = 0;\r")
    person.reads("counted\n   2500\n")
    person.reads(PROMPT)
    # Ctrl-C drops what is typed, and ends what runs.
    person.types("select 'dropped'")
    person.reads("dropped")
    person.types(CTRL_C)
    person.reads(PROMPT)
    person.asks("select 'next' as word;", "word\nnext\n")
    person.types("select sum(a.range * b.range) from range(10000000) a, range(1000000) b;\r")
    person.waits_for_an_answer()
    person.types(CTRL_C)
    person.reads("error: interrupted.")
    person.reads(PROMPT)
    # An error ends no session.
    person.asks("select * from scores;", "Did you mean 'gold.scores'?")
    person.asks(".nothing", "There is no command .nothing.")
    person.asks("select 1 a; select 2 b;", "a\n1\nb\n2\n")
    # 40 rows, then all.
    person.asks("select range n from range(45);", "40 of 45 rows; .last, or .out FILE")
    person.asks(".last", "\n44\n")
    person.asks(".mode line")
    person.asks("select 1 a, 'two' b;", "a  1\nb  two\n")
    person.asks(".mode xml", ".mode knows table, line, csv, tsv, json, jsonl, md, not xml.")
    person.asks(".mode table")
    person.asks(".timer on", "timer on")
    assert re.search(r"c\n3\n\d+\.\d\d$", person.asks("select 3 c;", " s\n"))
    person.asks(".describe ops.sources", "name of the source data set")
    person.asks(".tables ops", "What is registered about the sources")
    person.asks(".help", "columns of a table or view")
    # A file is a way out of the lake, the terminal is none.
    person.asks("select input from gold.benchmark order by 1 desc;", "Hero 2 coughs.")
    person.asks(".out answer.csv", "--clearance CLASS")
    assert not (tmp_path / "answer.csv").exists()
    person.asks(".out answer.xls", "Endings: .csv, .tsv")
    person.asks("select count(*) as scored from gold.scores;", "scored")
    person.asks(".out answer.csv", "1 row of 1 column in answer.csv")
    assert (tmp_path / "answer.csv").read_text() == '"scored"\n3\n'
    person.types(CTRL_D)
    assert person.ends() == 0
    history = tmp_path / "state/medslake/sql_history"
    assert history.stat().st_mode & 0o777 == 0o600 and history.parent.stat().st_mode & 0o777 == 0o700
    told = history.read_text()
    assert "+and renderer = 0;" in told and "dropped" not in told and SECRET not in told


@pytest.mark.process
def test_a_session_within_a_clearance_and_without_a_history(lake: str, tmp_path: Path) -> None:
    person = Person(lake, tmp_path, "--no-history", "--clearance", "public", "--at", "gold.instructions=0")
    try:
        person.reads(PROMPT)
        person.asks("select max(input) as last from gold.benchmark;", "Hero 2 coughs.")
        person.asks(".out answer.json", "1 row of 1 column")
        assert SECRET not in (tmp_path / "answer.json").read_text()
        person.asks("select count(*) as counted from gold.instructions;", "counted\n      3\n")
        person.types("quit\r")
        assert person.ends() == 0 and SECRET not in person.seen
    finally:
        person.close()
    assert not (tmp_path / "state").exists()


def offered(lake: str, text: str) -> list[str]:
    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document

    commands = {".tables": "", ".timer": "", ".mode": "", ".describe": "", ".out": ""}
    before, _, behind = text.partition("|")
    document = Document(before + behind, len(before))
    return [one.text for one in SqlCompleter(open_lake(lake).place, commands).get_completions(document, CompleteEvent())]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("select * from gold.sc", ["scores"]),
        ("select * from GOLD.sc", ["scores"]),
        ("describe ops.so", ["sources"]),
        ("select * from information_schema.co", ["columns"]),
        ("select licen| from ops.sources", ["licence"]),
        ("select s.li| from ops.sources as s", ["licence"]),
        ("select s.li| from ops.sources s where true", ["licence"]),
        ("select sources.li| from ops.sources where true", ["licence"]),
        ("select x.li| from ops.sources s", []),
        ("select lice", []),
        ("select string_ag", ["string_agg("]),
        ("sele", ["select"]),
        ("select 'from ops.so", []),
        ("-- from ops.so", []),
        (".ti", [".timer"]),
        (".mode j", ["json", "jsonl"]),
        (".tables g", ["gold"]),
        (".describe ops.sou", ["ops.sources"]),
    ],
)
def test_what_is_offered(lake: str, text: str, first: list[str]) -> None:
    assert offered(lake, text) == first


def test_tables_stand_behind_from(lake: str) -> None:
    assert {"gold.instructions", "ops.mixture", "information_schema.tables"} <= set(offered(lake, "select * from "))
    assert offered(lake, "select | from ops.sources")[:2] == ["source", "title"]


@pytest.mark.process
def test_ctrl_c_ends_a_query_and_what_asked_it(lake: str, tmp_path: Path) -> None:
    endless = "select sum(a.range * b.range) from range(10000000) a, range(1000000) b"
    person = Person(lake, tmp_path, f"select 'begun' as it; {endless}")
    try:
        person.reads("it\nbegun\n")
        person.types(CTRL_C)
        began = time.monotonic()
        assert person.ends() == 130 and time.monotonic() - began < 20
        assert person.seen.count("error: interrupted") == 1 and "Traceback" not in person.seen
    finally:
        person.close()
