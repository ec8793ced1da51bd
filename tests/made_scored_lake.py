"""A lake as a finished comparison leaves it, written without Spark: three models, every task of the benchmark, all sections of the report.

Texts are words drawn by a seed, and scores are drawn too: what is looked at is the page.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa

from made_benchmark import benchmark_row, write_benchmark
from made_tasks import write_sources, write_tasks
from medslake import registry
from medslake.bench.published import load_published
from medslake.lake import Lake, open_lake
from medslake.lake.storage.tables import CommitInfo
from medslake.languages import code_of
from medslake.tasks.base import Task

__all__ = ["MODELS", "NEEDLE", "made_scored_lake"]

MODELS = ("tern-8b", "tern-8b-tuned", "plover-1b")
#: A word that stands in one prompt alone.
NEEDLE = "quenchable"
_LETTERS = 700
_CLOSED = ("mcqa", "fact_verification", "nli", "information_extraction", "diagnosis", "treatment_planning", "outcome_prediction")
_NAMED = ("ner", "text_classification")
_KINDS = {
    "closed": [(m, v) for m in ("accuracy", "balanced_accuracy") for v in ("paper", "strict") if (m, v) != ("balanced_accuracy", "paper")],
    "named": [(m, v) for m in ("precision", "recall", "f1") for v in ("paper", "strict")],
    "open": [("bleu1", "paper"), ("rouge", "paper"), ("bleu", "strict"), ("rouge1", "strict"), ("rouge2", "strict"), ("rougeL", "strict")],
}
_SYLLABLES = ("ba", "cor", "den", "fil", "gor", "hal", "mer", "nos", "pel", "qua", "rin", "sol", "tam", "ul", "ver", "zin")
_DAY = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)


def made_scored_lake(folder: Path, samples: int, tasks: int | None = None) -> Lake:
    """samples: rows of each task, all answered by each model. tasks: of the benchmark, default all; every fifth source is synthetic."""
    random = Random(2025)
    words = ["".join(random.choice(_SYLLABLES) for _ in range(random.randint(1, 4))) for _ in range(3000)]
    asked = [task for _, task in registry.items("task").items() if task.bench is not None][:tasks]
    lake = open_lake(str(folder / "lake"))
    write_tasks(lake)
    write_sources(lake)
    load_published(lake)
    rows = [_row(task, n, random, words) for task in asked for n in range(samples)]
    rows[len(rows) // 2]["messages"][1]["content"] += f" {NEEDLE}"
    write_benchmark(lake, rows)
    answers = [_answer(lake, row, model, random, words) for model in MODELS for row in rows]
    _write(lake, "gold.predictions", answers)
    _write(lake, "gold.scores", [*_row_scores(rows, answers, random), *_means(asked, samples, random)])
    _write(lake, "gold.instructions", [_instance(task, n) for task in asked for n in range(1 + len(task.id) % 4)])
    _trainings(lake, random)
    _care(lake, rows)
    return lake


def _write(lake: Lake, table: str, rows: list[dict[str, Any]]) -> None:
    schema = lake.spec(table).arrow_schema()
    lake.arrow.append(table, pa.Table.from_pylist(rows, schema=schema), CommitInfo(f"tests/{table}"))


def _id(*parts: object) -> str:
    return hashlib.md5("/".join(map(str, parts)).encode()).hexdigest()


def _kind(task: Task) -> str:
    assert task.bench is not None
    return "closed" if task.bench.group in _CLOSED else "named" if task.bench.group in _NAMED else "open"


def _text(random: Random, words: list[str], letters: int) -> str:
    text = ""
    while len(text) < letters:
        text += random.choice(words) + " "
    return text[:letters].strip()


def _row(task: Task, number: int, random: Random, words: list[str]) -> dict[str, Any]:
    assert task.bench is not None
    question = _text(random, words, _LETTERS - 40)
    messages = [
        {"role": "system", "content": f"Answer as {task.name} asks."},
        {"role": "user", "content": f"Input:\n{question}\nOutput:\n"},
    ]
    return benchmark_row(
        task.id, number, question, _text(random, words, 60), messages=messages, task_group=task.bench.group, prompt="chat",
        instance_id=_id(task.id, number), language=code_of(task.output_language), source=task.source, synthetic=len(task.source) % 5 == 0,
    )  # fmt: skip


def _settings(model: str) -> str:
    return json.dumps({"mode": "generate", "seed": MODELS.index(model), "limit": None, "tasks": None})


def _answer(lake: Lake, row: dict[str, Any], model: str, random: Random, words: list[str]) -> dict[str, Any]:
    failed = random.random() < 0.01
    return {
        "prediction_id": _id(model, row["row_id"]),
        **{name: row[name] for name in ("row_id", "instance_id", "task_id", "access")},
        "model": model,
        "model_hash": "0" * 64,
        "engine": "transformers",
        "settings": _settings(model),
        "run_set": _id(model),
        "shard": 0,
        "prediction": None if failed else row["reference"] if random.random() < 0.3 else _text(random, words, 60),
        "error": "the prompt is longer than the model's context" if failed else None,
        "finish_reason": "error" if failed else "stop",
        "prompt_tokens": 150,
        "new_tokens": 12,
        "benchmark_version": 0,
    }


def _score(
    level: str, model: str, task: Task | None, group: str, metric: str, variant: str, value: float, n: int, **more: Any
) -> dict[str, Any]:
    half = 50 / max(n, 1) ** 0.5
    bounds = (
        {"ci_low": None, "ci_high": None} if level == "row" else {"ci_low": max(0.0, value - half), "ci_high": min(100.0, value + half)}
    )
    clean = {f"clean_{name}": bound for name, bound in bounds.items()} | {"clean_value": value if level == "row" else max(0.0, value - 2)}
    row = {
        "score_id": _id(level, model, task.id if task else "", group, metric, variant, more.get("prediction_id")),
        "level": level,
        "model": model,
        "run_set": _id(model),
        "engine": "baseline" if model.startswith("baseline:") else "transformers",
        "settings": "{}" if model.startswith("baseline:") else _settings(model),
        "prompt": "chat",
        "task_id": task.id if task else None,
        "task_group": group,
        "metric": metric,
        "variant": variant,
        "value": value,
        "n": n,
        "n_clean": n,
        "n_missing": 0,
        "n_invalid": 0,
        "signature": "made",
        "benchmark_version": 0,
        "predictions_version": 0,
        "code_version": "made",
        "access": "public",
        "synthetic": task is not None and len(task.source) % 5 == 0,
    }
    return row | bounds | clean | more


def _row_scores(rows: list[dict[str, Any]], answers: list[dict[str, Any]], random: Random) -> list[dict[str, Any]]:
    about = {row["row_id"]: row for row in rows}
    told = []
    for answer in answers:
        row = about[answer["row_id"]]
        task: Task = registry.get("task", row["task_id"])
        right = answer["prediction"] == row["reference"]
        for metric, variant in _KINDS[_kind(task)]:
            if metric != "balanced_accuracy":
                value = 100.0 if right else 0.0 if _kind(task) == "closed" or answer["error"] else round(random.uniform(0, 80), 3)
                told.append(
                    _score(
                        "row", answer["model"], task, row["task_group"], metric, variant, value, 1, prediction_id=answer["prediction_id"]
                    )
                )
    return told


def _means(tasks: list[Task], samples: int, random: Random) -> list[dict[str, Any]]:
    told = []
    for model in (*MODELS, "baseline:majority"):
        sums: dict[tuple[str, str, str], list[float]] = {}
        for task in tasks:
            assert task.bench is not None
            for metric, variant in _KINDS[_kind(task)]:
                if model in MODELS or _kind(task) == "closed":
                    value = random.uniform(20, 70)
                    told.append(_score("task", model, task, task.bench.group, metric, variant, value, samples))
                    sums.setdefault((task.bench.group, metric, variant), []).append(value)
        told += [
            _score("group", model, None, group, metric, variant, sum(own) / len(own), samples * len(own))
            for (group, metric, variant), own in sums.items()
        ]
    return told


def _instance(task: Task, number: int) -> dict[str, Any]:
    origin = {"table": f"bronze.{task.source}__made", "version": 0, "file": "made.json", "sha256": "0" * 64, "row": number}
    return {
        "instance_id": _id("train", task.id, number),
        "task_id": task.id,
        "category": task.category,
        "domain": task.domain,
        "definition_id": f"{task.id}-d1",
        **{name: getattr(task, name) for name in ("input_language", "output_language", "definition_language")},
        "input_variant": "both",
        "input": "made",
        "output": "made",
        "renderer": 1,
        "split": "train",
        "access": "public",
        "source": task.source,
        "synthetic": len(task.source) % 5 == 0,
        "record_ids": [f"r{number}"],
        "origin": origin,
    }


def _trainings(lake: Lake, random: Random) -> None:
    figures = dict.fromkeys(("tokens", "useful_tokens", "supervised_tokens", "first_row", "rows"), 8) | {"world_size": 1, "seconds": 1.0}
    rates = {"fill": 0.97, "tokens_per_second": 900.0, "useful_tokens_per_second": 873.0, "lr": 1e-4, "grad_norm": 0.8}
    steps, held = [], []
    for at, training in enumerate(("a1b2c3d4e5f6", "b2c3d4e5f6a7")):
        shared = {"training_id": training, "recipe": "tern", "plan": _id(training)}
        for step in range(120):
            loss = 1.2 + 0.3 * at + 2.2 * 0.97**step + random.uniform(-0.05, 0.05)
            steps.append(shared | figures | rates | {"step": step, "epoch": step / 60, "loss": loss})
        for step in range(0, 121, 30):
            for n, domain in enumerate(("Exam", "Clinical Text")):
                held.append(
                    shared
                    | {"step": step, "domain": domain, "loss": 1.4 + 0.2 * n + 0.3 * at + 2.2 * 0.97**step, "tokens": 900, "instances": 30}
                )
    _write(lake, "ops.training_steps", steps)
    _write(lake, "ops.training_evaluations", held)


def _care(lake: Lake, rows: list[dict[str, Any]]) -> None:
    """Runs, checks, verdicts of the leak gate, lineage."""
    shared = {"state": "COMPLETE", "started": _DAY, "ended": _DAY, "code_version": "made", "outputs": "{}"}
    runs = [
        {
            "run_id": _id("infer", model), "job": "infer", "inputs": json.dumps({"gold.benchmark": 0}),
            "params": json.dumps({"engine": "transformers", "model": model, "name": model, "workers": 1, **json.loads(_settings(model))}),
            **shared, "ended": _DAY.replace(day=10 * (n + 1)),
        }
        for n, model in enumerate(MODELS)
    ]  # fmt: skip
    files = {
        "medqa/*.jsonl": {f"{language}/{split}.jsonl": "ab" * 32 for language in ("US", "Mainland") for split in ("train", "dev", "test")}
    }
    _write(lake, "ops.runs", [*runs, {"run_id": _id("ingest"), "job": "ingest", "params": "{}", "inputs": json.dumps(files), **shared}])
    checks = [("silver.questions", f"source={name}", "row_count", "warn", name != "igakuqa") for name in ("medqa", "headqa", "igakuqa")]
    checks += [
        ("gold.predictions", "whole,batch=c2293b3510a3e2c0", "complete", "warn", False),
        ("gold.benchmark", "whole", "unique row_id", "error", True),
    ]
    _write(lake, "ops.quality_results", [
        {"run_id": _id("check"), "table_name": table, "slice": part, "rule": rule, "severity": severity, "success": held,
         "unexpected": 0 if held else 31, "rows": 201, "checked": _DAY}
        for table, part, rule, severity, held in checks
    ])  # fmt: skip
    verdicts = [
        {
            "train_instance_id": _id("train", row["task_id"], 0), "train_task_id": row["task_id"], "bench_instance_id": row["instance_id"],
            "bench_task_id": row["task_id"], "side": "train", "test": "ngram", "score": 0.9, "action": "tagged", "source": row["source"],
            "train_file": "made.json", "train_row": 1, "bench_file": "made.json", "bench_row": 1, "access": "public",
            "instructions_version": 0,
        }
        for row in rows[:: max(len(rows) // 12, 1)]
    ]  # fmt: skip
    _write(lake, "ops.contamination", verdicts)
    files_read = [(f"medqa/{name}", "bronze.medqa__questions") for name in files["medqa/*.jsonl"]]
    edges = [*files_read, ("headqa/HEAD_EN/train.json", "bronze.headqa__a_table_with_a_name_of_more_than_31_letters")]
    edges += [
        (f"bronze.{name}", "silver.questions") for name in ("medqa__questions", "headqa__a_table_with_a_name_of_more_than_31_letters")
    ]
    edges += [("silver.questions", "gold.instructions"), ("gold.instructions", "gold.benchmark"), ("gold.benchmark", "gold.predictions")]
    edges += [("gold.predictions", "gold.scores"), ("gold.benchmark", "gold.scores"), ("gold.instructions", "ops.contamination")]
    shared = {"run_id": _id("lineage"), "output_version": 0, "output_column": "*", "input_column": "*"}
    _write(lake, "ops.lineage", [shared | {"output_table": made, "input_table": given} for given, made in edges])
