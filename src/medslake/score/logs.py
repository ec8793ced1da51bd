"""Logs of other programs below a path: those of one run, each document once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from medslake.errors import UsageError
from medslake.score import inspect_logs, lm_eval_samples
from medslake.score.file_rows import FileRow

__all__ = ["log_rows"]


def log_rows(path: Path) -> Iterator[FileRow] | None:
    """Answers of the logs that a path names: a file, a pattern of files, or a folder that is searched; None where there is no log.

    Raises UsageError for logs of several models or runs, with the paths to choose from, and for a document that stands twice.
    """
    logs = _logs(path)
    if not logs:
        return None
    _refuse_several(path, logs)
    return _rows(logs)


def _logs(path: Path) -> list[Path]:
    if path.is_dir():
        found = [*path.rglob(lm_eval_samples.PATTERN), *path.rglob("*.eval"), *path.rglob("*.json")]
    else:
        found = [path] if path.is_file() else list(path.parent.glob(path.name)) if "*" in path.name else []
    return sorted(one for one in found if one.suffix == ".jsonl" or inspect_logs.is_log(one))


def _refuse_several(path: Path, logs: list[Path]) -> None:
    runs: dict[str, list[Path]] = defaultdict(list)
    for log in logs:
        runs[lm_eval_samples.run_of(log) if log.suffix == ".jsonl" else inspect_logs.run_of(log)].append(log)
    if len(runs) > 1:
        choices = "; ".join(_told(run, own, logs) for run, own in runs.items())
        raise UsageError(
            f"{path} holds the logs of {len(runs)} models or runs, which are not scored as one.", hint=f"Give one of them: {choices}."
        )


def _told(run: str, own: list[Path], logs: list[Path]) -> str:
    """What to give for a run: its folder, where no other run lies in it; its file; else what names its files."""
    folders = {log.parent for log in own}
    if len(folders) == 1:
        folder = own[0].parent
        if [log for log in logs if log.is_relative_to(folder)] == own:
            return str(folder)
    if len(own) == 1:
        return str(own[0])
    return run if own[0].suffix == ".jsonl" else f"a folder with {', '.join(map(str, own))} ({run})"


def _rows(logs: list[Path]) -> Iterator[FileRow]:
    seen: dict[tuple[str, str, str], Path] = {}
    for log in logs:
        read = lm_eval_samples.read_samples if log.suffix == ".jsonl" else inspect_logs.read_log
        for number, (document, row) in enumerate(read(log), 1):
            key = (row.task_id, row.input_variant, document or "")
            if document is not None and key in seen:
                where = "" if seen[key] == log else f" and in {seen[key]}"
                raise UsageError(
                    f"{log}{where}: document {document} of {row.task_id} is answered twice (again by answer {number}).",
                    hint="Keep the log of one run, with one answer for each document (one epoch).",
                )
            seen.setdefault(key, log)
            yield row
