"""Texts of instances to token pieces, a batch at a time; what a batch becomes does not depend on the process that does it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from medslake.train.packs.chat import ChatFormat
from medslake.train.packs.token_pool import Pieces

__all__ = ["Encoded", "Encoder", "encoded_here", "id_bytes"]

#: Rows that are Python objects at the same time.
STEP = 100_000


@dataclass(frozen=True)
class Encoded:
    """Pieces (`input`, `output` and, where asked for, `answer`) of some instances. at: their places in the order of ids."""

    at: np.ndarray
    pieces: dict[str, Pieces]

    def to_arrow(self) -> pa.Table:
        return pa.table({"at": pa.array(self.at)} | {name: piece.to_arrow() for name, piece in self.pieces.items()})

    @classmethod
    def from_arrow(cls, table: pa.Table) -> Encoded:
        columns: dict[str, Any] = {name: table[name].combine_chunks() for name in table.column_names}
        return cls(columns.pop("at").to_numpy(), {name: Pieces.from_arrow(column) for name, column in columns.items()})


@dataclass(frozen=True)
class Encoder:
    """Encodes those of the rows it is given (instance_id, input, output) whose ids are wanted.

    ids: sorted, as by `id_bytes`. answers: encode outputs as answers of shots too.
    """

    chat: ChatFormat
    ids: np.ndarray
    answers: bool

    def __call__(self, batch: pa.RecordBatch | pa.Table) -> Encoded:
        given = id_bytes(batch.column("instance_id"))
        at = np.minimum(np.searchsorted(self.ids, given), self.ids.size - 1)
        wanted = self.ids[at] == given
        kept: Any = batch if wanted.all() else batch.filter(pa.array(wanted))
        inputs, outputs = (kept.column(name).to_pylist() for name in ("input", "output"))
        pieces = {"input": self.chat.inputs(inputs), "output": self.chat.outputs(outputs)}
        if self.answers:
            pieces["answer"] = self.chat.answers(outputs)
        return Encoded(at[wanted], pieces)


def encoded_here(encoder: Encoder, batches: Iterable[pa.RecordBatch]) -> Iterator[Encoded]:
    """What the encoder makes of each batch, in order, by this process: one becomes arrays while the tokenizer's threads work on another."""
    with ThreadPoolExecutor(2) as threads:
        begun: deque[Future[Encoded]] = deque()
        for batch in batches:
            begun.append(threads.submit(encoder, batch))
            if len(begun) > 2:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()


def id_bytes(ids: Any) -> np.ndarray:
    """Ids as bytes of one width, which sort and compare like the texts, without an object for each of millions."""
    parts = [
        np.array(chunk.slice(start, STEP).cast(pa.binary()).to_pylist(), np.bytes_)
        for chunk in (ids.chunks if isinstance(ids, pa.ChunkedArray) else [ids])
        for start in range(0, len(chunk), STEP)
    ]
    return np.concatenate(parts) if parts else np.empty(0, "S1")
