"""What stands in each slice of a table: the part of a fingerprint that changes exactly when the slice does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from medslake.lake.storage.snapshot import DataFile, Snapshot, rows_of
from medslake.lake.storage.transactions import WHOLE, slice_name

__all__ = ["Slice", "files_of", "slices"]


@dataclass(frozen=True)
class Slice:
    """state: digest of the transactions of all that wrote the slice, or of its file names where none did. rows: in its files."""

    state: str
    rows: int


def slices(snapshot: Snapshot | None, column: str) -> dict[str, Slice]:
    """Value of the partition column -> what stands there; empty for no table. Reads the snapshot only: no rows, no history.

    Rearranged files (OPTIMIZE) leave a state as it is. Rows that another program adds or deletes change it.
    """
    if snapshot is None:
        return {}
    held: dict[str, list[DataFile]] = {}
    for file in snapshot.files():
        if (value := file.partition[column]) is not None:
            held.setdefault(value, []).append(file)
    whole = snapshot.transaction(f"{snapshot.name}/{WHOLE}")
    return {value: Slice(_state(snapshot, column, files, whole), rows_of(files)) for value, files in sorted(held.items())}


def files_of(snapshot: Snapshot, slice: str) -> list[DataFile]:
    """The files of one slice by its name, such as `source=medqa`, or `whole`."""
    if slice == WHOLE:
        return snapshot.files()
    return [f for f in snapshot.files() if any(slice in _names(f, column) for column in f.partition)]


def _state(snapshot: Snapshot, column: str, files: Sequence[DataFile], whole: int | None) -> str:
    found = {name: snapshot.transaction(f"{snapshot.name}/{name}") for name in {n for f in files for n in _names(f, column)}}
    told = sorted((name, number) for name, number in {**found, WHOLE: whole}.items() if number is not None)
    parts = [told, rows_of(files)] if told else [file.path for file in files]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _names(file: DataFile, column: str) -> Iterator[str]:
    """The slices that a file may have been written as: by its column alone, and together with any other partition columns."""
    given = {c: v for c, v in file.partition.items() if v is not None}
    others = [c for c in given if c != column]
    for count in range(len(others) + 1):
        for chosen in combinations(others, count):
            yield slice_name({c: given[c] for c in (column, *chosen)})
