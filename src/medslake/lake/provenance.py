"""The code behind what is made, as a digest: changed code is not taken for unchanged input."""

from __future__ import annotations

import ast
import functools
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
    told = "".join(f"{name} {sha256}\n" for name, sha256 in files)
    return hashlib.sha256(told.encode()).hexdigest()


def _files(name: str, folders: tuple[str, ...], seen: set[str]) -> Iterator[tuple[str, str]]:
    """(module, digest of its file) of a module and, through its imports, of those that count."""
    module = sys.modules.get(name)
    path = Path(getattr(module, "__file__", None) or "")
    if name in seen or not path.is_file():
        return
    seen.add(name)
    state = path.stat()
    sha256, imported = _read(path, state.st_mtime_ns, state.st_size)
    yield name, sha256
    for other in imported:
        if other in sys.modules and _counts(other, name, folders):
            yield from _files(other, folders, seen)


@functools.cache
def _read(path: Path, changed: int, size: int) -> tuple[str, tuple[str, ...]]:
    """Digest of a file, and what it imports; asked anew when the file changes."""
    content = path.read_bytes()
    imported: dict[str, None] = {}
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            imported |= dict.fromkeys((node.module, *(f"{node.module}.{alias.name}" for alias in node.names)))
        elif isinstance(node, ast.Import):
            imported |= dict.fromkeys(alias.name for alias in node.names)
    return hashlib.sha256(content).hexdigest(), tuple(imported)


def _counts(imported: str, by: str, folders: tuple[str, ...]) -> bool:
    own = by.partition(".")[0]
    return imported.startswith(folders) or (own != "medslake" and imported.partition(".")[0] == own)
