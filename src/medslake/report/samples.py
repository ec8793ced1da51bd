"""Single answers with prompt, reference, scores and origin: all within the clearance, packed so that a page can carry them."""

from __future__ import annotations

import base64
import gzip
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medslake.lake.access import LEVELS
from medslake.report.asking import Leaves
from medslake.report.sets import AnswerSet, main_metric
from medslake.score.tainted import tainted_instances

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["Samples", "samples"]

#: Digits of an id on the page; the commands take the start of one.
DIGITS = 12
#: Letters of the input by which a row is known in a list.
TITLE = 100
#: Marks of a row, as the page's script reads them.
TAINTED, SYNTHETIC = 1, 2


@dataclass(frozen=True)
class Samples:
    """by_task: answers by task, those to one row side by side. withheld: rows above the clearance by class, the highest last."""

    by_task: dict[str, list[dict[str, Any]]]
    withheld: dict[str, int]

    @property
    def count(self) -> int:
        return sum(map(len, self.by_task.values()))

    def plain(self, task: str, rows: int) -> list[dict[str, Any]]:
        """Answers to the first rows of a task, for readers without JavaScript."""
        own = self.by_task.get(task, [])
        first = set(list(dict.fromkeys(r["row_id"] for r in own))[:rows])
        return [r for r in own if r["row_id"] in first]

    def packed(self, sets: Sequence[AnswerSet]) -> str:
        """All of them as JSON, compressed, in base64. Rows stand once, whatever number of sets answered them; equal answers, equal text."""
        names = [s.name for s in sets]
        tasks = [_task(task, answers, names) for task, answers in self.by_task.items()]
        text = json.dumps({"sets": names, "tasks": tasks}, ensure_ascii=False, separators=(",", ":"))
        return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()


def samples(lake: Lake, leaving: Leaves, sets: Sequence[AnswerSet], per_task: int) -> Samples:
    """Of each set and task the first `per_task` answers by row id, a hash, so that all sets show the same rows.

    leaving: asks over the rows that the page may carry. Each answer has the columns asked for below, `set`, `scores` (metric -> variant ->
    percentage) and `tainted`: whether the leak gate knows a copy of its row on the training side.
    """
    shown, left_out = leaving(
        "gold.predictions",
        "select p.prediction_id, p.model, p.run_set, p.task_id, p.prediction, p.error, p.finish_reason, b.row_id, b.input, b.messages,"
        " b.reference, b.access, b.instance_id, b.origin, b.prompt, b.input_variant, b.language, coalesce(b.synthetic, false) synthetic"
        " from gold.predictions p join gold.benchmark b on p.row_id = b.row_id"
        f" qualify row_number() over (partition by p.model, p.run_set, p.task_id, b.prompt order by p.row_id) <= {int(per_task)}"
        " order by length(p.task_id), p.task_id, p.row_id, p.model, p.run_set, p.prediction_id",
    )
    scores = _scores(lake, [r["prediction_id"] for r in shown])
    tainted = {str(instance) for instance in tainted_instances(lake).to_pylist()}
    names = {s.key: s.name for s in sets}
    by_task: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for r in shown:
        told = {
            "set": names.get((r["model"], r["run_set"], r["prompt"]), r["model"]),
            "scores": scores.get(r["prediction_id"], {}),
            "tainted": r["instance_id"] in tainted,
        }
        by_task[r["task_id"]].append(r | told)
    withheld = left_out.get("gold.predictions", {})
    return Samples(dict(by_task), {access: withheld[access] for access in LEVELS if access in withheld})


def _scores(lake: Lake, ids: Sequence[str]) -> dict[str, dict[str, dict[str, float]]]:
    """prediction -> metric -> variant -> percentage."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    if not (ids and lake.exists("gold.scores")):
        return found
    table = lake.arrow.read("gold.scores", columns=["prediction_id", "metric", "variant", "value"], where={"level": "row"})
    table = table.filter(pc.is_in(table["prediction_id"], value_set=pa.array(ids, pa.string())))
    table = table.sort_by([("metric", "ascending"), ("variant", "ascending"), ("prediction_id", "ascending")])
    for r in table.to_pylist():
        if r["value"] is not None:
            found[r["prediction_id"]][r["metric"]][r["variant"]] = r["value"]
    return found


def _task(task: str, answers: Sequence[dict[str, Any]], sets: Sequence[str]) -> dict[str, Any]:
    """main, paper: places among `measures` of those that decide right and wrong. answers: each with the places of its set and its row."""
    kinds = {(metric, variant) for r in answers for metric, by in r["scores"].items() for variant in by}
    measures = sorted(kinds)
    deciding = main_metric([metric for metric, variant in measures if variant == "strict"], "strict")
    main = measures.index((deciding, "strict")) if deciding else -1
    paper = main_metric([metric for metric, variant in measures if variant == "paper"], "paper")
    rows: dict[str, int] = {}
    told: list[list[Any]] = []
    files: dict[str, int] = {}
    own = []
    for r in answers:
        if r["row_id"] not in rows:
            rows[r["row_id"]] = len(told)
            told.append(_row(r, files))
        values = [_rounded(r["scores"].get(metric, {}).get(variant)) for metric, variant in measures]
        text = r["prediction"] if r["prediction"] is not None else [r["error"] or ""]
        own.append(
            [
                sets.index(r["set"]) if r["set"] in sets else -1,
                rows[r["row_id"]],
                r["prediction_id"][:DIGITS],
                text,
                r["finish_reason"],
                values,
            ]
        )
    return {
        "id": task,
        "measures": measures,
        "main": main,
        "paper": measures.index((paper, "paper")) if paper else -1,
        "files": list(files),
        "rows": told,
        "answers": own,
    }


def _row(r: Mapping[str, Any], files: dict[str, int]) -> list[Any]:
    """[title, messages, reference, instance, place of its file, record, access, prompt, input variant, marks]"""
    origin = r["origin"]
    file = f"{origin['table']}@{origin['version']}, file {origin['file']}, sha256 {origin['sha256'][:16]}"
    marks = TAINTED * r["tainted"] + SYNTHETIC * r["synthetic"]
    return [
        " ".join(r["input"][:TITLE].split()),
        [[m["role"], m["content"]] for m in r["messages"]],
        r["reference"],
        r["instance_id"][:DIGITS],
        files.setdefault(file, len(files)),
        origin["row"],
        r["access"],
        r["prompt"],
        r["input_variant"],
        marks,
    ]


def _rounded(value: float | None) -> float | int | None:
    """One decimal, whole numbers without any."""
    if value is None:
        return None
    short = round(value, 1)
    return int(short) if short == int(short) else short
