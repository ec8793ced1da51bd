"""Small text files read as a whole in the JVM and cut into numbered records; shared by the formats whose records span lines.

A file is one task, so a record's number never depends on how Spark splits files. Meant for files of up to some hundred megabytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from medslake.sources.base import NativeFile
from medslake.sources.formats import Delivered

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType

__all__ = ["records", "schema_of"]


def schema_of(native: NativeFile) -> StructType:
    """The native columns as a Spark schema."""
    from pyspark.sql.types import StructType

    return StructType.fromDDL(native.schema)


def records(spark: SparkSession, delivered: Sequence[Delivered], *, separator: str, encoding: str = "UTF-8") -> DataFrame:
    """`_file, _sha256, _row, _text, _valid`: the pieces of each file between matches of the regex `separator`, numbered from 1.

    A final piece that is empty (the newline at the end of the file) is dropped. `_valid` is false where the bytes are not valid UTF-8.
    """
    from pyspark.sql import functions as F

    frames = []
    for one in delivered:
        uri = one.uri if "://" in one.uri else Path(one.uri).as_uri()
        whole = spark.read.text(uri, wholetext=True)
        if encoding.upper() in ("UTF-8", "US-ASCII"):
            # Cutting replaces bad bytes by U+FFFD; a piece is bad if it has one and the file was not valid as a whole.
            text, sound = F.col("value"), F.is_valid_utf8("value")
        else:
            text, sound = F.decode(F.col("value").cast("binary"), encoding), F.lit(True)
        pieces = F.split(text, separator)
        cut = whole.select(F.posexplode(pieces).alias("_place", "_piece"), F.size(pieces).alias("_pieces"), sound.alias("_sound"))
        cut = cut.where((F.col("_place") + 1 < F.col("_pieces")) | (F.col("_piece") != ""))
        frames.append(
            cut.select(
                F.lit(one.name).alias("_file"),
                F.lit(one.sha256).alias("_sha256"),
                (F.col("_place") + 1).cast("bigint").alias("_row"),
                F.col("_piece").alias("_text"),
                (F.col("_sound") | ~F.contains("_piece", F.lit("\ufffd"))).alias("_valid"),
            )
        )
    union = frames[0]
    for frame in frames[1:]:
        union = union.unionByName(frame)
    return union
