"""Plug-ins by kind and name: one file is one source, task, metric, engine ... or a family of them; dropping it in registers it.

A file of the kind's folder (`medslake.plugins` says where these lie) binds its object to the upper-case name of the kind (SOURCE, TASK
...), or a tuple of them to its plural (SOURCES ...). What a file declares is checked when it is loaded: the type, the name, and what the
declaration itself finds (`faults()`). One that is at fault stops what goes over all of its kind, and nothing else.
"""

from __future__ import annotations

import functools
import importlib
import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from medslake import plugins
from medslake.declared import wrong_types
from medslake.errors import BrokenPlugins, UnknownName
from medslake.plugins import Fault, reason

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

__all__ = ["KINDS", "Place", "broken", "get", "items", "kinds_of", "names", "natural", "place", "sound"]


class Kind(NamedTuple):
    """folder: below each root. binding: what a file binds, its plural with an S. noun: class of `medslake.<folder>.base`.

    taken: names that mean something else where those of the kind are named or listed.
    """

    folder: str
    binding: str
    noun: str
    taken: tuple[str, ...] = ()


KINDS = {
    "source": Kind("sources", "SOURCE", "Source", ("all",)),
    "format": Kind("formats", "FORMAT", "Format"),
    "task": Kind("tasks", "TASK", "Task"),
    "metric": Kind("metrics", "METRIC", "Metric"),
    "engine": Kind("engines", "ENGINE", "Engine"),
    "accelerator": Kind("accelerators", "ACCELERATOR", "Accelerator", ("auto",)),
    "leak_test": Kind("leak_tests", "LEAK_TEST", "LeakTest", ("train", "shot", "encounter", "bench")),
    "tagger": Kind("taggers", "TAGGER", "Tagger"),
    "recipe": Kind("recipes", "RECIPE", "Recipe", ("field", "type", "about")),
}


class Place(NamedTuple):
    """Where a plug-in is bound: its module, file and line."""

    module: str
    file: Path
    line: int


class _Bound(NamedTuple):
    value: Any
    line: int


@dataclass
class _Loaded:
    items: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def add(self, item: Any, place: Place) -> Fault | None:
        """Register an item; a name that stands already is given to neither."""
        key = _key(item)
        if key in self.places:
            first = self.places[key]
            self.items.pop(key, None)
            return Fault(f"{first.file}, line {first.line} has the same name.", place.file, place.line, key)
        self.items[key], self.places[key] = item, place
        return None


def items(kind: str) -> dict[str, Any]:
    """All registered objects of a kind by key (a task's key is its id, any other's its name), in key order.

    Raises BrokenPlugins when one of the kind did not load: what goes over all must not leave one out.
    """
    loaded = _loaded(kind)
    if loaded.faults:
        raise BrokenPlugins(kind, loaded.faults)
    return dict(loaded.items)


def names(kind: str) -> list[str]:
    return list(items(kind))


def sound(kind: str) -> dict[str, Any]:
    """Those that loaded, whatever the others do; for lists that name the broken ones beside them."""
    return dict(_loaded(kind).items)


def broken(kind: str | None = None) -> list[Fault]:
    """What did not load of a kind, or of all kinds, and why; each once."""
    return list(dict.fromkeys(fault for one in ([kind] if kind else KINDS) for fault in _loaded(one).faults))


def get(kind: str, name: str) -> Any:
    """One registered object. Raises BrokenPlugins for one that did not load, UnknownName with the nearest known name else."""
    loaded = _loaded(kind)
    if name in loaded.items:
        return loaded.items[name]
    own = [fault for fault in loaded.faults if fault.name == name]
    if own:
        raise BrokenPlugins(kind, own)
    raise UnknownName(kind, name, list(loaded.items), broken=[str(fault) for fault in loaded.faults])


def place(kind: str, name: str) -> Place:
    """Where a plug-in is bound; raises as `get`."""
    get(kind, name)
    return _loaded(kind).places[name]


def kinds_of(name: str) -> list[str]:
    """Kinds that have a plug-in of this name, sound or not."""
    return [kind for kind in KINDS if name in _loaded(kind).items or any(fault.name == name for fault in broken(kind))]


