"""Task files of Super-NaturalInstructions: one JSON object per file. `_row` counts its Instances.

Columns that the schema may name: task (the file's name), definition (its lines joined), categories, domains, input_language,
output_language ARRAY<STRING> (a bare string becomes a list of one), id, input, outputs ARRAY<STRING>.
Format: Wang et al., Super-NaturalInstructions, EMNLP 2022; the repository holds several historical layouts of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import IO, Any

from medslake.formats import Format, FormatExample, Record, Unreadable
from medslake.formats.parts.json_text import Element, Text, typed_record, written

__all__ = ["FORMAT"]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    whole, instances = _whole(stream)
    shared = {
        "task": PurePosixPath(name.removesuffix(".gz")).stem,
        "definition": "\n".join(map(str, _listed(whole.get("Definition")))),
        **{key.lower(): _listed(whole.get(key)) for key in ("Categories", "Domains", "Input_language", "Output_language")},
    }
    for one in instances:
        instance = one.value if isinstance(one.value, dict) else {}
        if one.error is None and "input" not in instance:
            yield Record(one.row, {}, "instance: it has no input", one.text)
            continue
        own = {"id": instance.get("id"), "input": instance.get("input"), "outputs": _listed(instance.get("output"))}
        yield typed_record(one, {**shared, **own}, {})


def _whole(stream: IO[bytes]) -> tuple[dict[str, Any], list[Element]]:
    """The members of the object, and of its Instances each by itself: what is broken in one costs that one."""
    text = Text(stream)
    whole: dict[str, Any] = {}
    instances: list[Element] | None = None
    for name, value in text.members("Instances"):
        if name in whole or (name == "Instances" and instances is not None):
            raise Unreadable("json: a name stands twice in the object")
        if name == "Instances":
            instances = list(value)
        else:
            whole[name] = value
    if instances is None:
        raise Unreadable("json: the object has no Instances")
    return whole, instances


FORMAT = Format(
    name="sni_task",
    about="Super-NaturalInstructions: a task per file, a record per instance.",
    parse=parse,
    lines=False,
    as_text=written,
    example=FormatExample(
        '{"Definition": "Say it in Swedish.", "Input_language": ["English"], "Instances": [\n {"input": "Rest.", "output": ["Vila."]},\n'
        ' {"input": "Tea.", "output": ["Te."]},\n {"input": "Cold.", "output": "Kallt."},\n {"input": "Warm.", "output": ["Varmt."]}\n]}\n',
        schema="task STRING, definition STRING, categories ARRAY<STRING>, domains ARRAY<STRING>, input_language ARRAY<STRING>,"
        " output_language ARRAY<STRING>, id STRING, input STRING, outputs ARRAY<STRING>",
        rows=(
            {
                "task": "task7_toy",
                "definition": "Say it in Swedish.",
                "input_language": ["English"],
                "input": "Rest.",
                "outputs": ["Vila."],
            },
            {"input": "Tea."},
            {"input": "Cold.", "outputs": ["Kallt."]},
            {"input": "Warm."},
        ),
        file="task7_toy.json",
    ),
)
