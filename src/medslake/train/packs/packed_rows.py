"""What the rows of a pack plan hold, told without their tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from medslake.errors import DataCheckFailed
from medslake.lake.access import highest
from medslake.train.packs.plan import PACKS

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["PackedRows", "RowSizes", "packed_rows"]

COLUMNS = ("row", "length", "tokens", "segments", "supervised", "access")


@dataclass(frozen=True)
class PackedRows:
    """The rows of a plan, in order. tokens, segments, supervised: of each row, int64. length: capacity of a row. access: the highest."""

    plan: str
    length: int
    tokens: np.ndarray
    segments: np.ndarray
    supervised: np.ndarray
    access: str

    def __len__(self) -> int:
        return int(self.tokens.size)

    @property
    def instances(self) -> int:
        """As often as they appear, which is at least once per epoch."""
        return int(self.segments.sum())

    @property
    def fill(self) -> float:
        return round(int(self.tokens.sum()) / (len(self) * self.length), 6) if len(self) else 0.0


class RowSizes:
    """Collects the sizes of a plan's rows from batches of gold.packs, in any order."""

    def __init__(self, plan: str) -> None:
        self.plan, self._parts, self._access, self._length = plan, [np.zeros((0, 4), np.int64)], set[str](), 0

    def add(self, batch: pa.RecordBatch) -> None:
        """batch: COLUMNS, and any others."""
        counts = pc.list_value_length(batch.column("segments"))
        columns = [batch.column("row"), batch.column("tokens"), counts, batch.column("supervised")]
        self._parts.append(np.stack([column.to_numpy().astype(np.int64) for column in columns], axis=1))
        self._access.update(str(a) for a in pc.unique(batch.column("access")).to_pylist())
        self._length = self._length or batch.column("length")[0].as_py()

    def rows(self) -> PackedRows:
        """DataCheckFailed where a row is missing."""
        table = np.concatenate(self._parts)
        table = table[np.argsort(table[:, 0], kind="stable")]
        if not np.array_equal(table[:, 0], np.arange(table.shape[0])):
            raise DataCheckFailed(f"Plan {self.plan} in {PACKS} has gaps.", hint="Run: medslake pack")
        tokens, segments, supervised = np.ascontiguousarray(table[:, 1:].T)
        access = highest(*self._access) if self._access else "public"
        return PackedRows(self.plan, self._length, tokens, segments, supervised, access)


def packed_rows(lake: Lake, plan: str, version: int | None = None) -> PackedRows:
    """The rows of a plan in the newest gold.packs, or in that version; none where it does not stand."""
    sizes = RowSizes(plan)
    if lake.arrow.exists(PACKS):
        for batch in lake.arrow.batches(PACKS, COLUMNS, ds.field("plan") == plan, version=version):
            sizes.add(batch)
    return sizes.rows()
