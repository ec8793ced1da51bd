"""`medslake infer`: a model's answers to the benchmark, shard by shard; a rerun does only what is missing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from medslake import registry
from medslake.engines.base import Engine, Prompt
from medslake.engines.model_folder import model_name
from medslake.errors import UnknownName, UsageError
from medslake.infer.answer_rows import answer_rows
from medslake.infer.device import inference_device
from medslake.infer.plan import Shard, Size, plan
from medslake.infer.planned import planned_rows
from medslake.infer.pool import InferenceFailed, Pool
from medslake.lake.access import highest, require
from medslake.progress import Progress, quiet

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["BATCH_TOKENS", "SHARD_ROWS", "InferenceFailed", "infer"]

_PREDICTIONS, _BENCHMARK = "gold.predictions", "gold.benchmark"
_COLUMNS = ("row_id", "instance_id", "task_id", "prompt", "input_variant", "messages", "max_new_tokens", "access")
#: Padded tokens of a batch, prompts and answers together.
BATCH_TOKENS = 16_384
#: Rows that are committed together.
SHARD_ROWS = 128


def infer(
    lake: Lake,
    model: str,
    *,
    engine: str = "transformers",
    tasks: list[str] | None = None,
    limit: int | None = None,
    batch_tokens: int = BATCH_TOKENS,
    shard_rows: int = SHARD_ROWS,
    dtype: str = "auto",
    workers: int = 1,
    name: str | None = None,
    progress: Progress = quiet,
) -> dict[str, Any]:
    """Answer the newest gold.benchmark; returns the run's result with `model`, `run_set`, `shards` and `failed` (rows without an answer).

    model: what the engine opens, such as a folder. name: under which its answers stand (default: the folder's). limit: rows per task,
    prompt and input variant. Everything that can change an answer enters the run set: weights, engine, settings, benchmark version,
    tasks and limit, as they decide the batches. Each shard is one commit; shards that stand are not asked again.
    Raises UnknownName, UsageError, AccessDenied (a remote engine and rows above its clearance), InferenceFailed.
    """
    chosen: Engine = registry.get("engine", engine)
    if not lake.exists(_BENCHMARK):
        raise UsageError("There is no benchmark to answer.", hint="Run: medslake build benchmark")
    weights = chosen.identify(model)
    name = name or model_name(model)
    device = inference_device(chosen)
    options = _options(chosen, dtype, device.name, bf16=device.bf16)
    settings = {**options, "batch_tokens": batch_tokens, "shard_rows": shard_rows, "do_sample": False, "tasks": tasks, "limit": limit}
    with lake.run("infer", params={"model": model, "name": name, "engine": engine, "workers": workers, **settings}) as run:
        version = lake.version(_BENCHMARK)
        rows = _asked(run.read_arrow(_BENCHMARK, version=version, columns=list(_COLUMNS)), tasks, limit)
        if chosen.remote:
            require(highest(*set(_column(rows, "access"))), chosen.clearance, f"The benchmark, sent to engine {engine},")
        facts: dict[str, Any] = {
            "model": name,
            "model_hash": weights,
            "engine": engine,
            "settings": json.dumps(settings, sort_keys=True),
            "run_set": run.fingerprint(name, weights, engine, settings, version)[:32],
            "benchmark_version": version,
        }
        prompts = _prompts(rows)
        shards = _plan(chosen, model, options, list(prompts.values()), batch_tokens, shard_rows, progress)
        standing = _standing(lake, name, facts["run_set"])
        left = [shard for shard in shards if shard.number not in standing]
        done = len(prompts) - sum(len(shard.row_ids) for shard in left)
        for shard, answers in Pool(engine, model, options, device, workers).answers(left, prompts):
            progress("infer", done, len(prompts))
            table = answer_rows(shard, answers, rows, facts, lake.spec(_PREDICTIONS).arrow_schema())
            run.write(_PREDICTIONS, table, mode="append", fingerprint=run.fingerprint(facts["run_set"], shard.number))
            done += len(shard.row_ids)
        progress("infer", done, len(prompts))
    return _result(lake, run.result, facts, len(shards), committed=bool(left))


def _column(table: pa.Table, name: str) -> list[Any]:
    return table[name].to_pylist()


def _options(engine: Engine, dtype: str, device: str, *, bf16: bool) -> dict[str, Any]:
    """The engine's options with this machine's device, and what `auto` stands for on it, as it decides the digits."""
    options = dict(engine.options)
    if "dtype" in options:
        options["dtype"] = {"auto": "bfloat16" if bf16 else "float32"}.get(dtype, dtype)
    elif dtype != "auto":
        raise UsageError(f"Engine {engine.name} has no dtype to choose.")
    if "device" in options:
        options["device"] = device
    return options


def _asked(benchmark: pa.Table, tasks: Sequence[str] | None, limit: int | None) -> pa.Table:
    known = set(_column(benchmark, "task_id"))
    for task in tasks or ():
        if task not in known:
            raise UnknownName("task in the benchmark", task, sorted(known))
    return planned_rows(benchmark, tasks, limit)


def _prompts(rows: pa.Table) -> dict[str, Prompt]:
    columns = rows.select(["row_id", "messages", "max_new_tokens"]).to_pylist()
    return {row["row_id"]: Prompt(row["row_id"], row["messages"], row["max_new_tokens"]) for row in columns}


def _plan(
    engine: Engine,
    model: str,
    options: Mapping[str, Any],
    prompts: Sequence[Prompt],
    batch_tokens: int,
    shard_rows: int,
    progress: Progress,
) -> list[Shard]:
    progress("count tokens", 0, len(prompts))
    counts = engine.open(model, weights=False, **options).count_tokens(prompts)
    progress("count tokens", len(prompts), len(prompts))
    return plan([Size(p.id, n, p.max_new_tokens) for p, n in zip(prompts, counts, strict=True)], batch_tokens, shard_rows)


def _standing(lake: Lake, name: str, run_set: str) -> set[int]:
    """Shards that are committed."""
    if not lake.exists(_PREDICTIONS):
        return set()
    return set(_column(lake.arrow.read(_PREDICTIONS, columns=["shard"], where={"model": name, "run_set": run_set}), "shard"))


def _result(lake: Lake, result: dict[str, Any], facts: Mapping[str, Any], shards: int, *, committed: bool) -> dict[str, Any]:
    """The run's result, its table counting the whole set and not only what this run added."""
    where = {"model": facts["model"], "run_set": facts["run_set"]}
    answers = lake.arrow.read(_PREDICTIONS, columns=["error"], where=where)
    written = result["tables"].get(_PREDICTIONS, {"quarantined": 0, "version": lake.version(_PREDICTIONS)})
    table = {"rows": answers.num_rows, "quarantined": written["quarantined"], "version": written["version"], "committed": committed}
    failed = answers.num_rows - answers["error"].null_count
    more = {"model": facts["model"], "run_set": facts["run_set"], "shards": shards, "failed": failed}
    return {"run": result["run"], "tables": {_PREDICTIONS: table}, **more}
