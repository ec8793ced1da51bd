"""Exports of the benchmark and of instructions: what is written, what is left out, and each form read back by its own program.

lm_eval and inspect_ai pull in some fifty packages, so they are no part of the development environment: `pip install medslake[exports]`, or
name another environment's interpreter in MEDSLAKE_PEERS_PYTHON; without either these two tests are skipped.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from export.test_medsins import instance
from made_benchmark import benchmark_row, lake_with
from medslake.errors import AccessDenied, DataCheckFailed, UnknownName, UsageError
from medslake.export.run import export
from medslake.lake import Lake, open_lake
from medslake.lake.storage.tables import CommitInfo
from medslake.score.predictions_file import score_predictions

LABELS = ["cellular energetics", "inducing angiogenesis"]
PEERS = os.environ.get("MEDSLAKE_PEERS_PYTHON", sys.executable)


def peer(package: str, code: str, folder: Path) -> Any:
    """JSON that a program prints in the interpreter that has `package`."""
    here = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "hf")}
    if subprocess.run([PEERS, "-c", f"import {package}"], capture_output=True, env=here, check=False).returncode:
        pytest.skip(f"{package} is not installed: pip install 'medslake[exports]', or set MEDSLAKE_PEERS_PYTHON")
    told = subprocess.run([PEERS, "-c", code], capture_output=True, text=True, cwd=folder, env=here, timeout=300, check=False)
    assert told.returncode == 0, told.stderr[-2000:]
    return json.loads(told.stdout.strip().splitlines()[-1])


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Two tasks; task106 has three shots, and one row that only credentialed readers may see."""
    rows = [
        benchmark_row(
            "task106",
            k,
            f"abstract {k} {{x}}",
            LABELS[k % 2],
            task_group="text_classification",
            labels=LABELS,
            shots=["i1", "i2", "i3"],
            access="credentialed" if k == 3 else "public",
            max_new_tokens=64,
        )
        for k in range(4)
    ]
    rows += [
        benchmark_row("task46", 9, "osteitis", "Inflammation of a bone.", task_group="explanation", alternatives=["Bone inflammation."])
    ]
    rows += [benchmark_row("task106", 0, "chat", LABELS[0], prompt="chat", task_group="text_classification", labels=LABELS)]
    lake = lake_with(tmp_path_factory.mktemp("filled"), rows)
    train = [instance(f"i{k}", "train", input=f"shot {k}", output=LABELS[0]) for k in (1, 2, 3)]
    train += [instance("i4", "validation"), instance("i5", "test"), instance("i6", "train", "dua")]
    table = pa.Table.from_pylist(train, schema=lake.spec("gold.instructions").arrow_schema())
    lake.arrow.replace("gold.instructions", table, CommitInfo("test"))
    write_definitions(lake)
    return lake


def write_definitions(lake: Lake) -> None:
    row = {"definition_id": "task106-d1", "task_id": "task106", "text": "Name the hallmarks.", "language": "English", "kind": "written"}
    row |= {"style": "plain", "labels_kept": True, "number": 1}
    table = pa.Table.from_pylist([row], schema=lake.spec("gold.definitions").arrow_schema())
    lake.arrow.replace("gold.definitions", table, CommitInfo("test"))


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_lm_eval_folder(filled: Lake, tmp_path: Path) -> None:
    told = export(filled, "lm-eval", None, tmp_path)
    assert told["left_out"] == {"credentialed": 1}
    names = ["medslake_rows.py"]
    for task in ("task46", "task106"):
        names += [f"{task}.test.jsonl", f"{task}.fewshot.jsonl", f"medslake_{task}.yaml"]
    assert told["files"] == [str(tmp_path / name) for name in names]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    asked = read(tmp_path / "task106.test.jsonl")
    assert [row["input"] for row in sorted(asked, key=lambda row: row["input"])] == [f"abstract {k} {{x}}" for k in range(3)]
    assert [row["instance_id"] for row in read(tmp_path / "task106.fewshot.jsonl")] == ["i1", "i2", "i3"]
    assert set(read(tmp_path / "task106.test.jsonl")[0]) >= {"metrics", "labels", "language"}
    assert 'description: "Name the hallmarks.\\n\\n"' in (tmp_path / "medslake_task106.yaml").read_text()
    assert "abstract 3" not in "".join(path.read_text() for path in tmp_path.iterdir())
    again = export(filled, "lm-eval", ["task106"], tmp_path / "all", clearance="credentialed")
    assert again["left_out"] == {} and len(read(tmp_path / "all" / "task106.test.jsonl")) == 4


