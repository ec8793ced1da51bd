"""Exports of SEER*Stat with their dictionary: `x.txt` and, beside it, `x.dic`. `_row` counts data rows.

What the data do not say stands in the dictionary: delimiter, missing mark (a word), whether the first line names the variables, whether
values are codes, the variables of every kind of page, the labels of codes, and whether figures bear flags. A row is as long as the
variables of its page. A survival export mixes pages, told by the code of its first variable; a case listing has one section, `[Variables]`.
Columns: SEERSTAT_SCHEMA. The dictionary's layout was read in survival exports; of case listings it is taken to be alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from medslake.formats import INVALID_UTF8, SEERSTAT_SCHEMA, TOO_LONG, Format, FormatExample, Record, Unreadable, clean, raw_lines
from medslake.formats.parts.csv_records import Dialect

__all__ = ["FORMAT"]

_DELIMITERS = {"tab": "\t", "comma": ",", "semicolon": ";"}
_MISSING = {"period": ".", "space": " ", "none": ""}
_PAGE = "Page type"
_FLAGGED = re.compile(r"(.*?)([*#+]+)", re.DOTALL)


@dataclass(frozen=True)
class _Dictionary:
    """pages: kind of page ("" for the only one of a case listing) -> its variables. labels: variable -> code -> label."""

    told: Mapping[str, str]
    dialect: Dialect
    missing: str
    header: bool
    coded: bool
    flagged: bool
    pages: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, Mapping[str, str]]

    def page_of(self, cells: list[str]) -> str | None:
        """The kind of page of a row, None where the dictionary has no such page."""
        if len(self.pages) == 1 and next(iter(self.pages.values()))[0] != _PAGE:
            return next(iter(self.pages))
        told = self.labels.get(_PAGE, {}).get(cells[0], cells[0]) if self.coded else cells[0]
        return told if told in self.pages else None


def _sections(text: str) -> dict[str, list[tuple[str, str]]]:
    sections: dict[str, list[tuple[str, str]]] = {}
    lines = None
    for line in text.splitlines():
        if found := re.fullmatch(r"\[(.+)\]\s*", line):
            if found[1] in sections:
                raise Unreadable("dictionary: a section is there twice")
            lines = sections.setdefault(found[1], [])
        elif line.strip():
            name, sign, value = line.partition("=")
            if lines is None or not sign:
                raise Unreadable("dictionary: a line is neither section nor name=value")
            lines.append((name.strip(), _bare(value)))
    return sections


def _bare(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _dictionary(content: bytes) -> _Dictionary:
    try:
        sections = _sections(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable("dictionary: it is not UTF-8") from None
    export = {name: value.strip().lower() for name, value in sections.get("Export Options", ())}
    session, system = dict(sections.get("Session Options", ())), dict(sections.get("System", ()))
    delimiter, missing = _DELIMITERS.get(export.get("Field delimiter", "")), _MISSING.get(export.get("Missing character", ""))
    if delimiter is None or missing is None:
        raise Unreadable("dictionary: its export options tell no known delimiter and missing character")
    pages = {}
    for name, lines in sections.items():
        if name == "Variables" or name.endswith(" Variables"):
            named = {key: value for key, value in lines if re.fullmatch("Var[0-9]+Name", key)}
            names = tuple(named.get(f"Var{number}Name") for number in range(1, len(named) + 1))
            if not names or None in names or len(set(names)) < len(names):
                raise Unreadable("dictionary: the variables of a section are not numbered from 1 on, each with a name of its own")
            pages[name.removesuffix("Variables").strip()] = tuple(map(str, names))
    if not pages:
        raise Unreadable("dictionary: no section tells the variables")
    labels = {name.removeprefix("Format="): dict(lines) for name, lines in sections.items() if name.startswith("Format=")}
    return _Dictionary(
        {"session": session.get("Type", ""), "statistic": session.get("Statistic", ""), "database": system.get("Database name", "")},
        Dialect(delimiter, '"'),
        missing,
        export.get("Variable names included") == "true",
        export.get("Variable format") == "numeric",
        export.get("Flags included") == "true",
        pages,
        labels,
    )


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    known = _dictionary(options["beside"][".dic"])
    row = -1 if known.header else 0
    for line, too_long in raw_lines(stream):
        if not line.strip(b" \r"):
            continue
        row += 1
        text = line.decode("utf-8", errors="replace")
        if row == 0:
            if not known.dialect.is_good.fullmatch(text) or tuple(known.dialect.fields(text)) not in known.pages.values():
                raise Unreadable("header: the first line does not name the variables of the dictionary")
            continue
        yield Record(row, {}, TOO_LONG, clean(line)) if too_long else _record(row, line, text, known)


def _record(row: int, line: bytes, text: str, known: _Dictionary) -> Record:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return Record(row, {}, INVALID_UTF8, text)
    if not known.dialect.is_good.fullmatch(text):
        return Record(row, {}, "quote: a quote stays open, or text follows the one that closes a field", text)
    cells = known.dialect.fields(text)
    page = known.page_of(cells)
    if page is None:
        return Record(row, {}, "page: the dictionary has no variables for the page of the row", text)
    names = known.pages[page]
    if len(cells) != len(names):
        return Record(row, {}, f"columns: the row does not have the {len(names)} columns of its page", text)
    variables = [_variable(name, cell, known) for name, cell in zip(names, cells, strict=True)]
    return Record(row, {**{key: value or None for key, value in known.told.items()}, "page": page or None, "variables": variables})


def _variable(name: str, cell: str, known: _Dictionary) -> dict[str, str | None]:
    labels = known.labels.get(name, {}) if known.coded else {}
    flagged = _FLAGGED.fullmatch(cell) if known.flagged and not labels else None
    value, flag = (flagged[1], flagged[2]) if flagged else (cell, None)
    return {"name": name, "value": None if value in (known.missing, "") else value, "label": labels.get(value), "flag": flag}


FORMAT = Format(
    name="seerstat",
    about="SEER*Stat exports, read as their .dic dictionary says.",
    parse=parse,
    beside=(".dic",),
    example=FormatExample(
        "0\t7\t31.5\t.\n1\t2\t99.25\n0\t8\t42.75*#\t0.5\n0\t7\t55.125\t0.75\n",
        schema=SEERSTAT_SCHEMA,
        rows=(
            {
                "session": "Survival",
                "page": "Life Page",
                "variables": [
                    {"name": "Page type", "value": "0", "label": "Life Page", "flag": None},
                    {"name": "Moon", "value": "7", "label": "full", "flag": None},
                    {"name": "Observed", "value": "31.5", "label": None, "flag": None},
                    {"name": "SE", "value": None, "label": None, "flag": None},
                ],
            },
            {
                "page": "Summary Page",
                "variables": [
                    {"name": "Page type", "value": "1", "label": "Summary Page", "flag": None},
                    {"name": "Moon", "value": "2", "label": None, "flag": None},
                    {"name": "N", "value": "99.25", "label": None, "flag": None},
                ],
            },
            {"page": "Life Page"},
            {"statistic": "Relative Survival", "database": "Invented"},
        ),
        beside={
            ".dic": "[System]\r\nDatabase name=Invented\r\n\r\n[Session Options]\r\nType=Survival\r\nStatistic=Relative Survival\r\n\r\n"
            "[Export Options]\r\nVariable format=numeric\r\nField delimiter=tab\r\nMissing character=period\r\nFlags included=true\r\n"
            "Variable names included=false\r\n\r\n[Summary Page Variables]\r\nVar1Name=Page type\r\nVar2Name=Moon\r\nVar3Name=N\r\n\r\n"
            "[Life Page Variables]\r\nVar1Name=Page type\r\nVar2Name=Moon\r\nVar2Base=Phase\r\nVar3Name=Observed\r\nVar4Name=SE\r\n\r\n"
            '[Format=Page type]\r\n0=Life Page\r\n1=Summary Page\r\n\r\n[Format=Moon]\r\n7=full\r\n8="  new"\r\n'
        },
    ),
)
