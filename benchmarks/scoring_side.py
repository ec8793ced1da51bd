"""One side of `benchmarks/scoring.py --before`, in a process of its own: python scoring_side.py ROWS

Scores made-up answers as a file of predictions and as a lake, both variants, in a lake with intervals; and lets the strict variant read
those of each kind alone. Runs on the package of either checkout. Prints CPU seconds. Everything is done once before, on a few other
answers, and nothing is timed twice, so that nothing is remembered.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa
from scoring_answers import Row, made_answers

_ORIGIN = {"table": "bronze.made", "version": 0, "file": "made.json", "sha256": "0" * 64, "row": 1}


def _first(*names: str) -> Any:
    """The first of these modules that this checkout has."""
    for name in names:
        try:
            return import_module(name)
        except ModuleNotFoundError:
            continue
    raise ModuleNotFoundError(names[0])


def written(folder: Path, rows: list[Row]) -> Path:
    path = folder / "predictions.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["task_id", "input", "GT", "output"])
        writer.writerows([row["task"], "q", row["reference"], row["answer"]] for row in rows)
    return path


def lake_of(folder: Path, rows: list[Row]) -> Any:
    from medslake.lake import open_lake

    commit = _first("medslake.lake.storage.tables", "medslake.lake.tables").CommitInfo
    lake = open_lake(str(folder))
    for table, of in (("gold.benchmark", _asked), ("gold.predictions", _answered)):
        schema = lake.spec(table).arrow_schema()
        made = [{name: value for name, value in of(number, row).items() if name in schema.names} for number, row in enumerate(rows)]
        lake.arrow.replace(table, pa.Table.from_pylist(made, schema=schema), commit(f"benchmarks/{table}"))
    return lake


def _asked(number: int, row: Row) -> Row:
    empty = {"shots": [], "shots_cut": 0, "prompt_tokens": 8, "token_budget": 2048, "max_new_tokens": 8, "seed": 2025, "messages": []}
    return empty | {
        "row_id": f"r{number}",
        "instance_id": f"i{number}",
        "task_id": row["task"],
        "dataset": "Made",
        "task_group": row["group"],
        "prompt": "paper",
        "input_variant": "paper",
        "definition_id": "d",
        "input": "q",
        "reference": row["reference"],
        "choices": row["choices"],
        "labels": row["labels"],
        "metrics": [row["metric"]],
        "names": row["names"],
        "language": row["language"],
        "split": "test",
        "access": "public",
        "source": "made",
        "record_ids": [f"r{number}"],
        "origin": _ORIGIN,
    }


def _answered(number: int, row: Row) -> Row:
    return {
        "prediction_id": f"p{number}",
        "row_id": f"r{number}",
        "instance_id": f"i{number}",
        "task_id": row["task"],
        "access": "public",
        "model": "m",
        "model_hash": "h",
        "engine": "made",
        "settings": "{}",
        "run_set": "s",
        "shard": 0,
        "prediction": row["answer"],
        "finish_reason": "stop",
        "prompt_tokens": 1,
        "new_tokens": 1,
        "benchmark_version": 0,
    }


def pairs_of(rows: list[Row]) -> list[Any]:
    from medslake.metrics.base import Pair

    known = Pair.__dataclass_fields__
    found = []
    for row in rows:
        fields = {"task_id": row["task"], "language": row["language"], "labels": tuple(row["labels"]), "input": "q"}
        fields |= {"options": tuple(row["choices"] or ()), "names": None if row["names"] is None else tuple(row["names"])}
        found.append(Pair(row["answer"], row["reference"], **{name: value for name, value in fields.items() if name in known}))
    return found


def timed(work: Callable[[], object]) -> float:
    """CPU seconds of this process."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def whole(home: Path, rows: list[Row]) -> dict[str, float]:
    """Scoring as a user runs it: a file of predictions, and a lake."""
    from medslake.score.predictions_file import score_predictions
    from medslake.score.run import score

    path, lake = written(home, rows), lake_of(home / "lake", rows)
    return {"file": timed(lambda: score_predictions(path)), "lake": timed(lambda: score(lake, ray_rows=10**9))}


def read(rows: list[Row]) -> dict[str, float]:
    """The strict variant of each kind alone."""
    from medslake import registry

    kinds: dict[str, list[Row]] = {}
    for row in rows:
        kinds.setdefault(f"{row['metric']}, {row['kind']}", []).append(row)
    found = {}
    for kind, own in kinds.items():
        pairs, metric = pairs_of(own), registry.get("metric", own[0]["metric"])
        found[kind] = timed(lambda metric=metric, pairs=pairs: metric.strict(pairs))  # type: ignore[misc]
    return found


def main() -> None:
    size = int(sys.argv[1])
    few, closed = list(made_answers(3, seed=1)), [row for row in made_answers(size, seed=2) if "text" not in row["kind"]]
    told: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as home:
        for name, rows in (("few", few), ("all kinds", list(made_answers(size))), ("letters, labels and lists", closed)):
            folder = Path(home, name)
            folder.mkdir()
            told |= {f"{way}, {name}": seconds for way, seconds in whole(folder, rows).items()}
    read(few)
    told |= {f"strict alone: {kind}": seconds for kind, seconds in read(list(made_answers(size, seed=3))).items()}
    print(json.dumps({name: seconds for name, seconds in told.items() if "few" not in name}))


if __name__ == "__main__":
    main()