def _loaded(kind: str) -> _Loaded:
    return _load(kind, plugins.roots())


@functools.lru_cache(maxsize=len(KINDS))
def _load(kind: str, roots: plugins.Roots) -> _Loaded:
    form = KINDS[kind]
    loaded = _Loaded(faults=list(roots.faults))
    noun = getattr(importlib.import_module(f"medslake.{form.folder}.base"), form.noun)
    for found in plugins.files(form.folder):
        if isinstance(found, Fault):
            loaded.faults.append(found)
            continue
        name, path = found
        try:
            module = importlib.import_module(name)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            # SystemExit, or what test frameworks skip by: nothing that a plug-in raises may end what asks for it.
            loaded.faults.append(_not_imported(error, path))
            continue
        for bound in _bound(module, path, form):
            if isinstance(bound, Fault):
                loaded.faults.append(bound)
            elif fault := _fault(bound.value, noun, form, path, bound.line) or loaded.add(bound.value, Place(name, path, bound.line)):
                loaded.faults.append(fault)
    loaded.items = {key: loaded.items[key] for key in sorted(loaded.items, key=natural)}
    return loaded


def _bound(module: ModuleType, path: Path, form: Kind) -> Iterator[_Bound | Fault]:
    """What a module binds, with the line, or why that is nothing."""
    one, many = form.binding, f"{form.binding}S"
    lines = _lines(path, (one, many))
    if one in vars(module):
        yield _Bound(vars(module)[one], lines.get(one, 1))
    if many in vars(module):
        values = vars(module)[many]
        if not isinstance(values, tuple) or not values:
            what = "an empty tuple" if values == () else f"a {type(values).__name__}"
            yield Fault(f"{many} is {what}, and must be a tuple of {form.noun}.", path, lines.get(many, 1))
            return
        yield from (_Bound(value, lines.get(many, 1)) for value in values)
    if one not in vars(module) and many not in vars(module):
        yield Fault(f"It binds neither {one} nor {many}; what plug-ins share lies in {form.folder}/parts.", path, 1)


def _fault(value: Any, noun: type, form: Kind, path: Path, line: int) -> Fault | None:
    """What is wrong with a bound object in itself."""
    if not isinstance(value, noun):
        return Fault(f"{form.binding} is a {type(value).__name__}, and must be a {form.noun}.", path, line)
    key = _key(value)
    if not isinstance(key, str) or not key.strip():
        return Fault(f"This {form.noun} has no name.", path, line)
    try:
        found = list(wrong_types(value)) or (list(value.faults()) if hasattr(value, "faults") else [])
        if not found and not _NAME.fullmatch(key):
            found = ["The name is not of up to 100 letters, digits and . _ -, the first a letter or digit."]
        if key in form.taken or key.endswith(".py"):
            found.append(f"The name {key!r} means something else on the command line.")
    except Exception as error:
        found = [f"It cannot be checked: {reason(error)}"]
    return Fault(" ".join(f"{what.rstrip('.')}." for what in found), path, line, key[:100]) if found else None


def _not_imported(error: BaseException, path: Path) -> Fault:
    """The line of this file at which the import ended, in a file that it imports where that one cannot be read."""
    if isinstance(error, SyntaxError) and error.filename:
        return Fault(reason(error), Path(error.filename), error.lineno)
    own = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == path]
    return Fault(reason(error), path, own[-1] if own else 1)


def _lines(path: Path, bindings: tuple[str, ...]) -> dict[str, int]:
    """Where a module binds these names. By its text: Python 3.11 may fail to parse where a garbage collection parses too."""
    text = path.read_text(encoding="utf-8", errors="replace")
    found = re.finditer(rf"^({'|'.join(bindings)})\s*(?::[^=\n]+)?=(?!=)", text, re.MULTILINE)
    return {one[1]: text.count("\n", 0, one.start()) + 1 for one in found}


def _key(item: Any) -> Any:
    return getattr(item, "id", None) or getattr(item, "name", None)


def natural(key: str) -> tuple[str, int]:
    """Sorts names that end in a number by the number."""
    head = key.rstrip("0123456789")
    return head, int(key[len(head) :] or 0)
