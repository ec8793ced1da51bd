"""What the verbs return: frozen dataclasses. `to_dict()` is what `--json` prints."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

__all__ = [
    "BuildResult",
    "CheckResults",
    "Checked",
    "CompareSetResult",
    "Compared",
    "DefinitionsResult",
    "DiffResult",
    "ExportResult",
    "FetchResult",
    "FetchedFile",
    "InferResult",
    "IngestResult",
    "LeakResult",
    "Missing",
    "MixtureResult",
    "MixtureRow",
    "PackResult",
    "Replaced",
    "ReportResult",
    "RunResult",
    "ScoreResult",
    "SetRefused",
    "SetShares",
    "TagResult",
    "TaskBuilt",
    "TrainResult",
    "Written",
]


#: Share of a set's rows that may have no answer; with more it stands for the model no more.
MOST_FAILED = 0.1


@dataclass(frozen=True)
class Written:
    """One table of a run. rows: rows of what was written, as they are there now; quarantined: set aside, with their rules, in
    ops.quarantine; version: of the table afterwards; committed: False where nothing had changed. read: rows that these were made of, None
    where nothing was read or nobody can say; left_out: reason -> rows of them: read = rows + quarantined + left out.
    """

    rows: int
    quarantined: int
    version: int
    committed: bool
    read: int | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class TaskBuilt:
    """One task of a build. dropped: train rows left out because the benchmark asks the like.

    left_out: reason -> silver rows that lack what the task requires, where they were rendered in this run.
    """

    rows: int
    committed: bool
    quarantined: int = 0
    dropped: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class RunResult:
    """What every verb that writes returns.

    run: id of the run in ops.runs, None for a dry run. tables: table -> what was written. outline: for a dry run what would be done.
    """

    run: str | None = None
    tables: Mapping[str, Written] = field(default_factory=dict)
    outline: Mapping[str, object] = field(default_factory=dict)

    @property
    def committed(self) -> bool:
        """Whether the run changed any table."""
        return any(table.committed for table in self.tables.values())

    @classmethod
    def of(cls, result: Mapping[str, object]) -> Self:
        """From what the machinery says: its keys are the fields; all of a dry run is its outline."""
        if result.get("run") is None:
            return cls(outline=dict(result))
        known = {f.name for f in dataclasses.fields(cls)}
        given = {name: _read(name, value) for name, value in result.items() if name in known}
        return cls(**given)  # type: ignore[arg-type]

    def to_dict(self) -> dict[str, object]:
        """Plain values, as `--json` prints them: of a dry run the outline, else every other field."""
        if self.run is None:
            return dict(self.outline)
        return {f.name: _plain(getattr(self, f.name)) for f in dataclasses.fields(self) if f.name != "outline"}


@dataclass(frozen=True)
class Replaced:
    """Names of files that came, went, and have other bytes than before. rows, rows_after: of the table before and afterwards. gone: none of
    its files is there any more, so that the table stays as it is.
    """

    came: tuple[str, ...]
    went: tuple[str, ...]
    changed: tuple[str, ...]
    rows: int
    rows_after: int
    gone: bool = False


@dataclass(frozen=True)
class IngestResult(RunResult):
    """Tables of bronze and silver. failed: source -> why nothing of it was committed, where several were asked for. changes: bronze table
    that stood before and was not left as it was -> what is new about its files.
    """

    failed: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, Replaced] = field(default_factory=dict)


@dataclass(frozen=True)
class BuildResult(RunResult):
    """tasks: task id -> what was built. skipped: task id -> why it was not."""

    tasks: Mapping[str, TaskBuilt] = field(default_factory=dict)
    skipped: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LeakResult(RunResult):
    """leaks: what was found and the policy does not tolerate. tagged, noted: hits that it tolerates."""

    leaks: tuple[object, ...] = ()
    tagged: int = 0
    noted: int = 0

    @property
    def ok(self) -> bool:
        return not self.leaks

    def to_dict(self) -> dict[str, object]:
        told = super().to_dict() if self.run is not None else {}
        found = [dataclasses.asdict(leak) for leak in self.leaks]  # type: ignore[call-overload]
        return {**told, "ok": self.ok, "leaks": found, "tagged": self.tagged, "noted": self.noted}


@dataclass(frozen=True)
class PackResult(RunResult):
    """plan: id of the pack plan. rows: token rows; instances: in them, over all epochs; tokens, supervised: tokens that are read, and that
    the loss counts; fill: share of the rows that is no padding, in [0, 1]; access: highest class of the instances; held_out: instances
    beside it that the loss is evaluated on; left_out: what the chat template writes around the last answer and the supervised text does
    not have. What happened to instances when they were packed, summed over epochs, 0 where the plan was
    there already: few_shot (packed with examples), shots_cut (examples left out), cut (inputs shortened), dropped_long, dropped_empty.
    """

    recipe: str = ""
    plan: str = ""
    rows: int = 0
    instances: int = 0
    tokens: int = 0
    supervised: int = 0
    fill: float = 0.0
    access: str = "public"
    held_out: int = 0
    left_out: str = ""
    few_shot: int = 0
    shots_cut: int = 0
    cut: int = 0
    dropped_long: int = 0
    dropped_empty: int = 0


@dataclass(frozen=True)
class TrainResult(RunResult):
    """steps: optimiser steps done. Losses are nats per supervised token, None where nothing was measured. model: folder of safetensors."""

    training: str = ""
    recipe: str = ""
    plan: str = ""
    steps: int = 0
    resumed_from: int | None = None
    first_loss: float | None = None
    last_loss: float | None = None
    first_eval_loss: float | None = None
    last_eval_loss: float | None = None
    model: str = ""
    access: str = "public"
    device: str = ""
    workers: int = 1


@dataclass(frozen=True)
class InferResult(RunResult):
    """model: name under which the answers stand; run_set: id of this set of answers; shards: commits that it is made of; failed: rows
    without an answer; served: model and fingerprint that a server names -> rows; skipped: task -> why it was left out; engine_seconds:
    spent in the engine by all workers of this run.
    """

    model: str = ""
    run_set: str = ""
    shards: int = 0
    failed: int = 0
    served: Mapping[str, int] = field(default_factory=dict)
    skipped: Mapping[str, str] = field(default_factory=dict)
    engine_seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether at most a tenth of the set has no answer, and some row has one."""
        rows = sum(table.rows for table in self.tables.values())
        return self.failed < rows and self.failed <= MOST_FAILED * rows


