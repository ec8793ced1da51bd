"""The code behind what is made, as a digest: changed code is not taken for unchanged input."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["code_digest"]


def code_digest(module: str, folders: tuple[str, ...]) -> str:
    """Digest of an imported module and of what it imports, directly or not, from these packages, or from its own where that is not
    medslake.
    """
    files = sorted(_files(module, folders, set()))
    told = "".join(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n" for name, path in files)
    return hashlib.sha256(told.encode()).hexdigest()


def _files(name: str, folders: tuple[str, ...], seen: set[str]) -> Iterator[tuple[str, Path]]:
    """(module, file) of a module and, through its imports, of those that count."""
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
            if other in sys.modules and _counts(other, name, folders):
                yield from _files(other, folders, seen)


def _counts(imported: str, by: str, folders: tuple[str, ...]) -> bool:
    own = by.partition(".")[0]
    return imported.startswith(folders) or (own != "medslake" and imported.partition(".")[0] == own)
