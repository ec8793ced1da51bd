"""A small synthetic corpus, written by us: notes of invented findings, one task with a closed answer and one that repeats words."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from medslake.accelerators.cpu import ACCELERATOR as CPU
from medslake.lake.storage.tables import CommitInfo
from medslake.recipes import Recipe, digest
from medslake.train.loop import Job
from medslake.train.packs import pack
from medslake.train.packs.feed import Feed, rows_per_step
from medslake.train.packs.holdout import HeldOut
from medslake.train.packs.plan import Plan

#: Mostly words that the tiny model's tokenizer knows from the package's own texts, and some that it must not know.
TEXT = """
patient fever cough disease pain caddel anemia renal keratitis insulin doctor day walk year old garden sailor student teacher home
reports ward mild patients week early evening swollen heart allergy arrhythmia test medicine clinic spots positive 发热 咳嗽 lumière
"""
WORDS = TEXT.split()
#: What a model card says, where it does not matter.
FACTS: dict[str, Any] = {
    "training": "t",
    "recipe": {"name": "tiny"},
    "base": "tiny",
    "plan": "p",
    "tables": {"gold.packs": 3},
    "access": "dua",
    "run": "r",
    "steps": 1,
    "first_loss": 2.0,
    "last_loss": 1.0,
}
TASKS = {"task11": "Academical Papers", "task57": "Exam"}


def definitions() -> list[dict[str, Any]]:
    return [
        {
            "definition_id": f"{task}-d{number}",
            "task_id": task,
            "text": f"Read the note and answer for {task} in wording {number}.",
            "language": "English",
            "kind": "written",
            "style": "plain",
            "labels_kept": True,
            "number": number,
        }
        for task in TASKS
        for number in (1, 2, 3)
    ]


def instances(count: int, seed: int = 0) -> list[dict[str, Any]]:
    draw = random.Random(seed)
    rows = []
    for number in range(count):
        task = tuple(TASKS)[number % 2]
        words = [draw.choice(WORDS) for _ in range(draw.randint(10, 120))]
        output = ("yes" if "insulin" in words else "no") if task == "task11" else " ".join(sorted(words)[: draw.randint(1, 8)])
        rows.append(
            instance(str(number), task, " ".join(words), output, f"{task}-d{draw.randint(1, 3)}", "train" if number % 10 else "test")
        )
    return rows


def instance(name: str, task: str, input: str, output: str, definition: str, split: str = "train") -> dict[str, Any]:
    return {
        "instance_id": hashlib.md5(name.encode()).hexdigest(),
        "task_id": task,
        "category": "Question Answering",
        "domain": TASKS.get(task, "Exam"),
        "definition_id": definition,
        "input_language": "English",
        "output_language": "English",
        "definition_language": "English",
        "input": input,
        "output": output,
        "renderer": 1,
        "split": split,
        "access": "dua" if name.endswith("7") else "public",
        "source": "synthetic",
        "record_ids": [name],
        "origin": {"table": "bronze.synthetic__notes", "version": 0, "file": "notes.csv", "sha256": "0" * 64, "row": 1},
    }


def tasks(untrained: tuple[str, ...]) -> list[dict[str, Any]]:
    languages = dict.fromkeys(("input_language", "output_language", "definition_language"), "English")
    form = {"source": "synthetic", "kind": "documents", "collection": "medslake", "labels": [], "version": 1, "bench": None} | languages
    return [
        {
            "task_id": task,
            "name": f"notes_{task}",
            "category": "Question Answering",
            "domain": TASKS.get(task, "Exam"),
            "trained": task not in untrained,
            **form,
        }
        for task in (*TASKS, *untrained)
    ]


def fill(lake: Any, rows: list[dict[str, Any]], untrained: tuple[str, ...] = ()) -> Any:
    """Write the three gold tables that packing reads; returns the lake. untrained: tasks whose train rows serve as examples alone."""
    content_of = {"gold.instructions": rows, "gold.definitions": definitions(), "gold.tasks": tasks(untrained)}
    for name, content in content_of.items():
        table = pa.Table.from_pylist(content, schema=lake.spec(name).arrow_schema())
        lake.arrow.replace(name, table, CommitInfo(f"test/{name}", None))
    return lake


@dataclass(frozen=True)
class Packed:
    lake: Any
    recipe: Recipe
    made: pack.Packed
    feed_folder: Path
    feed: Feed

    @property
    def plan(self) -> Plan:
        return self.made.plan

    @property
    def per_step(self) -> int:
        return rows_per_step(self.recipe.batch, len(self.feed), self.feed.segments.shape[0])


@dataclass(frozen=True)
class Aside:
    """A plan with instances held out, and these."""

    recipe: Recipe
    made: pack.Packed
    held_out: HeldOut

    @property
    def plan(self) -> Plan:
        return self.made.plan


def job_of(packed: Packed, folder: Path, recipe: Recipe, steps: int | None = None) -> Job:
    """The loop's job on the packed corpus; steps: how many to do, None for the recipe's."""
    return Job(
        training="alone",
        recipe=recipe,
        accelerator=CPU,
        model=packed.plan.model,
        feed=packed.feed_folder,
        folder=folder,
        steps=steps or recipe.steps or 1,
        rows_per_step=packed.per_step,
        pad=packed.plan.chat.tokenizer.pad_token_id,
        origin={"recipe": digest(recipe), "plan": packed.plan.id},
    )
