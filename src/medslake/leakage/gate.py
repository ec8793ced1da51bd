"""The leak gate: benchmark rows against the rows a model is trained on, against their own shots, against other sets and their own one.

`build_benchmark` runs it on the rows that it is about to commit; `find_leaks`, `record_leaks` and `check_leaks` on what stands in the lake.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from medslake.errors import UsageError
from medslake.lake.access import sql_highest_of
from medslake.leak_tests.base import SIDES
from medslake.leakage.checks import Compared, record_check
from medslake.leakage.compare import Leak, compare, order
from medslake.leakage.policy import Policy
from medslake.leakage.rows import rows_of, shot_rows
from medslake.leakage.task_facts import TaskFacts
from medslake.leakage.twins import TOLD, twins
from medslake.leakage.verdicts import refuse, write_verdicts
from medslake.progress import Progress, quiet

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from medslake.lake import Lake

__all__ = ["check_leaks", "find_leaks", "leaks_between", "record_leaks", "trained", "with_sets"]

#: Columns of gold.benchmark that the gate reads.
_ASKED = ("instance_id", "task_id", "input", "source", "subject_id", "record_ids", "origin", "access", "input_variant", "shots", *TOLD)


def trained(instructions: DataFrame, tasks: TaskFacts) -> DataFrame:
    """Rows of gold.instructions that a model may be trained on: split train, of tasks that are not for the benchmark only."""
    rows = instructions.where("split = 'train'")
    return rows.where(~rows["task_id"].isin(sorted(tasks.untrained))) if tasks.untrained else rows


def leaks_between(
    instructions: DataFrame,
    benchmark: DataFrame,
    tasks: TaskFacts,
    policy: Policy | None = None,
    *,
    on_fault: str = "refused",
    told: Callable[[Compared], None] | None = None,
) -> list[Leak]:
    """Leaks of rows shaped like gold.benchmark on all sides, in order of benchmark task and ids; see `compare`.

    tasks: `TaskFacts.of(lake)`. on_fault: action of verdicts whose policy is block, or drop, which comes too late for a row that stands in
    gold.instructions. told: is given the rows that were looked at, by task and side.
    """
    policy = policy or Policy.of()
    train = rows_of(trained(instructions, tasks), "train", tasks.encounters)
    shots = shot_rows(instructions, benchmark, tasks.encounters)
    every = train.unionByName(rows_of(_asked(benchmark), "bench", tasks.encounters)).unionByName(shots)
    found = compare(every, policy.tests(sides=SIDES), policy, on_fault, told)
    return sorted([*found, *twins(benchmark, policy, on_fault)], key=order)


def with_sets(benchmark: DataFrame, others: DataFrame) -> DataFrame:
    """Rows shaped like gold.benchmark and those of other sets, whose own shots were looked at when these were built."""
    from pyspark.sql import functions as F

    none = F.expr("cast(array() as array<string>)")
    return benchmark.select(*_ASKED).unionByName(others.withColumn("shots", none).select(*_ASKED))


def find_leaks(lake: Lake, policy: Policy | None = None, progress: Progress = quiet) -> list[Leak]:
    """Leaks between gold.instructions and gold.benchmark as they stand that the policy does not tolerate; UsageError without them."""
    return [leak for leak in _leaks_of(lake, policy, progress) if leak.action == "found"]


def record_leaks(
    lake: Lake, policy: Policy | None = None, *, dry_run: bool = False, progress: Progress = quiet
) -> tuple[list[Leak], dict[str, Any]]:
    """All leaks of the lake as it stands, recorded in ops.contamination, where older verdicts of these actions are replaced.

    Action `found` is what the policy would block or drop, `tagged` and `noted` are what it tolerates. Returns the leaks and the run's
    result. Where nothing has changed nothing is written. dry_run: record nothing.
    """
    compared: dict[tuple[str, str], int] = {}
    found = _leaks_of(lake, policy, progress, compared.update)
    with lake.run("leaks") as run:
        for action in ("found", "tagged", "noted") if not dry_run else ():
            write_verdicts(run, action, found, any_prompt=True)
        if compared and not dry_run:
            record_check(run, "leaks", compared)
    return found, run.result


def check_leaks(lake: Lake, policy: Policy | None = None, progress: Progress = quiet) -> None:
    """Record the leaks that stand in the lake and raise DataCheckFailed that names the first ones the policy does not tolerate."""
    found, _ = record_leaks(lake, policy, progress=progress)
    refuse([leak for leak in found if leak.action == "found"], "gold.benchmark as it stands leaks", "found")


def _leaks_of(lake: Lake, policy: Policy | None, progress: Progress, told: Callable[[Compared], None] | None = None) -> list[Leak]:
    for table, verb in (("gold.instructions", "instructions"), ("gold.benchmark", "benchmark")):
        if not lake.exists(table):
            raise UsageError(f"There is no {table} to look for leaks in.", hint=f"Run: medslake build {verb}")
    progress("leak gate", 0, 1)
    tables = lake.read("gold.instructions"), lake.read("gold.benchmark")
    found = leaks_between(*tables, TaskFacts.of(lake), policy, on_fault="found", told=told)
    progress("leak gate", 1, 1)
    return found


def _asked(benchmark: DataFrame) -> DataFrame:
    """Each text that is asked once: the prompts and settings of a lake ask the same input several times."""
    from pyspark.sql import functions as F

    same = ("instance_id", "task_id", "input", "source", "subject_id", "record_ids", "origin")
    return benchmark.groupBy(*same).agg(F.expr(sql_highest_of("collect_set(access)")).alias("access"))
