"""The columns that say whether a record can be read: one order of rules for every JVM reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from medslake.formats.base import MAX_RECORD_BYTES, RAW_LIMIT, NativeFile

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

__all__ = ["INVALID_UTF8", "TOO_LONG", "first_error", "judged", "line_errors", "raw_line", "required_keys", "two_values"]

TOO_LONG = f"record_too_long: the record is longer than {MAX_RECORD_BYTES} bytes"
INVALID_UTF8 = "invalid_utf8: the record holds bytes that are not UTF-8"


def two_values(column: str) -> str:
    """The error of a record that fills a column under two of its names."""
    return f"two_values: column {column} and its alias are both filled"


def required_keys(native: NativeFile) -> list[str]:
    """Columns that may not be null: the key, and `options['required']`."""
    return list(dict.fromkeys([*native.key, *native.options.get("required", ())]))


def first_error(*errors: Column) -> Column:
    """The first error that is not null."""
    from pyspark.sql import functions as F

    return F.coalesce(*errors, F.lit(None).cast("string"))


def line_errors() -> list[Column]:
    """Errors of a line of `blocks.text_lines` as such."""
    from pyspark.sql import functions as F

    return [
        F.when(F.octet_length("value") > MAX_RECORD_BYTES, F.lit(TOO_LONG)),
        F.when(~F.col("_utf8") & ~F.is_valid_utf8("value"), F.lit(INVALID_UTF8)),
    ]


def judged(records: DataFrame, native: NativeFile, errors: Sequence[Column], raw: Column, native_columns: Sequence[Column]) -> DataFrame:
    """The reader's result: native columns, then the EXTRA ones; keys that are missing come last among the errors."""
    from pyspark.sql import functions as F

    out = records.select(
        *native_columns,
        "_file",
        "_sha256",
        F.col("_number").alias("_row"),
        first_error(*errors).alias("_error"),
        raw.alias("_raw"),
    )
    missing = [F.when(F.col(f"`{c}`").isNull(), F.lit(f"missing_key: {c} is missing or null")) for c in required_keys(native)]
    error = first_error(F.col("_error"), *missing)
    return out.withColumn("_error", error).withColumn("_raw", F.when(F.col("_error").isNotNull(), F.col("_raw")))


def raw_line() -> Column:
    """The line as it stands, cut at RAW_LIMIT characters; bytes that are not UTF-8 become U+FFFD."""
    from pyspark.sql import functions as F

    return F.make_valid_utf8(F.substring("value", 1, RAW_LIMIT))
