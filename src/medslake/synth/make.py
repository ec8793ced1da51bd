"""Twins to folders: chunks of records, each from its own chance, made in any number of processes and written in order.

A folder is built beside its place, under the name with `.part`, and gets its name when it is whole. What broke off goes on with the files
that are not there yet.
"""

from __future__ import annotations

import gc
import json
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from medslake.errors import UsageError
from medslake.progress import Progress, quiet
from medslake.synth.base import Part, Rows, Twin
from medslake.synth.draw import Draw
from medslake.synth.outputs import Outputs, containers, packed, placed
from medslake.synth.writers.base import FilesWriter, TextWriter, Writer, named

__all__ = ["DIRT", "MARKER", "Made", "MadeFile", "Work", "make", "settled"]

#: Lies in every folder, so that nobody takes invented rows for the data set. Its last line says what the folder was made with.
MARKER = "SYNTHETIC.txt"
#: Beside it where there is dirt: a JSON object per planted fault.
DIRT = "SYNTHETIC.dirt"
_LOG = ".made.jsonl"
_NOTE = (
    "These files imitate the layout of {title}.\n"
    "Every word and number in them was invented for tests and demonstrations of medslake (seed {seed}, {records} records).\n"
    "They hold no row of the real data set, describe no person and must not be used as medical knowledge.\n"
)


@dataclass(frozen=True)
class Work:
    """One folder to be made. load: name -> its twin, a function of a module: worker processes call it. code: digest of the twin's code.

    scale, or about so many records. replace: a folder that was made with other words is made anew, where it is refused else.
    """

    name: str
    title: str
    load: Callable[[str], Twin]
    home: Path
    seed: int
    scale: float | None = None
    records: int | None = None
    dirt: bool = False
    code: str = ""
    replace: bool = False

    @property
    def words(self) -> dict[str, Any]:
        """What the bytes follow from."""
        return {key: getattr(self, key) for key in ("name", "seed", "scale", "records", "dirt", "code")}

    @property
    def part(self) -> Path:
        return self.home.with_name(f"{self.home.name}.part")

    @property
    def plan(self) -> list[tuple[Part, int, int]]:
        twin = self.load(self.name)
        return twin.counts(twin.share(scale=self.scale, records=self.records))


@dataclass(frozen=True)
class MadeFile:
    """A file, or a folder of files (its path ends in "/"): its bytes and records, as far as known."""

    path: str
    bytes: int
    records: int | None


@dataclass
class Made:
    """A folder that is whole. dirt: planted faults. there: before, so that it was left."""

    name: str
    home: Path
    files: list[MadeFile] = field(default_factory=list)
    dirt: int = 0
    there: bool = False
    seconds: float = 0.0


@dataclass(frozen=True)
class _Task:
    """One chunk: records `start` to `end` of those of a part, from 0."""

    load: Callable[[str], Twin]
    name: str
    seed: int
    part: int
    first: int
    start: int
    end: int
    count: int
    dirt: bool


@dataclass
class _Chunk:
    """payloads: output -> what its sink takes. records: output -> how many. faults: output, place here, kind, rows set aside, rule."""

    payloads: dict[str, Any]
    records: dict[str, int]
    faults: list[tuple[str, int, str, int, str]]


@lru_cache(maxsize=8)
def _twin(load: Callable[[str], Twin], name: str) -> Twin:
    return load(name)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Rows hold no cycles; to look for some in thousands of them takes a tenth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@_uncollected()
def _chunk(task: _Task) -> _Chunk:
    part = _twin(task.load, task.name).files[task.part]
    path = next(iter(part.outputs.values()))[0]
    draw = Draw(task.seed, task.name, task.part, path, task.start)
    # Another chance for faults: the records around them are those of the clean files.
    chance = Draw(task.seed, task.name, task.part, path, task.start, "dirt")
    rows: dict[str, list[Any]] = {name: [] for name in part.outputs}
    spoilt: dict[str, dict[int, Callable[[Draw, str], str]]] = {name: {} for name in part.outputs}
    faults: list[tuple[str, int, str, int, str]] = []
    faulty = _faulty(task.load, task.name, task.seed, task.part, task.count) if task.dirt and part.dirt else {}
    for at in range(task.start, task.end):
        kind = faulty.get(at)
        wanted = kind.partition(":")[0] if kind and len(part.outputs) > 1 else ""
        for name, record in part.rows(draw, task.first + at):
            kept = rows[name]
            if kind is None or name != wanted:
                kept.append(record)
                continue
            dirt, wanted = part.dirt[kind], "\n"
            faults.append((name, len(kept), kind, dirt.aside, dirt.rule))
            if dirt.record:
                record = dirt.record(chance, record)
            elif dirt.text:
                spoilt[name][len(kept)] = dirt.text
            kept.extend(record) if isinstance(record, Rows) else kept.append(record)
    payloads = {name: _payload(writer, target, rows[name], spoilt[name], chance) for name, (target, writer) in part.outputs.items()}
    return _Chunk(payloads, {name: len(kept) for name, kept in rows.items()}, faults)


