"""Forms of query answers, told by a flag or by the name of a file, and where answers are shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from medslake.errors import UsageError

__all__ = ["FILES", "OF_THE_VERB", "SHOWN", "Advice", "Form", "Screen", "form_of"]

#: Rows of an answer on the screen.
SHOWN = 40


class Form(StrEnum):
    table = "table"
    line = "line"
    csv = "csv"
    tsv = "tsv"
    json = "json"
    jsonl = "jsonl"
    md = "md"
    parquet = "parquet"


#: Forms of files; each is the ending of its name.
FILES = (Form.csv, Form.tsv, Form.json, Form.jsonl, Form.parquet, Form.md)


def form_of(out: Path) -> Form:
    """The form of a file, by the ending of its name. Raises UsageError for a folder and for other endings."""
    if out.is_dir():
        raise UsageError(f"{out} is a folder, and a file is needed.", hint=f"Example: --out {out / 'answer.csv'}")
    ending = out.suffix.lower().removeprefix(".")
    if ending not in FILES:
        raise UsageError(f"{out.name} is not written: its ending says no form.", hint=f"Endings: {', '.join(f'.{one}' for one in FILES)}")
    return Form(ending)


class Advice(NamedTuple):
    """How to see all rows, and all columns."""

    rows: str = "--all, or --out FILE"
    columns: str = "--line, --all"


OF_THE_VERB = Advice()


@dataclass(frozen=True)
class Screen:
    """Where an answer is shown. width: characters of a terminal, None where it goes to a file or pipe. most: rows shown, None for all."""

    form: Form
    width: int | None = None
    most: int | None = None
    advice: Advice = OF_THE_VERB
