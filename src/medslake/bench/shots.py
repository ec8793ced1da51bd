"""Examples for the prompt: from the train split of the row's own task, seeded by task and instance, never equal to a row that is asked,
and never nearly equal to the row that shows them.

The train rows of a task lie in the order of a seeded hash, equal texts once, texts that the benchmark asks left out. A row starts at a
seeded place of this ring and takes the next k that are no near-duplicates of it (see `medslake.leak_tests.minhash`); `fixed` shots start at
its head for every row, so that engines can reuse the prefix. No cross join: each row meets a few train rows by their number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from medslake.errors import UsageError
from medslake.lake.access import sql_highest_of
from medslake.leak_tests.minhash import JACCARD, shingles, similarity
from medslake.leak_tests.parts.normalise import key, normalised, tokens

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["POOL_SIZE", "RING", "SPARE", "read_shots", "shot_pool", "with_shots"]

#: Train rows of a task that shots are drawn from: the first ones in hash order.
POOL_SIZE = 4096
#: Train rows beyond k that a row looks at, to replace near-duplicates of itself.
SPARE = 5
#: Rows of a ring are those of a task in an input variant.
RING = ("task_id", "input_variant")
_ROW = (*RING, "instance_id")
#: A small seed counts as an INT, so that shots stay what they were drawn as.
_SEED = "if(seed between -2147483648 and 2147483647, xxhash64({named}, cast(seed as int)), xxhash64({named}, seed))"


def read_shots(text: str | None) -> tuple[int | None, bool]:
    """What `--shots` says: how many (None: as published), and whether they are the same for all rows of a task.

    text: `3`, `fixed` (as many as published) or `fixed:3`. Raises UsageError for anything else.
    """
    if text is None:
        return None, False
    first, _, count = text.partition(":")
    fixed = first == "fixed"
    number = count if fixed else text
    if number == "" and text == "fixed":
        return None, True
    if not (number.isascii() and number.isdigit()):
        raise UsageError(f"--shots {text!r} is no number of examples.", hint="Example: --shots 3, --shots fixed or --shots fixed:3")
    return int(number), fixed


def shot_pool(train: DataFrame, asked: DataFrame) -> DataFrame:
    """The rings: RING, position (from 0), size of the ring, shot struct<instance_id, input, output>, access, tokens.

    train, asked: frames with RING, seed (bigint), instance_id, input, output, access; `asked` are the rows to be prompted.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    keyed = train.select(*_ROW, key("input").alias("key"), F.expr(_SEED.format(named="instance_id")).alias("place"))
    taken = asked.select(*RING, key("input").alias("key")).where("key is not null").distinct()
    order = ("place", "instance_id")
    once = Window.partitionBy(*RING, "key").orderBy(*order)
    ring = Window.partitionBy(*RING).orderBy(*order)
    placed = (
        keyed.join(taken, [*RING, "key"], "left_anti")
        .withColumn("copy", F.row_number().over(once))
        .where("copy = 1")
        .withColumn("position", F.row_number().over(ring) - 1)
        .where(F.col("position") < POOL_SIZE)
        .withColumn("size", F.count(F.lit(1)).over(Window.partitionBy(*RING)))
        .select(*_ROW, "position", "size")
    )
    shot = F.struct("instance_id", "input", "output").alias("shot")
    drawn = placed.join(train, [*_ROW]).withColumn("text", normalised("input"))
    return drawn.select(*RING, "position", "size", shot, "access", tokens("text").alias("tokens"))


def with_shots(rows: DataFrame, pool: DataFrame, *, fixed: bool = False) -> DataFrame:
    """`rows` (RING, seed, instance_id, input, k, access ...) with `shots`, array<struct<instance_id, input, output>>.

    The access classes of the shots count in. k: shots wanted per row; a ring with fewer gives all it has. Rows of tasks without any train
    row get none. Of `fixed` shots a row leaves out those that nearly equal it, and takes the next of the ring for them.
    """
    from pyspark.sql import functions as F

    sizes = pool.select(*RING, "size").distinct()
    start = F.lit(0) if fixed else F.pmod(F.expr(_SEED.format(named="task_id, instance_id")), F.col("size"))
    looked_at = F.sequence(F.lit(0), F.least(F.col("k") + SPARE, F.col("size")).cast("int") - 1)
    wanted = (
        rows.where("k > 0")
        .select(*_ROW, "seed", "k", normalised("input").alias("text"))
        .select(*_ROW, "seed", "k", tokens("text").alias("own"))
        .join(F.broadcast(sizes), [*RING])
        .withColumn("step", F.explode(looked_at))
        .select(*_ROW, "k", "own", "step", F.pmod(start + F.col("step"), F.col("size")).alias("position"))
    )
    offered = pool.select(*RING, "position", "shot", F.col("access").alias("shot_access"), "tokens")
    drawn = (
        wanted.join(offered, [*RING, "position"])
        .where(F.expr(similarity(shingles("own"), shingles("tokens"))) < JACCARD)
        .groupBy(*_ROW)
        .agg(F.sort_array(F.collect_list(F.struct("step", "shot", "shot_access"))).alias("offered"), F.first("k").alias("k"))
        .select(*_ROW, F.slice("offered", F.lit(1), F.col("k")).alias("drawn"))
    )
    shots = F.coalesce(F.col("drawn.shot"), F.expr("cast(array() as array<struct<instance_id: string, input: string, output: string>>)"))
    highest = F.expr(sql_highest_of("concat(array(access), coalesce(drawn.shot_access, cast(array() as array<string>)))"))
    return rows.join(drawn, [*_ROW], "left").withColumn("shots", shots).withColumn("access", highest).drop("drawn")
