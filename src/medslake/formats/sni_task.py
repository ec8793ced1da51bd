"""Task files of Super-NaturalInstructions: one JSON object per file. `_row` counts its Instances.

Columns that the schema may name: task (the file's name), definition (its lines joined), categories, domains, input_language,
output_language ARRAY<STRING> (a bare string becomes a list of one), id, input, outputs ARRAY<STRING>.
Format: Wang et al., Super-NaturalInstructions, EMNLP 2022; the repository holds several historical layouts of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import IO, Any

from medslake.formats import RAW_LIMIT, Format, FormatExample, Record

__all__ = ["FORMAT"]


def _listed(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    whole = json.loads(stream.read().decode("utf-8-sig", errors="replace"), strict=False)
    shared = {
        "task": PurePosixPath(name.removesuffix(".gz")).stem,
        "definition": "\n".join(_listed(whole.get("Definition"))),
        **{key.lower(): _listed(whole.get(key)) for key in ("Categories", "Domains", "Input_language", "Output_language")},
    }
    for row, instance in enumerate(whole["Instances"], start=1):
        if not isinstance(instance, dict) or "input" not in instance:
            yield Record(row, {}, "instance: it has no input", json.dumps(instance)[:RAW_LIMIT])
            continue
        own = {"id": instance.get("id"), "input": instance["input"], "outputs": _listed(instance.get("output"))}
        yield Record(row, {column: value for column, value in {**shared, **own}.items() if column in options["columns"]})


FORMAT = Format(
    name="sni_task",
    about="Super-NaturalInstructions: a task per file, a record per instance.",
    parse=parse,
    example=FormatExample(
        '{"Definition": "Say it in Swedish.", "Input_language": ["English"], "Instances": [{"input": "Rest.", "output": ["Vila."]}]}',
        schema="task STRING, definition STRING, input_language ARRAY<STRING>, input STRING, outputs ARRAY<STRING>",
        rows=(
            {
                "task": "task7_toy",
                "definition": "Say it in Swedish.",
                "input_language": ["English"],
                "input": "Rest.",
                "outputs": ["Vila."],
            },
        ),
        file="task7_toy.json",
    ),
)
