"""Which Delta tables we may read by their file list, and which we may write.

Reading by file list ignores deletion vectors and column mapping, and our commits enforce only what the DDL says. A table that asks for more
is refused with one sentence instead of being read wrongly or broken.
"""

from __future__ import annotations

from typing import Any

from deltalake import DeltaTable

from medslake.errors import UsageError

__all__ = ["refuse_unreadable", "refuse_unwritable"]

_READ = {"timestampNtz"}
_WRITE = {"timestampNtz", "appendOnly", "invariants", "checkConstraints", "changeDataFeed", "generatedColumns", "identityColumns"}
_SWITCHES = ("delta.appendOnly", "delta.enableChangeDataFeed", "delta.enableDeletionVectors", "delta.enableRowTracking")
_FIELD_RULES = ("delta.invariants", "delta.generationExpression", "delta.identity.start")


def refuse_unreadable(name: str, table: DeltaTable) -> None:
    """Raise UsageError for features that change what the files mean."""
    protocol = table.protocol()
    unknown = set(protocol.reader_features or ()) - _READ
    mapping = table.metadata().configuration.get("delta.columnMapping.mode", "none")
    if protocol.min_reader_version > 3 or unknown or mapping != "none":
        other = f"column mapping {mapping}" if mapping != "none" else f"reader version {protocol.min_reader_version}"
        told = ", ".join(sorted(unknown)) or other
        raise UsageError(f"{name} uses Delta features that this reader does not implement ({told}).", hint="Use the native adapter for it.")


def refuse_unwritable(name: str, table: DeltaTable, schema: dict[str, Any]) -> None:
    """Raise UsageError for features that a writer must honour and we do not."""
    protocol = table.protocol()
    configuration = table.metadata().configuration
    found = set(protocol.writer_features or ()) - _WRITE
    found |= {k for k in configuration if k.startswith("delta.constraints.")}
    found |= {k for k in _SWITCHES if configuration.get(k, "false") == "true"}
    found |= {f"{rule} on {f['name']}" for f in schema["fields"] for rule in _FIELD_RULES if rule in f.get("metadata", {})}
    if protocol.min_writer_version > 7 or found:
        told = ", ".join(sorted(found)) or f"writer version {protocol.min_writer_version}"
        raise UsageError(f"{name} uses Delta features that this writer does not implement ({told}).", hint="Use the native adapter for it.")
