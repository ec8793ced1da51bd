"""What marks a checkpoint as whole, which is the newest, and which ones stay."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import shutil
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Marker", "complete", "intact", "newest", "prune", "saved", "size_and_digest", "sync_folder"]

NAME = "checkpoint.json"
_CHUNK = 1 << 22


@dataclass(frozen=True)
class Marker:
    """`checkpoint.json`, the last file that a checkpoint gets.

    step: optimiser steps done; learning rate and data position are functions of it. world_size, device: of the workers that saved it, whose
    random states are in it. origin: what the run is: digest of the recipe, plan. score: evaluation loss (lower is better), None where there
    was no evaluation. files: name -> (bytes, CRC-32).
    """

    step: int
    world_size: int
    device: str
    origin: Mapping[str, Any]
    score: float | None
    files: Mapping[str, tuple[int, int]]

    def write(self, folder: Path) -> None:
        with (folder / NAME).open("w") as file:
            json.dump(dataclasses.asdict(self), file)
            file.flush()
            os.fsync(file.fileno())

    @classmethod
    def read(cls, folder: Path) -> Marker | None:
        """None where there is none, or none that can be read."""
        try:
            marker = cls(**json.loads((folder / NAME).read_text()))
            files = {str(name): (int(size), int(crc)) for name, (size, crc) in marker.files.items()}
            return dataclasses.replace(marker, step=int(marker.step), world_size=int(marker.world_size), files=files)
        except (OSError, ValueError, TypeError, AttributeError):
            return None


def saved(folder: Path) -> list[tuple[Path, Marker | None]]:
    """The checkpoints of a training, the newest first."""
    return [(path, Marker.read(path)) for path in sorted(folder.glob("step_*"), reverse=True)]


def newest(folder: Path) -> tuple[Path, Marker] | None:
    """The newest whole checkpoint; damaged ones are passed over."""
    return next(((path, marker) for path, marker in saved(folder) if marker and intact(path, marker.files)), None)


def complete(path: Path) -> bool:
    """Whether every file of a checkpoint is there with its size and digest."""
    marker = Marker.read(path)
    return marker is not None and intact(path, marker.files)


def intact(folder: Path, files: Mapping[str, tuple[int, int]]) -> bool:
    """Whether these files are there with these sizes and digests."""
    return all(
        (folder / n).is_file() and (folder / n).stat().st_size == files[n][0] and size_and_digest(folder / n) == files[n] for n in files
    )


def size_and_digest(path: Path) -> tuple[int, int]:
    """Bytes and CRC-32 of a file."""
    size = value = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            size, value = size + len(chunk), zlib.crc32(chunk, value)
    return size, value


def prune(folder: Path, step: int, *, keep: int, keep_best: int) -> None:
    """Once `step` stands: keep the newest `keep` and the `keep_best` with the lowest score, remove the others.

    What is beyond `step` was damaged, or the run would have gone on from it; it must not count among the newest.
    """
    past = [(path, marker) for path, marker in saved(folder) if marker and marker.step <= step]
    scored = [(marker.score, path) for path, marker in past if marker.score is not None and math.isfinite(marker.score)]
    stay = {path for path, _ in past[:keep]} | {path for _, path in sorted(scored, key=lambda pair: pair[0])[:keep_best]}
    for path in folder.glob("step_*"):
        if path not in stay:
            # Out of sight first: a checkpoint that is removed in part is not to be met by a restart.
            hidden = path.with_name(f".{path.name}")
            path.rename(hidden)
            shutil.rmtree(hidden)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last beyond a power failure, where the file system lets folders be synchronised."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        # Some network file systems refuse; their servers keep names by themselves.
        pass
    finally:
        os.close(handle)
