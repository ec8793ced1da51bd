"""One side of `benchmarks/scoring.py --before`, in a process of its own: python scoring_side.py ANSWERS.json

Scores the same answers as a file of predictions and as a lake, both variants, in a lake with intervals; and lets the strict variant read
those of each kind alone. Runs on the package of either checkout. Prints CPU seconds, the median of the rounds.
"""

from __future__ import annotations

import csv
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa

Row = dict[str, Any]
ROUNDS = 3
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


def timed(work: Callable[[int], object]) -> float:
    """CPU seconds of this process, the median of the rounds; `work` gets the number of each."""
    told = []
    for number in range(ROUNDS):
        begun = time.process_time()
        work(number)
        told.append(time.process_time() - begun)
    return statistics.median(told)


def main() -> None:
    rows: list[Row] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    from medslake import registry
    from medslake.score.predictions_file import score_predictions
    from medslake.score.run import score

    kinds: dict[str, list[Row]] = {}
    for row in rows:
        kinds.setdefault(f"{row['metric']}, {row['kind']}", []).append(row)
    with tempfile.TemporaryDirectory() as home:
        # Models, dictionaries and plug-ins are loaded before anything is timed.
        few = [row for own in kinds.values() for row in own[:3]]
        score_predictions(written(Path(home), few))
        score(lake_of(Path(home, "few"), few), ray_rows=10**9)
        path = written(Path(home), rows)
        seconds = {"predictions.csv": timed(lambda number: score_predictions(path))}
        lakes = [lake_of(Path(home, f"lake{number}"), rows) for number in range(ROUNDS)]
        seconds["lake"] = timed(lambda number: score(lakes[number], ray_rows=10**9))
    for kind, own in kinds.items():
        pairs, metric = pairs_of(own), registry.get("metric", own[0]["metric"])
        seconds[kind] = timed(lambda number, metric=metric, pairs=pairs: metric.strict(pairs))  # type: ignore[misc]
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
