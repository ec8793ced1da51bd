"""Versions and licences of the sources that the lake holds."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from typing import Any

from medslake import registry
from medslake.errors import UnknownName
from medslake.report.asking import Ask

__all__ = ["origins"]


def origins(ask: Ask) -> list[dict[str, Any]]:
    """Rows of ops.sources by name, each with `release` (that its declaration was written for), `files` read and their `digest`.

    digest: the first 12 digits of the SHA-256 of all names and digests of the files that the newest complete ingest of the source read; ""
    where no run tells.
    """
    rows = ask("ops.sources", "select source, title, licence, access, citation, synthetic from ops.sources order by source")
    if not rows:
        return []
    read = _files_read(ask)
    return [
        {**row, "release": _release(row["source"]), "files": len(read[row["source"]]), "digest": _digest(read[row["source"]])}
        for row in rows
    ]


def _files_read(ask: Ask) -> dict[str, dict[str, str]]:
    """source -> file -> SHA-256, of its newest complete ingest."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for run in ask("ops.runs", "select inputs from ops.runs where job = 'ingest' and state = 'COMPLETE' order by ended"):
        own: dict[str, dict[str, str]] = defaultdict(dict)
        for name, files in json.loads(run["inputs"]).items():
            if isinstance(files, dict):
                own[name.partition("/")[0]].update({file: str(digest) for file, digest in files.items()})
        found.update(own)
    return found


def _digest(files: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()[:12] if files else ""


def _release(source: str) -> str:
    try:
        return str(registry.get("source", source).release)
    except UnknownName:
        return ""
