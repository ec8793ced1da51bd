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
import re
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
        found, unreadable = _python_files(root.folder / part)
        yield from unreadable
        for path in found:
            inside = path.relative_to(root.folder / part)
            if not all(name.isidentifier() for name in inside.with_suffix("").parts):
                yield Fault("Python cannot import a file of this name; letters, digits and _ may stand in it.", path)
                continue
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


def _python_files(folder: Path) -> tuple[list[Path], list[Fault]]:
    """Files below a folder, hidden ones left out as every tool does, and what of it cannot be read."""
    found: list[Path] = []
    faults: list[Fault] = []

    def unreadable(error: OSError) -> None:
        if folder.parent.is_dir() and not isinstance(error, FileNotFoundError):
            faults.append(Fault(f"It cannot be read ({error.strerror}).", Path(error.filename)))

    for top, folders, names in os.walk(folder, onerror=unreadable, followlinks=True):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        found += [Path(top, name) for name in names if name.endswith(".py") and not name.startswith(".")]
    return sorted(found), faults


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
    try:
        text = str(error).strip()
    except Exception:
        text = ""
    # What a worker of Spark raised is text by now, and so is what the JVM did.
    told = re.findall(r"^(?:Caused by: )?([\w.$]+(?:Error|Exception|Exit|Interrupt): .+)$", text, re.MULTILINE)
    if told and ("Traceback (most recent call last)" in text or "Caused by: " in text):
        return f"{told[-1].rstrip('.')}."
    first = (text or "no message").splitlines()[0]
    return f"{type(error).__name__}: {first.rstrip('.')}."


@functools.lru_cache(maxsize=1)
def _roots(setting: str) -> Roots:
    for name in [m for m in sys.modules if m.startswith(f"{PACKAGE}.")]:
        del sys.modules[name]
    found, faults = [Root("medslake", Path(__file__).parent)], []
    named = dict.fromkeys(filter(str.strip, setting.split(os.pathsep)))
    for folder in dict.fromkeys(map(_resolved, named)):
        if _is_folder(folder):
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


def _resolved(name: str) -> Path:
    """One spelling of a folder, so that none is taken twice."""
    try:
        return Path(name).expanduser().resolve()
    except RuntimeError:
        # ~user of nobody.
        return Path(name).resolve()


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except PermissionError:
        return False


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
