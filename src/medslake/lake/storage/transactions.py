"""What a table remembers of its writers: numbers in Delta transactions, which no clean-up of the log takes away.

An app is what writes one slice: `<table>/<slice>`, whichever job does it. Its transaction is the fingerprint of the slice as a number; a
replacement that has no fingerprint leaves a number that no fingerprint has. Beside it stand `<app>/aside`, the rows that were set aside
when the slice was written, `<app>/run`, the run that wrote it, and for what is appended `<app>/rows`, its own rows, which the files do not
tell apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from medslake.lake.storage.snapshot import Snapshot
from medslake.lake.storage.tables import CommitInfo

__all__ = ["NOTES", "WHOLE", "current", "marks", "noted", "slice_name", "txn_version", "wrote"]

#: Name of the slice when a whole table is written. Not empty, because Delta reads an empty partition value as null.
WHOLE = "whole"
#: Ends of the apps beside an app.
NOTES = ("/aside", "/rows", "/run")


def slice_name(slice: Mapping[str, str] | None) -> str:
    """`source=medqa` for the partition {"source": "medqa"}; `whole` for a whole table."""
    return ",".join(f"{k}={v}" for k, v in sorted(slice.items())) if slice else WHOLE


def txn_version(fingerprint: str) -> int:
    """The fingerprint as a Delta transaction version: 63 bits of its SHA-256."""
    return int.from_bytes(hashlib.sha256(fingerprint.encode()).digest()[:8], "big") >> 1


def current(snapshot: Snapshot, fingerprints: Mapping[str, str | None]) -> set[str]:
    """The apps whose newest commit has the fingerprint that is given here."""
    return {app for app, fingerprint in fingerprints.items() if fingerprint and snapshot.transaction(app) == txn_version(fingerprint)}


def noted(snapshot: Snapshot, app: str, what: str) -> int:
    """A number beside an app's transaction: `aside` or `rows`; 0 where none stands."""
    return snapshot.transaction(f"{app}/{what}") or 0


def wrote(snapshot: Snapshot, app: str, run: str) -> bool:
    """Whether the newest commit of an app is this run's."""
    return snapshot.transaction(f"{app}/run") == txn_version(run)


def marks(info: CommitInfo, operation: str, rows: int, commit: str) -> dict[str, int]:
    """App -> number, for a commit. rows: of the whole commit, which are those of its app where it has only one."""
    told: dict[str, int | None] = {**dict(_of_parts(info, operation, rows, commit)), **info.numbers}
    return {app: number for app, number in told.items() if number is not None}


def _of_parts(info: CommitInfo, operation: str, rows: int, commit: str) -> Iterator[tuple[str, int]]:
    for app, kept in (info.parts or {info.app: {"fingerprint": info.fingerprint}}).items():
        fingerprint = kept.get("fingerprint")
        if fingerprint or operation == "replace":
            yield app, txn_version(fingerprint or commit)
        if "quarantined" in kept and (kept["quarantined"] or operation == "replace"):
            yield f"{app}/aside", int(kept["quarantined"])
        if fingerprint and operation != "replace":
            yield f"{app}/rows", int(kept.get("rows", rows))
        if info.parts and (run := (info.metadata or {}).get("run")) is not None:
            yield f"{app}/run", txn_version(str(run))
