"""A pack plan as memory-mapped arrays, so that any worker can read any row at once, and rows as tensors.

The batch of step k is `rows_of_step(k, ...)`: a function of the plan and k alone, whatever the number of workers.
"""

from __future__ import annotations

import itertools
import json
import math
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.dataset as ds

from medslake.errors import DataCheckFailed
from medslake.train.models import closed_folder
from medslake.train.packs.packed_rows import PackedRows
from medslake.train.packs.plan import PACKS

if TYPE_CHECKING:
    import torch

    from medslake.lake import Lake

__all__ = ["IGNORE", "Feed", "collate", "make_feed", "rows_of_step", "rows_per_step"]

#: Label of positions without loss (PyTorch's default ignore_index).
IGNORE = -100


@dataclass(frozen=True)
class Feed:
    """rows [n, 4]: token offset, tokens, first segment, supervised tokens. segments [m, 3]: start in row, length, prompt tokens."""

    tokens: np.ndarray
    rows: np.ndarray
    segments: np.ndarray
    length: int
    access: str

    @classmethod
    def open(cls, folder: Path) -> Feed:
        meta = json.loads((folder / "feed.json").read_text())
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("tokens", "rows", "segments")}
        return cls(**arrays, length=meta["length"], access=meta["access"])

    def __len__(self) -> int:
        return int(self.rows.shape[0])

    def row(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Token ids [tokens] and segments [k, 3] of a row."""
        start, tokens, segment, _ = self.rows[index]
        last = self.rows[index + 1, 2] if index + 1 < len(self) else self.segments.shape[0]
        return self.tokens[start : start + tokens], self.segments[segment:last]


def rows_per_step(batch: int, rows: int, segments: int) -> int:
    """Rows that hold `batch` instances on average, at least 1 and at most all."""
    return min(rows, max(1, round(batch * rows / segments)))


def rows_of_step(step: int, per_step: int, rows: int) -> range:
    """Rows of the plan that step `step` sees. The last step of a pass is short; steps beyond the plan begin it anew."""
    first = step % math.ceil(rows / per_step) * per_step
    return range(first, min(first + per_step, rows))


def make_feed(lake: Lake, rows: PackedRows, version: int, parent: Path) -> Path:
    """Folder with the arrays of a plan at a version of gold.packs, made once; memory stays bounded. rows: of the plan there."""
    folder = parent / f"feed-{rows.plan}-v{version}"
    if folder.exists():
        return folder
    if not len(rows):
        raise DataCheckFailed(f"Plan {rows.plan} in {PACKS} version {version} has no rows.", hint="Run: medslake pack")
    building = Path(tempfile.mkdtemp(prefix=".feed-", dir=closed_folder(parent)))
    try:
        _write(lake, rows, version, building)
        building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder


def _write(lake: Lake, rows: PackedRows, version: int, folder: Path) -> None:
    token_ends, segment_ends = np.cumsum(rows.tokens), np.cumsum(rows.segments)
    starts = np.stack([token_ends - rows.tokens, rows.tokens, segment_ends - rows.segments, rows.supervised], axis=1)
    np.save(folder / "rows.npy", starts)
    tokens = np.lib.format.open_memmap(folder / "tokens.npy", "w+", np.int32, (int(token_ends[-1]),))
    segments = np.lib.format.open_memmap(folder / "segments.npy", "w+", np.int32, (int(segment_ends[-1]), 3))
    for batch in lake.arrow.batches(PACKS, ["row", "input_ids", "segments"], ds.field("plan") == rows.plan, version=version, size=1024):
        ids: Any = batch.column("input_ids")
        parts: Any = batch.column("segments")
        fields = parts.flatten()
        bounds = np.stack([fields.field(n).to_numpy() for n in ("start", "length", "prompt")], axis=1)
        flat = ids.flatten().to_numpy()
        ends, part_ends = (np.r_[0, np.cumsum(pc.list_value_length(lists).to_numpy().astype(np.int64))] for lists in (ids, parts))
        row = batch.column("row").to_numpy()
        # Rows that follow each other, as they do in what `pack` wrote, are copied at once.
        seams = np.flatnonzero(np.diff(row) != 1) + 1
        for first, last in itertools.pairwise([0, *seams.tolist(), row.size]):
            start, _, segment, _ = starts[row[first]]
            tokens[start : start + ends[last] - ends[first]] = flat[ends[first] : ends[last]]
            segments[segment : segment + part_ends[last] - part_ends[first]] = bounds[part_ends[first] : part_ends[last]]
    tokens.flush()
    segments.flush()
    (folder / "feed.json").write_text(json.dumps({"length": rows.length, "access": rows.access}))


def collate(feed: Feed, rows: Sequence[int], pad: int, *, layout: str = "rows") -> dict[str, Any]:
    """Rows of a plan as the model's arguments.

    input_ids, position_ids, targets: int64 [rows, length], or [1, rows * length] for layout `flat`, which also has cu_seq_lens_* and
    max_length_*. Positions begin anew in every segment; padding is a segment of its own. targets[t] is the token that position t predicts,
    IGNORE where it is prompt, padding or another instance's. There is no attention mask on purpose: with one, or with use_cache,
    transformers
    does not look for segments in position_ids and lets instances see each other. No rows: one row of padding, for a rank without work.
    """
    import torch

    count, length = max(1, len(rows)), feed.length
    ids = np.full((count, length), pad, np.int64)
    positions = np.tile(np.arange(length), (count, 1))
    targets = np.full((count, length), IGNORE, np.int64)
    bounds = [0]
    for at, index in enumerate(rows):
        tokens, segments = feed.row(index)
        ids[at, : tokens.size] = tokens
        for start, size, prompt in segments.tolist():
            positions[at, start : start + size] = np.arange(size)
            targets[at, start + prompt - 1 : start + size - 1] = tokens[start + prompt : start + size]
            bounds.append(at * length + start + size)
        positions[at, tokens.size :] = np.arange(length - tokens.size)
        if tokens.size < length:
            bounds.append((at + 1) * length)
    if not rows:
        bounds.append(length)
    batch: dict[str, Any] = {"input_ids": ids, "position_ids": positions, "targets": targets}
    if layout == "flat":
        batch = {name: array.reshape(1, -1) for name, array in batch.items()}
    tensors: dict[str, Any] = {name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in batch.items()}
    if layout == "flat":
        seams = torch.tensor(bounds, dtype=torch.int32)
        longest = int(torch.diff(seams).max())
        tensors |= {"cu_seq_lens_q": seams, "cu_seq_lens_k": seams, "max_length_q": longest, "max_length_k": longest}
    return tensors


def to_device(batch: dict[str, Any], device: torch.device) -> dict[str, Any]:
    """Everything but the sequence bounds, which the kernels want on the host."""
    return {n: v.to(device) if n in ("input_ids", "position_ids", "targets") else v for n, v in batch.items()}
