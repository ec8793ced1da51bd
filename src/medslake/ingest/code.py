"""The code that makes a table's rows, as a digest."""

from __future__ import annotations

from medslake import registry
from medslake.lake import provenance

__all__ = ["code_digest"]

#: What a declaration imports from these makes its rows too.
_FOLDERS = ("medslake.sources", "medslake.formats", "medslake.synth")


def code_digest(kind: str, name: str) -> str:
    """Digest of the file that binds a plug-in and of what it imports from plug-in folders."""
    return provenance.code_digest(registry.place(kind, name).module, _FOLDERS)
