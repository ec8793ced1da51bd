"""Where plug-ins lie: the package itself, folders of MEDSLAKE_PLUGINS, and installed packages.

Each of these roots has the layout of `medslake`: `sources/`, `tasks/<category>/`, `metrics/` ... A file of a folder is a module of
`medslake_plugins` (`medslake_plugins.sources.ward_letters`), so plug-ins import each other. An installed package names its own package of
plug-ins by an entry point: group `medslake.plugins`, `st_mary = "st_mary.lake"`.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

__all__ = ["FOLDERS", "GROUP", "PACKAGE", "Fault", "Root", "Roots", "by_value", "files", "folders", "reason", "roots"]

_LOG = logging.getLogger(__name__)
#: Environment variable that names folders of plug-ins, separated as PATH is.
FOLDERS = "MEDSLAKE_PLUGINS"
#: Package whose modules are the files of these folders.
PACKAGE = "medslake_plugins"
#: Entry points by which an installed package says where its plug-ins lie.
GROUP = "medslake.plugins"


@dataclass(frozen=True)
class Fault:
    """Why something is no plug-in: one sentence, and the place where to mend it.

    name: of the plug-in, where it has one. Without a file the environment is at fault.
    """

    what: str
    file: Path | None = None
    line: int | None = None
    name: str | None = None

    def __str__(self) -> str:
        place = "" if self.file is None else f"{self.file}: " if self.line is None else f"{self.file}, line {self.line}: "
        return place + (f"{self.name}: " if self.name else "") + self.what


@dataclass(frozen=True)
class Root:
    """A package of plug-ins and a folder where its modules lie."""

    package: str
    folder: Path


@dataclass(frozen=True, eq=False)
class Roots:
    """All roots there are, the package itself first, and what was named and is not there.

    Equal to itself alone: folders that are named, left out and named again are read anew.
    """

    found: tuple[Root, ...]
    faults: tuple[Fault, ...]


def roots() -> Roots:
    """Roots of this environment; modules of folders that it no longer names are forgotten."""
    return _roots(os.environ.get(FOLDERS, ""))


def folders() -> list[Path]:
    """Folders of the plug-ins outside of the package, for what lies there besides Python: `lakehouse/`, `expectations/`."""
    return [root.folder for root in roots().found[1:]]


def files(part: str) -> Iterator[tuple[str, Path] | Fault]:
    """(module name, file) of every plug-in below the folder `part` of all roots, or why a file is none."""
    seen: dict[str, Path] = {}
    for root in roots().found:
        for path in sorted((root.folder / part).rglob("*.py")):
            inside = path.relative_to(root.folder / part)
            if "parts" in inside.parts or "__pycache__" in inside.parts or str(inside) == "base.py":
                continue
            if path.name == "__init__.py":
                hidden = [other.folder / part / inside.parent for other in roots().found if other.package == root.package and other != root]
                yield from (Fault(f"It hides {folder}; remove it.", path) for folder in hidden if folder.is_dir())
                continue
            name = ".".join((root.package, part, *inside.with_suffix("").parts))
            first = seen.setdefault(name, path)
            if first != path:
                yield Fault(f"{first} is the same module; rename one of the two files.", path)
            else:
                yield name, path


def by_value(cloudpickle: ModuleType) -> None:
    """Let this cloudpickle (Spark's or Ray's) send what the folders of MEDSLAKE_PLUGINS define as it is: workers have no such modules."""
    roots()
    cloudpickle.register_pickle_by_value(_package())


def reason(error: BaseException) -> str:
    """The first line of an error, with its type where it is none of ours."""
    from medslake.errors import MedslakeError

    if isinstance(error, MedslakeError):
        return str(error)
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__}: {error.msg}."
    first = (str(error).strip() or "no message").splitlines()[0]
    return f"{type(error).__name__}: {first.rstrip('.')}."


@functools.lru_cache(maxsize=1)
def _roots(setting: str) -> Roots:
    for name in [m for m in sys.modules if m.startswith(f"{PACKAGE}.")]:
        del sys.modules[name]
    found, faults = [Root("medslake", Path(__file__).parent)], []
    named = dict.fromkeys(Path(folder).expanduser().absolute() for folder in setting.split(os.pathsep) if folder.strip())
    for folder in named:
        if folder.is_dir():
            found.append(Root(PACKAGE, folder))
            if folder.stat().st_mode & 0o002:
                _LOG.warning(
                    "%s names %s, which every user may write: what lies there runs as you. Run: chmod o-w %s", FOLDERS, folder, folder
                )
        else:
            faults.append(Fault(f"{FOLDERS} names {folder}, which is no folder."))
    _package().__path__ = [str(root.folder) for root in found[1:]]
    importlib.invalidate_caches()
    installed, missing = _installed()
    return Roots((*found, *installed), (*faults, *missing))


def _package() -> ModuleType:
    if PACKAGE not in sys.modules:
        package = ModuleType(PACKAGE, "Files of the folders that MEDSLAKE_PLUGINS names.")
        package.__path__ = []
        sys.modules[PACKAGE] = package
    return sys.modules[PACKAGE]


@functools.cache
def _installed() -> tuple[list[Root], list[Fault]]:
    from importlib.metadata import entry_points

    found, faults = [], []
    for point in sorted(set(entry_points(group=GROUP)), key=lambda point: (point.name, point.value)):
        owner = point.dist.name if point.dist else "a package"
        try:
            spec = importlib.util.find_spec(point.value)
        except Exception as error:
            faults.append(Fault(f"Entry point {point.name} = {point.value!r} of {owner} cannot be imported: {reason(error)}"))
            continue
        if spec is None or spec.submodule_search_locations is None:
            faults.append(Fault(f"Entry point {point.name} = {point.value!r} of {owner} names no package."))
            continue
        found += [Root(point.value, Path(folder)) for folder in spec.submodule_search_locations]
    return found, faults
