"""Token ids of many texts in one flat file, read back through the page cache: memory does not grow with the number of texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

__all__ = ["Pieces", "TokenPool", "gather"]


@dataclass(frozen=True)
class Pieces:
    """Token ids of texts, one after the other: values int32 [tokens], lengths int64 [texts]."""

    values: np.ndarray
    lengths: np.ndarray

    @classmethod
    def of(cls, ids: Sequence[Sequence[int]]) -> Pieces:
        lengths = np.fromiter(map(len, ids), np.int64, len(ids))
        return cls(np.fromiter(chain.from_iterable(ids), np.int32, int(lengths.sum())), lengths)

    @classmethod
    def joined(cls, parts: Sequence[Pieces]) -> Pieces:
        if not parts:
            return cls.of([])
        return parts[0] if len(parts) == 1 else cls(*(np.concatenate([getattr(p, n) for p in parts]) for n in ("values", "lengths")))

    @classmethod
    def from_arrow(cls, lists: Any) -> Pieces:
        """From an Arrow list array without nulls."""
        return cls(lists.flatten().to_numpy(), lists.value_lengths().to_numpy().astype(np.int64))

    def to_arrow(self) -> pa.Array:
        kind: Any = pa.ListArray
        lists: pa.Array = kind.from_arrays(np.r_[0, np.cumsum(self.lengths)].astype(np.int32), pa.array(self.values))
        return lists

    def __len__(self) -> int:
        return int(self.lengths.size)


class TokenPool:
    """Append pieces, then `open` the whole as one int32 array. A piece is (start, length) in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._file = path.open("wb")

    def add(self, pieces: Pieces | Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
        """Starts and lengths (int64) of the pieces."""
        if not isinstance(pieces, Pieces):
            pieces = Pieces.of(pieces)
        self._file.write(np.ascontiguousarray(pieces.values, np.int32).data)
        starts = self.size + np.cumsum(pieces.lengths) - pieces.lengths
        self.size += int(pieces.values.size)
        return starts, pieces.lengths

    def open(self) -> np.ndarray:
        self._file.close()
        return np.memmap(self.path, np.int32, "r") if self.size else np.empty(0, np.int32)


def gather(tokens: np.ndarray, starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """tokens[start:start + length] of all pieces, one after the other."""
    total = int(lengths.sum())
    offsets = np.cumsum(lengths) - lengths
    return tokens[np.repeat(starts - offsets, lengths) + np.arange(total)]
