"""File statistics for Delta's log, from Parquet footers.

Only bounds that every reader understands the same way are written: floats (NaN), decimals (JSON numbers) and booleans have none. Of texts
only ids and classes have some: a bound is the beginning of a row's words, and logs are read, copied and kept longer than rows.
Rules as in the Delta protocol, "Per-file Statistics".
"""

from __future__ import annotations

import datetime
import json
import re
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyarrow.fs import FileSystem

    from medslake.lake.schema.ddl import Column

__all__ = ["STATISTICS", "bound", "footer", "log_properties", "table_properties"]

_PREFIX = 32
_COLUMNS = 32
#: Columns of text that hold no words of a record: ids and digests, and what is one of a few.
_TOLD = re.compile(
    r"_?(?:source|access|file|sha256|split|language|domain|category|kind|state|job|side|metric|variant|level|prompt|engine|model)"
    r"|(?:.*_)?(?:id|hash|version|language)|table_name|run_set|task_group|dataset|slice|rule|severity|plan|recipe"
)
#: Types of which a bound is never a word.
_NO_WORDS = {"tinyint", "smallint", "int", "bigint", "float", "double", "date", "timestamp"}
#: Properties of a table that say which columns have statistics: these, or the first so many.
STATISTICS = ("delta.dataSkippingStatsColumns", "delta.dataSkippingNumIndexedCols")


def table_properties(columns: Sequence[Column], partition_by: Sequence[str]) -> dict[str, str]:
    """What a table says to other engines that write to it or compact it: the columns that may have statistics, as above."""
    plain = [c for c in columns if c.name not in partition_by]
    told = [c.name for c in plain if c.type in _NO_WORDS or (c.type == "string" and _TOLD.fullmatch(c.name))]
    if not told:
        return {STATISTICS[1]: "0"}
    return {STATISTICS[0]: ",".join(name if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) else f"`{name}`" for name in told)}


def log_properties(name: str) -> dict[str, str]:
    """What a new table says of its log.

    A checkpoint every tenth commit: who opens the table reads few commits, however many there were. Plans, trainings, scores and rows name
    versions of all tables but ops.*: Delta would take away the log of a version after 30 days, and with it the version, whoever names it.
    """
    kept = {} if name.startswith("ops.") else {"delta.logRetentionDuration": "interval 3650 days"}
    return {"delta.checkpointInterval": "10", **kept}


def footer(path: str, filesystem: FileSystem) -> tuple[int, str]:
    """(rows, statistics JSON) of a Parquet file; columns inside structs, lists and maps have no statistics."""
    data = pq.read_metadata(path, filesystem=filesystem)
    low: dict[str, Any] = {}
    high: dict[str, Any] = {}
    nulls: dict[str, int] = {}
    unknown: set[str] = set()
    unknown_nulls: set[str] = set()
    for group in (data.row_group(i) for i in range(data.num_row_groups)):
        for column in (group.column(i) for i in range(min(group.num_columns, _COLUMNS))):
            name = column.path_in_schema
            if "." in name:
                continue
            found = column.statistics
            null_count = found.null_count if found is not None else None
            if null_count is None:
                unknown_nulls.add(name)
            else:
                nulls[name] = nulls.get(name, 0) + null_count
                if null_count == column.num_values:
                    continue
            bounds = _bounds(found) if found is None or found.physical_type != "BYTE_ARRAY" or _TOLD.fullmatch(name) else None
            if bounds is None:
                unknown.add(name)
                continue
            low[name] = bounds[0] if name not in low else min(low[name], bounds[0])
            high[name] = bounds[1] if name not in high else max(high[name], bounds[1])
    told = {
        "numRecords": data.num_rows,
        "minValues": _told(low, unknown, upper=False),
        "maxValues": _told(high, unknown, upper=True),
        "nullCount": {n: c for n, c in nulls.items() if n not in unknown_nulls},
    }
    return data.num_rows, json.dumps(told, ensure_ascii=False)


def _bounds(found: Any) -> tuple[Any, Any] | None:
    if found is None or not found.has_min_max:
        return None
    try:
        return found.min, found.max
    except (ValueError, OverflowError):
        # Outside of what Python's datetime or str can hold: no bound is right, a wrong one hides rows.
        return None


def _told(bounds: dict[str, Any], unknown: set[str], *, upper: bool) -> dict[str, Any]:
    told = {n: bound(v, upper=upper) for n, v in bounds.items() if n not in unknown}
    return {n: v for n, v in told.items() if v is not None}


def bound(value: Any, *, upper: bool) -> Any:
    """A lower or upper bound as JSON, None where none can be written.

    Strings are cut at 32 characters, upper ones with a tie-breaker; timestamps have milliseconds, upper ones rounded up.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        if len(value) <= _PREFIX:
            return value
        if not upper:
            return value[:_PREFIX]
        # The tie-breaker must be larger than what was cut off.
        return None if value[_PREFIX] == "\U0010ffff" else value[:_PREFIX] + "\U0010ffff"
    if isinstance(value, datetime.datetime):
        return _instant(value, upper=upper)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return None


def _instant(value: datetime.datetime, *, upper: bool) -> str | None:
    if value.tzinfo is None:
        return None
    rest = value.microsecond % 1000
    try:
        value += datetime.timedelta(microseconds=(1000 - rest if upper and rest else -rest))
    except OverflowError:
        return None
    return value.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
