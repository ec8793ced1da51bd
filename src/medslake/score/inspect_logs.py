"""Logs of inspect_ai (`inspect eval`): one file for each task of a run, `.eval` (a zip of JSON) or `.json`.

The layout is that of `inspect_ai/log` (version 2): the header names run and model; each sample holds `output`, `target` and our document's
`metadata`.
"""

from __future__ import annotations

import json
import re
import struct
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from medslake.errors import UsageError
from medslake.score.file_rows import FileRow, answered_document, variant_of
from medslake.score.lm_eval_samples import task_of

__all__ = ["is_log", "read_log", "run_of"]

_OPENING = re.compile(r'\s*\{\s*"version"\s*:\s*\d+\s*,\s*"status"\s*:')
_ATTACHED = "attachment://"
#: Method of a zip member that Python reads from 3.14 on, and inspect_ai writes.
_ZSTD = 93


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
    return answered_document(task_id, doc, right[0], _answer(sample), variant_of(name))


def _answer(sample: Mapping[str, Any]) -> str | None:
    """The text of the first choice, its parts joined, what the model thought left out; None where it wrote none or the sample failed."""
    choices = (sample.get("output") or {}).get("choices")
    if sample.get("error") or not choices:
        return None
    content = choices[0]["message"].get("content")
    parts = [content] if isinstance(content, str) else [part["text"] for part in content or () if part.get("type") == "text"]
    # Long texts may lie beside the sample, under their digests.
    beside = sample.get("attachments") or {}
    texts = [beside.get(text.removeprefix(_ATTACHED), text) if text.startswith(_ATTACHED) else text for text in parts]
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
            info = archive.getinfo(member)
            return json.loads(_unpacked(path, info) if info.compress_type == _ZSTD else archive.read(info))
    except (ValueError, KeyError, OSError, struct.error, zipfile.BadZipFile, NotImplementedError) as error:
        told = f"it lacks {member}" if isinstance(error, KeyError) else str(error) or type(error).__name__
        raise UsageError(
            f"{path} cannot be read as a log of inspect_ai ({told}).",
            hint="Run: inspect log convert LOG --to json --output-dir FOLDER, and score that folder.",
        ) from error


def _unpacked(path: Path, info: zipfile.ZipInfo) -> bytes:
    """A member that is packed by zstd: behind its own header, whose name and extra field have their lengths at its end."""
    with path.open("rb") as file:
        file.seek(info.header_offset + 26)
        file.seek(sum(struct.unpack("<HH", file.read(4))), 1)
        packed = file.read(info.compress_size)
    return bytes(pa.input_stream(pa.py_buffer(packed), compression="zstd").read())
