"""`medslake plugin check`: everything that can be said about plug-ins without the user's data."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from medslake import plugins, registry
from medslake.conformance.lines import own_lines
from medslake.conformance.scratch import Scratch
from medslake.conformance.workers import not_sent
from medslake.errors import UnknownName, UsageError
from medslake.plugins import Fault, reason
from medslake.registry import KINDS

__all__ = ["Checked", "check_file", "check_name", "checked"]

#: Kinds that Ray's workers get; Spark's get the others.
_RAY = ("metric", "engine", "accelerator", "recipe")


@dataclass(frozen=True)
class Checked:
    """A plug-in that was checked. lines: of its file without examples, divided by the members of a family. faults: none of a sound one.

    untried: what of it could not be tried on this host, and why.
    """

    kind: str
    name: str
    lines: float
    faults: tuple[Fault, ...]
    untried: str | None = None


def check_name(name: str, scratch: Scratch | None = None) -> tuple[list[Checked], list[Fault]]:
    """The plug-ins of a name, of whatever kind, checked, and what does not load of them and of their files. Raises UnknownName."""
    lost, kinds = registry.broken(), registry.kinds_of(name)
    if not kinds:
        known = [one for kind in KINDS for one in registry.sound(kind)]
        raise UnknownName("plug-in", name, known, broken=list(map(str, lost)))
    there = [kind for kind in kinds if name in registry.sound(kind)]
    files = [registry.place(kind, name).file for kind in there]
    return checked({kind: [name] for kind in there}, scratch), [fault for fault in lost if fault.name == name or fault.file in files]


def check_file(path: Path, scratch: Scratch | None = None) -> tuple[list[Checked], list[Fault]]:
    """The plug-ins that a file binds, checked, and what of it does not load. A file outside of the folders that are known is taken as if
    its own folder of plug-ins were one of them. Raises UsageError for a file that lies in no folder of a kind.
    """
    path = path.resolve()
    kind = _known(path) or _made_known(path)
    names = [name for name in registry.sound(kind) if registry.place(kind, name).file == path]
    lost = [fault for fault in registry.broken(kind) if fault.file == path]
    if not names and not lost:
        raise UsageError(f"{path} is no plug-in.", hint="What plug-ins share lies in parts/, and is checked with them.")
    return checked({kind: names}, scratch), lost


def checked(names: Mapping[str, Iterable[str]], scratch: Scratch | None = None) -> list[Checked]:
    """Plug-ins that loaded, by kind, with what is wrong with each; those of a kind are checked together."""
    if scratch is None:
        with Scratch() as own:
            return checked(names, own)
    found: list[Checked] = []
    for kind, wanted in names.items():
        items = {name: registry.get(kind, name) for name in wanted}
        if not items:
            continue
        told = _told(kind, items, scratch)
        places = {name: registry.place(kind, name) for name in items}
        members: dict[Path, int] = {}
        for name in registry.sound(kind):
            file = registry.place(kind, name).file
            members[file] = members.get(file, 0) + 1
        for name in items:
            file, line = places[name].file, places[name].line
            faults = tuple(Fault(what, file, line, name) for what in told.get(name, ()))
            found.append(Checked(kind, name, own_lines(file) / members[file], faults, scratch.untried.get((kind, name))))
    return found


def _told(kind: str, items: Mapping[str, Any], scratch: Scratch) -> dict[str, list[str]]:
    """Name -> what is wrong; what cannot be sent to a worker is not run."""
    lost = not_sent(items, "ray.cloudpickle" if kind in _RAY else "pyspark.cloudpickle")
    found = {name: [lost[name]] if name in lost else [] for name in items}
    ready = {name: item for name, item in items.items() if name not in lost}
    if ready:
        # A module of this package bears the name of the kind's folder.
        module = importlib.import_module(f"medslake.conformance.{KINDS[kind].folder}")
        found |= _findings(module.findings, ready, scratch)
    return found


def _findings(findings: Callable[..., dict[str, list[str]]], items: Mapping[str, Any], scratch: Scratch) -> dict[str, list[str]]:
    """Of all together; where one raises, of each alone, so that it costs itself. Nothing that a plug-in raises ends the check."""
    try:
        return findings(items, scratch)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if len(items) == 1:
            return {name: [f"It cannot be tried: {reason(error)}"] for name in items}
    return {name: what for name, item in items.items() for name, what in _findings(findings, {name: item}, scratch).items()}


def _kind_of(folder: str) -> str | None:
    return next((kind for kind, form in KINDS.items() if form.folder == folder), None)


def _known(path: Path) -> str | None:
    for root in plugins.roots().found:
        if path.is_relative_to(root.folder):
            return _kind_of(path.relative_to(root.folder).parts[0])
    return None


def _made_known(path: Path) -> str:
    if not path.is_file():
        raise UsageError(f"There is no file {path}.")
    for parent in path.parents:
        kind = _kind_of(parent.name)
        if kind is not None:
            os.environ[plugins.FOLDERS] = os.pathsep.join([*filter(None, [os.environ.get(plugins.FOLDERS)]), str(parent.parent)])
            return kind
    raise UsageError(f"{path} lies in no folder of a kind.", hint=f"Put it below one of {', '.join(f.folder for f in KINDS.values())}.")