def test_free_text_has_a_measure_that_ships_with_the_rows(filled: Lake, tmp_path: Path) -> None:
    export(filled, "lm-eval", None, tmp_path)
    free, closed = ((tmp_path / f"medslake_{task}.yaml").read_text() for task in ("task46", "task106"))
    assert "process_results: !function medslake_rows.word_f1" in free and '"metric": "word_f1", "aggregation": "mean"' in free
    assert "word_f1" not in closed and "exact_match" in closed and "bypass" not in free + closed
    spec = importlib.util.spec_from_file_location("medslake_rows", tmp_path / "medslake_rows.py")
    assert spec is not None and spec.loader is not None
    rows = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(rows)
    (doc,) = rows.load("task46")["test"]
    # Two of three words of the second right answer: 2 * 2 / (2 + 3) = 0.8 of the nearer "Bone inflammation."
    assert rows.word_f1(doc, ["bone INFLAMMATION, acute"]) == {"word_f1": pytest.approx(0.8)}
    assert rows.word_f1(doc, [""]) == {"word_f1": 0.0}
    assert rows.word_f1({"reference": "患者发烧", "alternatives": []}, ["患者咳"]) == {"word_f1": pytest.approx(4 / 7)}


@pytest.mark.process
def test_lm_eval_reads_it(filled: Lake, tmp_path: Path) -> None:
    export(filled, "lm-eval", None, tmp_path)
    code = f"""
import json
from lm_eval import simple_evaluate
from lm_eval.api.model import LM
from lm_eval.tasks import TaskManager

class Parrot(LM):
    def loglikelihood(self, requests): raise NotImplementedError
    def loglikelihood_rolling(self, requests): raise NotImplementedError
    def generate_until(self, requests):
        self.prompts = [request.args for request in requests]
        return ["Cellular energetics." for _ in requests]

model = Parrot()
found = simple_evaluate(model, tasks=["medslake"], task_manager=TaskManager(include_path={str(tmp_path)!r}), bootstrap_iters=0)
rows = found["samples"]
with open("samples_medslake_task106_1.jsonl", "w") as file:
    for one in rows["medslake_task106"]:
        file.write(json.dumps(dict(one, target=str(one["target"])), default=str) + "\\n")
print(json.dumps({{"n": {{task: len(samples) for task, samples in rows.items()}}, "prompt": rows["medslake_task106"][0]["arguments"][0][0],
    "generation": rows["medslake_task106"][0]["arguments"][0][1], "exact": found["results"]["medslake_task106"]["exact_match,none"],
    "free": found["results"]["medslake_task46"]["word_f1,none"]}}))
"""
    told = peer("lm_eval", code, tmp_path)
    assert told["n"] == {"medslake_task46": 1, "medslake_task106": 3}
    prompt, free = told["prompt"], told["free"]
    assert free == 0.0
    assert prompt.count("Input:\n") == 4 and prompt.endswith("\n\nOutput:\n")
    assert all(f"Input:\nshot {k}\n\nOutput:\n{LABELS[0]}\n\n" in prompt for k in (1, 2, 3))
    assert told["generation"]["max_gen_toks"] == 64 and told["exact"] == pytest.approx(2 / 3)
    # And back: what the harness logs is scored here.
    scored = score_predictions(tmp_path / "samples_medslake_task106_1.jsonl")["task106"]
    assert set(scored) == {"precision", "recall", "f1"} and scored["recall"]["paper"] == pytest.approx(10.0)


