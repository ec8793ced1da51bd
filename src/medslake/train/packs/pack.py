"""`medslake pack`: instructions to a pack plan in gold.packs and its index, one commit of each per plan."""

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
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from medslake import registry
from medslake.errors import UsageError
from medslake.lake.access import highest
from medslake.lake.storage.stream import Stream
from medslake.progress import Progress, quiet
from medslake.recipes import DATA_FIELDS, Recipe, by_task
from medslake.train.models import base_model, load_tokenizer, model_folder, needs_texts
from medslake.train.packs.chat import chat_format
from medslake.train.packs.corpus import Corpus, fixed_pieces
from medslake.train.packs.encode import Encoded, Encoder, encoded_here, id_bytes
from medslake.train.packs.encode_ray import encoded_on_ray, on_ray
from medslake.train.packs.epochs import Epoch
from medslake.train.packs.holdout import COLUMNS as HOLDOUT_COLUMNS
from medslake.train.packs.holdout import split_off
from medslake.train.packs.instances import collect, sample, tokenise_definitions
from medslake.train.packs.token_pool import TokenPool

if TYPE_CHECKING:
    from medslake.lake import Lake
    from medslake.lake.runs import Run
    from medslake.lake.schema.ddl import TableSpec

__all__ = ["Plan", "pack", "packed", "plan_of"]

INSTRUCTIONS, DEFINITIONS, PACKS, INDEX = "gold.instructions", "gold.definitions", "gold.packs", "gold.pack_instances"
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
        once = dataclasses.replace(self.recipe, epochs=1, limit=None, few_shot=0.0, cap=None, caps=(), weights=())
        return dataclasses.replace(self, id=f"{self.id}-held", recipe=once)


def pack(lake: Lake, recipe: Recipe, *, length: int | None = None, limit: int | None = None, progress: Progress = quiet) -> dict[str, Any]:
    """Tokenise the training instances and pack them into rows of fixed length; a plan that stands already is not written again.

    length, limit: override the recipe's. Returns run, tables (as every verb) and plan, rows, instances, tokens, supervised, fill, access,
    held_out (instances of the plan beside it that the loss is evaluated on), and on the run that packed: few_shot, shots_cut, cut,
    dropped_long, dropped_empty (summed over epochs; see Fitted).
    """
    given = {k: v for k, v in {"length": length, "limit": limit}.items() if v is not None}
    recipe = dataclasses.replace(recipe, **given)  # type: ignore[arg-type]
    with lake.run("pack", params={"recipe": recipe.name, **_data(recipe)}) as run:
        plan = plan_of(lake, recipe, progress)
        folder = model_folder(lake)
        folder.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".pack-", dir=folder))
        counted: Counter[str] = Counter()
        held = plan.held_out
        parts = functools.cache(lambda: split_off(_index(run, recipe), recipe.holdout, recipe.seed))

        def trained() -> dict[str, Stream]:
            return _made(lake, run, plan, _sampled(recipe, parts()[0]), scratch, counted, progress)

        @functools.cache
        def kept_out() -> dict[str, Stream]:
            return _made(lake, run, held, _sampled(held.recipe, parts()[1]), scratch, Counter(), progress)

        try:
            _write(run, plan, functools.cache(trained))
            # A small lake may have no instance to spare.
            if recipe.holdout and (packed(lake, held.id)[0] or (parts()[1].num_rows and any(kept_out()[PACKS].batches()))):
                _write(run, held, kept_out)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    told = {"held_out": packed(lake, held.id)[1], **counted}
    return {**run.result, "recipe": recipe.name, "plan": plan.id, **_summary(lake, plan.id), **told}


def packed(lake: Lake, plan: str) -> tuple[int, int]:
    """Rows and instances (once per epoch) of a plan as it stands in the table; zeros where it does not."""
    if not lake.arrow.exists(PACKS):
        return 0, 0
    rows = instances = 0
    for batch in lake.arrow.batches(PACKS, ["segments"], ds.field("plan") == plan):
        rows += batch.num_rows
        instances += pc.sum(pc.list_value_length(batch.column("segments"))).as_py()
    return rows, instances


def _write(run: Run, plan: Plan, made: Callable[[], dict[str, Stream]]) -> None:
    # The index first: where there is a plan, there is what it answers questions with.
    for table in (INDEX, PACKS):
        run.write(
            table,
            functools.partial(_one, made, table),
            slice={"plan": plan.id},
            fingerprint=run.fingerprint("pack", plan.id),
            inputs=plan.versions,
        )


def _one(made: Callable[[], dict[str, Stream]], table: str) -> Stream:
    return made()[table]


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
    for batch in lake.arrow.batches(INSTRUCTIONS, names, ds.field("split") == "train", version=version):
        yield from zip(*(batch.column(n).to_pylist() for n in names), strict=True)


