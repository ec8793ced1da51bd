"""The leak gate: no benchmark row may have a copy among the training instances or among its own shots.

`build_benchmark` runs it on the rows that it is about to commit; `find_leaks` and `check_leaks` run it on what stands in the lake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from medslake import registry
from medslake.errors import DataCheckFailed
from medslake.leakage.exact import Leak, duplicates, fingerprints, verdicts
from medslake.progress import Progress, quiet

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

    from medslake.lake import Lake

__all__ = ["TABLE", "check_leaks", "find_leaks", "leaks_between", "record_leaks", "refuse", "trained", "verdict_rows"]

TABLE = "ops.contamination"


def trained(instructions: DataFrame) -> DataFrame:
    """Rows of gold.instructions that a model may be trained on: split train, of tasks that are not for the benchmark only."""
    bench_only = [task.id for task in registry.items("task").values() if not task.trained]
    rows = instructions.where("split = 'train'")
    return rows.where(~rows["task_id"].isin(bench_only)) if bench_only else rows


def leaks_between(instructions: DataFrame, benchmark: DataFrame) -> list[Leak]:
    """Leaks of rows shaped like gold.benchmark against gold.instructions, in order of benchmark task and ids.

    Each training copy is named once, and each benchmark row that has one is named once.
    """
    bench = fingerprints(benchmark).persist()
    train = fingerprints(trained(instructions))
    asked = benchmark.selectExpr("instance_id as asked", "explode(shots) as instance_id").distinct()
    shots = fingerprints(instructions.join(asked.select("instance_id").distinct(), "instance_id", "left_semi"))
    copies = verdicts(duplicates(train, bench), side="train", action="refused")
    own = verdicts(_own_shots(asked, shots, bench), side="shot", action="refused")
    found = set(_leaks(copies.unionByName(own)))
    if any(leak.side == "train" for leak in found):
        found |= set(_leaks(verdicts(_named_rows(train, bench), side="train", action="refused")))
    bench.unpersist()
    return sorted(found, key=_order)


def _leaks(rows: DataFrame) -> list[Leak]:
    return [Leak(**row) for row in rows.toArrow().to_pylist()]


def find_leaks(lake: Lake, progress: Progress = quiet) -> list[Leak]:
    """All leaks between gold.instructions and gold.benchmark as they stand; empty when either is missing."""
    if not (lake.exists("gold.instructions") and lake.exists("gold.benchmark")):
        return []
    progress("leak gate", 0, 1)
    found = leaks_between(lake.read("gold.instructions"), lake.read("gold.benchmark"))
    progress("leak gate", 1, 1)
    return found


def record_leaks(lake: Lake, *, dry_run: bool = False, progress: Progress = quiet) -> tuple[list[Leak], dict[str, Any]]:
    """`find_leaks`, and record what was found in ops.contamination (action 'found'), where older findings are replaced.

    Returns the leaks and the run's result. Without leaks nothing is written unless older findings have to go. dry_run: record nothing.
    """
    found = [replace(leak, action="found") for leak in find_leaks(lake, progress)]
    older = lake.exists(TABLE) and lake.arrow.read(TABLE, columns=["side"], where={"action": "found"}).num_rows > 0
    with lake.run("leaks") as run:
        if not dry_run and (found or older):
            rows = verdict_rows(lake, found)
            mark = run.fingerprint(rows.drop_columns("instructions_version").to_pylist())
            run.write(TABLE, rows, slice={"action": "found"}, fingerprint=mark)
    return found, run.result


def check_leaks(lake: Lake, progress: Progress = quiet) -> None:
    """Record the leaks that stand in the lake and raise DataCheckFailed that names the first ones."""
    refuse(record_leaks(lake, progress=progress)[0], "gold.benchmark as it stands leaks", "found")


def verdict_rows(lake: Lake, found: Sequence[Leak]) -> pa.Table:
    """Leaks as rows of ops.contamination, checked against the newest gold.instructions."""
    import pyarrow as pa

    version = lake.version("gold.instructions") if lake.exists("gold.instructions") else -1
    rows = [asdict(leak) | {"instructions_version": version} for leak in found]
    return pa.Table.from_pylist(rows, schema=lake.spec(TABLE).arrow_schema())


def refuse(found: Sequence[Leak], what: str, action: str = "refused") -> None:
    """Raise DataCheckFailed when there are leaks; `what` starts the sentence, `action` is that of the recorded verdicts."""
    if not found:
        return
    found = sorted(found, key=_order)
    rows = len({leak.bench_instance_id for leak in found})
    first = "; ".join(str(leak) for leak in found[:3])
    raise DataCheckFailed(
        f"{what}: {rows} benchmark {'row has' if rows == 1 else 'rows have'} a copy on the training side "
        f"({len(found)} {'pair' if len(found) == 1 else 'pairs'}): {first}{'; ...' if len(found) > 3 else ''}.",
        hint=f"Run: medslake sql \"select * from ops.contamination where action = '{action}'\"",
    )


def _named_rows(train: DataFrame, bench: DataFrame) -> DataFrame:
    """The other direction of `duplicates`: every benchmark row with a copy, paired with the first training row."""
    from pyspark.sql import functions as F

    first = train.groupBy("key").agg(F.min(F.struct("instance_id", "task_id", "source", "access", "file", "row")).alias("t"))
    row = F.struct("instance_id", "task_id", "file", "row", "access").alias("b")
    return bench.select("key", row).join(first, "key").select("t.*", "b")


def _own_shots(asked: DataFrame, shots: DataFrame, bench: DataFrame) -> DataFrame:
    """Benchmark rows of which a shot has the same input, or is the row itself."""
    from pyspark.sql import functions as F

    row = F.struct("instance_id", "task_id", "file", "row", "access").alias("b")
    rows = bench.select(F.col("instance_id").alias("asked"), F.col("key").alias("asked_key"), row)
    same = "key = asked_key or instance_id = asked"
    return shots.join(asked, "instance_id").join(rows, "asked").where(same).drop("asked_key")


def _order(leak: Leak) -> tuple[str, str, str, str]:
    return (leak.bench_task_id, leak.bench_instance_id, leak.train_task_id, leak.train_instance_id)
