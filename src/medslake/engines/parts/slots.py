"""Places of a running batch: each holds one row's keys, values and next column; a row that has ended gives its place to the next one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from medslake.engines.parts.shared_attention import KeyValues

__all__ = ["Slots"]


class Slots:
    """`count` places of `room` columns beside a prefix that all rows see.

    rows[k]: number of the row in place k, -1 when it is free. All other attributes are about what place k's next step needs: `tokens` to
    read, `columns` to write to, `positions` in its text.
    """

    def __init__(self, count: int, room: int, prefix: KeyValues | None, dtype: Any, device: Any) -> None:
        import torch

        self.cache = KeyValues(room, prefix)
        self.rows, self.tokens, self.columns, self.positions = ([fill] * count for fill in (-1, 0, 0, 0))
        self.mask = torch.full((count, 1, 1, room), torch.finfo(dtype).min, dtype=dtype, device=device)

    @property
    def alive(self) -> list[int]:
        return [k for k, row in enumerate(self.rows) if row >= 0]

    @property
    def free(self) -> list[int]:
        return [k for k, row in enumerate(self.rows) if row < 0]

    def fill(self, places: Sequence[int], rows: Sequence[int], read: KeyValues, mask: Any, positions: Sequence[int]) -> None:
        """Put freshly read rows into free places. read: their keys and values, `read.at` columns; mask: additive, over these columns."""
        import torch

        at = torch.tensor(places, device=self.mask.device)
        self.cache.copy_rows(at, read, len(self.rows))
        self.mask[at] = torch.finfo(self.mask.dtype).min
        self.mask[at, ..., : read.at] = mask
        for place, row, position in zip(places, rows, positions, strict=True):
            self.rows[place], self.columns[place], self.positions[place] = row, read.at, position

    def before_step(self) -> tuple[Any, Any, Any]:
        """Tokens [places, 1], mask over all columns in use, and positions [places, 1] of the next step."""
        import torch

        device = self.mask.device
        self.cache.columns = torch.tensor(self.columns, device=device)
        self.cache.at = max(self.columns)
        self.mask[torch.arange(len(self.rows), device=device), 0, 0, self.cache.columns] = 0.0
        tokens, positions = (torch.tensor(values, device=device)[:, None] for values in (self.tokens, self.positions))
        return tokens, self.mask[..., : self.cache.at + 1], positions

    def after_step(self) -> None:
        for place in self.alive:
            self.columns[place] += 1
            self.positions[place] += 1

    def keep(self, places: Sequence[int]) -> None:
        """Drop all places but these."""
        import torch

        at = torch.tensor(places, device=self.mask.device)
        self.cache.keep(at)
        self.mask = self.mask[at]
        self.rows, self.tokens, self.columns, self.positions = (
            [values[k] for k in places] for values in (self.rows, self.tokens, self.columns, self.positions)
        )
