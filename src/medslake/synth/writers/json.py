"""JSON: lines, an array, an object of named members."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from medslake.synth.writers.base import TextWriter, Writer

__all__ = ["json_array", "json_lines", "json_members"]


def json_lines(*, ascii: bool = False) -> Writer:
    """An object per line. ascii: other letters as escapes."""
    dumps = json.JSONEncoder(ensure_ascii=ascii).encode

    def many(records: Sequence[Any]) -> str:
        return "".join([f"{dumps(record)}\n" for record in records])

    return TextWriter(lambda record: f"{dumps(record)}\n", many=many)


def json_array(*, before: str = "[\n", after: str = "\n]\n", indent: int | None = None, ascii: bool = False) -> Writer:
    """Objects in one array. before, after: what stands around them, such as `{"version": "1.0", "data": [` and `]}`."""
    dumps = json.JSONEncoder(ensure_ascii=ascii, indent=indent).encode
    return TextWriter(dumps, before, ",\n", after)


def json_members(*, indent: int | None = None, ascii: bool = False) -> Writer:
    """One object; a record is `(key, value)`."""
    dumps = json.JSONEncoder(ensure_ascii=ascii, indent=indent).encode
    return TextWriter(lambda record: f"{dumps(str(record[0]))}: {dumps(record[1])}", "{\n", ",\n", "\n}\n")
