"""The whole road on synthetic data, one function: native files, bronze, silver, gold, packs, training, answers, scores, report."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from medslake import registry
from medslake.progress import Progress, quiet
from medslake.tasks import BENCH_GROUPS, DOMAINS

if TYPE_CHECKING:
    from medslake.lake import Lake
    from medslake.results import TrainResult

__all__ = ["DemoSummary", "fewest", "run_demo"]

SEED = 7
#: Benchmark rows per task: enough for every group to get a number, few enough for two cores.
ROWS_PER_TASK = 8
#: Its twin trains on a question of its test set, as the real one does, for the leak gate to find.
LEAKING = "medqa"


@dataclass(frozen=True)
class DemoSummary:
    """What the demo did. facts: layers, domains, training, scores, report, seconds and counts."""

    facts: dict[str, Any]

    def screen(self) -> RenderableType:
        """One screen for a person."""
        f = self.facts
        layers = Table(box=None, pad_edge=False, title="rows per layer", title_justify="left", title_style="bold")
        for name in ("layer", "tables", "rows"):
            layers.add_column(name, justify="left" if name == "layer" else "right")
        for row in f["layers"]:
            layers.add_row(row["layer"], str(row["tables"]), f"{row['rows']:,}")
        mix = Table(box=None, pad_edge=False, title="training instances by domain, %", title_justify="left", title_style="bold")
        for name in ("domain", "here", "paper"):
            mix.add_column(name, justify="left" if name == "domain" else "right")
        for row in f["domains"]:
            mix.add_row(row["domain"], f"{row['ours']:.0f}", str(row["paper"]))
        scores = Table(box=None, pad_edge=False, title="scores of the tiny model, %", title_justify="left", title_style="bold")
        for name in ("group", "task", "paper", "strict"):
            scores.add_column(name, overflow="fold")
        for row in f["scores"]:
            scores.add_row(row["group"], row["task"], row["paper"], row["strict"])
        t = f["training"]
        lines = [
            f"training   loss {t['loss_first']:.3f} -> {t['loss_last']:.3f} in {t['steps']} steps, fill {100 * t['fill']:.1f} %, "
            f"{t['useful_tokens_per_second']:,.0f} useful tokens/s",
            f"accounts   {f['read']:,} rows read; {f['unexplained']:,} unexplained: not written, set aside or left out",
            f"leak gate  {f['dropped']} training rows dropped because the benchmark asks them; {f['leaks']} left",
            f"took       {f['seconds']:.0f} s",
            f"lake       {f['lake']}",
            f"report     {f['report']}",
        ]
        side = Table.grid(padding=(0, 6))
        side.add_row(layers, mix)
        return Group(side, Text(), scores, Text(), Text("\n".join(lines)))


def run_demo(folder: Path, *, size: int = 200, progress: Progress = quiet) -> DemoSummary:
    """Make synthetic native files, then ingest, build, pack, train, infer, score and report. Repeats only what is missing.

    folder: holds `files/<source>` and `lake`. size: synthetic records per source, about.
    """
    from medslake import api
    from medslake.ingest.synthetic import generate_all

    started = time.monotonic()
    # Many small jobs and one JVM for all of them: its first compiler is fast enough, and leaves the cores to the work.
    os.environ.setdefault("MEDSLAKE_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m")
    # Synthetic files are never the published ones; saying so for each of them would hide everything else.
    logging.getLogger("medslake.ingest").setLevel(logging.ERROR)
    folder = folder.resolve()
    sources = generate_all(folder / "files", seed=SEED, n=size, sources=_shown())
    lake = api.open_lake(folder / "lake")
    api.ingest(lake, sources, progress=progress)
    built = api.build(lake, "instructions", progress=progress)
    api.build(lake, "benchmark", prompt="chat", shots="1", limit=ROWS_PER_TASK, progress=progress)
    api.pack(lake, progress=progress)
    trained = api.train(lake, progress=progress)
    answered = api.infer(lake, trained.model, progress=progress)
    api.score(lake, progress=progress)
    report = api.report(lake).report
    # Tasks of sources that the demo does not make are no news.
    skipped = {name: why for name, why in built.skipped.items() if registry.get("task", name).source in sources}
    return DemoSummary(_facts(lake, skipped, trained, answered.run_set, report, time.monotonic() - started))


def _shown() -> list[str]:
    """As few sources as have a task of the paper in each group of the benchmark and each domain, those that these need, and LEAKING."""
    covers: dict[str, set[str]] = {}
    for task in registry.sound("task").values():
        if task.collection == "paper":
            covers.setdefault(task.source, set()).update([task.domain, *([task.bench.group] if task.bench else [])])
    left = {*BENCH_GROUPS, *DOMAINS} - covers[LEAKING]
    chosen = {LEAKING, *fewest(covers, left, lambda name: len(registry.get("source", name).files))}
    return sorted(chosen.union(*(registry.get("source", name).needed for name in chosen)))


def fewest(covers: Mapping[str, Set[str]], wanted: Set[str], cost: Callable[[str], int] = lambda name: 0) -> set[str]:
    """Names that together cover what is wanted, as far as any do: each time the one that adds most, costs least and is first by name."""
    left, chosen = set(wanted), set[str]()
    while adds := {name: len(covered & left) for name, covered in covers.items() if covered & left}:
        best = min(adds, key=lambda name: (-adds[name], cost(name), name))
        chosen.add(best)
        left -= covers[best]
    return chosen


def _facts(lake: Lake, skipped: dict[str, str], trained: TrainResult, run_set: str, report: Path, seconds: float) -> dict[str, Any]:
    from medslake.bench.mixture import mixture

    shares = [(row["name"], row["share"] or 0, row["paper_share"]) for row in mixture(lake, "domain")["rows"]]
    last = lake.query(
        "select first(loss order by step) a, last(loss order by step) b, count(*) n, avg(useful_tokens_per_second) u, avg(fill) f"
        f" from ops.training_steps where training_id = '{trained.training}'"
    ).to_pylist()[0]
    return {
        "lake": lake.root,
        "report": str(report),
        "layers": _layers(lake),
        "domains": [{"domain": name, "ours": 100 * here, "paper": round(100 * (paper or 0))} for name, here, paper in shares],
        "training": {
            "loss_first": last["a"],
            "loss_last": last["b"],
            "steps": last["n"],
            "useful_tokens_per_second": last["u"],
            "fill": last["f"],
            "model": trained.model,
        },
        "scores": _score_lines(lake, run_set),
        **_accounted(lake),
        "dropped": _given_away(lake, "train_instance_id", "dropped"),
        "leaks": _given_away(lake, "bench_instance_id", "refused", "found"),
        "skipped": skipped,
        "seconds": seconds,
    }


def _layers(lake: Lake) -> list[dict[str, Any]]:
    from medslake.lake.schema.ddl import LAYERS

    rows: dict[str, list[int]] = {layer: [] for layer in LAYERS}
    for name in lake.names():
        rows[name.partition(".")[0]].append(lake.arrow.count(name))
    return [{"layer": layer, "tables": len(counts), "rows": sum(counts)} for layer, counts in rows.items() if counts]


def _accounted(lake: Lake) -> dict[str, int]:
    """Rows that the runs read, and those of them of which nobody says what became of them."""
    told = lake.query("select coalesce(sum(rows_read), 0) r, coalesce(sum(abs(unexplained)), 0) u from ops.accounts").to_pylist()[0]
    return {"read": int(told["r"]), "unexplained": int(told["u"])}


def _given_away(lake: Lake, column: str, *actions: str) -> int:
    """Instances in verdicts of these actions."""
    import pyarrow.compute as pc

    told = lake.arrow.read("ops.contamination", columns=[column], where=pc.field("action").isin(actions))
    return len(told[column].unique())


def _score_lines(lake: Lake, run_set: str) -> list[dict[str, str]]:
    """Of one set of answers, and the majority baseline on the same rows."""
    rows = lake.query(
        "select task_group, task_id, model, metric, variant, value from gold.scores where level = 'task'"
        f" and (run_set = '{run_set}' or (model = 'baseline:majority' and variant = 'strict' and metric in ('accuracy', 'f1')"
        f" and benchmark_version = (select max(benchmark_version) from gold.scores where run_set = '{run_set}')))"
        " order by task_group, length(task_id), task_id, engine = 'baseline', metric"
    ).to_pylist()
    lines: dict[str, dict[str, Any]] = {}
    for r in rows:
        line = lines.setdefault(r["task_id"], {"group": r["task_group"], "task": r["task_id"], "paper": [], "strict": []})
        always = "majority baseline " if r["model"] == "baseline:majority" else ""
        value = "without a figure" if r["value"] is None else f"{r['value']:.1f}"
        line[r["variant"]].append(f"{always}{r['metric']} {value}")
    return [{**line, "paper": ", ".join(line["paper"]), "strict": ", ".join(line["strict"])} for line in lines.values()]
