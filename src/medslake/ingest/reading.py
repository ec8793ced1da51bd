"""Delivered files to records: a format's Spark reader, or its parser in Spark workers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from medslake.formats import Delivered, Format, NativeFile
from medslake.formats.parts.verdicts import required_keys
from medslake.formats.parts.whole_files import parsed

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["read_records"]


def read_records(spark: SparkSession, form: Format, native: NativeFile, delivered: Sequence[Delivered]) -> DataFrame:
    """All records of the delivered files of one family, in the columns of `formats.base`; a row of REFUSED for one that must be refused."""
    native = replace(native, options={**form.options, **native.options})
    if form.read is not None:
        return form.read(spark, native, delivered)
    assert form.parse is not None
    return parsed(
        spark,
        form.parse,
        native.schema,
        native.options,
        delivered,
        required=required_keys(native),
        beside=form.beside,
        as_text=form.as_text,
    )
