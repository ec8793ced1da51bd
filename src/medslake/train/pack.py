"""`medslake pack`: instructions to a pack plan in gold.packs, one commit per plan."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import heapq
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from medslake import registry
from medslake.errors import UsageError
from medslake.lake.access import highest
from medslake.progress import Progress, quiet
from medslake.train.chat import ChatFormat, chat_format
from medslake.train.holdout import COLUMNS as HOLDOUT_COLUMNS
from medslake.train.holdout import split_off
from medslake.train.instances import sample, tokenise, tokenise_definitions
from medslake.train.models import base_model, load_tokenizer, needs_texts
from medslake.train.plan import Planner
from medslake.train.pool import TokenPool
from medslake.train.reading import batches, model_folder
from medslake.train.recipes import DATA_FIELDS, Recipe, resolve

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["Plan", "pack", "packed", "plan_of"]

INSTRUCTIONS, DEFINITIONS, PACKS = "gold.instructions", "gold.definitions", "gold.packs"
#: The tiny model's tokenizer sees that many instances, in order of id.
TOKENIZER_INSTANCES = 5000


@dataclass(frozen=True)
class Plan:
    """Name of a pack plan (a hash of what determines it), the base model's folder and the table versions it is made from."""

    id: str
    recipe: Recipe
    model: Path
    tokenizer: str
    versions: dict[str, int]

    @property
    def held_out(self) -> Plan:
        """The plan of the instances that are kept out of this one, each once."""
        return dataclasses.replace(self, id=f"{self.id}-held", recipe=dataclasses.replace(self.recipe, epochs=1))


def pack(
    lake: Lake, recipe: str | Recipe, *, length: int | None = None, limit: int | None = None, progress: Progress = quiet
) -> dict[str, Any]:
    """Tokenise the training instances and pack them into rows of fixed length; a plan that stands already is not written again.

    length, limit: override the recipe's. Returns run, tables (as every verb) and plan, rows, instances, tokens, supervised, fill, access,
    held_out (instances of the plan beside it that the loss is evaluated on), and on the run that packed: cut, dropped_long, dropped_empty
    (summed over epochs).
    """
    given = {k: v for k, v in {"length": length, "limit": limit}.items() if v is not None}
    recipe = dataclasses.replace(resolve(recipe), **given)  # type: ignore[arg-type]
    with lake.run("pack", params={"recipe": recipe.name, **_data(recipe)}) as run:
        plan = plan_of(lake, recipe, progress)
        folder = model_folder(lake)
        folder.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".pack-", dir=folder))
        counted: Counter[str] = Counter()
        held = plan.held_out
        parts = functools.cache(lambda: split_off(_index(run, recipe), recipe.holdout, recipe.seed))
        held_rows = functools.cache(lambda: _rows(lake, run, held, sample(parts()[1], None, recipe.seed), scratch, Counter(), progress))
        try:
            _write(run, plan, lambda: _rows(lake, run, plan, sample(parts()[0], recipe.limit, recipe.seed), scratch, counted, progress))
            # A small lake may have no instance to spare.
            if recipe.holdout and (packed(lake, held.id)[0] or held_rows().num_rows):
                _write(run, held, held_rows)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    told = {"held_out": packed(lake, held.id)[1], **counted}
    return {**run.result, "recipe": recipe.name, "plan": plan.id, **_summary(lake, plan.id), **told}


def packed(lake: Lake, plan: str) -> tuple[int, int]:
    """Rows and instances (once per epoch) of a plan as it stands in the table; zeros where it does not."""
    if not lake.arrow.exists(PACKS):
        return 0, 0
    rows = instances = 0
    for batch in batches(lake, PACKS, ["segments"], ds.field("plan") == plan):
        rows += batch.num_rows
        instances += pc.sum(pc.list_value_length(batch.column("segments"))).as_py()
    return rows, instances


def _write(run: Any, plan: Plan, rows: Callable[[], pa.Table]) -> None:
    run.write(PACKS, rows, slice={"plan": plan.id}, fingerprint=run.fingerprint("pack", plan.id), inputs=plan.versions)


def plan_of(lake: Lake, recipe: Recipe, progress: Progress = quiet) -> Plan:
    """The plan that a recipe has on the lake's newest instructions; builds the base model where it must be built."""
    if not lake.arrow.exists(INSTRUCTIONS):
        raise UsageError(f"The lake {lake.root} has no {INSTRUCTIONS}.", hint="Run: medslake build instructions")
    versions = {name: lake.arrow.version(name) for name in (INSTRUCTIONS, DEFINITIONS)}
    key = ""
    if needs_texts(recipe.model):
        key = hashlib.sha256(f"{lake.root}|{versions[INSTRUCTIONS]}".encode()).hexdigest()[:8]
    progress("base model", 0, 1)
    model = base_model(recipe.model, model_folder(lake), key=key, texts=lambda: _tokenizer_texts(lake, versions[INSTRUCTIONS]))
    progress("base model", 1, 1)
    tokenizer = chat_format(load_tokenizer(model)).hash
    text = json.dumps([_data(recipe), tokenizer, versions], sort_keys=True)
    return Plan(hashlib.sha256(text.encode()).hexdigest()[:16], recipe, model, tokenizer, versions)


