"""Logs of inspect_ai (`inspect eval`): one file for each task of a run, `.eval` (a zip of JSON) or `.json`.

The layout is that of `inspect_ai/log` (version 2): the header names run and model; each sample holds `output`, `target` and our document's
`metadata`.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from medslake.errors import UsageError
from medslake.score.file_rows import FileRow, answered_document, variant_of
from medslake.score.lm_eval_samples import task_of

__all__ = ["is_log", "read_log", "run_of"]

_OPENING = re.compile(r'\s*\{\s*"version"\s*:\s*\d+\s*,\s*"status"\s*:')


def is_log(path: Path) -> bool:
    """Whether a file is such a log: by its name, or by what a JSON document opens with."""
    if path.suffix != ".json":
        return path.suffix == ".eval"
    with path.open(encoding="utf-8", errors="replace") as file:
        return bool(_OPENING.match(file.read(200)))


def run_of(path: Path) -> str:
    """Model and run of a log, which its header names. Raises UsageError for one that cannot be read or that did not finish."""
    header = _header(path)
    told = header["eval"]
    if header.get("status", "success") != "success":
        raise UsageError(
            f"{path} is the log of a run that did not finish (status {header['status']}), so it holds a part of the answers.",
            hint="Run: inspect eval-retry LOG",
        )
    return f"{told.get('model')}, run {told.get('run_id')}"


def read_log(path: Path) -> Iterator[tuple[str | None, FileRow]]:
    """Document and row of each sample. Raises UsageError for a sample that is none, UnknownName for a task without a metric."""
    name = str(_header(path)["eval"].get("task", "")).rpartition("/")[2]
    for number, sample in enumerate(_samples(path), 1):
        try:
            yield str(sample["id"]), _row(name, sample)
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            raise UsageError(f"{path}, sample {number}, is no sample of inspect_ai ({type(error).__name__}: {error}).") from error


def _row(name: str, sample: Mapping[str, Any]) -> FileRow:
    target = sample["target"]
    right = [target] if isinstance(target, str) else list(map(str, target))
    doc = {"alternatives": right[1:], **(sample.get("metadata") or {})}
    task_id = str(doc.get("task_id") or task_of(name))
    return answered_document(task_id, doc, right[0], None if sample.get("error") else _answer(sample.get("output") or {}), variant_of(name))


def _answer(output: Mapping[str, Any]) -> str | None:
    """The text of the first choice, its parts joined, what the model thought left out; None where it wrote none."""
    if not output.get("choices"):
        return None
    content = output["choices"][0]["message"]["content"]
    if isinstance(content, str):
        return content
    texts = [part["text"] for part in content or () if part.get("type") == "text"]
    return "".join(texts) if texts else None


def _header(path: Path) -> dict[str, Any]:
    header = _json(path, "header.json")
    if not isinstance(header, dict) or not isinstance(header.get("eval"), dict):
        raise UsageError(f"{path} is no log of inspect_ai: it does not say what was evaluated.")
    return header


def _samples(path: Path) -> Iterator[Mapping[str, Any]]:
    if path.suffix == ".json":
        yield from _json(path, "").get("samples") or ()
        return
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith("samples/") and name.endswith(".json")]
    for name in sorted(names):
        yield _json(path, name)


def _json(path: Path, member: str) -> Any:
    """A JSON log, or one member of a zipped one."""
    try:
        if path.suffix == ".json":
            return json.loads(path.read_text(encoding="utf-8"))
        with zipfile.ZipFile(path) as archive:
            return json.loads(archive.read(member))
    except (ValueError, KeyError, OSError, zipfile.BadZipFile, NotImplementedError) as error:
        told = f"it lacks {member}" if isinstance(error, KeyError) else str(error) or type(error).__name__
        raise UsageError(
            f"{path} cannot be read as a log of inspect_ai ({told}).",
            hint="Run: inspect log convert LOG --to json --output-dir FOLDER, and score that folder.",
        ) from error
