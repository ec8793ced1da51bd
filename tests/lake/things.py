"""A table of every type, for the storage tests; its rows are made up."""

from __future__ import annotations

import datetime as dt
import os
from decimal import Decimal
from typing import Any

import pyarrow as pa

from medslake.lake.schema.ddl import TableSpec, parse_table

NAME = "silver.things"
# The server that stands in for the native engine cannot replace a slice of a table with a map.
_FACTS = "" if os.environ.get("MEDSLAKE_NATIVE") == "1" else "facts MAP<STRING, STRING>,"
THINGS = parse_table(
    f"""
    CREATE TABLE silver.things (
      id STRING NOT NULL COMMENT 'it\\'s the key',
      part STRING NOT NULL COMMENT 'slice -- of the table',
      n BIGINT, x DOUBLE, ok BOOLEAN,
      tags ARRAY<STRING>,
      pairs ARRAY<STRUCT<name: STRING, value: INT>>,
      {_FACTS}
      made TIMESTAMP, day DATE, amount DECIMAL(10, 2), raw BINARY
    )
    USING delta
    PARTITIONED BY (part)
    COMMENT 'Everything; (almost)'
    TBLPROPERTIES ('medslake.key' = 'id')
    """
)
#: Values that break careless folder names, URLs and type inference.
ODD_PARTS = [
    "a/b c",
    "50%",
    "%20",
    "é ü 中",
    "x:y=z",
    "{a}[0]",
    "007",
    "1e5",
    "true",
    "it's",
    'say "hi"',
    "2020-01-01",
    "a\\b",
    "#?*",
    "null",
]


def specs(name: str) -> TableSpec:
    assert name == NAME
    return THINGS


def thing(id_: str, part: str = "a", **more: Any) -> dict[str, Any]:
    """One row with all columns set, unless `more` says otherwise."""
    row: dict[str, Any] = {
        "id": id_,
        "part": part,
        "n": 2**40,
        "x": 0.1,
        "ok": True,
        "tags": ["t1", None, ""],
        "pairs": [{"name": "p", "value": 1}, {"name": None, "value": None}],
        "facts": {"k": "v", "none": None},
        "made": dt.datetime(2020, 2, 29, 23, 59, 59, 999999, tzinfo=dt.UTC),
        "day": dt.date(1899, 12, 31),
        "amount": Decimal("12345678.90"),
        "raw": b"\x00\xff",
    }
    return {k: v for k, v in {**row, **more}.items() if k in THINGS.names or k in more}


def arrow(*rows: dict[str, Any]) -> pa.Table:
    listed = [{**r, "facts": list(r["facts"].items()) if r.get("facts") is not None else None} for r in rows]
    return pa.Table.from_pylist(listed, schema=THINGS.arrow_schema())
