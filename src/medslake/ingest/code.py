"""The code that makes a table's rows, as a digest: changed code is not taken for unchanged input."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["code_digest"]

#: Plug-in folders: what a declaration imports from these makes its rows too.
_FOLDERS = ("sources", "formats", "synth")


def code_digest(kind: str, item: Any) -> str:
    """Digest of the file that binds a plug-in and of what it imports from plug-in folders; "" for one that no file binds."""
    module = _declaring(kind.upper(), item)
    files = dict(sorted(_files(module, set()))) if module else {}
    told = "".join(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n" for name, path in files.items())
    return hashlib.sha256(told.encode()).hexdigest() if files else ""


def _declaring(binding: str, item: Any) -> str | None:
    for name, module in list(sys.modules.items()):
        bound = getattr(module, "__dict__", {})
        if bound.get(binding) is item or any(one is item for one in bound.get(f"{binding}S", ())):
            return name
    return None


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
            if other in sys.modules and set(other.split(".")) & set(_FOLDERS) and other.split(".")[0] in (name.split(".")[0], "medslake"):
                yield from _files(other, seen)
