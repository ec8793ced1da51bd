"""Instances of a plan as arrays: what each is, and where its tokens lie in the pool."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medslake.errors import DataCheckFailed
from medslake.recipes import Recipe, by_task
from medslake.train.packs.chat import ChatFormat
from medslake.train.packs.encode import Encoded, Encoder, encoded_here, id_bytes
from medslake.train.packs.seeding import digest64, digest_pieces, mix, rank_within, stream
from medslake.train.packs.token_pool import TokenPool

__all__ = ["LANGUAGE_COLUMNS", "Definitions", "Instances", "collect", "sample", "tokenise", "tokenise_definitions"]

#: What tells the language of an instance's data; see `Instances.languages`.
LANGUAGE_COLUMNS = ("input_language", "output_language", "definition_language")


@dataclass(frozen=True)
class Definitions:
    """The definitions that may stand before an instance: ids, and their pieces. by_task: task id -> indices of those that are drawn among,
    in order of kind and number. by_language: task id and language -> the same for instances with data in this language, where the task has
    wordings in it.
    """

    ids: pa.Array
    start: np.ndarray
    length: np.ndarray
    by_task: Mapping[str, np.ndarray]
    by_language: Mapping[tuple[str, str], np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Instances:
    """n instances in order of id, as arrays.

    ids: strings. tasks, access: dictionaries. key: 64-bit digest of the id. definition: index of the one that gold.instructions names.
    asked: digest of the input's tokens. *_start, *_length: pieces in the pool; those of the answers are empty without shots. languages: of
    the data: that of the input, or of the output where the input is in that of the definition; None where nothing is drawn by it.
    """

    ids: pa.Array
    tasks: pa.DictionaryArray[Any, Any]
    access: pa.DictionaryArray[Any, Any]
    key: np.ndarray
    definition: np.ndarray
    asked: np.ndarray
    input_start: np.ndarray
    input_length: np.ndarray
    output_start: np.ndarray
    output_length: np.ndarray
    answer_start: np.ndarray
    answer_length: np.ndarray
    languages: np.ndarray | None = None

    @property
    def task_codes(self) -> np.ndarray:
        """Index of each instance's task in `task_names`."""
        return np.asarray(self.tasks.indices)

    @property
    def task_names(self) -> list[str]:
        return [str(t) for t in self.tasks.dictionary.to_pylist()]


def sample(index: pa.Table, recipe: Recipe) -> pa.Table:
    """At most the recipe's cap (or its caps) of each task and its limit in all, chosen by seeded hashes of the id, in order of id."""
    cap, caps, limit, seed = recipe.cap, by_task("caps", recipe.caps), recipe.limit, recipe.seed
    index = index.take(pc.sort_indices(index, sort_keys=[("instance_id", "ascending")])).combine_chunks()
    if cap is not None or caps:
        tasks = _dictionary(index["task_id"])
        most = np.array([caps.get(t, cap if cap is not None else len(index)) for t in tasks.dictionary.to_pylist()])
        codes = np.asarray(tasks.indices)
        rank = rank_within(codes, mix(digest64(index["instance_id"]), stream(seed, "cap")))
        index = index.take(np.flatnonzero(rank < most[codes]))
    if limit is None or index.num_rows <= limit:
        return index
    drawn = mix(digest64(index["instance_id"]), stream(seed, "sample"))
    return index.take(np.sort(np.argsort(drawn, kind="stable")[:limit]))


def tokenise_definitions(
    table: pa.Table, chat: ChatFormat, pool: TokenPool, kinds: Sequence[str] = ("written",), languages: Sequence[str] = ("task",)
) -> Definitions:
    """table: definition_id, task_id, text, number, kind, accepted, language. kinds: that are drawn among; written ones stand in
    gold.instructions. languages: task, data or both, see `Recipe.definition_languages`.

    A task without a definition of these kinds is drawn among its written ones, in each of its languages.
    """
    # A table of before the gate has no verdicts.
    passed = pc.field("accepted").is_null() | pc.field("accepted")
    table = table.filter((pc.field("kind") == "written") | (pc.field("kind").isin(list(kinds)) & passed))
    table = table.sort_by([(name, "ascending") for name in ("task_id", "kind", "number", "definition_id")]).combine_chunks()
    native = _native(table)
    if "data" not in languages:
        table = table.filter(pc.invert(native))
        native = native.filter(pc.invert(native))
    start, length = pool.add(chat.definitions([str(t) for t in table["text"].to_pylist()]))
    written: dict[tuple[str, str], list[int]] = {}
    chosen: dict[tuple[str, str], list[int]] = {}
    for at, (row, other) in enumerate(zip(table.select(["task_id", "kind", "accepted", "language"]).to_pylist(), native, strict=True)):
        # Written ones that did not pass may stand in gold.instructions, but are drawn by nobody.
        for kind, found in (("written", written), *((kind, chosen) for kind in kinds)):
            if row["kind"] == kind and row["accepted"] is not False:
                found.setdefault((row["task_id"], row["language"] if other.as_py() else ""), []).append(at)
    pools = {key: np.array(places) for key, places in (written | chosen).items()}
    by_task = {task: places for (task, language), places in pools.items() if not language}
    own = by_task if "task" in languages else {}
    by_language = {
        (task, language): np.r_[own[task], places] if task in own else places for (task, language), places in pools.items() if language
    }
    return Definitions(_flat(table["definition_id"]), start, length, by_task, by_language)