@pytest.mark.process
def test_inspect_reads_it(filled: Lake, tmp_path: Path) -> None:
    told = export(filled, "inspect", None, tmp_path)
    assert told["left_out"] == {"credentialed": 1}
    code = """
import json
from inspect_ai import eval
from inspect_ai.model import ModelAPI, ModelOutput, get_model, modelapi
import medslake_tasks

@modelapi(name="parrot")
class Parrot(ModelAPI):
    async def generate(self, input, tools, tool_choice, config):
        return ModelOutput.from_content("parrot", "Cellular energetics.")
    async def count_tokens(self, *_, **__):
        return 1

task = medslake_tasks.task106()
samples = list(task.dataset)
log = eval(task, model=get_model("parrot/one"), display="none", log_dir="logs")[0]
print(json.dumps({"n": len(samples), "roles": [m.role for m in samples[0].input], "targets": sorted(t for s in samples for t in s.target),
    "status": log.status, "exact": log.results.scores[0].metrics["mean"].value, "max_tokens": task.config.max_tokens,
    "others": list(list(medslake_tasks.task46().dataset)[0].target)}))
"""
    found = peer("inspect_ai", code, tmp_path)
    assert (found["n"], found["roles"], found["status"], found["max_tokens"]) == (3, ["system", "user"], "success", 64)
    assert found["targets"] == [LABELS[0], LABELS[0], LABELS[1]] and found["exact"] == pytest.approx(2 / 3)
    assert found["others"] == ["Inflammation of a bone.", "Bone inflammation."]
    # And back: what it logs is scored here.
    scored = score_predictions(tmp_path / "logs")["task106"]
    assert set(scored) == {"precision", "recall", "f1"} and scored["recall"]["paper"] == pytest.approx(10.0)


def test_datasets_reads_it(filled: Lake, tmp_path: Path) -> None:
    from datasets import load_dataset

    told = export(filled, "hf", ["task106"], tmp_path / "out")
    assert told["left_out"] == {"credentialed": 1, "dua": 1}
    assert {Path(name).relative_to(tmp_path / "out").as_posix() for name in told["files"]} == {
        "README.md",
        "instructions/train.parquet",
        "instructions/validation.parquet",
        "benchmark/test.parquet",
    }
    cache = str(tmp_path / "cache")
    instructions = load_dataset(str(tmp_path / "out"), "instructions", cache_dir=cache)
    assert {split: rows["instance_id"][:] for split, rows in instructions.items()} == {"train": ["i1", "i2", "i3"], "validation": ["i4"]}
    benchmark = load_dataset(str(tmp_path / "out"), "benchmark", split="test", cache_dir=cache)
    assert (
        len(benchmark) == 4
        and benchmark[0]["labels"] == LABELS
        and [turn["role"] for turn in benchmark[0]["messages"]] == ["system", "user"]
    )
    assert str(benchmark.features["labels"]) == "List(Value('string'))" and "origin" not in benchmark.features
    stated = pq.read_schema(tmp_path / "out" / "benchmark" / "test.parquet").metadata[b"huggingface"]
    assert json.loads(stated)["info"]["features"]["max_new_tokens"] == {"dtype": "int32", "_type": "Value"}
    card = (tmp_path / "out" / "README.md").read_text()
    assert "public or below; rows left out: 1 of class credentialed, 1 of class dua" in card


@pytest.mark.slow
def test_a_rerun_writes_the_same_bytes(filled: Lake, tmp_path: Path) -> None:
    for form in ("lm-eval", "inspect", "hf"):
        first, second = (export(filled, form, None, tmp_path / form / side)["files"] for side in "ab")
        assert [Path(name).read_bytes() for name in first] == [Path(name).read_bytes() for name in second]


def test_what_cannot_be_exported_is_said(filled: Lake, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="parquet"):
        export(filled, "parquet", None, tmp_path)
    with pytest.raises(UsageError, match="has no tasks"):
        export(filled, "medsins", None, tmp_path)
    with pytest.raises(UnknownName, match="task999"):
        export(filled, "inspect", ["task999"], tmp_path)
    closed = lake_with(tmp_path / "closed", [benchmark_row("task117", 1, "q", "True", access="credentialed")])
    with pytest.raises(AccessDenied, match="1 of class 'credentialed'"):
        export(closed, "lm-eval", None, tmp_path / "none")
    with pytest.raises(DataCheckFailed, match="Nothing to export"):
        export(closed, "hf", None, tmp_path / "none")
    with pytest.raises(UsageError, match="medslake build benchmark"):
        export(open_lake(str(tmp_path / "empty")), "inspect", None, tmp_path / "none")
    assert not (tmp_path / "none").exists()
