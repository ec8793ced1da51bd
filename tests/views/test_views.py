"""Every view of lakehouse/views on a small lake, in Spark and in DuckDB, against rows worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest

from medslake.lake import Lake, open_lake
from medslake.lake.schema.ddl import views
from medslake.lake.storage.tables import CommitInfo

NOW = datetime(2026, 1, 1, tzinfo=UTC)
Row = dict[str, Any]


def origin(row: int) -> Row:
    return {"table": "bronze.hoc__texts", "version": 3, "file": "hoc.jsonl", "sha256": "a" * 64, "row": row}


def instance(name: str, split: str, access: str = "public", category: str = "Text Classification", **more: Any) -> Row:
    row = {
        "instance_id": name,
        "task_id": "task106",
        "category": category,
        "domain": "Medical Knowledge",
        "definition_id": "d1",
        "input_language": "English",
        "output_language": "English",
        "definition_language": "English",
        "input": f"input of {name}",
        "output": f"output of {name}",
        "renderer": 1,
        "split": split,
        "access": access,
        "source": "hoc",
        "record_ids": [name],
        "origin": origin(int(name[1:])),
    }
    return row | more


def score(level: str, value: float, prediction: str | None = None, **more: Any) -> Row:
    row = {
        "score_id": f"{level}-{prediction}",
        "level": level,
        "model": "m",
        "run_set": "r",
        "engine": "transformers",
        "settings": "{}",
        "prompt": "paper",
        "task_id": "task106",
        "task_group": "text_classification",
        "metric": "f1",
        "variant": "paper",
        "value": value,
        "n": 2,
        "clean_value": value,
        "n_clean": 2,
        "n_missing": 0,
        "n_invalid": 0,
        "prediction_id": prediction,
        "signature": "s",
        "benchmark_version": 0,
        "predictions_version": 0,
        "code_version": "0.1.0",
        "access": "public",
        "synthetic": True,
    }
    return row | more


def prediction(name: str, of: str) -> Row:
    told = {"prediction_id": name, "row_id": f"r{of}", "instance_id": of, "task_id": "task106", "model": "m", "model_hash": "h"}
    run = {"engine": "transformers", "settings": "{}", "run_set": "r", "shard": 0, "prediction": "x", "finish_reason": "stop"}
    return told | run | {"prompt_tokens": 1, "new_tokens": 1, "benchmark_version": 0, "access": "public"}


BENCHMARK = {
    "row_id": "ri4",
    "instance_id": "i4",
    "task_id": "task106",
    "dataset": "HoC",
    "task_group": "text_classification",
    "prompt": "paper",
    "input_variant": "paper",
    "shots": ["i1"],
    "messages": [{"role": "user", "content": "x"}],
    "input": "input of i4",
    "reference": "output of i4",
    "labels": [],
    "metrics": ["text_similarity"],
    "language": "en",
    "max_new_tokens": 200,
    "seed": 2025,
    "split": "test",
    "access": "public",
    "source": "hoc",
    "record_ids": ["i4"],
    "origin": origin(4),
    "joined": [origin(9)],
}
CHECK = {"run_id": "run1", "table_name": "silver.questions", "slice": "source=medqa", "rule": "answer not null", "severity": "error"}
SEGMENTS = [
    {"instance_id": "i1", "definition_id": "d1", "start": 0, "length": 4, "prompt": 2},
    {"instance_id": "i2", "definition_id": "d1", "start": 4, "length": 4, "prompt": 2},
]
STEP = {"epoch": 0.0, "loss": 1.0, "grad_norm": 1.0, "lr": 1e-3, "tokens": 8, "useful_tokens": 8, "supervised_tokens": 4, "fill": 1.0}
SPEED = {"tokens_per_second": 1.0, "useful_tokens_per_second": 1.0, "seconds": 1.0, "world_size": 1}


def pack(row: int, segments: list[Row], access: str = "public") -> Row:
    told = {"plan": "p", "epoch": 0, "row": row, "length": 10, "tokens": 8, "supervised": 4, "input_ids": [1] * 8, "segments": segments}
    return told | {"recipe": '{"seed": 0}', "seed": 0, "tokenizer": "t", "instructions_version": 0, "access": access}


def packed(name: str, row: int, segment: int, shot: int = 0, tokens: int = 4, task: str = "task106", access: str = "public") -> Row:
    told = {"plan": "p", "epoch": 0, "instance_id": name, "row": row, "segment": segment, "shot": shot, "task_id": task}
    return told | {"definition_id": "d1", "tokens": tokens, "supervised": 0 if shot else 2, "access": access}


def prompt(task: str, number: int, paper: str | None, plain: str | None) -> Row:
    told = {
        "source": "sni_tasks",
        "record_id": f"{task}/{number}",
        "split": "train",
        "language": "en",
        "domain": "Exam",
        "access": "public",
    }
    return told | {
        "origin": origin(number),
        "instruction": "x",
        "outputs": ["y"],
        "collection": task,
        "taken_by": {"paper": paper, "plain": plain},
    }


def tag(name: str, value: float | None, error: str | None = None) -> Row:
    told = {"tagger": "lexical", "table_name": "silver.dialogues", "source": "lima", "record_id": name, "score": value, "threshold": 0.5}
    return told | {"evidence": ["care: dose"], "error": error, "made_by": "m", "verdict_key": name, "access": "dua"}


def dialogue(name: str) -> Row:
    told = {"source": "lima", "record_id": name, "split": "train", "language": "en", "domain": "Daily Conversation", "access": "public"}
    return told | {"origin": origin(1), "turns": [{"speaker": "user", "text": name}]}


TASK = {
    "task_id": "task106",
    "name": "hoc",
    "category": "Text Classification",
    "domain": "Medical Knowledge",
    "input_language": "English",
    "output_language": "English",
    "definition_language": "English",
    "source": "hoc",
    "kind": "labelled_texts",
    "collection": "paper",
    "labels": [],
    "trained": True,
    "version": 1,
}
ROWS: dict[str, list[Row]] = {
    "gold.tasks": [TASK],
    "silver.prompts": [prompt("a", 1, "why", None), prompt("a", 2, "why", None), prompt("b", 3, None, "w"), prompt("c", 4, "why", "w")],
    "silver.dialogues": [dialogue("d1"), dialogue("d2"), dialogue("d3")],
    "gold.tags": [tag("d1", 0.8), tag("d2", 0.2), tag("d3", None, "no answer")],
    "gold.instructions": [
        instance("i1", "train"),
        instance("i2", "train", "dua", "Diagnosis"),
        instance("i3", "validation"),
        instance("i4", "test"),
    ],
    "gold.definitions": [
        {
            "definition_id": f"d{n}",
            "task_id": task,
            "text": f"Do {task}.",
            "language": "English",
            "kind": "written",
            "style": "plain",
            "labels_kept": True,
            "number": n,
        }
        for n, task in ((1, "task106"), (2, "task46"))
    ]
    + [
        {
            "definition_id": "d3",
            "task_id": "task106",
            "text": "Sure, do it.",
            "language": "English",
            "kind": "imported",
            "labels_kept": False,
            "number": 1,
            "accepted": False,
            "faults": ["labels", "question_back"],
            "detail": "not named: a",
        }
    ],
    "gold.benchmark": [BENCHMARK],
    "gold.packs": [pack(0, SEGMENTS), pack(1, SEGMENTS[:1]), pack(2, SEGMENTS[1:], "dua")],
    # In row 2, i2 comes after i1 as its shot.
    "gold.pack_instances": [
        packed("i1", 0, 1),
        packed("i1", 1, 1, tokens=8),
        packed("i1", 2, 1, shot=1, tokens=3),
        packed("i2", 0, 2, task="task46", access="dua"),
        packed("i2", 2, 1, tokens=5, task="task46", access="dua"),
    ],
    "gold.set_matches": [
        {"rendering": "paper", "task_id": task, "outcome": outcome, "access": "public"}
        for task, outcomes in (("task106", "exact exact other_output near only_there only_here"), ("task46", "refused only_here"))
        for outcome in outcomes.split()
    ],
    "gold.predictions": [prediction("p1", "i4"), prediction("p2", "i5")],
    "gold.scores": [score("task", 83.0, clean_value=80.5, n_clean=1), score("row", 100.0, "p1"), score("row", 0.0, "p2")],
    "gold.published_scores": [
        {
            "model": model,
            "dataset": "HoC",
            "part": "",
            "task_group": "text_classification",
            "task_ids": tasks,
            "metric": "f1",
            "value": value,
            "table_number": "7",
            "n": 158,
        }
        for model, value, tasks in (("GPT-4", 68.06, ["task106"]), ("pooled", 1.0, ["task106", "task107"]))
    ],
    "ops.sources": [
        {
            "source": "hoc",
            "title": "HoC",
            "citation": "c",
            "licence": "GPL-3.0",
            "access": "public",
            "urls": [],
            "split_rule": "hash",
            "synthetic": True,
        },
    ],
    "ops.runs": [
        {
            "run_id": "run1",
            "job": "ingest",
            "state": "FAIL",
            "started": NOW,
            "ended": NOW,
            "params": "{}",
            "code_version": "0",
            "inputs": "{}",
            "outputs": "{}",
            "error": "one sentence",
            "accounts": [
                {
                    "table_name": "silver.questions",
                    "slice": "source=medqa",
                    "version": 3,
                    "rows_read": 7,
                    "written": 4,
                    "set_aside": 2,
                    "left_out": 1,
                    "reasons": '{"no key": 1}',
                }
            ],
        }
    ],
    "ops.quality_results": [
        CHECK | {"success": True, "unexpected": 0, "rows": 5, "checked": datetime(2025, 1, 1, tzinfo=UTC)},
        CHECK | {"success": False, "unexpected": 2, "rows": 5, "checked": NOW},
        CHECK | {"rule": "mended", "success": False, "unexpected": 2, "rows": 5, "checked": datetime(2025, 1, 1, tzinfo=UTC)},
        CHECK | {"rule": "mended", "success": True, "unexpected": 0, "rows": 5, "checked": NOW},
    ],
    "ops.quarantine": [
        {
            "table_name": "bronze.hoc__texts",
            "slice": "whole",
            "source": "hoc",
            "file": "hoc.jsonl",
            "sha256": "a" * 64,
            "row": row,
            "rules": ["text not null"],
            "content": "{}",
            "access": "public",
            "run_id": "run1",
        }
        for row in (12, 7)
    ],
    "ops.training_steps": [
        {"training_id": "t", "recipe": "tiny", "plan": "p", "step": step, "first_row": first, "rows": rows} | STEP | SPEED
        for step, first, rows in ((0, 0, 2), (1, 2, 1))
    ],
    "ops.contamination": [
        {
            "train_instance_id": "i1",
            "train_task_id": "task106",
            "bench_instance_id": bench,
            "bench_task_id": "task106",
            "side": "train",
            "test": "exact",
            "score": 1.0,
            "action": action,
            "source": "hoc",
            "train_file": "f",
            "train_row": 1,
            "bench_file": "f",
            "bench_row": 2,
            "access": "public",
            "instructions_version": 0,
        }
        for bench, action in (("i5", "found"), ("i4", "dropped"))
    ],
}

#: view -> (columns asked, ordered by all of them; rows expected)
EXPECTED: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "gold.chats": (
        "instance_id, split, `system`, `user`, assistant",
        [
            (f"i{n}", s, "Do task106.", f"input of i{n}", f"output of i{n}")
            for n, s in enumerate(("train", "train", "validation", "test"), 1)
        ],
    ),
    "gold.definition_verdicts": (
        "task_id, kind, definition_id, accepted, reason, detail, `text`",
        [
            ("task106", "imported", "d3", False, "it does not name every label", "not named: a", "Sure, do it."),
            ("task106", "written", "d1", True, None, None, "Do task106."),
            ("task46", "written", "d2", True, None, None, "Do task46."),
        ],
    ),
    "gold.definition_counts": (
        "task_id, kind, definitions, accepted, labels_kept, labels, question_back, near_copy",
        [
            ("task106", "imported", 1, 0, 0, 1, 1, 0),
            ("task106", "written", 1, 1, 1, 0, 0, 0),
            ("task46", "written", 1, 1, 1, 0, 0, 0),
        ],
    ),
    "gold.set_shares": (
        "rendering, task_id, there, exact, other_output, near, only_there, only_here, refused, exact_share, found_share",
        [("paper", "task106", 5, 2, 1, 1, 1, 1, 0, 40.0, 80.0), ("paper", "task46", 0, 0, 0, 0, 0, 1, 1, None, None)],
    ),
    "ops.row_origins": (
        "table_name, id, instance_id, file, `row`, bronze_version, joined_rows",
        [
            ("gold.benchmark", "ri4", "i4", "hoc.jsonl", 4, 3, 1),
            *[("gold.instructions", f"i{n}", f"i{n}", "hoc.jsonl", n, 3, 0) for n in range(1, 5)],
        ],
    ),
    "ops.publishable": (
        "task_id, access, access_rank, open_to_all, instances, train",
        [("task106", "dua", 3, False, 1, 1), ("task106", "public", 0, True, 3, 1)],
    ),
    "ops.license_mix": (
        "source, licence, access, instances, share",
        [("hoc", "GPL-3.0", "dua", 1, 50.0), ("hoc", "GPL-3.0", "public", 1, 50.0)],
    ),
    "ops.gate_failures": (
        "table_name, slice, rule, severity, unexpected, job, error",
        [("silver.questions", "source=medqa", "answer not null", "error", 2, "ingest", "one sentence")],
    ),
    "ops.quarantine_summary": (
        "table_name, source, file, rules, run_state, `rows`, first_row",
        [("bronze.hoc__texts", "hoc", "hoc.jsonl", ["text not null"], "FAIL", 2, 7)],
    ),
    "ops.accounts": (
        "run_id, state, table_name, slice, version, rows_read, written, set_aside, left_out, reasons, unexplained",
        [("run1", "FAIL", "silver.questions", "source=medqa", 3, 7, 4, 2, 1, '{"no key": 1}', 0)],
    ),
    "ops.step_rows": (
        "step, plan_row, segment, shot, instance_id, definition_id, task_id, access, file_row",
        [
            (0, 0, 1, 0, "i1", "d1", "task106", "public", 1),
            (0, 0, 2, 0, "i2", "d1", "task46", "dua", 2),
            (0, 1, 1, 0, "i1", "d1", "task106", "public", 1),
            (1, 2, 1, 0, "i2", "d1", "task46", "dua", 2),
            (1, 2, 1, 1, "i1", "d1", "task106", "public", 1),
        ],
    ),
    "ops.natural_instructions": (
        "task, instances, paper, plain, difference",
        [
            ("a", 2, "why", None, "missed by the plain rule"),
            ("b", 1, None, "w", "let in by the plain rule"),
            ("c", 1, "why", "w", "taken by both"),
        ],
    ),
    "gold.tagged_dialogues": (
        "record_id, tagger, score, medical, error, access",
        [
            ("d1", "lexical", 0.8, True, None, "dua"),
            ("d2", "lexical", 0.2, False, None, "dua"),
            ("d3", "lexical", None, None, "no answer", "dua"),
        ],
    ),
    "gold.tag_summary": (
        "tagger, table_name, source, conversations, medical, without_verdict, mean_score",
        [("lexical", "silver.dialogues", "lima", 3, 1, 1, 0.5)],
    ),
    "ops.instance_steps": (
        "instance_id, training_id, step, plan_row, segment, shot",
        [("i1", "t", 0, 0, 1, 0), ("i1", "t", 0, 1, 1, 0), ("i1", "t", 1, 2, 1, 1), ("i2", "t", 0, 0, 2, 0), ("i2", "t", 1, 2, 1, 0)],
    ),
    "ops.step_tasks": (
        "step, task_id, instances, shots, tokens, supervised",
        [(0, "task106", 2, 0, 12, 4), (0, "task46", 1, 0, 4, 2), (1, "task106", 0, 1, 3, 0), (1, "task46", 1, 0, 5, 2)],
    ),
    "gold.plan_tasks": (
        "plan, epoch, task_id, instances, few_shot, shots, tokens, supervised, share",
        [("p", 0, "task106", 2, 1, 1, 15, 4, 50.0), ("p", 0, "task46", 2, 0, 0, 9, 4, 50.0)],
    ),
    "gold.plans": (
        "plan, recipe, length, epochs, `rows`, instances, tokens, supervised, fill, useful, access",
        [("p", '{"seed": 0}', 10, 1, 3, 4, 24, 12, 0.8, 0.4, "dua")],
    ),
    "ops.contaminated_scores": (
        "model, task_id, metric, variant, `rows`, contaminated_rows, value_all, value_clean, difference",
        [("m", "task106", "f1", "paper", 2, 1, 83.0, 80.5, 2.5)],
    ),
    "ops.score_comparison": (
        "task_id, dataset, metric, model, value, published_model, published_value, difference, synthetic",
        [("task106", "HoC", "f1", "m", 83.0, "GPT-4", 68.06, 14.94, True)],
    ),
    "ops.task_coverage": (
        "task_id, definitions, train, validation, test, benchmark_rows",
        [("task106", 1, 2, 1, 1, 1), ("task46", 1, 0, 0, 0, 0)],
    ),
    "ops.mixture": (
        "level, name, instances, paper_instances, ratio, share, paper_share",
        [
            ("access", "dua", 1, 58816, 0.0, 50.0, 1.15),
            ("access", "public", 1, 1977938, 0.0, 50.0, 38.53),
            ("category", "Diagnosis", 1, 1025602, 0.0, 50.0, 19.98),
            ("category", "Text Classification", 1, 246899, 0.0, 50.0, 4.81),
            ("domain", "Medical Knowledge", 2, 2192531, 0.0, 100.0, 42.71),
            ("language", "English", 2, 4853535, 0.0, 100.0, 94.54),
            ("source", "hoc", 2, 1418, 0.0014, 100.0, 0.03),
            ("task", "task106", 2, 1418, 0.0014, 100.0, 0.03),
        ],
    ),
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, spark: Any) -> Lake:
    lake = open_lake(str(tmp_path_factory.mktemp("lake")), spark=spark, storage="embedded")
    for name, rows in ROWS.items():
        lake.arrow.replace(name, pa.Table.from_pylist(rows, schema=lake.spec(name).arrow_schema()), CommitInfo(f"test/{name}"))
    return lake


def test_every_view_has_its_case() -> None:
    assert set(EXPECTED) == set(views())


@pytest.mark.parametrize("engine", ["spark", "duckdb"])
@pytest.mark.parametrize("view", EXPECTED)
def test_view(small: Lake, view: str, engine: str) -> None:
    columns, expected = EXPECTED[view]
    where = " where instances > 0" if view == "ops.mixture" else ""
    order = ", ".join(str(n) for n in range(1, columns.count(",") + 2))
    query = f"select {columns} from {view}{where} order by {order}"
    found = small.sql(query).toArrow() if engine == "spark" else small.query(query)
    rows = [tuple(_plain(v) for v in row.values()) for row in found.to_pylist()]
    assert rows == expected


def _plain(value: Any) -> Any:
    """Spark divides integers to decimals, DuckDB to doubles; both are the same number to whoever reads them."""
    return float(value) if type(value).__name__ == "Decimal" else value
