"""The rows of a pack plan: per epoch, draw definitions, fit every instance into the row length, pack, order the rows, write tokens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from medslake.lake.access import LEVELS
from medslake.train.chat import ChatFormat
from medslake.train.instances import Definitions, Instances, draw_definitions
from medslake.train.packing import bins_of, layout
from medslake.train.pool import gather
from medslake.train.recipes import Recipe
from medslake.train.seeding import mix, stream

__all__ = ["Planner"]

ROWS_PER_BATCH = 1024


@dataclass
class Planner:
    """Makes the rows of gold.packs.

    tokens: the pool. pieces: start and length of the chat format's fixed parts in the pool, by name. counted: what happened to instances,
    summed over epochs: packed, cut (input shortened), dropped_long (definition and output alone exceed the row), dropped_empty (no output).
    """

    recipe: Recipe
    chat: ChatFormat
    instances: Instances
    definitions: Definitions
    tokens: np.ndarray
    pieces: dict[str, tuple[int, int]]
    constants: dict[str, Any]
    counted: Counter[str] = field(default_factory=Counter)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows in training order, a thousand at a time."""
        row = 0
        for epoch in range(self.recipe.epochs):
            for batch in self._epoch(epoch, row):
                row += batch.num_rows
                yield batch

    def _epoch(self, epoch: int, first_row: int) -> Iterator[pa.RecordBatch]:
        fitted = _Fitted(self, draw_definitions(self.instances, self.definitions, self.recipe.seed, epoch))
        self.counted.update(fitted.counted)
        # A seeded order before packing mixes tasks among instances of equal length, which share bins.
        order = np.argsort(mix(self.instances.key[fitted.kept], stream(self.recipe.seed, "order", epoch)), kind="stable")
        kept = fitted.kept[order]
        bin_of, bins = bins_of(fitted.length[kept], self.recipe.length)
        items, offsets = layout(bin_of, bins)
        rows = np.argsort(mix(np.arange(bins), stream(self.recipe.seed, "rows", epoch)), kind="stable")
        for start in range(0, bins, ROWS_PER_BATCH):
            chosen = rows[start : start + ROWS_PER_BATCH]
            counts = offsets[chosen + 1] - offsets[chosen]
            members = kept[gather(items, offsets[chosen], counts)]
            yield fitted.batch(members, counts, epoch, first_row + start)


