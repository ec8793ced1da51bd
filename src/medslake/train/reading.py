"""The edge towards the lake: rows in Arrow batches, so that tables larger than memory can be walked through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.dataset as ds

from medslake.lake.storage import arrow, delta_log

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["BATCH", "batches", "files", "model_folder"]

#: Rows per batch: enough to keep the tokenizer's threads busy, some 10 MB of text.
BATCH = 8192


def batches(
    lake: Lake, name: str, columns: Sequence[str], where: ds.Expression | None = None, *, version: int | None = None, size: int = BATCH
) -> Iterator[pa.RecordBatch]:
    """Rows of a table version in file order, `size` at most at a time; few batches are in memory at once."""
    place = lake.arrow.place
    scanner = arrow.dataset(place, delta_log.open_snapshot(place, name, version)).scanner(
        columns=list(columns), filter=where, batch_size=size, batch_readahead=2, fragment_readahead=1
    )
    for batch in scanner.to_batches():
        if batch.num_rows:
            yield batch


def files(lake: Lake, name: str, version: int, partition: Mapping[str, Sequence[str]]) -> list[str]:
    """Paths, inside the lake's file system, of a table version's files in the partitions that are named."""
    place = lake.arrow.place
    return [place.file(name, f.path) for f in delta_log.open_snapshot(place, name, version).files(partition)]


def model_folder(lake: Lake) -> Path:
    """Where models, checkpoints and scratch files go by default: `_models` in a local lake, `./medslake_models` beside a remote one."""
    place = lake.arrow.place
    return Path(place.base, "_models") if place.is_local else Path.cwd() / "medslake_models"
