"""Files of the published set: which task each belongs to, and its instances one after the other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from medslake.errors import UnknownName, UsageError
from medslake.formats import Unreadable
from medslake.formats.parts.json_text import Text

__all__ = ["Instance", "Refused", "SetFile", "files_of", "instances"]

_SUFFIXES = (".json", ".jsonl")
#: What may follow a task's id in the name of a file.
_AFTER_ID = ("", "_", ".", "-")


class SetFile(NamedTuple):
    """name: below the folder, with `/`. task: None where nobody says which."""

    name: str
    path: Path
    task: str | None

    def sha256(self) -> str:
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Instance:
    """number: its place in Instances, from 1. more: outputs behind the first one."""

    number: int
    input: str
    output: str
    more: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """number: place of the instance, None where the file as a whole breaks the rule."""

    number: int | None
    rule: str


def files_of(folder: Path, task_of: Sequence[str], tasks: Mapping[str, str]) -> list[SetFile]:
    """All `*.json` and `*.jsonl` below a folder (or the one file), in order of their names.

    task_of: `FILE=TASK`, FILE being the name below the folder; it outranks the name of the file, which begins with a task's id or is the
    name of one task. tasks: id -> name. Raises UsageError, UnknownName for a task.
    """
    told = _told(task_of, set(tasks))
    if folder.is_file():
        paths, root = [folder], folder.parent
    elif folder.is_dir():
        paths, root = sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES and path.is_file()), folder
    else:
        raise UsageError(f"{folder} does not exist.", hint="Name the folder with the JSON files of MedS-Ins.")
    if not paths:
        raise UsageError(f"{folder} holds no JSON files.", hint="Name the folder with the JSON files of MedS-Ins.")
    found = []
    for path in paths:
        name = path.relative_to(root).as_posix()
        found.append(SetFile(name, path, told.pop(name, None) or _named(path.stem, tasks)))
    if told:
        raise UsageError(f"{folder} holds no file {next(iter(told))!r}.", hint="FILE of --task-of is its name below the folder.")
    return found


def _told(task_of: Sequence[str], ids: set[str]) -> dict[str, str]:
    told = {}
    for one in task_of:
        name, sign, task = one.rpartition("=")
        if not sign or not name:
            raise UsageError(f"{one!r} does not say which task a file belongs to.", hint="Example: --task-of EBMS_answer.json=task100")
        if task not in ids:
            raise UnknownName("task", task, sorted(ids))
        told[name] = task
    return told


def _named(stem: str, tasks: Mapping[str, str]) -> str | None:
    # Some tasks share a name, which then says nothing.
    if len(named := [task for task, name in tasks.items() if name == stem]) == 1:
        return named[0]
    begun = [task for task in tasks if stem.startswith(task) and stem[len(task) :][:1] in _AFTER_ID]
    return max(begun, key=len, default=None)


def instances(file: SetFile) -> Iterator[Instance | Refused]:
    """What stands in a file's `Instances`, whatever other keys it has; few are in memory at a time.

    Where the text breaks off, the instances before that place have been given, and the last is Refused `not_json`.
    """
    there, reached = False, 0
    try:
        with file.path.open("rb") as stream:
            for name, value in Text(stream).members("Instances"):
                if name != "Instances":
                    continue
                if there or not isinstance(value, Iterator):
                    yield Refused(None, "instances_twice" if there else "no_instances")
                    return
                there = True
                for one in value:
                    reached = one.row
                    yield Refused(one.row, "not_json") if one.error is not None else _instance(one.row, one.value)
    except Unreadable:
        yield Refused(reached + 1 if there else None, "not_json")
        return
    except OSError:
        yield Refused(None, "not_readable")
        return
    if not there:
        yield Refused(None, "no_instances")


def _instance(number: int, value: Any) -> Instance | Refused:
    if not isinstance(value, dict):
        return Refused(number, "no_object")
    if "input" not in value:
        return Refused(number, "no_input")
    outputs = value.get("output")
    outputs = outputs if isinstance(outputs, list) else [outputs]
    if not outputs or outputs[0] in (None, ""):
        return Refused(number, "no_output")
    if not all(isinstance(text, str) for text in (value["input"], *outputs)):
        return Refused(number, "no_text")
    return Instance(number, value["input"], outputs[0], tuple(outputs[1:]))
