"""Exam records with lettered options, as several question sets deliver them, on their way to silver.questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["CHOICE_SCHEMA", "lettered"]

#: answer_idx is one letter, or a JSON list of letters where several options are right.
CHOICE_SCHEMA = "question STRING, answer STRING, options MAP<STRING, STRING>, meta_info STRING, answer_idx STRING"


def lettered(records: DataFrame) -> DataFrame:
    """A frame of CHOICE_SCHEMA with options (array of key and text in printed order), answer_keys and answer (text of right options)."""
    from pyspark.sql import functions as F

    keys = F.expr("array_sort(array_distinct(regexp_extract_all(answer_idx, '([A-Z])', 1)))")
    pairs = F.expr("transform(map_entries(options), o -> named_struct('key', o.key, 'text', o.value))")
    right = F.expr("filter(options, o -> array_contains(answer_keys, o.key))")
    texts = F.when(F.size("_right") > 0, F.expr("array_join(transform(_right, o -> o.text), ', ')")).otherwise(F.col("answer"))
    return (
        records.withColumns({"options": pairs, "answer_keys": keys}).withColumn("_right", right).withColumn("answer", texts).drop("_right")
    )
