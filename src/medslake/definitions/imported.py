"""Rewritten definitions of the published set, from the user's own copy of `RewriteDefinitions.json`.

The file is one JSON object: `task<N>` -> {"original_def": text, "auto_rewrite_def": [text, ...]}. MedS-Ins (Wu et al. 2025) releases one
with 122 tasks and 18,996 rewrites.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medslake import registry
from medslake.definitions.rows import standing, write_definitions
from medslake.definitions.told import told_of
from medslake.errors import InputRefused, UsageError

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["import_definitions", "imported_rows"]

WRITER = "MedS-Ins"


def import_definitions(lake: Lake, file: str | Path) -> dict[str, Any]:
    """Put every rewrite of the file into gold.definitions with its verdict; returns the run's result with what `told_of` counts.

    They stand in the place of those that were imported before. Raises UsageError where there is no such file, InputRefused for another
    layout.
    """
    path = Path(file).expanduser()
    if not path.is_file():
        raise UsageError(f"There is no file {path}.", hint="Name your copy of RewriteDefinitions.json.")
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    tasks = list(registry.sound("task").values())
    rows = list(imported_rows(_read(content, path.name), digest, {task.id: task.definition_language for task in tasks}))
    with lake.run("definitions", {"imported": path.name, "sha256": digest}) as run:
        write_definitions(run, tasks, [*rows, *standing(lake, ["rewritten"])], {"definitions": {path.name: digest}})
    return {**run.result, **told_of(lake)}


def imported_rows(told: Mapping[str, Mapping[str, Any]], digest: str, languages: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Rows without a verdict. told: the file. digest: of it. languages: task -> that of its definitions."""
    for task, entry in told.items():
        for number, text in enumerate(entry["auto_rewrite_def"], start=1):
            # A file may hold a text twice, and each of its texts is to get a verdict.
            place = hashlib.sha256(f"imported {number} {text}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
            yield {
                "definition_id": f"{task}-{place}",
                "task_id": task,
                "text": text,
                "language": languages.get(task, "English"),
                "kind": "imported",
                "style": None,
                "parent": None,
                "parent_text": entry["original_def"],
                "writer": WRITER,
                "number": number,
                "prompt": None,
                "seed": None,
                "made_by": digest,
            }


def _read(content: bytes, name: str) -> dict[str, dict[str, Any]]:
    try:
        told = json.loads(content)
    except ValueError:
        raise _refused(name, "it is not JSON") from None
    if not isinstance(told, dict) or not told:
        raise _refused(name, "it is not an object of tasks")
    for task, entry in told.items():
        texts = entry.get("auto_rewrite_def") if isinstance(entry, dict) else None
        if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
            raise _refused(name, f"{task} has no list of texts auto_rewrite_def")
        if not isinstance(entry.get("original_def"), str):
            raise _refused(name, f"{task} has no text original_def")
    return told


def _refused(name: str, why: str) -> InputRefused:
    hint = 'It takes {"task1": {"original_def": "...", "auto_rewrite_def": ["...", ...]}, ...}.'
    return InputRefused("definitions", name, "layout", why, hint=hint)
