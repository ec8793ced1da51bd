"""The rows of a pack plan: per epoch, draw, fit every instance into the row length, pack, order the rows, write tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from medslake.lake.access import LEVELS, level
from medslake.train.packs.corpus import Corpus
from medslake.train.packs.fitting import Fitted
from medslake.train.packs.packing import bins_of, layout
from medslake.train.packs.seeding import mix, stream
from medslake.train.packs.token_pool import gather

__all__ = ["Epoch"]

ROWS_PER_BATCH = 1024
SEEN_PER_BATCH = 1 << 18


class Epoch:
    """Which entry is in which row of an epoch, whose first row is `first_row` of the plan.

    members: entries in training order; counts: how many of them each row holds.
    """

    def __init__(self, corpus: Corpus, number: int, first_row: int) -> None:
        self.corpus, self.number, self.first_row = corpus, number, first_row
        self.fitted = Fitted(corpus, number)
        seed, kept = corpus.recipe.seed, self.fitted.kept
        # A seeded order before packing mixes tasks among instances of equal length, which share bins.
        kept = kept[np.argsort(mix(self.fitted.key[kept], stream(seed, "order", number)), kind="stable")]
        bin_of, bins = bins_of(self.fitted.length[kept], corpus.recipe.length)
        items, offsets = layout(bin_of, bins)
        rows = np.argsort(mix(np.arange(bins), stream(seed, "rows", number)), kind="stable")
        self.counts = np.diff(offsets)[rows]
        self.members = kept[gather(items, offsets[rows], self.counts)]
        self.level = _levels(corpus.instances.access)

    def rows(self) -> Iterator[pa.RecordBatch]:
        """Rows of gold.packs in training order."""
        ends = np.cumsum(self.counts)
        for start in range(0, self.counts.size, ROWS_PER_BATCH):
            counts = self.counts[start : start + ROWS_PER_BATCH]
            first = int(ends[start] - counts[0])
            yield self._rows(self.members[first : first + int(counts.sum())], counts, self.first_row + start)

    def _rows(self, members: np.ndarray, counts: np.ndarray, first_row: int) -> pa.RecordBatch:
        corpus, fitted = self.corpus, self.fitted
        starts, lengths = fitted.pieces(members)
        size, supervised = lengths.sum(axis=1), fitted.supervised[members]
        ids = gather(corpus.tokens, starts.ravel(), lengths.ravel())
        first = np.cumsum(counts) - counts
        ends = np.cumsum(size)
        row_tokens = np.add.reduceat(size, first)
        row_start = np.repeat(ends[first] - size[first], counts)
        segments = pa.StructArray.from_arrays(
            [
                corpus.instances.ids.take(pa.array(fitted.at[members])),
                corpus.definitions.ids.take(pa.array(fitted.definition[members])),
                pa.array((ends - size - row_start).astype(np.int32)),
                pa.array(size.astype(np.int32)),
                pa.array((size - supervised).astype(np.int32)),
            ],
            names=["instance_id", "definition_id", "start", "length", "prompt"],
        )
        rows = counts.size
        level = self.level[fitted.at[members]]
        for shot in fitted.shots[members].T:
            level = np.maximum(level, np.where(shot >= 0, self.level[shot], 0))
        columns: dict[str, pa.Array] = {
            "epoch": pa.array(np.full(rows, self.number, np.int32)),
            "row": pa.array(np.arange(first_row, first_row + rows)),
            "length": pa.array(np.full(rows, corpus.recipe.length, np.int32)),
            "tokens": pa.array(row_tokens.astype(np.int32)),
            "supervised": pa.array(np.add.reduceat(supervised, first).astype(np.int32)),
            "input_ids": _lists(row_tokens, pa.array(ids)),
            "segments": _lists(counts, segments),
            "access": pa.array(np.array(LEVELS)[np.maximum.reduceat(level, first)]),
        }
        columns |= {name: pa.repeat(pa.scalar(value), rows) for name, value in corpus.constants.items()}
        return pa.RecordBatch.from_pydict(columns)

    def seen(self) -> Iterator[pa.RecordBatch]:
        """Rows of gold.pack_instances: every instance whose text is in a row, in order of id. Their tokens add up to those of the rows."""
        fitted, members = self.fitted, self.members
        shots = fitted.shots[members]
        shown = shots >= 0
        which, slot = np.nonzero(shown.T)[::-1]
        places = np.r_[np.arange(members.size), which]
        instance = np.r_[fitted.at[members], shots[which, slot]].astype(np.int32)
        number = np.r_[np.zeros(members.size, np.int32), np.cumsum(shown, axis=1, dtype=np.int32)[which, slot]]
        shot_length = fitted.shot_length[members]
        tokens = np.r_[fitted.length[members] - shot_length.sum(axis=1), shot_length[which, slot]]
        row = np.repeat(np.arange(self.counts.size), self.counts)
        segment = np.arange(members.size) - np.repeat(np.cumsum(self.counts) - self.counts, self.counts)
        order = np.argsort(instance, kind="stable")
        for start in range(0, order.size, SEEN_PER_BATCH):
            chosen = order[start : start + SEEN_PER_BATCH]
            place, own = places[chosen], instance[chosen]
            columns: dict[str, Any] = {
                "plan": pa.repeat(pa.scalar(self.corpus.constants["plan"]), chosen.size),
                "epoch": pa.array(np.full(chosen.size, self.number, np.int32)),
                "instance_id": self.corpus.instances.ids.take(pa.array(own)),
                "row": pa.array(self.first_row + row[place]),
                "segment": pa.array((1 + segment[place]).astype(np.int32)),
                "shot": pa.array(number[chosen]),
                "task_id": self.corpus.instances.tasks.take(pa.array(own)).dictionary_decode(),
                "definition_id": self.corpus.definitions.ids.take(pa.array(fitted.definition[members[place]])),
                "tokens": pa.array(tokens[chosen].astype(np.int32)),
                "supervised": pa.array(np.where(number[chosen] > 0, 0, fitted.supervised[members[place]]).astype(np.int32)),
                "access": self.corpus.instances.access.take(pa.array(own)).dictionary_decode(),
            }
            yield pa.RecordBatch.from_pydict(columns)


def _levels(access: Any) -> np.ndarray:
    """Rank of the access class of each instance; an unknown class counts as private, as everywhere in the lake."""
    levels: np.ndarray = np.array([level(a) for a in access.dictionary.to_pylist()], np.int8)[np.asarray(access.indices)]
    return levels


def _lists(counts: np.ndarray, values: Any) -> pa.Array:
    """Values as lists of `counts` elements."""
    kind: Any = pa.ListArray
    return kind.from_arrays(np.r_[0, np.cumsum(counts)].astype(np.int32), values)
