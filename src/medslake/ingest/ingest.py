"""Native files -> bronze as delivered -> silver: the same road for every source, several of them in one run.

Every write has a fingerprint of all that determines it (digests of files, schema, options, versions, code, limit, access class), so that a
second ingest of the same files decides from the Delta logs alone, without Spark, that there is nothing to do.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from medslake import registry
from medslake.errors import Failures, MedslakeError, UsageError
from medslake.ingest.bronze import Landing, Options
from medslake.ingest.changes import changes, with_counts
from medslake.ingest.inventory import Inventory, take_inventory
from medslake.ingest.registered import raise_classes, register
from medslake.ingest.silver import write_silver
from medslake.lake.access import LEVELS
from medslake.lake.parts import check_share
from medslake.progress import Progress, quiet
from medslake.sources import Source

if TYPE_CHECKING:
    from medslake.lake.lake import Lake

__all__ = ["ingest", "outline"]

_LOG = logging.getLogger(__name__)


def ingest(
    lake: Lake,
    sources: Mapping[str, str] | Iterable[tuple[str, str]],
    *,
    limit: int | None = None,
    access: str | None = None,
    max_aside: float | None = None,
    replace: bool = False,
    follow_links: bool = False,
    dry_run: bool = False,
    progress: Progress = quiet,
) -> dict[str, Any]:
    """Ingest the native files of sources into bronze and silver, in one run.

    sources: name -> folder (a path or a URI) with its files, or such pairs. limit: at most that many records of each file (files, where a
    file is a record); a table that stands is replaced by so few rows only with replace. access: another access class than the sources' own,
    such as `private` for an extended copy; it lies on every row, in ops.sources and in ops.runs, and a higher one counts at once for all
    that was made of the source. max_aside: share of a table's rows that may be set aside, instead of the sources' own ceilings.
    follow_links: read files to which a link leads out of its folder, too.
    dry_run: return `outline` and write nothing.
    Returns `run.result`, with `changes`: bronze table that stood and was not left as it was -> `FileChanges` and the rows afterwards; they
    are told as lines before anything is written. Of several sources one that fails costs itself alone: `failed` then says why, by source.
    A single one raises: UnknownName, UsageError, InputRefused (a file that cannot be read), DataCheckFailed (a rule of severity error).
    """
    folders = dict(sources)
    chosen: dict[str, Source] = {name: registry.get("source", name) for name in folders}
    options = _checked(folders, limit, access, max_aside, replace=replace)
    failures = _Failures(raises=len(chosen) == 1)
    found: list[tuple[Source, Inventory]] = []
    for source in _needed_first(chosen):
        with failures.of(source.name):
            inventory = take_inventory(source, folders[source.name], limit=limit, follow_links=follow_links, progress=progress)
            for warning in inventory.warnings:
                _LOG.warning("source %s: %s", source.name, warning)
            found.append((source, inventory))
    if dry_run:
        told = {name: change for source, inventory in found for name, change in changes(lake, source, inventory, {}).items()}
        return outline(found) | ({"changes": with_counts(told, {})} if told else {}) | failures.told
    classes = {source.name: access or source.access for source, _ in found}
    params: dict[str, Any] = {"sources": folders, "limit": limit, "access": classes, "max_aside": max_aside}
    params |= {"follow_links": True} if follow_links else {}
    with lake.run("ingest", params) as run:
        count = _Count(progress, sum(len(inventory.families) + len(source.silver) for source, inventory in found))
        told, landings = {}, {}
        for source, inventory in found:
            with failures.of(source.name):
                landing = Landing(lake, run, source, inventory, options)
                told |= changes(lake, source, inventory, landing.stands())
                landings[source.name] = landing
        raise_classes(lake, run, classes)
        landed = []
        for name, landing in landings.items():
            with failures.of(name):
                landed.append(landing.write(count))
        write_silver(lake, run, landed, failures.of, count)
        register(lake, run, [one for one in landed if one.source.name not in failures])
    return run.result | {"changes": with_counts(told, run.result["tables"])} | failures.told


def outline(found: Iterable[tuple[Source, Inventory]]) -> dict[str, Any]:
    """What an ingest would read and write. known: True = the digest is the published one, False = it differs, None = none is known."""
    pairs = list(found)
    files = [
        {"table": f"bronze.{source.name}__{family.native.table}", "file": one.name, "bytes": one.size, "sha256": one.sha256}
        | {"known": family.known[one.name]}
        for source, inventory in pairs
        for family in inventory.families
        for one in family.files
    ]
    bronze = [f"bronze.{source.name}__{family.native.table}" for source, inventory in pairs for family in inventory.families]
    silver = sorted({f"silver.{kind}" for source, _ in pairs for kind in source.silver})
    warnings = [warning for _, inventory in pairs for warning in inventory.warnings]
    return {
        "sources": [source.name for source, _ in pairs],
        "dry_run": True,
        "files": files,
        "tables": bronze + silver,
        "warnings": warnings,
    }


class _Failures(Failures):
    """Of whatever kind: a source that fails is no reason to leave the others out."""

    kept = Exception

    def sentence(self, name: str, error: Exception) -> str:
        _LOG.debug("source %s failed", name, exc_info=error)
        # Messages of other errors may quote rows.
        return str(error) if isinstance(error, MedslakeError) else f"{type(error).__name__}; ingest it alone to see more."

    @property
    def told(self) -> dict[str, Any]:
        return {"failed": dict(self)} if self else {}


class _Count:
    """Progress over all tables of a run."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def __call__(self, table: str) -> None:
        self.done += 1
        self.progress(table, self.done, self.total)


def _checked(folders: Mapping[str, str], limit: int | None, access: str | None, max_aside: float | None, *, replace: bool) -> Options:
    if not folders:
        raise UsageError("No source is named.", hint="Known sources: medslake list sources.")
    if access is not None and access not in LEVELS:
        raise UsageError(f"Access class {access!r} is not known.", hint=f"Use one of: {', '.join(LEVELS)}.")
    if limit is not None and limit < 1:
        raise UsageError(f"The limit is {limit}, but must be 1 or more.")
    check_share(max_aside)
    return Options(limit, access, max_aside, replace)


def _needed_first(chosen: Mapping[str, Source]) -> list[Source]:
    """The sources in the order given, but each after those whose tables it joins."""
    ordered: dict[str, Source] = {}

    def take(name: str, above: tuple[str, ...]) -> None:
        for other in chosen[name].needed:
            if other in chosen and other not in above:
                take(other, (*above, name))
        ordered.setdefault(name, chosen[name])

    for name in chosen:
        take(name, ())
    return list(ordered.values())
