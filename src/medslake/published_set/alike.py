"""How alike the sets of candidate pairs are: counted with NumPy, as a set of hundreds has as many candidates where a template made it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

__all__ = ["Sets", "alike"]


class Sets:
    """Sets of numbers below `size` by id. rows: id, and codes, a list of different ones; in order of id."""

    def __init__(self, rows: pa.Table) -> None:
        import numpy as np
        import pyarrow.compute as pc

        codes = rows["codes"]
        self.ids = rows["id"].to_numpy()
        self.codes = pc.list_flatten(codes).to_numpy()
        self.sizes = pc.list_value_length(codes).to_numpy().astype(np.int64)
        self.starts = np.cumsum(self.sizes) - self.sizes

    def places(self, ids: np.ndarray) -> np.ndarray:
        import numpy as np

        return np.searchsorted(self.ids, ids)

    def of(self, place: int) -> np.ndarray:
        return self.codes[self.starts[place] : self.starts[place] + self.sizes[place]]


def alike(there: Sets, here: Sets, pairs: Iterable[pa.RecordBatch], size: int, least: float) -> Iterator[tuple[Any, Any, Any]]:
    """(pos, id, Jaccard) as arrays, of the pairs that reach `least`. pairs: pos, id, those of a pos together; size: codes are below it."""
    import numpy as np

    marked = np.zeros(size, np.int32)
    for batch in pairs:
        pos, ids = batch["pos"].to_numpy(), batch["id"].to_numpy()
        left, right = there.places(pos), here.places(ids)
        bounds = [0, *(np.flatnonzero(np.diff(pos)) + 1), len(pos)]
        shared = np.empty(len(pos), np.int64)
        for start, end in pairwise(bounds):
            if start == end:
                continue
            own = there.of(left[start])
            marked[own] = 1
            shared[start:end] = _summed(marked, here, right[start:end])
            marked[own] = 0
        score = shared / (there.sizes[left] + here.sizes[right] - shared)
        kept = score >= least
        yield pos[kept], ids[kept], score[kept]


def _summed(marked: np.ndarray, sets: Sets, places: np.ndarray) -> np.ndarray:
    """Of each of these sets how many of its codes are marked."""
    import numpy as np

    sizes = sets.sizes[places]
    first = np.cumsum(sizes) - sizes
    within = np.repeat(sets.starts[places] - first, sizes) + np.arange(sizes.sum())
    return np.add.reduceat(marked[sets.codes[within]], first)
