"""Discovery of plugins: one file is one source, task, metric, engine, accelerator or recipe; dropping it in registers it.

A plugin module lies somewhere below its package (`medslake/sources`, ...) or in a folder named by `MEDSLAKE_PLUGINS`
(`<folder>/sources/*.py`, ...), and binds its object to the upper-case name of the kind (SOURCE, FORMAT, TASK ...), or a tuple of them
to its plural (SOURCES ...).
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
import pkgutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from medslake.errors import UnknownName, UsageError

__all__ = ["get", "items", "names"]

KINDS = {
    "source": ("medslake.sources", "SOURCE"),
    "format": ("medslake.formats", "FORMAT"),
    "task": ("medslake.tasks", "TASK"),
    "metric": ("medslake.metrics", "METRIC"),
    "engine": ("medslake.engines", "ENGINE"),
    "accelerator": ("medslake.accelerators", "ACCELERATOR"),
    "leak_test": ("medslake.leak_tests", "LEAK_TEST"),
    "recipe": ("medslake.recipes", "RECIPE"),
}


def _package_modules(package: str) -> list[ModuleType]:
    root = importlib.import_module(package)
    found = pkgutil.walk_packages(root.__path__, prefix=f"{package}.")
    return [importlib.import_module(m.name) for m in sorted(found, key=lambda m: m.name) if not m.ispkg]


def _folder_modules(folder: Path, kind: str) -> list[ModuleType]:
    modules = []
    for path in sorted(folder.rglob("*.py")):
        name = f"medslake_plugins.{kind}.{path.stem}"
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise UsageError(f"Plugin {path} cannot be loaded.")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        modules.append(module)
    return modules


@functools.cache
def _load(kind: str, plugins: str) -> dict[str, Any]:
    package, attribute = KINDS[kind]
    modules = _package_modules(package)
    for folder in filter(None, plugins.split(os.pathsep)):
        modules += _folder_modules(Path(folder) / package.rsplit(".", 1)[1], kind)
    found: dict[str, Any] = {}
    for module in modules:
        single = getattr(module, attribute, None)
        for item in (*(() if single is None else (single,)), *getattr(module, f"{attribute}S", ())):
            key = getattr(item, "id", None) or item.name
            if key in found:
                raise UsageError(f"Two files register the {kind} {key!r}; the second is {module.__file__}.")
            found[key] = item
    return found


def items(kind: str) -> dict[str, Any]:
    """All registered objects of a kind by key (a task's key is its id, any other's its name), in key order."""
    found = _load(kind, os.environ.get("MEDSLAKE_PLUGINS", ""))
    return dict(sorted(found.items(), key=lambda kv: _natural(kv[0])))


def names(kind: str) -> list[str]:
    return list(items(kind))


def get(kind: str, name: str) -> Any:
    """One registered object; raises UnknownName with the nearest known name."""
    found = items(kind)
    if name not in found:
        raise UnknownName(kind, name, list(found))
    return found[name]


def _natural(key: str) -> tuple[str, int]:
    head = key.rstrip("0123456789")
    return head, int(key[len(head) :] or 0)