@lru_cache(maxsize=8)
def _faulty(load: Callable[[str], Twin], name: str, seed: int, place: int, count: int) -> Mapping[int, str]:
    """Records of a part, from 0 -> the kind of fault that each has. Of each kind there are rate x count, and at least one."""
    dirt = _twin(load, name).files[place].dirt
    wanted = [kind for kind, one in dirt.items() for _ in range(max(1, round(one.rate * count)))][:count]
    return dict(zip(Draw(seed, name, place, "faults").sample(range(count), len(wanted)), wanted, strict=True))


def _payload(writer: Writer, path: str, records: list[Any], spoilt: Mapping[int, Callable[[Draw, str], str]], chance: Draw) -> Any:
    if isinstance(writer, FilesWriter):
        return named(records)
    if not isinstance(writer, TextWriter):
        return records
    if spoilt:
        told = [writer.joined([record]) for record in records]
        text = writer.separator.join([spoilt[at](chance, one) if at in spoilt else one for at, one in enumerate(told)])
    else:
        text = writer.joined(records)
    data = text.encode(writer.encoding)
    return packed(data) if data and path.endswith(".gz") else data


class _Folder:
    """A folder in the making: its units are parts of the twin that write to the same files."""

    def __init__(self, work: Work) -> None:
        self.work, self.plan = work, work.plan
        self.twin = _twin(work.load, work.name)
        self.units = _units(self.plan)
        self.made = Made(work.name, work.home)
        self.began = time.monotonic()
        self.there = _is_whole(work)
        self.log: list[dict[str, Any]] = [] if self.there else _begun(work)
        self.outputs: Outputs | None = None
        self.records: dict[str, int] = {}
        self.faults: list[dict[str, Any]] = []

    @property
    def todo(self) -> list[list[int]]:
        """Units that are not made yet."""
        done = [one["parts"] for one in self.log]
        return [] if self.there else [unit for unit in self.units if unit not in done]

    def tasks(self, unit: list[int]) -> Iterator[_Task]:
        for place in unit:
            part, first, count = self.plan[place]
            for start in range(0, count, part.chunk):
                end = min(count, start + part.chunk)
                yield _Task(self.work.load, self.work.name, self.work.seed, place, first, start, end, count, self.work.dirt)

    def write(self, unit: list[int], place: int, chunk: _Chunk) -> None:
        if self.outputs is None:
            self.outputs = Outputs(self.work.part, [(one, self.plan[one][0]) for one in unit])
        paths = {name: path for name, (path, _) in self.plan[place][0].outputs.items()}
        for name, at, kind, aside, rule in chunk.faults:
            number = self.records.get(paths[name], 0) + at + 1
            self.faults.append({"file": paths[name], "record": number, "kind": kind, "aside": aside, "rule": rule})
        for name, payload in chunk.payloads.items():
            self.outputs.write(place, name, payload)
            self.records[paths[name]] = self.records.get(paths[name], 0) + chunk.records[name]

    def close(self, unit: list[int]) -> None:
        sizes = self.outputs.close() if self.outputs else {}
        files = [[path, size, self.records.get("" if path == "./" else path, 0)] for path, size in sizes.items()]
        self.log.append({"parts": unit, "files": files, "faults": self.faults})
        with (self.work.part / _LOG).open("a", encoding="utf-8") as log:
            log.write(f"{json.dumps(self.log[-1])}\n")
        self.outputs, self.records, self.faults = None, {}, []

    def finish(self) -> Made:
        if self.there:
            told = settled(self.work.home) or {}
            self.made.there = True
            self.made.files, self.made.dirt = [MadeFile(*one) for one in told["files"]], told["dirt"]
            return self.made
        self.log.sort(key=lambda one: one["parts"])
        self.made.files = [MadeFile(*file) for one in self.log for file in one["files"]]
        faults = [fault for one in self.log for fault in one["faults"]]
        self.made.dirt = len(faults)
        for path, content in self.twin.plain_files().items():
            file = placed(self.work.part, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            self.made.files.append(MadeFile(path, len(content), None))
        if self.work.dirt:
            (self.work.part / DIRT).write_text("".join(f"{json.dumps(fault)}\n" for fault in faults), encoding="utf-8")
        records = sum(count for _, _, count in self.plan)
        told = {"words": self.work.words, "dirt": len(faults), "files": [[one.path, one.bytes, one.records] for one in self.made.files]}
        note = _NOTE.format(title=self.work.title, seed=self.work.seed, records=f"{records:,}")
        (self.work.part / MARKER).write_text(f"{note}{json.dumps(told)}\n", encoding="utf-8")
        (self.work.part / _LOG).unlink()
        if self.work.home.exists():
            shutil.rmtree(self.work.home)
        self.work.part.rename(self.work.home)
        self.made.seconds = time.monotonic() - self.began
        return self.made


def _units(plan: Sequence[tuple[Part, int, int]]) -> list[list[int]]:
    """Places of parts; those that share a file go together."""
    units: list[tuple[list[int], set[str]]] = []
    for place, (part, _, _) in enumerate(plan):
        mine = containers(part)
        shared = [one for one in units if one[1] & mine]
        units = [one for one in units if one not in shared]
        units.append((sorted([place, *(at for one in shared for at in one[0])]), mine.union(*(one[1] for one in shared))))
    return sorted(unit for unit, _ in units)


def _is_whole(work: Work) -> bool:
    told = settled(work.home)
    return (
        told is not None
        and told["words"] == work.words
        and all(path.endswith("/") or ".zip/" in path or _size(work.home / path) == size for path, size, _ in told["files"])
    )


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def _refuse_others(work: Work) -> None:
    told = settled(work.home)
    if told is None and work.home.exists() and (not work.home.is_dir() or any(work.home.iterdir())):
        raise UsageError(f"{work.home} holds other things than a synthetic {work.name}.", hint="Name another folder.")
    if told is not None and told["words"] != work.words and not work.replace:
        other = {key: value for key, value in told["words"].items() if value != work.words.get(key)}
        was = (
            "by another version of its twin"
            if set(other) == {"code"}
            else f"with {', '.join(f'{k} {v}' for k, v in other.items() if k != 'code')}"
        )
        raise UsageError(f"{work.home} was made {was}.", hint="Name another folder, or remove that one.")
    if work.part.exists() and not (work.part / _LOG).is_file():
        raise UsageError(f"{work.part} is in the way.", hint="Name another folder, or remove it.")


def _begun(work: Work) -> list[dict[str, Any]]:
    """What a run that broke off had made of the same twin; else an empty folder is begun."""
    log = work.part / _LOG
    if log.is_file():
        lines = [line for line in log.read_text(encoding="utf-8").splitlines(keepends=True) if line.endswith("\n")]
        if lines and json.loads(lines[0]) == work.words:
            # A last line that was cut is dropped, and its unit made again.
            log.write_text("".join(lines), encoding="utf-8")
            return [json.loads(line) for line in lines[1:]]
        shutil.rmtree(work.part)
    work.part.mkdir(parents=True)
    log.write_text(f"{json.dumps(work.words)}\n", encoding="utf-8")
    return []


#: A folder, a unit of it and a part with its chunk; without chunk the unit ends, without unit the folder.
_Step = tuple[_Folder, list[int] | None, int, Callable[[], _Chunk] | None]


def _steps(works: Sequence[Work], submit: Callable[[_Task], Callable[[], _Chunk]]) -> Iterator[_Step]:
    for work in works:
        folder = _Folder(work)
        for unit in folder.todo:
            for task in folder.tasks(unit):
                yield folder, unit, task.part, submit(task)
            yield folder, unit, 0, None
        yield folder, None, 0, None


def _ahead(steps: Iterator[_Step], count: int) -> Iterator[_Step]:
    """The same steps, of which so many have been begun."""
    begun: deque[_Step] = deque()
    for step in steps:
        begun.append(step)
        if len(begun) > count:
            yield begun.popleft()
    yield from begun


def make(works: Sequence[Work], *, jobs: int = 1, progress: Progress = quiet) -> Iterator[Made]:
    """Make the folders in order, and tell each when it is whole. jobs: processes.

    Raises UsageError for a folder that holds anything else than the same twin, before anything is made.
    """
    for work in works:
        _refuse_others(work)
    total, done = sum(count for work in works for _, _, count in work.plan), 0
    with ExitStack() as stack:

        def here(task: _Task) -> Callable[[], _Chunk]:
            return lambda: _chunk(task)

        def there(task: _Task) -> Callable[[], _Chunk]:
            return pool.submit(_chunk, task).result

        if jobs > 1:
            # Not forked: a process with threads, such as one that has Spark, must not be.
            pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))
            stack.callback(pool.shutdown, cancel_futures=True)
        for folder, unit, place, result in _ahead(_steps(works, there if jobs > 1 else here), 3 * jobs if jobs > 1 else 0):
            if unit is None:
                yield folder.finish()
            elif result is None:
                folder.close(unit)
            else:
                chunk = result()
                folder.write(unit, place, chunk)
                done += sum(chunk.records.values()) if len(chunk.records) == 1 else folder.plan[place][0].chunk
                progress("synth", min(done, total), total, {"source": folder.work.name})


def settled(home: Path) -> dict[str, Any] | None:
    """What a folder says that it was made with and holds; None where it is no twin's."""
    try:
        found = json.loads((home / MARKER).read_text(encoding="utf-8").splitlines()[-1])
    except (OSError, ValueError, IndexError):
        return None
    return found if isinstance(found, dict) and "words" in found else None
