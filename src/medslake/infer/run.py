"""`medslake infer`: a model's answers to the benchmark, shard by shard; a rerun does only what is missing."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.dataset as ds

from medslake import registry
from medslake.bench.prompts import fewer_shots
from medslake.bench.selection import asked_rows
from medslake.engines.base import MODES, Engine, Measurer, Prompt
from medslake.engines.parts.model_folder import ModelFiles, model_access, model_name
from medslake.errors import DataCheckFailed, UnknownName, UsageError
from medslake.infer.actors import Actors, InferenceFailed
from medslake.infer.answer_rows import answer_rows
from medslake.infer.batching import Size, batched
from medslake.infer.options import device_of, engine_options, refuse_above
from medslake.progress import Progress, quiet

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["SHARD_ROWS", "InferenceFailed", "infer"]

_LOG = logging.getLogger(__name__)
_PREDICTIONS, _BENCHMARK = "gold.predictions", "gold.benchmark"
_COLUMNS = (
    "row_id",
    "instance_id",
    "task_id",
    "prompt",
    "input_variant",
    "messages",
    "examples",
    "max_new_tokens",
    "choices",
    "reference",
    "access",
    "source",
    "joined",
)
#: Rows that are committed together. Many, as the last rows of a shard that write long answers run alone.
SHARD_ROWS = 512


def infer(
    lake: Lake,
    model: str,
    *,
    engine: str = "transformers",
    tasks: list[str] | None = None,
    limit: int | None = None,
    shard_rows: int = SHARD_ROWS,
    dtype: str = "auto",
    mode: str = "generate",
    options: Sequence[str] = (),
    workers: int = 1,
    name: str | None = None,
    progress: Progress = quiet,
) -> dict[str, Any]:
    """Answer the newest gold.benchmark; returns the run's result with `model`, `run_set`, `shards`, `failed` (rows without an answer),
    `served` (what a server says has answered -> rows), `skipped` (task -> why `loglikelihood` left it out) and `engine_seconds` (of all
    workers of this run).

    model: what the engine opens, such as a folder. name: under which its answers stand (default: the folder's). limit: rows per task,
    prompt and input variant. mode: generate, or loglikelihood: the answer is the likeliest of the row's choices. options: `name=value` of
    the engine's options. Everything that can change an answer enters the run set: the model's files, engine, settings, benchmark version,
    tasks and limit, as they decide the batches. Each shard is one commit; shards that stand are not asked again.
    Raises UnknownName, UsageError, AccessDenied (a remote engine and rows above its clearance), InferenceFailed, ModelChanged.
    """
    chosen: Engine = registry.get("engine", engine)
    _check_mode(chosen, mode)
    if not lake.exists(_BENCHMARK):
        raise UsageError("There is no benchmark to answer.", hint="Run: medslake build benchmark")
    files = ModelFiles.of(model, chosen.identify)
    name = name or model_name(model)
    device = device_of(chosen)
    found = engine_options(chosen, dtype, device, options)
    opened = {**found, "device": device} if "device" in found else found
    measurer: Measurer = chosen.open(model, weights=False, **opened)
    settings = {**found, "shard_rows": shard_rows, "mode": mode, "tasks": tasks, "limit": limit}
    with lake.run("infer", params={"model": model, "name": name, "engine": engine, "workers": workers, **settings}) as run:
        version = lake.version(_BENCHMARK)
        rows, open_tasks = asked_rows(_of_known_tasks(run.read_arrow(_BENCHMARK, version=version, columns=list(_COLUMNS)), tasks), settings)
        if not rows.num_rows and open_tasks:
            raise UsageError(f"None of the rows has choices to compare (tasks: {', '.join(open_tasks)}).", hint="Leave --mode at generate.")
        if not rows.num_rows:
            raise DataCheckFailed(f"{_BENCHMARK} has no row to answer.", hint="Run: medslake build benchmark")
        skipped = {task: f"its {n} rows have no choices to compare" for task, n in open_tasks.items()}
        hint = "Name tasks whose rows may go there (--task), or say what the server may see: --set clearance=CLASS."
        refuse_above(lake, chosen, found, rows, hint)
        settled: Mapping[str, Any] = getattr(measurer, "settled", {})
        opened, settings = {**opened, **settled}, {**settings, **settled}
        facts: dict[str, Any] = {
            "model": name,
            "model_hash": files.digest,
            "engine": engine,
            "settings": json.dumps(settings, sort_keys=True),
            "run_set": run.fingerprint(name, files.digest, engine, settings, version)[:32],
            "benchmark_version": version,
            "access": model_access(model),
        }
        prompts = _prompts(rows)
        progress("measure", 0, len(prompts))
        shards = batched(_sizes(measurer, list(prompts.values()), mode), shard_rows)
        progress("measure", len(prompts), len(prompts))
        standing = _standing(lake, name, facts["run_set"])
        left = [shard for shard in shards if shard.number not in standing]
        done = len(prompts) - sum(len(shard.row_ids) for shard in left)
        spent = 0.0
        for shard, answers, seconds in Actors(chosen, files, opened, device, workers, mode).answers(left, prompts):
            progress("infer", done, len(prompts))
            table = answer_rows(shard, answers, rows, facts, lake.spec(_PREDICTIONS).arrow_schema())
            run.write(_PREDICTIONS, table, mode="append", fingerprint=run.fingerprint(facts["run_set"], shard.number))
            done += len(shard.row_ids)
            spent += seconds
        progress("infer", done, len(prompts))
    more = {"shards": len(shards), "skipped": skipped, "engine_seconds": round(spent, 3)}
    return {**_result(lake, run.result, facts, committed=bool(left)), **more}


def _check_mode(engine: Engine, mode: str) -> None:
    if mode not in MODES:
        raise UnknownName("mode", mode, list(MODES))
    if mode not in engine.modes:
        raise UsageError(f"Engine {engine.name} does not know the mode {mode}.", hint="Use the engine transformers.")


def _column(table: pa.Table, name: str) -> list[Any]:
    return table[name].to_pylist()


def _of_known_tasks(benchmark: pa.Table, tasks: Sequence[str] | None) -> pa.Table:
    known = set(_column(benchmark, "task_id"))
    for task in tasks or ():
        if task not in known:
            raise UnknownName("task in the benchmark", task, sorted(known))
    return benchmark


def _prompts(rows: pa.Table) -> dict[str, Prompt]:
    found = {}
    for row in rows.select(["row_id", "prompt", "messages", "examples", "max_new_tokens", "choices"]).to_pylist():
        fewer = fewer_shots(row["prompt"], row["messages"], row["examples"] or ())
        found[row["row_id"]] = Prompt(row["row_id"], row["messages"], row["max_new_tokens"], row["choices"] or (), fewer)
    return found


def _sizes(measurer: Measurer, prompts: Sequence[Prompt], mode: str) -> list[Size]:
    """What batching needs of each row; a choice counts as a token per character at most, rounded up so that rows find their like."""
    found = []
    for prompt, one in zip(prompts, measurer.measure(prompts), strict=True):
        longest = max(map(len, prompt.choices), default=1)
        room = prompt.max_new_tokens if mode == "generate" else 1 << max(3, longest.bit_length())
        found.append(Size(prompt.id, one.tokens, room, one.head, one.shared))
    return found


def _standing(lake: Lake, name: str, run_set: str) -> set[int]:
    """Shards that are committed."""
    if not lake.exists(_PREDICTIONS):
        return set()
    return set(_column(lake.arrow.read(_PREDICTIONS, columns=["shard"], where={"model": name, "run_set": run_set}), "shard"))


def _result(lake: Lake, result: dict[str, Any], facts: Mapping[str, Any], *, committed: bool) -> dict[str, Any]:
    """The run's result, its table counting the whole set and not only what this run added."""
    where = {"model": facts["model"], "run_set": facts["run_set"]}
    # A table of an older version gets the servers' columns with its next commit.
    known = lake.arrow.read(_PREDICTIONS, where=ds.scalar(False)).column_names
    told = [name for name in ("served_model", "system_fingerprint") if name in known]
    answers = lake.arrow.read(_PREDICTIONS, columns=["error", *told], where=where)
    written = result["tables"].get(_PREDICTIONS, {"quarantined": 0, "version": lake.version(_PREDICTIONS)})
    table = {"rows": answers.num_rows, "quarantined": written["quarantined"], "version": written["version"], "committed": committed}
    failed = answers.num_rows - answers["error"].null_count
    served = _served(answers.select(told))
    if len(served) > 1:
        _LOG.warning("More than one system of the server answered, so these answers are of no one model: %s", served)
    return {"run": result["run"], "tables": {_PREDICTIONS: table}, **where, "failed": failed, "served": served}


def _served(told: pa.Table) -> dict[str, int]:
    """Model and fingerprint that servers name -> rows."""
    names = Counter(" ".join(filter(None, row.values())) for row in told.to_pylist())
    return {name: count for name, count in sorted(names.items()) if name}