def _wanted(recipe: Recipe) -> ds.Expression:
    tasks = registry.items("task")
    where = ds.field("split") == "train"
    for task in (*recipe.tasks, *by_task("caps", recipe.caps), *by_task("weights", recipe.weights)):
        registry.get("task", task)
    if recipe.tasks:
        return where & ds.field("task_id").isin(list(recipe.tasks))
    return where & ~ds.field("task_id").isin([t.id for t in tasks.values() if not t.trained])


def _made(lake: Lake, run: Run, plan: Plan, index: pa.Table, scratch: Path, counted: Counter[str], progress: Progress) -> dict[str, Stream]:
    """Rows of the plan and of its index, by table, in files below `scratch`. index: the instances that it is made of."""
    recipe = plan.recipe
    chat = chat_format(load_tokenizer(plan.model))
    folder = scratch / plan.id
    folder.mkdir()
    pool = TokenPool(folder / "tokens.int32")
    definitions = tokenise_definitions(run.read_arrow(DEFINITIONS, columns=["definition_id", "task_id", "text", "number"]), chat, pool)
    encoder = Encoder(chat, id_bytes(index["instance_id"]), answers=recipe.few_shot > 0)
    total = index.num_rows
    encoded = _encoded(lake, plan, encoder, [str(t) for t in pc.unique(index["task_id"]).to_pylist()])
    instances = collect(index, encoded, definitions, pool, lambda done: progress("tokenise", done, total))
    del index, encoder
    pieces = fixed_pieces(chat, pool)
    constants = {
        "plan": plan.id,
        "recipe": json.dumps(_data(recipe)),
        "seed": recipe.seed,
        "tokenizer": plan.tokenizer,
        "instructions_version": plan.versions[INSTRUCTIONS],
    }
    corpus = Corpus(recipe, chat, instances, definitions, pool.open(), pieces, constants)
    row = 0
    with _Sink(folder, lake.spec(INDEX)) as seen, _Sink(folder, lake.spec(PACKS)) as packs:
        for number in range(recipe.epochs):
            epoch = Epoch(corpus, number, row)
            row += _write_epoch(epoch, packs, seen)
            counted.update({k: v for k, v in epoch.fitted.counted.items() if k != "packed"})
            progress("pack", number + 1, recipe.epochs)
    return {sink.table: Stream.of_file(sink.path) for sink in (seen, packs)}


def _index(run: Run, recipe: Recipe) -> pa.Table:
    """What is known of the instances that the recipe may train on, without their texts."""
    columns = ["instance_id", "task_id", "definition_id", "access", *(HOLDOUT_COLUMNS if recipe.holdout else ())]
    index: pa.Table = run.read_arrow(INSTRUCTIONS, columns=columns, where=_wanted(recipe))
    if not index.num_rows:
        query = "select task_id, split, count(*) from gold.instructions group by all"
        raise UsageError("No instance of the train split is among the recipe's tasks.", hint=f'Run: medslake sql "{query}"')
    return index


def _sampled(recipe: Recipe, index: pa.Table) -> pa.Table:
    return sample(index, recipe.limit, recipe.seed, cap=recipe.cap, caps=by_task("caps", recipe.caps))


def _encoded(lake: Lake, plan: Plan, encoder: Encoder, tasks: list[str]) -> Iterator[Encoded]:
    version = plan.versions[INSTRUCTIONS]
    if on_ray(encoder.ids.size):
        return encoded_on_ray(lake.arrow.files(INSTRUCTIONS, version, {"task_id": tasks}), lake.arrow.place.filesystem, encoder, plan.model)
    where = (ds.field("split") == "train") & ds.field("task_id").isin(tasks)
    return encoded_here(encoder, lake.arrow.batches(INSTRUCTIONS, ["instance_id", "input", "output"], where, version=version))


class _Sink:
    """Rows of a table in an Arrow file."""

    def __init__(self, folder: Path, spec: TableSpec) -> None:
        self.table, self.path, self.schema = spec.name, folder / f"{spec.name}.arrow", spec.arrow_schema()
        self._writer = pa.ipc.new_file(str(self.path), self.schema, options=pa.ipc.IpcWriteOptions(compression="lz4"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def write(self, batch: pa.RecordBatch) -> None:
        self._writer.write_batch(pa.RecordBatch.from_arrays([batch.column(f.name).cast(f.type) for f in self.schema], schema=self.schema))


def _write_epoch(epoch: Epoch, packs: _Sink, seen: _Sink) -> int:
    """Returns the number of rows."""
    for batch in epoch.rows():
        packs.write(batch)
    for batch in epoch.seen():
        seen.write(batch)
    return int(epoch.counts.size)


def _summary(lake: Lake, plan: str) -> dict[str, Any]:
    """What stands in the table."""
    totals = np.zeros(5, np.int64)
    access: set[str] = set()
    for batch in lake.arrow.batches(PACKS, ["length", "tokens", "supervised", "segments", "access"], ds.field("plan") == plan):
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
