"""The benchmark as a task folder of lm-evaluation-harness: `lm_eval --include_path FOLDER --tasks medslake`.

The harness puts a prompt together itself, from the definition, `num_fewshot` examples of the split `fewshot` (the train instances that
stand in our prompts) and the input; the messages as published lie in each document. What it logs with --log_samples is scored by
`medslake score --predictions FOLDER`; the metric in the YAML is only a first look.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medslake.export.files import write_json_lines, write_text
from medslake.export.questions import Questions, questions

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["export_lm_eval"]

_LOADER = r'''"""Reads the rows beside this file: lm_eval calls `load` for each task (`custom_dataset`)."""

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

from datasets import Dataset, DatasetDict


def words(text):
    """Runs of letters and digits in lower case; of Chinese and Japanese every character."""
    text = unicodedata.normalize("NFKC", text).lower()
    return Counter(re.findall(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+", text))


def word_f1(doc, results):
    """F1 of the words that an answer shares with the right one that is nearest to it: a first look at free text."""

    def f1(right):
        said, wanted = words(results[0] or ""), words(right)
        common = (said & wanted).total()
        return 2 * common / (said.total() + wanted.total()) if common else 0.0

    return {"word_f1": max(f1(right) for right in [doc["reference"], *(doc["alternatives"] or [])])}


def load(task, **_):
    def rows(split):
        with (Path(__file__).parent / f"{task}.{split}.jsonl").open(encoding="utf-8") as file:
            return Dataset.from_list([json.loads(line) for line in file])

    return DatasetDict({split: rows(split) for split in ("test", "fewshot")})
'''
#: For closed tasks. The harness has no measure of free text that it does not download, so one ships with the rows.
_EXACT = {"metric": "exact_match", "aggregation": "mean", "higher_is_better": True, "ignore_case": True, "ignore_punctuation": True}
_FREE = {"metric": "word_f1", "aggregation": "mean", "higher_is_better": True}


def export_lm_eval(lake: Lake, tasks: Sequence[str] | None, out: Path, clearance: str) -> tuple[list[Path], dict[str, int]]:
    """Files `medslake_<task>.yaml`, `<task>.test.jsonl` and `<task>.fewshot.jsonl` of each task, and the rows left out by access class."""
    sets, left_out = questions(lake, tasks, clearance)
    files = [write_text(out / "medslake_rows.py", _LOADER)]
    for one in sets:
        files.append(write_json_lines(out / f"{one.name}.test.jsonl", one.documents()))
        files.append(write_json_lines(out / f"{one.name}.fewshot.jsonl", _examples(one)))
        files.append(write_text(out / f"medslake_{one.name}.yaml", _yaml(one, clearance)))
    return files, left_out


def _examples(one: Questions) -> Iterator[dict[str, Any]]:
    for row in one.examples.to_pylist():
        yield {"instance_id": row["instance_id"], "input": row["input"], "reference": row["output"]}


def _yaml(one: Questions, clearance: str) -> str:
    """JSON values are YAML; only the loader needs a tag."""
    settings: dict[str, Any] = {
        "task": f"medslake_{one.name}",
        "tag": ["medslake", f"medslake_{one.rows['task_group'][0].as_py()}"],
        "dataset_kwargs": {"task": one.name},
        "output_type": "generate_until",
        "test_split": "test",
        **({"fewshot_split": "fewshot"} if one.shots else {}),
        "num_fewshot": one.shots,
        "description": f"{one.definition}\n\n",
        "doc_to_text": "Input:\n{{input}}\n\nOutput:\n",
        "doc_to_target": "{{reference}}",
        "target_delimiter": "",
        "fewshot_delimiter": "\n\n",
        "generation_kwargs": {"until": ["\n\nInput:"], "max_gen_toks": one.longest, "do_sample": False},
        "metric_list": [_EXACT if one.closed else _FREE],
        "metadata": {"version": one.version, "clearance": clearance},
    }
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in settings.items()]
    functions = ["custom_dataset: !function medslake_rows.load"]
    if not one.closed:
        functions.append("process_results: !function medslake_rows.word_f1")
    return "\n".join([*lines[:2], *functions, *lines[2:]]) + "\n"
