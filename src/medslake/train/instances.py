"""Instances of a plan as arrays: what each is, and where its tokens lie in the pool."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medslake.errors import DataCheckFailed
from medslake.train.chat import ChatFormat
from medslake.train.pool import TokenPool
from medslake.train.seeding import digest64, mix, stream

__all__ = ["Definitions", "Instances", "sample", "tokenise", "tokenise_definitions"]


@dataclass(frozen=True)
class Definitions:
    """All definitions: ids, and their pieces. by_task: task id -> indices in order of number."""

    ids: pa.Array
    start: np.ndarray
    length: np.ndarray
    by_task: Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Instances:
    """n instances in order of id. key: 64-bit digest of the id. definition: index of the one of epoch 0. *_start, *_length: pieces in
    the pool."""

    ids: pa.Array
    tasks: pa.Array
    access: pa.Array
    key: np.ndarray
    definition: np.ndarray
    input_start: np.ndarray
    input_length: np.ndarray
    output_start: np.ndarray
    output_length: np.ndarray


def sample(index: pa.Table, limit: int | None, seed: int) -> pa.Table:
    """At most `limit` rows of the index, chosen by a seeded hash of the id, in order of id."""
    index = index.take(pc.sort_indices(index, sort_keys=[("instance_id", "ascending")])).combine_chunks()
    if limit is None or index.num_rows <= limit:
        return index
    drawn = mix(digest64(_texts(index["instance_id"])), stream(seed, "sample"))
    return index.take(np.sort(np.argsort(drawn, kind="stable")[:limit]))


def tokenise_definitions(table: pa.Table, chat: ChatFormat, pool: TokenPool) -> Definitions:
    """table: definition_id, task_id, text, number."""
    table = table.take(pc.sort_indices(table, sort_keys=[("task_id", "ascending"), ("number", "ascending")])).combine_chunks()
    start, length = pool.add(chat.definitions(_texts(table["text"])))
    by_task: dict[str, list[int]] = {}
    for at, task in enumerate(_texts(table["task_id"])):
        by_task.setdefault(task, []).append(at)
    return Definitions(_flat(table["definition_id"]), start, length, {t: np.array(v) for t, v in by_task.items()})


def tokenise(
    index: pa.Table,
    texts: Iterator[pa.RecordBatch],
    definitions: Definitions,
    chat: ChatFormat,
    pool: TokenPool,
    progress: Callable[[int], None],
) -> Instances:
    """index: instance_id (sorted), task_id, definition_id, access. texts: batches of instance_id, input, output in any order."""
    ids = np.array(_texts(index["instance_id"]), dtype=np.str_)
    arrays = {name: np.zeros(ids.size, np.int64) for name in ("input_start", "input_length", "output_start", "output_length")}
    done = 0
    for batch in texts:
        given = np.array(batch.column("instance_id").to_pylist(), dtype=np.str_)
        at = np.minimum(np.searchsorted(ids, given), ids.size - 1)
        wanted = ids[at] == given
        at, batch = at[wanted], batch.filter(pa.array(wanted))
        for name, encode in (("input", chat.inputs), ("output", chat.outputs)):
            arrays[f"{name}_start"][at], arrays[f"{name}_length"][at] = pool.add(encode(_texts(batch.column(name))))
        done += at.size
        progress(done)
    return Instances(
        ids=_flat(index["instance_id"]),
        tasks=_flat(index["task_id"]),
        access=_flat(index["access"]),
        key=digest64(_texts(index["instance_id"])),
        definition=_definition_of_first_epoch(index, definitions),
        **arrays,
    )


def draw_definitions(instances: Instances, definitions: Definitions, seed: int, epoch: int) -> np.ndarray:
    """Index of each instance's definition in an epoch: the table's own in epoch 0, later a seeded draw among all of its task."""
    if epoch == 0:
        return instances.definition
    drawn = mix(instances.key, stream(seed, "definition", epoch))
    chosen = np.empty(drawn.size, np.int64)
    encoded = instances.tasks.dictionary_encode()
    codes = encoded.indices.to_numpy()
    for code, task in enumerate(_texts(encoded.dictionary)):
        at, pool = np.flatnonzero(codes == code), definitions.by_task[task]
        chosen[at] = pool[(drawn[at] % np.uint64(pool.size)).astype(np.int64)]
    return chosen


def _definition_of_first_epoch(index: pa.Table, definitions: Definitions) -> np.ndarray:
    found = pc.index_in(index["definition_id"], value_set=definitions.ids)
    if found.null_count:
        at = pc.indices_nonzero(pc.is_null(found))[0].as_py()
        instance, definition = index["instance_id"][at], index["definition_id"][at]
        raise DataCheckFailed(
            f"gold.instructions, instance {instance}: its definition {definition} is not in gold.definitions"
            f" ({found.null_count} rows like it); nothing was packed.",
            hint="Run: medslake build instructions",
        )
    return _flat(found).to_numpy().astype(np.int64)


def _texts(column: Any) -> list[str]:
    found: list[str] = column.to_pylist()
    return found


def _flat(column: Any) -> pa.Array:
    chunks: Sequence[pa.Array] = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return pa.concat_arrays(chunks) if chunks else pa.array([], column.type)