@dataclass(frozen=True)
class TagResult(RunResult):
    """tagger: name under which the verdicts stand. verdicts: source -> how many `conversations`, of them `medical` at the tagger's own
    threshold, and `failed` (without a verdict).
    """

    tagger: str = ""
    verdicts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether at most a tenth of the conversations has no verdict, and some has one."""
        total, failed = (sum(counts[name] for counts in self.verdicts.values()) for name in ("conversations", "failed"))
        return failed < total and failed <= MOST_FAILED * total


@dataclass(frozen=True)
class DefinitionsResult(RunResult):
    """counts: task id -> kind -> how many `definitions` gold.definitions has, and of them `accepted`. faults: kind -> rule of the gate ->
    how many break it. asked, failed: rewritings that were asked for in this run, and those of them without an answer.
    """

    counts: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    faults: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    asked: int = 0
    failed: int = 0

    @property
    def ok(self) -> bool:
        """Whether at most a tenth of what was asked for has no answer."""
        return self.failed <= MOST_FAILED * self.asked

    def kinds(self) -> dict[str, dict[str, int]]:
        """The counts of all tasks together, by kind."""
        found: dict[str, dict[str, int]] = {}
        for kinds in self.counts.values():
            for kind, told in kinds.items():
                sums = found.setdefault(kind, {"definitions": 0, "accepted": 0})
                for name in sums:
                    sums[name] += told[name]
        return found


@dataclass(frozen=True)
class ScoreResult(RunResult):
    """Rows of gold.scores and gold.published_scores. not_asked: run set -> task -> rows that it was not asked, which have no score."""

    not_asked: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class SetShares:
    """Instances of one task in the published files by what the lake has of them. there: that could be read = exact + other_output + near +
    only_there. exact_share, found_share (also other outputs and near): in percent of these, None without any.
    """

    there: int
    exact: int
    other_output: int
    near: int
    only_there: int
    only_here: int
    refused: int
    exact_share: float | None
    found_share: float | None


@dataclass(frozen=True)
class SetRefused:
    """An instance of a published file, or with number None the file, that breaks a rule."""

    file: str
    number: int | None
    rule: str


@dataclass(frozen=True)
class CompareSetResult(RunResult):
    """shares: task id -> counts. refused: what could not be read. without_file: tasks built here of which no file is there. not_looked_at:
    task -> instances that were not compared with near ones because there are too many; empty where nothing was compared anew.
    """

    shares: Mapping[str, SetShares] = field(default_factory=dict)
    refused: tuple[SetRefused, ...] = ()
    without_file: tuple[str, ...] = ()
    not_looked_at: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> SetShares:
        """Over all tasks."""
        counts = ("there", "exact", "other_output", "near", "only_there", "only_here")
        n = {name: sum(getattr(one, name) for one in self.shares.values()) for name in counts}
        found = n["exact"] + n["other_output"] + n["near"]
        shares = [round(100 * part / n["there"], 2) if n["there"] else None for part in (n["exact"], found)]
        return SetShares(**n, refused=len(self.refused), exact_share=shares[0], found_share=shares[1])

    @property
    def ok(self) -> bool:
        """Whether any instance could be read."""
        return self.total.there > 0

    def to_dict(self) -> dict[str, object]:
        refused = [dataclasses.asdict(one) for one in self.refused]
        return {**super().to_dict(), "total": dataclasses.asdict(self.total), "refused": refused, "without_file": list(self.without_file)}


@dataclass(frozen=True)
class Checked:
    """One rule on one table. severity: error, quarantine or warn; unexpected: rows that break it, of `rows`. slice: the rows looked at."""

    table: str
    rule: str
    severity: str
    success: bool
    unexpected: int
    rows: int
    slice: str = "whole"


@dataclass(frozen=True)
class CheckResults(RunResult):
    """checks: every rule of every table that was checked."""

    checks: tuple[Checked, ...] = ()

    @property
    def broken(self) -> tuple[Checked, ...]:
        """Rules of severity error or quarantine that committed rows break."""
        return tuple(check for check in self.checks if not check.success and check.severity != "warn")

    @property
    def ok(self) -> bool:
        return not self.broken

    def to_dict(self) -> dict[str, object]:
        return {"run": self.run, "tables": self._by_table(), "ok": self.ok}

    def _by_table(self) -> dict[str, object]:
        """In the form of a run: quarantined = rows that the worst rule of severity quarantine would set aside."""
        found: dict[str, dict[str, object]] = {}
        for name, table in self.tables.items():
            own = [check for check in self.checks if check.table == name]
            kept = [{k: v for k, v in dataclasses.asdict(check).items() if k not in ("table", "rows")} for check in own]
            found[name] = {**dataclasses.asdict(table), "checks": kept}
        return dict(found)


@dataclass(frozen=True)
class ExportResult:
    """files: what was written. left_out: access class -> rows above the clearance."""

    files: tuple[Path, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        return {"files": [str(path) for path in self.files], "left_out": dict(self.left_out)}


@dataclass(frozen=True)
class FetchedFile:
    """A file that a source declares. file: its path below the source's folder; path: where it lies or is to lie; bytes: None where nobody
    said. state: fetched, there (before), begun or missing. sha256: what it is, where it was looked at; checked: it is the one that is
    declared or that the publisher lists.
    """

    source: str
    file: str
    path: str
    url: str
    bytes: int | None
    state: str
    sha256: str | None
    checked: bool


@dataclass(frozen=True)
class FetchResult:
    """run: id in ops.runs, None without a lake, in a dry run, and where nothing was missing. by_hand: source -> what a person has to do.

    failed: source -> why its files are not all there, where several were asked for.
    """

    run: str | None = None
    files: tuple[FetchedFile, ...] = ()
    by_hand: Mapping[str, str] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        return dataclasses.asdict(self)


@dataclass(frozen=True)
class SynthFile:
    """A synthetic file, or a folder of them (its path ends in "/"), below the source's folder. bytes: before a zip packs them. records:
    None of a file that is the same at every scale."""

    path: str
    bytes: int
    records: int | None


@dataclass(frozen=True)
class SynthSource:
    """The twin of a source. faults: planted ones. there: before, so that it was left."""

    source: str
    folder: str
    files: tuple[SynthFile, ...]
    faults: int
    there: bool
    seconds: float


@dataclass(frozen=True)
class SynthResult:
    sources: tuple[SynthSource, ...] = ()

    def to_dict(self) -> dict[str, object]:
        return dataclasses.asdict(self)


@dataclass(frozen=True)
class Missing:
    """Tasks of the paper without a training row here. source: that they are made of. instances: the paper had of them, None where they are
    counted with others. reason: never released (and why), not ingested, or that its tasks are not built.
    """

    source: str
    tasks: tuple[str, ...]
    instances: int | None
    reason: str


@dataclass(frozen=True)
class MixtureRow:
    """One source, task, category, domain, language or access class. instances: training rows here; synthetic: those of them that were made
    of invented files. paper: instances that the paper trained on, None where it has no figure; ratio: instances / paper. share,
    paper_share: of the whole mixture, from 0 to 1. missing: what the gap waits for, the largest first.
    """

    name: str
    instances: int
    synthetic: int
    paper: int | None
    ratio: float | None
    share: float | None
    paper_share: float | None
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True)
class MixtureResult:
    """by: what the rows are. instances, paper: over all of them. rows: the paper's largest first."""

    by: str
    instances: int
    paper: int
    rows: tuple[MixtureRow, ...]

    def to_dict(self) -> dict[str, object]:
        return dataclasses.asdict(self)