class _Fitted:
    """One epoch's instances, each made to fit into a row."""

    def __init__(self, planner: Planner, definition: np.ndarray) -> None:
        self.planner, self.definition = planner, definition
        instances, fixed, capacity = planner.instances, planner.pieces, planner.recipe.length
        self.definition_start = planner.definitions.start[definition]
        self.definition_length = planner.definitions.length[definition]
        self.input_start, self.input_length = instances.input_start.copy(), instances.input_length.copy()
        frame = sum(fixed[name][1] for name in ("opening", "between", "closing", "end"))
        rest = frame + self.definition_length + instances.output_length
        self.affix = np.zeros(rest.size, np.int64)
        empty = instances.output_length == 0
        over = ~empty & (rest + self.input_length > capacity)
        affix = fixed["before"][1] if planner.recipe.cut == "left" else fixed["after"][1]
        room = capacity - rest - affix
        long = over & (room < 0)
        cut = np.flatnonzero(over & ~long)
        self.affix[cut] = affix
        self._cut(cut, room[cut])
        self.length = rest + self.affix + self.input_length
        self.kept = np.flatnonzero(~empty & ~long)
        self.counted = {
            "packed": int(self.kept.size),
            "cut": int(cut.size),
            "dropped_long": int(long.sum()),
            "dropped_empty": int(empty.sum()),
        }

    def _cut(self, at: np.ndarray, room: np.ndarray) -> None:
        """Shorten inputs to `room` tokens, a little more where the cut would fall inside a character."""
        tokens, continues = self.planner.tokens, self.planner.chat.continues
        start, stop = self.input_start[at], self.input_start[at] + self.input_length[at]
        if self.planner.recipe.cut == "left":
            start = stop - room
            while (inside := (start < stop) & continues[tokens[np.minimum(start, stop - 1)]]).any():
                start = start + inside
        else:
            stop = start + room
            while (inside := (start < stop) & continues[tokens[stop]]).any():
                stop = stop - inside
        self.input_start[at], self.input_length[at] = start, stop - start

    def batch(self, members: np.ndarray, counts: np.ndarray, epoch: int, first_row: int) -> pa.RecordBatch:
        """Rows of gold.packs. members: instances of all rows one after the other; counts: instances per row."""
        planner = self.planner
        starts, lengths, prompt = self._pieces(members)
        size = lengths.sum(axis=1)
        ids = gather(planner.tokens, starts.ravel(), lengths.ravel())
        first = np.cumsum(counts) - counts
        ends = np.cumsum(size)
        row_tokens = np.add.reduceat(size, first)
        row_start = np.repeat(ends[first] - size[first], counts)
        segments = pa.StructArray.from_arrays(
            [
                planner.instances.ids.take(pa.array(members)),
                planner.definitions.ids.take(pa.array(self.definition[members])),
                pa.array((ends - size - row_start).astype(np.int32)),
                pa.array(size.astype(np.int32)),
                pa.array(prompt.astype(np.int32)),
            ],
            names=["instance_id", "definition_id", "start", "length", "prompt"],
        )
        rows = counts.size
        levels = _levels(planner.instances.access)[members]
        columns: dict[str, pa.Array] = {
            "epoch": pa.array(np.full(rows, epoch, np.int32)),
            "row": pa.array(np.arange(first_row, first_row + rows)),
            "length": pa.array(np.full(rows, planner.recipe.length, np.int32)),
            "tokens": pa.array(row_tokens.astype(np.int32)),
            "supervised": pa.array(np.add.reduceat(size - prompt, first).astype(np.int32)),
            "input_ids": _lists(row_tokens, pa.array(ids)),
            "segments": _lists(counts, segments),
            "access": pa.array(np.array(LEVELS)[np.maximum.reduceat(levels, first)]),
        }
        columns |= {name: pa.repeat(pa.scalar(value), rows) for name, value in planner.constants.items()}
        return pa.RecordBatch.from_pydict(columns)

    def _pieces(self, members: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Starts and lengths [n, 9] of the parts of each instance in the pool, and its prompt length [n]."""
        fixed, instances = self.planner.pieces, self.planner.instances
        none = np.zeros(members.size, np.int64)
        left = self.planner.recipe.cut == "left"

        def part(name: str) -> tuple[np.ndarray, np.ndarray]:
            return none + fixed[name][0], none + fixed[name][1]

        parts = [
            part("opening"),
            (self.definition_start[members], self.definition_length[members]),
            part("between"),
            (none + fixed["before"][0], self.affix[members] if left else none),
            (self.input_start[members], self.input_length[members]),
            (none + fixed["after"][0], none if left else self.affix[members]),
            part("closing"),
            (instances.output_start[members], instances.output_length[members]),
            part("end"),
        ]
        starts, lengths = (np.stack(x, axis=1) for x in zip(*parts, strict=True))
        return starts, lengths, lengths[:, :7].sum(axis=1)


def _levels(access: pa.Array) -> np.ndarray:
    encoded = access.dictionary_encode()
    # An unknown class counts as private, as everywhere in the lake.
    rank = np.array([LEVELS.index(a) if a in LEVELS else len(LEVELS) - 1 for a in encoded.dictionary.to_pylist()], np.int64)
    return rank[encoded.indices.to_numpy()]


def _lists(counts: np.ndarray, values: Any) -> pa.Array:
    """Values as lists of `counts` elements."""
    kind: Any = pa.ListArray
    return kind.from_arrays(np.r_[0, np.cumsum(counts)].astype(np.int32), values)
