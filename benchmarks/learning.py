"""Does a model learn from what medslake makes of real files? SmolLM2-135M before and after training, on test rows that it has not seen.

    make bench-learning                                              # about an hour on two cores; a rerun does what is missing
    python benchmarks/learning.py --rows 8 --set steps=4 --no-write --cache .medslake/look         # a quick look

The whole road by the functions behind the verbs: ingest the native files, render instructions behind the leak gate, build the benchmark
(zero-shot, chat turns), answer it with the base model, pack, train, answer it with the tuned model, score both, and test the difference on
the same rows. Real files: one folder per source below --data (default: MEDSLAKE_TEST_DATA). Results go to docs/results.md and .svg.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from learning_page import Outcome, figure, page_lines
from record import record

from medslake import registry
from medslake.bench.build import build_benchmark
from medslake.cli.console import ProgressLines
from medslake.infer.run import infer
from medslake.ingest.ingest import ingest
from medslake.instructions.build import build_instructions
from medslake.lake import Lake, open_lake
from medslake.progress import Progress
from medslake.recipes import Recipe, override
from medslake.recipes.smollm2_135m import RECIPE as SMOLLM2
from medslake.score.compare import Comparison, compare, holm
from medslake.score.run import score
from medslake.settings import test_data_dir
from medslake.train.packs.plan import plan_of
from medslake.train.run import train

DOCS = Path(__file__).resolve().parents[1] / "docs"


@dataclass(frozen=True)
class Asked:
    """A task of MedS-Bench, the task whose train rows teach it, and how many instances of that one are rendered (all splits together)."""

    bench: str
    trained: str
    instances: int | None = None


#: Tasks with train and test rows in the files at hand and short answers. The three largest are capped, lest they drown the others.
ASKED = (
    Asked("task123", "task124"),
    Asked("task114", "task114"),
    Asked("task46", "task46", 1500),
    Asked("task126", "task126", 3000),
    Asked("task127", "task127", 3000),
    Asked("task106", "task106"),
    Asked("task12", "task12"),
)
#: Half an hour of training on two cores: 2,400 instances once, 470,000 tokens. Rows of 768 tokens cut three of them.
BUDGET = (
    *("limit=2400", "length=768", "batch=16", "lr=3e-4"),
    *("checkpointing=false", "micro_rows=4", "workers=1", "checkpoint_every=40"),
)
#: The strict metric that stands for a task of each group; the others are listed below it.
HEADLINES = {
    "mcqa": "accuracy",
    "summarization": "rougeL",
    "explanation": "rougeL",
    "ner": "f1",
    "text_classification": "f1",
    "fact_verification": "accuracy",
}


def build(lake: Lake, data: Path, asked: Sequence[Asked], rows: int, progress: Progress) -> None:
    """From native files to gold.instructions and gold.benchmark; what stands already is not touched."""
    sources = sorted({registry.get("task", one.trained).source for one in asked})
    for source in sources:
        ingest(lake, {source: str(data / source)}, progress=progress)
    limits = {one.bench: None for one in asked} | {one.trained: one.instances for one in asked}
    for task, limit in limits.items():
        build_instructions(lake, [task], limit=limit, progress=progress)
    build_benchmark(lake, [one.bench for one in asked], prompt="chat", shots=0, limit=rows, progress=progress)


def measure(lake: Lake, recipe: Recipe, progress: Progress) -> Outcome:
    """Base, training, tuned, scores, comparison, on the benchmark as it stands."""
    base = infer(lake, str(plan_of(lake, recipe, progress).model), progress=progress)
    trained = train(lake, recipe, progress=progress)
    tuned = infer(lake, trained["model"], progress=progress)
    score(lake, progress=progress)
    # Tuned first, so that a difference above 0 is a gain.
    found = compare(lake, *(f"{one['model']}@{one['run_set']}" for one in (tuned, base)))
    heads = [one for one in found if HEADLINES[_group(one)] == one.metric]
    return Outcome(lake, recipe, trained, base, tuned, holm(heads), [one for one in found if HEADLINES[_group(one)] != one.metric])


def _group(one: Comparison) -> str:
    return str(registry.get("task", one.task_id).bench.group)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100, help="test rows per task at most (default %(default)s)")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="recipe field, beside the budget in the script")
    parser.add_argument("--data", type=Path, default=test_data_dir(), help="folder with one folder of native files per source")
    parser.add_argument("--cache", type=Path, default=Path(".medslake/learning"), help="where the lake and the models are kept")
    parser.add_argument("--no-write", action="store_true", help="leave docs/results.md alone")
    args = parser.parse_args()
    tasks = ",".join(sorted({one.trained for one in ASKED}))
    recipe = override(SMOLLM2, [f"tasks={tasks}", *BUDGET, *args.set])
    lake = open_lake(str(args.cache.resolve() / "lake"))
    with ProgressLines() as progress:
        build(lake, args.data, ASKED, args.rows, progress)
        outcome = measure(lake, recipe, progress)
    if not args.no_write:
        (DOCS / "results.svg").write_text(figure(outcome), encoding="utf-8")
    given = shlex.join(["--rows", str(args.rows), *(part for setting in args.set for part in ("--set", setting))])
    record("Learning", f"python benchmarks/learning.py {given}", page_lines(outcome), write=not args.no_write, page=DOCS / "results.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