@dataclass(frozen=True)
class Compared:
    """Rows of one source (or `whole`, of a table without sources) in two versions: only in the later one, only in the earlier one, in both
    with another content, in both alike."""

    came: int = 0
    went: int = 0
    changed: int = 0
    same: int = 0


@dataclass(frozen=True)
class DiffResult:
    """Counts alone, never what a row says. before, after: the versions. key: columns by which rows are told from each other. slices: source
    -> counts. columns: name -> rows in which it changed; where a row lies (its file and row number, `origin`, `joined`) is no column of it.
    """

    table: str
    before: int
    after: int
    key: tuple[str, ...]
    slices: Mapping[str, Compared] = field(default_factory=dict)
    columns: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> Compared:
        """Over all slices."""
        return Compared(*(sum(getattr(one, f.name) for one in self.slices.values()) for f in dataclasses.fields(Compared)))

    @property
    def differs(self) -> bool:
        return bool(self.total.came or self.total.went or self.total.changed)

    def to_dict(self) -> dict[str, object]:
        return {**dataclasses.asdict(self), "key": list(self.key), "total": dataclasses.asdict(self.total)}


@dataclass(frozen=True)
class ReportResult:
    """report: the HTML file."""

    report: Path

    def to_dict(self) -> dict[str, object]:
        return {"report": str(self.report)}


def _read(name: str, value: object) -> object:
    """Tables, tasks and changes as their own dataclasses."""
    kinds = {"tables": Written, "tasks": TaskBuilt, "changes": Replaced}
    if name in kinds and isinstance(value, Mapping):
        return {key: _one(kinds[name], one) for key, one in value.items()}
    return value


def _one(kind: type, facts: Mapping[str, object]) -> object:
    known = {f.name for f in dataclasses.fields(kind)}
    return kind(**{name: value for name, value in facts.items() if name in known})


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return value
