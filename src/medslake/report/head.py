"""What a report is about: the lake, the newest commit, and each set of answers with what it was asked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from medslake.bench.selection import asked_rows
from medslake.errors import MedslakeError
from medslake.report.asking import Ask
from medslake.report.sets import AnswerSet

if TYPE_CHECKING:
    import pyarrow as pa

    from medslake.lake import Lake

__all__ = ["Answered", "answered", "newest_commit"]

_COLUMNS = ("task_id", "row_id", "prompt", "input_variant", "choices", "reference")
#: Of a run of `infer` beside the settings of its answers.
_BESIDE = {"engine", "model", "name", "workers"}


@dataclass(frozen=True)
class Answered:
    """A set of answers at one prompt.

    date: day (UTC) on which it was answered, "" where no run tells. asked: rows that it was asked, of `rows` that the benchmark had then.
    not_asked: task -> rows without choices, which a comparison of choices leaves out. partial: asked or answered fewer rows than there are.
    """

    set: AnswerSet
    engine: str
    mode: str
    date: str
    answers: int
    asked: int
    rows: int
    benchmark_version: int
    partial: bool
    not_asked: dict[str, int] = field(default_factory=dict)


def answered(lake: Lake, ask: Ask, scores: Sequence[Mapping[str, Any]], sets: Sequence[AnswerSet]) -> list[Answered]:
    """One for each of `sets`, in their order. scores: rows of gold.scores that they come from."""
    facts = {(r["model"], r["run_set"], r["prompt"]): r for r in scores}
    counts = _counts(ask)
    dates = _dates(ask)
    versions: dict[int, pa.Table | None] = {}
    found = []
    for one in sets:
        first = facts[one.key]
        settings: dict[str, Any] = json.loads(first["settings"])
        version = first["benchmark_version"]
        if version not in versions:
            versions[version] = _benchmark(lake, version)
        benchmark = versions[version]
        answers = counts.get(one.key, 0)
        rows = asked = answers
        left: dict[str, int] = {}
        if benchmark is not None:
            whole = _at(benchmark, one.key[2])
            chosen, left = asked_rows(whole, settings)
            rows, asked = whole.num_rows, chosen.num_rows
        if one.baseline:
            answers = asked = max(asked, answers)
        mode = settings.get("mode") or ("baseline" if one.baseline else "")
        date = dates.get((one.key[0], first["engine"], json.dumps(settings, sort_keys=True), version), "")
        partial = not one.baseline and (answers < asked or asked + sum(left.values()) < rows)
        found.append(Answered(one, first["engine"], mode, date, answers, asked, rows, version, partial, left))
    return found


def newest_commit(lake: Lake, ask: Ask) -> str:
    """When the newest table or run was committed (UTC, to the second), so that an equal lake says the same; "" where nothing tells."""
    stamps = [entry["timestamp"] for name in lake.names() for entry in lake.history(name, 1) if entry["timestamp"]]
    ends = [r["ended"].astimezone(UTC) for r in ask("ops.runs", "select max(ended) ended from ops.runs") if r["ended"]]
    times = [*(datetime.fromtimestamp(stamp / 1000, UTC) for stamp in stamps), *ends]
    return f"{max(times):%Y-%m-%d %H:%M:%S} UTC" if times else ""


def _counts(ask: Ask) -> Counter[tuple[str, str, str]]:
    """(model, run_set, prompt) -> answers that a row of the benchmark of today belongs to."""
    told = ask(
        "gold.predictions",
        "select p.model, p.run_set, b.prompt, count(*) n from gold.predictions p join gold.benchmark b on p.row_id = b.row_id group by all",
    )
    return Counter({(r["model"], r["run_set"], r["prompt"]): r["n"] for r in told})


def _dates(ask: Ask) -> dict[tuple[str, str, str, int], str]:
    """(model, engine, settings as JSON, version of gold.benchmark) -> day on which its last run ended."""
    dates = {}
    for run in ask("ops.runs", "select params, inputs, ended from ops.runs where job = 'infer' and state = 'COMPLETE' order by ended"):
        params, inputs = json.loads(run["params"]), json.loads(run["inputs"])
        if not isinstance(inputs.get("gold.benchmark"), int):
            continue
        settings = {name: value for name, value in params.items() if name not in _BESIDE}
        key = (str(params.get("name")), str(params.get("engine")), json.dumps(settings, sort_keys=True), inputs["gold.benchmark"])
        dates[key] = f"{run['ended'].astimezone(UTC):%Y-%m-%d}"
    return dates


def _benchmark(lake: Lake, version: int) -> pa.Table | None:
    """That version's rows, None where it is not there any more."""
    try:
        return lake.arrow.read("gold.benchmark", version=version, columns=list(_COLUMNS))
    except MedslakeError:
        return None


def _at(benchmark: pa.Table, prompt: str) -> pa.Table:
    import pyarrow.dataset as ds

    return benchmark.filter(ds.field("prompt") == prompt)
