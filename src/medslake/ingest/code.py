"""The code that makes a table's rows, as a digest: changed code is not taken for unchanged input."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from medslake import registry

__all__ = ["code_digest"]

#: What a declaration imports from these makes its rows too, and from its own package where that is another.
_FOLDERS = ("medslake.sources", "medslake.formats", "medslake.synth")


def code_digest(kind: str, name: str) -> str:
    """Digest of the file that binds a plug-in and of what it imports from plug-in folders."""
    files = sorted(_files(registry.place(kind, name).module, set()))
    told = "".join(f"{module} {hashlib.sha256(path.read_bytes()).hexdigest()}\n" for module, path in files)
    return hashlib.sha256(told.encode()).hexdigest()


def _files(name: str, seen: set[str]) -> Iterator[tuple[str, Path]]:
    """(module, file) of a module and, through its imports, of those that lie in plug-in folders."""
    module = sys.modules.get(name)
    path = Path(getattr(module, "__file__", None) or "")
    if name in seen or not path.is_file():
        return
    seen.add(name)
    yield name, path
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        else:
            continue
        for other in found:
            if other in sys.modules and _makes_rows(other, name):
                yield from _files(other, seen)


def _makes_rows(imported: str, by: str) -> bool:
    own = by.partition(".")[0]
    return imported.startswith(_FOLDERS) or (own != "medslake" and imported.partition(".")[0] == own)
