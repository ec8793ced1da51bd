"""The code that makes a table's rows, as a digest."""

from __future__ import annotations

from medslake import registry
from medslake.lake import provenance

__all__ = ["code_digest", "twin_digest"]

#: What a declaration imports from these makes its rows too.
_FOLDERS = ("medslake.sources", "medslake.formats")


def code_digest(kind: str, name: str) -> str:
    """Digest of the file that binds a plug-in and of what it imports from plug-in folders."""
    return provenance.code_digest(registry.place(kind, name).module, _FOLDERS)


def twin_digest(source: str) -> str:
    """The same of a source and what its synthetic files are made with."""
    return provenance.code_digest(registry.place("source", source).module, (*_FOLDERS, "medslake.synth"))
