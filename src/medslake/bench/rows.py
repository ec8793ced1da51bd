"""Rows of gold.benchmark from gold.instructions: sampling, shots, messages; Spark expressions throughout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medslake.bench.prompts import PROMPT_BUDGET, estimated_tokens, messages
from medslake.bench.shots import RING, shot_pool, with_shots
from medslake.bench.tasks import BenchTask

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

__all__ = ["SIZES", "Setting", "benchmark_rows", "within_budget"]

SIZES = ("paper", "full")
_PARAMETERS = (
    "task_id string, dataset string, task_group string, definition_id string, definition string, published string, labels array<string>,"
    " metrics array<string>, language string, max_new_tokens int, k int, wanted bigint, seed bigint"
)
_COLUMNS = (
    "row_id",
    "instance_id",
    "task_id",
    "dataset",
    "task_group",
    "prompt",
    "input_variant",
    "definition_id",
    "shots",
    "shots_cut",
    "examples",
    "prompt_tokens",
    "token_budget",
    "messages",
    "input",
    "reference",
    "alternatives",
    "choices",
    "names",
    "labels",
    "metrics",
    "language",
    "max_new_tokens",
    "seed",
    "split",
    "access",
    "source",
    "synthetic",
    "subject_id",
    "record_ids",
    "origin",
    "joined",
)


@dataclass(frozen=True)
class Setting:
    """How a benchmark is asked. prompt: paper or chat. shots: examples per prompt, None = as published. fixed: the same shots for all rows.

    size: `paper` samples as many rows as the authors scored, `full` takes all. limit: at most so many rows per task and input variant.
    seed: of sampling and shots, None = the task's own. budget: tokens of a prompt, estimated; beyond it a row gets fewer shots.
    """

    prompt: str = "paper"
    shots: int | None = None
    fixed: bool = False
    size: str = "paper"
    limit: int | None = None
    seed: int | None = None
    budget: int = PROMPT_BUDGET

    def wanted(self, task: BenchTask) -> int | None:
        """Rows to sample of a task; None = all of its test rows."""
        bounds = [n for n in (self.limit, task.bench.size if self.size == "paper" else None) if n is not None]
        return min(bounds, default=None)

    def parts(self, task: BenchTask) -> list[object]:
        """Everything about this setting and the task that decides the rows, for fingerprints."""
        bench = task.bench
        own = [bench.group, bench.metrics, bench.dataset, bench.shots, bench.max_new_tokens, bench.seed, task.labels, task.language]
        return [*own, self.prompt, self.shots, self.fixed, self.wanted(task), self.seed, self.budget, task.definition, task.published]


def benchmark_rows(
    tasks: Sequence[BenchTask], instances: DataFrame, setting: Setting, held: Callable[[DataFrame], DataFrame] = lambda frame: frame
) -> DataFrame:
    """gold.benchmark rows of `tasks` in all their input variants, by one plan.

    instances: rows of gold.instructions of these tasks, with `input_variant` as gold.benchmark has it. Asked are those of split test; shots
    come from split train of the same variant. Every row of a task bears the same definition, its first, so that answers differ by the rows
    and not by their wording; in the published rendering it asks for the answers as they were published. held: what several steps read
    passes through it, to be computed once.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    parameters = F.broadcast(instances.sparkSession.createDataFrame([_parameters(t, setting) for t in tasks], _PARAMETERS))
    known = instances.drop("definition_id").join(parameters, "task_id")
    known = known.withColumn("definition", F.expr("if(input_variant = 'paper', published, definition)")).drop("published")
    place = Window.partitionBy(*RING).orderBy(F.xxhash64("instance_id", "seed"), "instance_id")
    asked = known.where("split = 'test'").withColumn("place", F.row_number().over(place)).where("wanted is null or place <= wanted")
    asked = held(asked.drop("place", "wanted"))
    pool = held(shot_pool(known.where("split = 'train' and k > 0"), asked))
    rows = with_shots(asked, pool, fixed=setting.fixed)
    rows = within_budget(rows, setting)
    identity = F.concat_ws(
        "\n",
        "instance_id",
        F.lit(setting.prompt),
        "input_variant",
        "definition_id",
        F.array_join(F.col("shots.instance_id"), ","),
        F.col("seed").cast("string"),
    )
    return rows.withColumns(
        {
            "row_id": F.md5(identity),
            "prompt": F.lit(setting.prompt),
            "token_budget": F.lit(setting.budget),
            "examples": F.transform("shots", lambda shot: F.struct(shot["input"].alias("input"), shot["output"].alias("output"))),
            "shots": F.col("shots.instance_id"),
            "reference": F.col("output"),
        }
    ).select(*_COLUMNS)


def within_budget(rows: DataFrame, setting: Setting) -> DataFrame:
    """`messages`, `prompt_tokens` and `shots_cut`: the longest prompt within the budget. Shots go, last first; the question never does.

    The shots that stay are the first ones, so that rows with fixed shots still have the head of the prefix in common.
    """
    from pyspark.sql import functions as F

    def prompt(count: Column) -> Column:
        return messages(setting.prompt, F.col("definition"), F.col("input"), F.slice("shots", F.lit(1), count))

    counts = F.sequence(F.size("shots"), F.lit(0), F.lit(-1))
    sizes = F.transform(counts, lambda count: F.struct(count.alias("count"), estimated_tokens(prompt(count)).alias("tokens")))
    fitting = F.filter(sizes, lambda one: (one["tokens"] <= setting.budget) | (one["count"] == 0))
    fitted = rows.withColumn("fit", F.element_at(fitting, 1))
    return fitted.withColumns(
        {
            "messages": prompt(F.col("fit.count")),
            "prompt_tokens": F.col("fit.tokens"),
            "shots_cut": F.size("shots") - F.col("fit.count"),
            "shots": F.slice("shots", F.lit(1), F.col("fit.count")),
        }
    ).drop("fit")


def _parameters(task: BenchTask, setting: Setting) -> tuple[object, ...]:
    bench = task.bench
    return (
        task.id,
        bench.dataset,
        bench.group,
        task.definition_id,
        task.definition,
        task.published,
        list(task.labels),
        list(bench.metrics),
        task.language,
        bench.max_new_tokens,
        bench.shots if setting.shots is None else setting.shots,
        setting.wanted(task),
        bench.seed if setting.seed is None else setting.seed,
    )
