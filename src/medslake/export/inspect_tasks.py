"""The benchmark as tasks of inspect_ai: `inspect eval FOLDER/medslake_tasks.py@task57 --model ...`, with our messages as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medslake.export.files import write_json_lines, write_text
from medslake.export.questions import Questions, questions

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["export_inspect"]

_HEAD = '''"""Questions of MedS-Bench, one task each; the rows lie beside this file. Access class of what is here: {clearance} or below."""

from pathlib import Path

from inspect_ai import Task, task
from inspect_ai.dataset import json_dataset
from inspect_ai.model import GenerateConfig
from inspect_ai.scorer import exact, f1
from inspect_ai.solver import generate

HERE = Path(__file__).parent


def questions(name, max_tokens):
    return Task(
        dataset=json_dataset(str(HERE / f"{{name}}.jsonl")),
        solver=generate(),
        scorer=[exact(), f1()],
        config=GenerateConfig(temperature=0.0, max_tokens=max_tokens),
        version={version},
    )
'''
#: What of a row its log needs to be scored here, and to be found again.
_METADATA = ("task_id", "instance_id", "task_group", "input", "input_variant", "language", "labels", "metrics", "choices", "names")
_TASK = """

@task
def {name}():
    return questions("{name}", {max_tokens})
"""


def export_inspect(lake: Lake, tasks: Sequence[str] | None, out: Path, clearance: str) -> tuple[list[Path], dict[str, int]]:
    """`medslake_tasks.py` and `<task>.jsonl` for each task, and the rows left out by access class."""
    sets, left_out = questions(lake, tasks, clearance)
    files = [write_json_lines(out / f"{one.name}.jsonl", _samples(one)) for one in sets]
    text = _HEAD.format(clearance=clearance, version=sets[0].version)
    text += "".join(_TASK.format(name=one.name, max_tokens=one.longest) for one in sets)
    return [write_text(out / "medslake_tasks.py", text), *files], left_out


def _samples(one: Questions) -> Iterator[dict[str, Any]]:
    for row in one.documents():
        metadata = {key: row[key] for key in _METADATA}
        yield {"id": row["row_id"], "input": row["messages"], "target": [row["reference"], *row["alternatives"]], "metadata": metadata}