def _data(recipe: Recipe) -> dict[str, Any]:
    return {name: getattr(recipe, name) for name in DATA_FIELDS}


def _tokenizer_texts(lake: Lake, version: int) -> Iterator[str]:
    rows = heapq.nsmallest(TOKENIZER_INSTANCES, _columns(lake, ("instance_id", "input", "output"), version))
    # The chat format's own words, often enough to become single tokens.
    yield from ["system\n\n", "user\n\n", "assistant\n\n"] * 1000
    yield from (f"{input}\n\n{output}" for _, input, output in rows)


def _columns(lake: Lake, names: tuple[str, ...], version: int) -> Iterator[tuple[Any, ...]]:
    for batch in batches(lake, INSTRUCTIONS, names, ds.field("split") == "train", version=version):
        yield from zip(*(batch.column(n).to_pylist() for n in names), strict=True)


def _wanted(recipe: Recipe) -> ds.Expression:
    tasks = registry.items("task")
    where = ds.field("split") == "train"
    for task in recipe.tasks:
        registry.get("task", task)
    if recipe.tasks:
        return where & ds.field("task_id").isin(list(recipe.tasks))
    return where & ~ds.field("task_id").isin([t.id for t in tasks.values() if not t.trained])


def _index(run: Any, recipe: Recipe) -> pa.Table:
    """What is known of the instances that the recipe may train on, without their texts."""
    columns = ["instance_id", "task_id", "definition_id", "access", *(HOLDOUT_COLUMNS if recipe.holdout else ())]
    index: pa.Table = run.read_arrow(INSTRUCTIONS, columns=columns, where=_wanted(recipe))
    if not index.num_rows:
        query = "select task_id, split, count(*) from gold.instructions group by all"
        raise UsageError("No instance of the train split is among the recipe's tasks.", hint=f'Run: medslake sql "{query}"')
    return index


def _rows(lake: Lake, run: Any, plan: Plan, index: pa.Table, scratch: Path, counted: Counter[str], progress: Progress) -> pa.Table:
    """All rows of the plan as a table whose memory is a file in `scratch`."""
    recipe, where = plan.recipe, _wanted(plan.recipe)
    schema = lake.spec(PACKS).arrow_schema()
    total = index.num_rows
    if not total:
        return schema.empty_table()
    chat = chat_format(load_tokenizer(plan.model))
    pool = TokenPool(scratch / f"{plan.id}.int32")
    definitions = tokenise_definitions(run.read_arrow(DEFINITIONS, columns=["definition_id", "task_id", "text", "number"]), chat, pool)
    tasks = pc.unique(index["task_id"]).to_pylist()
    texts = batches(
        lake, INSTRUCTIONS, ["instance_id", "input", "output"], where & ds.field("task_id").isin(tasks), version=plan.versions[INSTRUCTIONS]
    )
    instances = tokenise(index, texts, definitions, chat, pool, lambda done: progress("tokenise", done, total))
    pieces = _pieces(chat, pool)
    constants = {
        "plan": plan.id,
        "seed": recipe.seed,
        "tokenizer": plan.tokenizer,
        "instructions_version": plan.versions[INSTRUCTIONS],
    }
    planner = Planner(recipe, chat, instances, definitions, pool.open(), pieces, constants)
    with pa.OSFile(str(scratch / f"{plan.id}.arrow"), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        done = 0
        for batch in planner.batches():
            writer.write_batch(pa.RecordBatch.from_arrays([batch.column(f.name).cast(f.type) for f in schema], schema=schema))
            done += pc.sum(pc.list_value_length(batch.column("segments"))).as_py()
            progress("pack", done, total * recipe.epochs)
    counted.update({k: v for k, v in planner.counted.items() if k != "packed"})
    return pa.ipc.open_file(pa.memory_map(str(scratch / f"{plan.id}.arrow"))).read_all()


def _pieces(chat: ChatFormat, pool: TokenPool) -> dict[str, tuple[int, int]]:
    fixed = {
        "opening": chat.opening,
        "between": chat.between,
        "closing": chat.closing,
        "end": chat.end,
        "before": chat.plain(chat.input_affixes[0]),
        "after": chat.plain(chat.input_affixes[1]),
    }
    start, length = pool.add(list(fixed.values()))
    return {name: (int(s), int(n)) for name, s, n in zip(fixed, start, length, strict=True)}


def _summary(lake: Lake, plan: str) -> dict[str, Any]:
    """What stands in the table."""
    totals = np.zeros(5, np.int64)
    access: set[str] = set()
    for batch in batches(lake, PACKS, ["length", "tokens", "supervised", "segments", "access"], ds.field("plan") == plan):
        segments = pc.sum(pc.list_value_length(batch.column("segments"))).as_py()
        sums = [pc.sum(batch.column(c)).as_py() for c in ("length", "tokens", "supervised")]
        totals += np.array([batch.num_rows, segments, *sums])
        access.update(str(a) for a in pc.unique(batch.column("access")).to_pylist())
    rows, segments, capacity, tokens, supervised = (int(t) for t in totals)
    return {
        "rows": rows,
        "instances": segments,
        "tokens": tokens,
        "supervised": supervised,
        "fill": round(tokens / capacity, 6) if capacity else 0.0,
        "access": highest(*access) if access else "public",
    }
