"""Fetches the declared files of sources, one after another, and keeps in a lake what was fetched and which agreements were confirmed."""

from __future__ import annotations

import contextlib
import getpass
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medslake.fetch.answers import digests, session
from medslake.fetch.plan import Plan, Planned, agreement_of, planned
from medslake.fetch.transfer import patiently, transfer
from medslake.fetch.wanted import Patience, Wanted
from medslake.progress import Progress, quiet

if TYPE_CHECKING:
    from requests import Session

    from medslake.lake.lake import Lake
    from medslake.lake.runs import Run

__all__ = ["fetch"]


def fetch(
    names: Sequence[str],
    out: Path,
    *,
    lake: Lake | None = None,
    signed: bool = False,
    patience: Patience | None = None,
    dry_run: bool = False,
    progress: Progress = quiet,
) -> dict[str, Any]:
    """Fetch the declared files of sources, or of `all`, to `out/<source>/<path>`; files that are there stay as they are.

    signed: the agreements of the named sources have been signed; which, and who says so, stands in ops.runs where a lake is given. A run in
    which nothing is missing leaves no trace. dry_run: asks no server and writes nothing.
    Returns run (id in the lake), files (see Planned.told), by_hand (source -> what a person has to do) and, where several were asked for,
    failed (source -> why). Raises UnknownName, UsageError, AccessDenied (an agreement), InputRefused (what a server has or says), OSError.
    """
    plan = planned(names, out, signed=signed)
    told = {one.path: one.told() for one in plan.files}
    run_id = None
    if plan.missing and not dry_run:
        with session() as connections, contextlib.nullcontext() if lake is None else lake.run("fetch", _params(plan, out)) as run:
            if run is not None:
                run.record()
                run_id = run.id
            for name in plan.missing:
                with plan.failed.of(name):
                    _get([one for one in plan.files if one.source.name == name], connections, run, told, patience or Patience(), progress)
            if run is not None and plan.failed:
                run.params["failed"] = dict(plan.failed)
    return {"run": run_id, "files": list(told.values()), "by_hand": plan.by_hand, "failed": dict(plan.failed)}


def _params(plan: Plan, out: Path) -> dict[str, Any]:
    signed = {name: agreement_of(source) for name, source in plan.missing.items() if agreement_of(source)}
    return {"sources": sorted(plan.missing), "out": str(out)} | ({"signed": signed, "signed_by": _user()} if signed else {})


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        # A process may run under a number that no user has.
        return ""


def _get(
    files: Sequence[Planned],
    connections: Session,
    run: Run | None,
    told: dict[Path, dict[str, Any]],
    patience: Patience,
    progress: Progress,
) -> None:
    """Fetch what is not there of one source, in order."""
    lists: dict[str, dict[str, str]] = {}
    for file in (one for one in files if not one.there):
        wanted = _with_digest(file.wanted, lists, connections, patience)
        stage = f"{wanted.source}/{wanted.one.name}"

        def tell(done: int, total: int | None, stage: str = stage) -> None:
            progress(stage, done, total, {"MB": f"{done / 1e6:,.1f}" + ("" if total is None else f" of {total / 1e6:,.1f}")})

        digest = transfer(connections, wanted, file.path, patience, tell)
        told[file.path] = file.told("fetched", digest, checked=wanted.sha256 is not None)
        if run is not None:
            run.inputs.setdefault(f"{wanted.source}/downloads", {})[wanted.one.name] = digest


def _with_digest(wanted: Wanted, lists: dict[str, dict[str, str]], connections: Session, patience: Patience) -> Wanted:
    """With the digest of the publisher's own list, where one is declared beside the file; each list is asked for once."""
    url = wanted.one.sums
    if not url or wanted.sha256 is not None:
        return wanted
    if url not in lists:
        lists[url] = patiently(lambda: digests(connections, wanted, patience), wanted, patience)
    if wanted.one.url not in lists[url]:
        raise wanted.refused("sums", "the list of digests beside it does not name it")
    return replace(wanted, sha256=lists[url][wanted.one.url])
