"""Folders of synthetic native files, one per source, as if each had been downloaded from its publisher."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from medslake import registry
from medslake.errors import UsageError
from medslake.ingest.code import twin_digest
from medslake.progress import Progress, quiet
from medslake.sources import Source
from medslake.synth import Twin
from medslake.synth.make import DIRT, MARKER, Made, Work, make

__all__ = ["DIRT", "MARKER", "generate_all", "synthesise", "twin_of"]


def twin_of(name: str) -> Twin:
    """A source's twin; of one without the files of its example, which are the same at every scale."""
    source: Source = registry.get("source", name)
    return source.twin or Twin(plain=source.example.materialised)


def generate_all(folder: str | Path, seed: int = 7, n: int = 200, sources: Sequence[str] | None = None) -> dict[str, Path]:
    """Write `<folder>/<source>/...` for the sources named (default: all registered); source -> its folder.

    n: about how many records each source gets. A folder that holds the same twin is left untouched, another one is made anew. Raises
    UnknownName, and UsageError for a file that would lie elsewhere.
    """
    works = [
        _work(name, Path(folder), seed, records=n, replace=True) for name in registry.names("source") if sources is None or name in sources
    ]
    for name in sources or ():
        registry.get("source", name)
    return {made.name: made.home for made in make(works)}


def synthesise(
    names: Sequence[str],
    out: Path,
    *,
    scale: float,
    seed: int,
    dirt: bool = False,
    jobs: int | None = None,
    progress: Progress = quiet,
) -> list[Made]:
    """Write the twins of these sources, or of `all`, at a scale. jobs: processes, by default one per core.

    Raises UnknownName, UsageError (a scale, a folder that holds other things).
    """
    if not scale > 0:
        raise UsageError(f"The scale is {scale}, but must be above 0.")
    if jobs is not None and jobs < 1:
        raise UsageError(f"jobs is {jobs}, but must be 1 or more.")
    every = registry.names("source") if list(names) == ["all"] else names
    if not every:
        raise UsageError("Of which source?", hint="Example: medslake synth all --out DIR")
    works = [_work(name, out, seed, scale=scale, dirt=dirt) for name in dict.fromkeys(every)]
    return list(make(works, jobs=jobs or len(os.sched_getaffinity(0)), progress=progress))


def _work(
    name: str, out: Path, seed: int, *, scale: float | None = None, records: int | None = None, dirt: bool = False, replace: bool = False
) -> Work:
    source: Source = registry.get("source", name)
    # A seed of its own per source: adding a source changes no other one's files.
    return Work(name, source.title, twin_of, out / name, seed, scale, records, dirt, twin_digest(name), replace)