def _native(table: pa.Table) -> pa.BooleanArray:
    """Which definitions are in another language than the first written one of their task, in which the task is asked."""
    asked: dict[Any, Any] = {}
    for row in table.filter(pc.field("kind") == "written").select(["task_id", "language"]).to_pylist():
        asked.setdefault(row["task_id"], row["language"])
    rows = zip(table["task_id"].to_pylist(), table["language"].to_pylist(), strict=True)
    return pa.array([language != asked.get(task, language) for task, language in rows], pa.bool_())


def tokenise(
    index: pa.Table,
    texts: Iterator[pa.RecordBatch],
    definitions: Definitions,
    chat: ChatFormat,
    pool: TokenPool,
    progress: Callable[[int], None],
    *,
    shots: bool = False,
) -> Instances:
    """Instances of an index, tokenised in this process.

    index: instance_id (sorted), task_id, definition_id, access. texts: batches of instance_id, input, output in any order. shots: whether
    outputs are to be answers of shots too.
    """
    encoder = Encoder(chat, id_bytes(index["instance_id"]), shots)
    return collect(index, encoded_here(encoder, texts), definitions, pool, progress)


def collect(
    index: pa.Table, encoded: Iterable[Encoded], definitions: Definitions, pool: TokenPool, progress: Callable[[int], None]
) -> Instances:
    """The same of batches that were encoded elsewhere, in any order."""
    names = [f"{kind}_{what}" for kind in ("input", "output", "answer") for what in ("start", "length")]
    arrays = {name: np.zeros(index.num_rows, np.int64) for name in names}
    asked = np.zeros(index.num_rows, np.uint64)
    done = 0
    for batch in encoded:
        asked[batch.at] = digest_pieces(batch.pieces["input"].values, batch.pieces["input"].lengths)
        for kind, pieces in batch.pieces.items():
            arrays[f"{kind}_start"][batch.at], arrays[f"{kind}_length"][batch.at] = pool.add(pieces)
        done += batch.at.size
        progress(done)
    return Instances(
        ids=_flat(index["instance_id"]),
        tasks=_dictionary(index["task_id"]),
        access=_dictionary(index["access"]),
        key=digest64(index["instance_id"]),
        definition=_definition_of_first_epoch(index, definitions),
        asked=asked,
        **arrays,
        languages=_languages(index),
    )


def _languages(index: pa.Table) -> np.ndarray | None:
    if not set(LANGUAGE_COLUMNS) <= set(index.column_names):
        return None
    read, told, asked = (index[name] for name in LANGUAGE_COLUMNS)
    found: np.ndarray = pc.if_else(pc.equal(read, asked), told, read).to_numpy()
    return found


def _definition_of_first_epoch(index: pa.Table, definitions: Definitions) -> np.ndarray:
    places = pc.index_in(index["definition_id"], value_set=definitions.ids)
    if places.null_count:
        at = pc.indices_nonzero(pc.is_null(places))[0].as_py()
        instance, definition = index["instance_id"][at], index["definition_id"][at]
        raise DataCheckFailed(
            f"gold.instructions, instance {instance}: its definition {definition} is not in gold.definitions"
            f" ({places.null_count} rows like it); nothing was packed.",
            hint="Run: medslake build instructions",
        )
    return _flat(places).to_numpy().astype(np.int64)


def _dictionary(column: Any) -> Any:
    flat = _flat(column)
    return flat if isinstance(flat, pa.DictionaryArray) else flat.dictionary_encode()


def _flat(column: Any) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
