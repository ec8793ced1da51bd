"""Dictionaries of some hundred entries, known when the plan is made: literals in the plan, so that rows find them without a shuffle."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import Column

__all__ = ["dictionary", "looked_up"]

#: Map lookups in Spark walk the keys one by one: 1,000 keys in buckets of a few are found hundreds of times faster.
_BUCKETS = 512


def dictionary(entries: Mapping[str, Any], type: str = "STRING") -> Column:
    """The entries as a column to be looked up by `looked_up`. type: of the values, in Spark's words; they are written as JSON."""
    from pyspark.sql import functions as F

    buckets: list[dict[str, Any]] = [{} for _ in range(_BUCKETS)]
    for name, value in entries.items():
        buckets[zlib.crc32(name.encode()) % _BUCKETS][name] = value
    # Spark parses the text once, while it optimises.
    return F.from_json(F.lit(json.dumps(buckets)), f"ARRAY<MAP<STRING, {type}>>")


def looked_up(column: str, key: str) -> str:
    """SQL for the value of `key` (SQL) in a column made by `dictionary`, null where it has none."""
    return f"try_element_at(get({column}, CAST(pmod(crc32(CAST({key} AS BINARY)), {_BUCKETS}) AS INT)), {key})"
