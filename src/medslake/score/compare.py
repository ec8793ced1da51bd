"""Is one set of answers better than another, or is it chance? Paired tests on the rows that both were asked."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medslake.bench.selection import asked_rows
from medslake.errors import UnknownName, UsageError
from medslake.metrics import Scored
from medslake.score.answers import ROW, answered, column, distinct, metrics_of, numeric_columns, of_variant, parts, scored_pairs
from medslake.score.bootstrap import RESAMPLES, additive, interval, replicates, task_seed
from medslake.score.tainted import tainted_instances

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["Comparison", "compare", "holm", "mcnemar"]

_ANSWER = ("prediction_id", "row_id", "run_set", "settings", "prediction", "benchmark_version")


@dataclass(frozen=True)
class Comparison:
    """One task, metric and variant.

    a, b, difference (a - b): percentages over the n rows that both were asked. low, high: 95 % interval of the difference.
    test: mcnemar (exact, where the value is the mean of rows that are right or wrong) or bootstrap (paired, two-sided). only_a, only_b:
    rows that only one has right.
    p_holm: p after Holm's correction for all rows of the answer.
    """

    task_id: str
    prompt: str
    metric: str
    variant: str
    n: int
    a: float
    b: float
    difference: float
    low: float
    high: float
    test: str
    p: float
    p_holm: float = 1.0
    only_a: int | None = None
    only_b: int | None = None


def compare(
    lake: Lake, a: str, b: str, *, variant: str = "strict", tasks: Sequence[str] | None = None, clean: bool = False
) -> list[Comparison]:
    """Every task and metric that both sets of answers share, and of which a figure can be given for both.

    a, b: model, or model@start-of-run-set where it has several sets of answers. clean: without rows of which the leak gate knows a copy.
    Raises UnknownName for a model without predictions, UsageError when a name fits several sets, or when no row was asked of both.
    """
    sides = [_answers(lake, name) for name in (a, b)]
    versions = [side[1]["benchmark_version"] for side in sides]
    tainted = tainted_instances(lake)
    tables, numeric = [], []
    for (answers, facts), version in zip(sides, versions, strict=True):
        settings = json.loads(facts["settings"])
        benchmark = lake.arrow.read("gold.benchmark", version, columns=list(ROW))
        asked = answered(asked_rows(benchmark, settings)[0], answers, tainted)
        numeric.append({prompt: numeric_columns(asked.filter(pc.field("prompt") == prompt)) for prompt in distinct(asked, "prompt")})
        wanted = asked if tasks is None else asked.filter(pc.is_in(asked["task_id"], value_set=pa.array(list(tasks), pa.string())))
        tables.append(wanted.filter(pc.field("clean")) if clean else wanted)
    # The same question of two versions of the benchmark has the same id: it is made of instance, prompt, examples and seed.
    first, second = (_shared(tables[k], tables[1 - k]) for k in (0, 1))
    if first.num_rows == 0:
        raise UsageError(f"No row was asked of both {a} and {b}.", hint="Run: medslake list runs")
    comparisons: list[Comparison] = []
    for mine, theirs in zip(_tasks(first), _tasks(second), strict=True):
        prompt = mine["prompt"][0].as_py()
        comparisons += _compared(mine, theirs, variant, (numeric[0][prompt], numeric[1][prompt]))
    return holm(comparisons)


def _shared(own: pa.Table, other: pa.Table) -> pa.Table:
    return own.filter(pc.is_in(own["row_id"], value_set=other["row_id"].combine_chunks()))


def _tasks(rows: pa.Table) -> list[pa.Table]:
    return list(parts(rows, "prompt", "task_id"))


def _answers(lake: Lake, name: str) -> tuple[pa.Table, Mapping[str, Any]]:
    if not lake.exists("gold.predictions"):
        raise UsageError("There are no predictions to compare.", hint="Run: medslake infer --model FOLDER")
    model, _, start = name.partition("@")
    rows = lake.arrow.read("gold.predictions", columns=list(_ANSWER), where={"model": model})
    if rows.num_rows == 0:
        raise UnknownName("model with predictions", model, distinct(lake.arrow.read("gold.predictions", columns=["model"]), "model"))
    fitting = [one for one in distinct(rows, "run_set") if one.startswith(start)]
    if len(fitting) != 1:
        known = ", ".join(f"{model}@{one[:8]}" for one in fitting or distinct(rows, "run_set"))
        raise UsageError(f"{name!r} names {len(fitting)} sets of answers.", hint=f"One of: {known}.")
    own = rows.filter(pc.field("run_set") == fitting[0])
    return own, own.select(["settings", "benchmark_version"]).slice(0, 1).to_pylist()[0]


def _compared(mine: pa.Table, theirs: pa.Table, variant: str, numeric: tuple[frozenset[str], frozenset[str]]) -> list[Comparison]:
    rows = of_variant(mine, variant)
    others = of_variant(theirs, variant)
    others = others.take(pc.index_in(rows["row_id"], value_set=others["row_id"].combine_chunks()))
    comparisons = []
    for metric in metrics_of(rows):
        a, b = scored_pairs(metric, variant, rows, numeric[0]), scored_pairs(metric, variant, others, numeric[1])
        seed = task_seed(column(rows, "task_id")[0]) if rows.num_rows else 0
        drawn = [replicates(*additive(side), seed=seed) for side in (a, b)]
        for name in a.values:
            value, other = a.values[name], b.values[name]
            if value is None or other is None:
                continue
            differences = drawn[0][name] - drawn[1][name]
            low, high = interval(differences)
            fields: dict[str, Any] = {"metric": name, "variant": variant, "n": a.n, "low": low, "high": high}
            fields |= {key: column(rows, key)[0] for key in ("task_id", "prompt")}
            fields |= {"a": value, "b": other, "difference": value - other}
            right = [_right_or_wrong(side, name, drawn[k][name], seed) for k, side in enumerate((a, b))]
            comparisons.append(Comparison(**fields, **_test(right[0], right[1], differences)))
    return comparisons


def _right_or_wrong(scored: Scored, name: str, drawn: np.ndarray, seed: int) -> list[float] | None:
    """The rows of a value that is their mean, where each is right or wrong; None for any other value.

    A value of pooled statistics may be such a mean as well, such as accuracy beside balanced accuracy: it is one where it equals the mean
    of the rows in every resample.
    """
    rows = scored.rows.get(name)
    if not rows or not all(row in (0.0, 1.0) for row in rows):
        return None
    means = replicates(*additive(Scored({name: None}, {name: rows}, scored.n, scored.n_scored)), seed=seed)[name]
    return [float(row or 0) for row in rows] if np.allclose(means, drawn, rtol=0, atol=1e-9) else None


def _test(a: list[float] | None, b: list[float] | None, differences: np.ndarray) -> dict[str, Any]:
    """McNemar's where both values are means of rows that are right or wrong; else the share of resamples beyond no difference."""
    if a is not None and b is not None:
        pairs = list(zip(a, b, strict=True))
        only_a, only_b = pairs.count((1.0, 0.0)), pairs.count((0.0, 1.0))
        return {"test": "mcnemar", "p": mcnemar(only_a, only_b), "only_a": only_a, "only_b": only_b}
    beyond = min(int((differences <= 0).sum()), int((differences >= 0).sum()))
    return {"test": "bootstrap", "p": min(1.0, 2 * (beyond + 1) / (RESAMPLES + 1))}


def mcnemar(only_a: int, only_b: int) -> float:
    """Exact two-sided p of McNemar's test: rows that only one side has right fall to either side with equal chance."""
    n = only_a + only_b
    tail = sum(math.comb(n, k) for k in range(min(only_a, only_b) + 1))
    return min(1.0, 2 * tail / 2**n)


def holm(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """The rows with `p_holm`, in their order (Holm 1979)."""
    order = sorted(range(len(comparisons)), key=lambda k: comparisons[k].p)
    corrected: dict[int, float] = {}
    highest = 0.0
    for rank, k in enumerate(order):
        highest = max(highest, min(1.0, comparisons[k].p * (len(comparisons) - rank)))
        corrected[k] = highest
    return [Comparison(**{**asdict(row), "p_holm": corrected[k]}) for k, row in enumerate(comparisons)]
