"""Tab-separated values: `csv` with a tab, and no quoting unless `options['quote']` says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from medslake.formats import Delivered, Format, csv
from medslake.sources.base import NativeFile

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["FORMAT", "read"]


def read(spark: SparkSession, native: NativeFile, delivered: Sequence[Delivered]) -> DataFrame:
    """See `sources.formats`."""
    return csv.read(spark, replace(native, options={"delimiter": "\t", "quote": "", **native.options}), delivered)


FORMAT = Format("tsv", read, header=True)
