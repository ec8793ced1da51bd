"""Errors a user can mend: one sentence, what is kept, and the command that shows more.

The CLI and the entry scripts print `str(error)` and exit with `exit_code`; no traceback reaches a user for these.
Exit codes: 0 done, 1 a data check failed, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar

__all__ = [
    "AccessDenied",
    "BrokenPlugins",
    "CommitConflict",
    "DataCheckFailed",
    "Failures",
    "InputRefused",
    "MedslakeError",
    "MissingDependency",
    "SchemaMismatch",
    "UnknownName",
    "UsageError",
]


class MedslakeError(Exception):
    """Base of every error that is the user's to mend. `hint` is the next command or step."""

    exit_code = 2

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        self.message = message
        self.hint = hint
        super().__init__(message if hint is None else f"{message} {hint}")


class UsageError(MedslakeError):
    """The call itself is off: a flag, a path, a recipe field."""


class UnknownName(UsageError):
    """A source, task, metric, table ... that is not registered. broken: what of its kind did not load, as it may be among them."""

    def __init__(self, kind: str, name: str, known: list[str], broken: Sequence[str] = ()) -> None:
        import difflib

        near = difflib.get_close_matches(name, known, n=1)
        guess = f" Did you mean {near[0]!r}?" if near else ""
        lost = f" Not loaded: {' '.join(broken)}" if broken else ""
        super().__init__(f"No {kind} is named {name!r}.{guess}", hint=f"Known: {', '.join(sorted(known)[:40])}.{lost}")
        self.kind, self.name, self.known = kind, name, known


class BrokenPlugins(UsageError):
    """Plug-ins of a kind do not load. faults: a sentence for each, with its file and line."""

    def __init__(self, kind: str, faults: Sequence[object]) -> None:
        count = "1 plug-in" if len(faults) == 1 else f"{len(faults)} plug-ins"
        told = " ".join(map(str, faults))
        super().__init__(f"{count} of the kind {kind} cannot be loaded. {told}", hint="Run: medslake plugin check --all")
        self.kind, self.faults = kind, tuple(faults)


class MissingDependency(UsageError):
    """An optional dependency is needed; the message holds the exact install line."""

    def __init__(self, feature: str, install: str) -> None:
        super().__init__(f"{feature} needs a package that is not installed.", hint=f"Run: {install}")


class DataCheckFailed(MedslakeError):
    """A check of severity `error`, the leak gate or an integrity check failed."""

    exit_code = 1


class InputRefused(DataCheckFailed):
    """A source file cannot be read at all (truncated gz, missing column, empty); names source, file and rule."""

    def __init__(self, source: str, file: str, rule: str, detail: str, *, hint: str | None = None) -> None:
        super().__init__(f"source {source}, file {file}: {detail} (rule {rule}).", hint=hint)
        self.source, self.file, self.rule = source, file, rule


class SchemaMismatch(DataCheckFailed):
    """Rows do not fit the table's DDL."""


class CommitConflict(MedslakeError):
    """Another writer changed the table in between, more often than we retry."""

    exit_code = 1


class AccessDenied(MedslakeError):
    """Data of this access class may not go there."""

    exit_code = 1


class Failures(dict[str, str]):
    """Source -> why it failed, where a verb goes over several. raises: a failure is raised instead of being kept.

    kept: what costs its source alone; everything else ends the verb.
    """

    kept: ClassVar[type[Exception]] = MedslakeError

    def __init__(self, *, raises: bool) -> None:
        super().__init__()
        self.raises = raises

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """What fails inside costs the named source alone."""
        try:
            yield
        except self.kept as error:
            if self.raises:
                raise
            self[name] = self.sentence(name, error)

    def sentence(self, name: str, error: Exception) -> str:
        """What is kept of a failure."""
        return str(error)
