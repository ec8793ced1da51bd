"""Token ids of many texts in one flat file, read back through the page cache: memory does not grow with the number of texts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np

__all__ = ["TokenPool", "gather"]


class TokenPool:
    """Append pieces, then `open` the whole as one int32 array. A piece is (start, length) in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._file = path.open("wb")

    def add(self, pieces: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
        """Starts and lengths (int64) of the pieces."""
        lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
        total = int(lengths.sum())
        self._file.write(np.fromiter(chain.from_iterable(pieces), np.int32, total).tobytes())
        starts = self.size + np.cumsum(lengths) - lengths
        self.size += total
        return starts, lengths

    def open(self) -> np.ndarray:
        self._file.close()
        return np.memmap(self.path, np.int32, "r") if self.size else np.empty(0, np.int32)


def gather(tokens: np.ndarray, starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """tokens[start:start + length] of all pieces, one after the other."""
    total = int(lengths.sum())
    offsets = np.cumsum(lengths) - lengths
    return tokens[np.repeat(starts - offsets, lengths) + np.arange(total)]
