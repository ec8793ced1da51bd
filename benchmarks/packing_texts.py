"""Made notes, and a model folder with Llama 3's tokenizer, for benchmarks/packing.py."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medslake.lake import Lake
from medslake.lake.storage.tables import CommitInfo
from medslake.train.models import base_model

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "train"))
from llama3_tokenizer import llama3_tokenizer, ranks

TEXT = """
patient reports fever cough chest pain for three days denies trauma acute chronic renal failure insulin dose severe mild left right upper
lower lung heart kidney liver brain result negative positive history of hypertension diabetes mellitus myocardial infarction was noted with
electrocardiogram hyperkalaemia 12 3.5 mg 120/80 mmHg , , , . . the the of and in and with to a
"""
WORDS = TEXT.split()
TASKS = ("task11", "task57", "task106", "task130")


def notes(draw: np.random.Generator, count: int, least: int, most: int) -> pa.Array:
    """Notes of that many words, without a Python object for each."""
    lengths = draw.integers(least, most, count)
    offsets = np.r_[0, np.cumsum(lengths)].astype(np.int32)
    words: Any = pa.array(WORDS).take(pa.array(draw.integers(0, len(WORDS), int(offsets[-1]), np.int32)))
    kind: Any = pa.ListArray
    joined: Any = pc.binary_join(kind.from_arrays(offsets, words), " ")
    return joined


def texts(count: int, least: int = 20, most: int = 250) -> pa.Table:
    """instance_id, input, output."""
    draw = np.random.default_rng(5)
    ids = pa.array([f"{n:032x}" for n in range(count)])
    return pa.table({"instance_id": ids, "input": notes(draw, count, least, most), "output": notes(draw, count, 1, 30)})


def instructions(lake: Lake, count: int) -> None:
    """gold.instructions of short instances of four tasks, with their definitions and gold.tasks."""
    table = texts(count, 20, 80)
    number: Any = pa.array(np.arange(count) % len(TASKS))
    told: dict[str, Any] = {
        "task_id": pa.array(TASKS).take(number),
        "definition_id": pa.array([f"{t}-d1" for t in TASKS]).take(number),
        "split": "train",
        "access": "public",
        "category": "Question Answering",
        "domain": "Exam",
        "input_language": "English",
        "output_language": "English",
        "definition_language": "English",
        "source": "made",
    }
    for name, column in told.items():
        table = table.append_column(name, pa.repeat(pa.scalar(column), count) if isinstance(column, str) else column)
    origin = {"table": "bronze.made__notes", "version": 0, "file": "notes.csv", "sha256": "0" * 64, "row": 1}
    table = table.append_column("renderer", pa.repeat(pa.scalar(1, pa.int32()), count))
    table = table.append_column("record_ids", pa.repeat(pa.scalar(["r"]), count))
    table = table.append_column("origin", pa.repeat(pa.scalar(origin), count))
    schema = lake.spec("gold.instructions").arrow_schema()
    whole = pa.table(
        [table[f.name].cast(f.type) if f.name in table.column_names else pa.nulls(count, f.type) for f in schema], schema=schema
    )
    lake.arrow.replace("gold.instructions", whole, CommitInfo("benchmark"))
    definitions = [
        {"definition_id": f"{t}-d{n}", "task_id": t, "text": f"Read the note and answer what is asked in way {n}.", "language": "English"}
        | {"kind": "written", "style": "plain", "labels_kept": True, "number": n}
        for t in TASKS
        for n in range(1, 16)
    ]
    table = pa.Table.from_pylist(definitions, schema=lake.spec("gold.definitions").arrow_schema())
    lake.arrow.replace("gold.definitions", table, CommitInfo("benchmark"))
    languages = dict.fromkeys(("input_language", "output_language", "definition_language"), "English")
    form = {"category": "Question Answering", "domain": "Exam", "source": "made", "kind": "documents", "collection": "medslake"} | languages
    tasks = [{"task_id": t, "name": t, **form, "labels": [], "trained": True, "version": 1} for t in TASKS]
    table = pa.Table.from_pylist(tasks, schema=lake.spec("gold.tasks").arrow_schema())
    lake.arrow.replace("gold.tasks", table, CommitInfo("benchmark"))


def llama3_folder(folder: Path) -> tuple[Path, str]:
    """A folder with the true Llama 3 tokenizer and no weights, else the model `tiny`; and the tokenizer in words."""
    if not ranks():
        return base_model("tiny", folder), "BPE of the model `tiny`, as llama-models is not installed"
    llama3_tokenizer().save_pretrained(folder)
    (folder / "config.json").write_text(json.dumps({"model_type": "llama", "vocab_size": 128_256}))
    (folder / "none.safetensors").touch()  # `pack` looks whether weights are there and never opens them
    return folder, "Llama 3's own (llama-models 0.3.0)"
