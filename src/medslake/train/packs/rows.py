"""The rows of a plan and of its index, laid out into files from which they are committed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from medslake.lake.storage.stream import Stream
from medslake.progress import Progress
from medslake.tasks.base import reworded
from medslake.train.packs.corpus import Corpus, fixed_pieces
from medslake.train.packs.encode import Encoded, Encoder, encoded_here, id_bytes
from medslake.train.packs.encode_ray import encoded_on_ray, on_ray
from medslake.train.packs.epochs import Epoch
from medslake.train.packs.instances import collect, tokenise_definitions
from medslake.train.packs.packed_rows import PackedRows, RowSizes
from medslake.train.packs.plan import DEFINITIONS, INDEX, INSTRUCTIONS, PACKS, Plan, data_fields
from medslake.train.packs.token_pool import TokenPool

if TYPE_CHECKING:
    from medslake.lake import Lake
    from medslake.lake.runs import Run
    from medslake.lake.schema.ddl import TableSpec

__all__ = ["Made", "make_rows"]


@dataclass(frozen=True)
class Made:
    """streams: rows of gold.packs and of its index, by table. counted: what happened to instances, summed over epochs (see Fitted)."""

    streams: Mapping[str, Stream]
    rows: PackedRows
    counted: Counter[str]


def make_rows(lake: Lake, run: Run, plan: Plan, index: pa.Table, scratch: Path, progress: Progress) -> Made:
    """index: the instances that the plan is made of, without their texts. scratch: an existing folder for the files."""
    recipe, chat = plan.recipe, plan.chat
    folder = scratch / plan.id
    folder.mkdir()
    pool = TokenPool(folder / "tokens.int32")
    columns = ["definition_id", "task_id", "text", "number", "kind", "accepted", "language"]
    table = run.read_arrow(DEFINITIONS, columns=columns)
    if words := plan.published_words:
        texts = [reworded(row["text"], words.get(row["task_id"])) for row in table.select(["task_id", "text"]).to_pylist()]
        table = table.set_column(columns.index("text"), "text", pa.array(texts, pa.string()))
    definitions = tokenise_definitions(table, chat, pool, recipe.definition_kinds, recipe.definition_languages)
    encoder = Encoder(chat, id_bytes(index["instance_id"]), answers=recipe.few_shot > 0)
    total = index.num_rows
    encoded = _encoded(lake, plan, encoder, [str(t) for t in pc.unique(index["task_id"]).to_pylist()])
    instances = collect(index, encoded, definitions, pool, lambda done: progress("tokenise", done, total))
    del index, encoder
    pieces = fixed_pieces(chat, pool)
    constants = {
        "plan": plan.id,
        "recipe": json.dumps(data_fields(recipe)),
        "seed": recipe.seed,
        "tokenizer": chat.hash,
        "instructions_version": plan.versions[INSTRUCTIONS],
    }
    corpus = Corpus(recipe, chat, instances, definitions, pool.open(), pieces, constants)
    sizes, counted = RowSizes(plan.id), Counter[str]()
    first_row = 0
    with _Sink(folder, lake.spec(INDEX)) as seen, _Sink(folder, lake.spec(PACKS)) as packs:
        for number in range(recipe.epochs):
            epoch = Epoch(corpus, number, first_row)
            for batch in epoch.rows():
                packs.write(batch)
                sizes.add(batch)
            for batch in epoch.seen():
                seen.write(batch)
            first_row += int(epoch.counts.size)
            counted.update({k: v for k, v in epoch.fitted.counted.items() if k != "packed"})
            progress("pack", number + 1, recipe.epochs)
    return Made({sink.table: Stream.of_file(sink.path) for sink in (seen, packs)}, sizes.rows(), counted)


def _encoded(lake: Lake, plan: Plan, encoder: Encoder, tasks: list[str]) -> Iterator[Encoded]:
    version = plan.versions[INSTRUCTIONS]
    if on_ray(encoder.ids.size):
        files = lake.arrow.files(INSTRUCTIONS, version, {"task_id": tasks})
        return encoded_on_ray(files, lake.arrow.place.filesystem, encoder, plan.model, plan.recipe.template_date)
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
