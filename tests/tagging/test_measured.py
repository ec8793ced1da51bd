"""Precision and recall of the lexical tagger on the held-out sample, on the whole road from native files; docs/natural_instructions.md."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medslake import api
from medslake.lake import open_lake

SAMPLES = Path(__file__).parents[2] / "examples" / "conversations"
VOCABULARY = ("disease_ontology", "ncbi_disease", "bc5cdr", "fda_unii_names", "anem", "anatem", "icd_codes", "icd10_order")


@pytest.mark.long
def test_the_held_out_sample(
    tmp_path: Path, spark: Any, test_data: Callable[[str], Path], record_property: Callable[[str, object], None]
) -> None:
    lake = open_lake(str(tmp_path / "lake"), spark=spark)
    chats = tmp_path / "chats"
    chats.mkdir()
    shutil.copy(SAMPLES / "synthetic_held_out.json", chats)
    shutil.copy(test_data("sharegpt_format") / "dummy_conversation.json", chats)
    api.ingest(lake, {**{name: test_data(name) for name in VOCABULARY}, "sharegpt_format": chats})
    done = api.tag(lake)
    assert done.verdicts["sharegpt_format"]["conversations"] == 648 and done.verdicts["sharegpt_format"]["failed"] == 0
    query = "select record_id, medical from gold.tagged_dialogues where tagger = 'lexical'"
    said = {row["record_id"]: row["medical"] for row in api.sql(lake, query).to_pylist()}
    assert sum(said[name] for name in said if name.startswith("dummy_conversation/")) == 0
    rows = json.loads((SAMPLES / "synthetic_held_out.json").read_text(encoding="utf-8"))
    pairs = [(row["label"] == "medical", said[f"synthetic_held_out/{number:06d}"]) for number, row in enumerate(rows, start=1)]
    right = sum(label and medical for label, medical in pairs)
    precision, recall = right / sum(medical for _, medical in pairs), right / sum(label for label, _ in pairs)
    record_property("precision", round(precision, 4))
    record_property("recall", round(recall, 4))
    assert precision >= 0.9 and recall >= 0.8, (precision, recall)
