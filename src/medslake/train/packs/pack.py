"""`medslake pack`: instructions to a pack plan in gold.packs and its index, one commit of each per plan."""

from __future__ import annotations

import dataclasses
import functools
import logging
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.dataset as ds

from medslake.errors import DataCheckFailed, UnknownName
from medslake.lake.storage.stream import Stream
from medslake.progress import Progress, quiet
from medslake.recipes import Recipe, by_task
from medslake.recipes.base import COLLECTIONS
from medslake.tasks.base import of_rendering
from medslake.train.models import closed_folder, model_folder
from medslake.train.packs.holdout import COLUMNS as HOLDOUT_COLUMNS
from medslake.train.packs.holdout import split_off
from medslake.train.packs.instances import LANGUAGE_COLUMNS, sample
from medslake.train.packs.packed_rows import PackedRows, packed_rows
from medslake.train.packs.plan import INDEX, INSTRUCTIONS, PACKS, TASKS, Plan, data_fields, plan_of
from medslake.train.packs.rows import Made, make_rows

if TYPE_CHECKING:
    from medslake.lake import Lake
    from medslake.lake.runs import Run

__all__ = ["Packed", "pack", "pack_plan"]

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Packed:
    """A plan as it stands in a version of gold.packs, and the plan of the instances that are kept out of it.

    result: of the run. counted: what happened to instances, see Fitted; empty where the rows stood already.
    """

    plan: Plan
    version: int
    rows: PackedRows
    held_out: PackedRows
    result: dict[str, Any]
    counted: Counter[str]

    @property
    def facts(self) -> dict[str, Any]:
        """What the verb returns."""
        return {
            **self.result,
            "recipe": self.plan.recipe.name,
            "plan": self.plan.id,
            "rows": len(self.rows),
            "instances": self.rows.instances,
            "tokens": int(self.rows.tokens.sum()),
            "supervised": int(self.rows.supervised.sum()),
            "fill": self.rows.fill,
            "access": self.rows.access,
            "held_out": self.held_out.instances,
            "left_out": self.plan.chat.left_out,
            **self.counted,
        }


def pack(lake: Lake, recipe: Recipe, *, length: int | None = None, limit: int | None = None, progress: Progress = quiet) -> dict[str, Any]:
    """Tokenise the training instances and pack them into rows of fixed length; a plan that stands already is not written again.

    length, limit: override the recipe's. Returns run, tables (as every verb) and plan, rows, instances, tokens, supervised, fill, access,
    held_out (instances of the plan beside it that the loss is evaluated on), left_out (what the chat template writes around the last answer
    and the supervised text does not have), and on the run that packed: few_shot, shots_cut, cut,
    dropped_long, dropped_empty (summed over epochs; see Fitted).
    """
    given = {name: value for name, value in {"length": length, "limit": limit}.items() if value is not None}
    recipe = dataclasses.replace(recipe, **given)  # type: ignore[arg-type]
    return pack_plan(lake, recipe, progress).facts


def pack_plan(lake: Lake, recipe: Recipe, progress: Progress = quiet) -> Packed:
    """The same, with what a training goes on with."""
    with lake.run("pack", params={"recipe": recipe.name, **data_fields(recipe)}) as run:
        plan = plan_of(lake, recipe, progress)
        if plan.chat.left_out:
            _LOG.warning(
                "The chat template of %s writes %r around the last answer; the supervised text is without it, as it is not generated.",
                recipe.model,
                plan.chat.left_out,
            )
        held = plan.held_out
        folder = closed_folder(model_folder(lake))
        scratch = Path(tempfile.mkdtemp(prefix=".pack-", dir=folder))
        made: dict[str, Made] = {}
        parts = functools.cache(lambda: split_off(_index(run, recipe), recipe.holdout, recipe.seed))

        def rows_of(one: Plan, part: int) -> Made:
            if one.id not in made:
                index = sample(parts()[part], one.recipe)
                made[one.id] = make_rows(lake, run, one, index, scratch, progress)
            return made[one.id]

        try:
            _write(run, plan, lambda: rows_of(plan, 0))
            # A small lake may have no instance to spare.
            if recipe.holdout and (len(packed_rows(lake, held.id)) or (parts()[1].num_rows and len(rows_of(held, 1).rows))):
                _write(run, held, lambda: rows_of(held, 1))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    version = run.result["tables"][PACKS]["version"]
    rows, held_out = (made[one.id].rows if one.id in made else packed_rows(lake, one.id, version) for one in (plan, held))
    return Packed(plan, version, rows, held_out, run.result, made[plan.id].counted if plan.id in made else Counter())


def _write(run: Run, plan: Plan, made: Callable[[], Made]) -> None:
    # The index first: where there is a plan, there is what it answers questions with.
    for table in (INDEX, PACKS):
        run.write(
            table,
            functools.partial(_stream, made, table),
            slice={"plan": plan.id},
            fingerprint=run.fingerprint("pack", plan.id),
            inputs=plan.versions,
        )


def _stream(made: Callable[[], Made], table: str) -> Stream:
    return made().streams[table]


def _index(run: Run, recipe: Recipe) -> pa.Table:
    """What is known of the instances that the recipe may train on, without their texts."""
    columns = ["instance_id", "task_id", "definition_id", "access", *(HOLDOUT_COLUMNS if recipe.holdout else ())]
    columns += LANGUAGE_COLUMNS if "data" in recipe.definition_languages else ()
    index: pa.Table = run.read_arrow(INSTRUCTIONS, columns=columns, where=_wanted(run, recipe))
    if not index.num_rows:
        query = "select task_id, split, count(*) from gold.instructions group by all"
        raise DataCheckFailed("No instance of the train split is among the recipe's tasks.", hint=f'Run: medslake sql "{query}"')
    return index


def _wanted(run: Run, recipe: Recipe) -> ds.Expression:
    """Train rows of the tasks or collections that the recipe names, or of all that are trained. UnknownName for a task not built."""
    built = run.read_arrow(TASKS, columns=["task_id", "trained", "collection"]).to_pylist()
    trained = {row["task_id"]: row["trained"] for row in built}
    named = [task for task in recipe.tasks if task not in COLLECTIONS]
    for task in (*named, *by_task("caps", recipe.caps), *by_task("weights", recipe.weights)):
        if task not in trained:
            raise UnknownName("task in gold.tasks", task, list(trained))
    where = (ds.field("split") == "train") & of_rendering(recipe.rendering)
    if recipe.tasks:
        whole = [row["task_id"] for row in built if row["trained"] and row["collection"] in recipe.tasks]
        return where & ds.field("task_id").isin(pa.array([*named, *whole], pa.string()))
    untrained = pa.array([task for task, is_trained in trained.items() if not is_trained], pa.string())
    return where & ~ds.field("task_id").isin(untrained)
