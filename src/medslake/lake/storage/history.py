"""The history of a table, for people: what the log still tells of its commits. Nothing is decided by it: Delta deletes old entries."""

from __future__ import annotations

import json
from typing import Any

from medslake.lake.storage.place import Place
from medslake.lake.storage.snapshot import log_entries

__all__ = ["history", "metadata_of"]


def history(place: Place, name: str, limit: int | None = None) -> list[dict[str, Any]]:
    """Newest first: version, timestamp (ms), operation, metadata (run id, job, code version, inputs ...)."""
    commits = [(version, path) for version, path, is_commit in log_entries(place, name) if is_commit]
    if not commits and name not in place.names():
        raise place.known(name)
    return [_entry(place, version, path) for version, path in commits[::-1][:limit]]


def _entry(place: Place, version: int, path: str) -> dict[str, Any]:
    with place.filesystem.open_input_stream(path) as file:
        lines = file.read().decode().splitlines()
    actions = (json.loads(line) for line in lines if '"commitInfo"' in line)
    info: dict[str, Any] = next((action["commitInfo"] for action in actions if "commitInfo" in action), {})
    metadata = metadata_of(info.get("userMetadata"))
    operation = metadata.get("operation") or info.get("operation", "")
    return {"version": version, "timestamp": info.get("timestamp"), "operation": operation, "metadata": metadata}


def metadata_of(text: str | None) -> dict[str, Any]:
    """userMetadata as a dict; what another program wrote there as {"text": ...}."""
    try:
        told = json.loads(text or "{}")
    except ValueError:
        told = None
    return told if isinstance(told, dict) else {"text": text}
