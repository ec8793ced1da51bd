"""Silver rows written by us, for tests that begin behind the ingest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from medslake.lake import Lake

Row = dict[str, Any]


def commit(lake: Lake, kind: str, source: str, rows: Sequence[Row]) -> None:
    """Replace the source's slice of a silver table; everything not given is filled in."""
    whole = [
        {
            "source": source,
            "split": "train",
            "language": "en",
            "domain": "Medical Knowledge",
            "access": "public",
            "origin": {"table": f"bronze.{source}__rows", "version": 0, "file": f"{source}.jsonl", "sha256": "0" * 64, "row": number},
        }
        | row
        for number, row in enumerate(rows, start=1)
    ]
    table = pa.Table.from_pylist(whole, schema=lake.spec(f"silver.{kind}").arrow_schema())
    with lake.run("ingest") as run:
        run.write(f"silver.{kind}", table, slice={"source": source}, fingerprint=run.fingerprint(whole))


def exam(number: int, split: str, question: str, right: str = "A", **more: Any) -> Row:
    """A four-option question of silver.questions."""
    options = [{"key": k, "text": f"option {k.lower()} of {number}"} for k in "ABCD"]
    row = {
        "record_id": f"en/{split}/{number:06d}",
        "split": split,
        "question": question,
        "options": options,
        "answer_keys": [right],
        "answer": f"option {right.lower()} of {number}",
    }
    return row | more


def exams(first: int, count: int, split: str) -> list[Row]:
    return [
        exam(n, split, f"Which of these helps against the invented ache number {n}?", "ABCD"[n % 4]) for n in range(first, first + count)
    ]


def abstract(number: int, split: str, text: str, labels: Sequence[str] = ("cellular energetics",)) -> Row:
    """A document of silver.labelled_texts as HoC has it."""
    return {
        "record_id": str(10_000_000 + number),
        "subject_id": str(10_000_000 + number),
        "split": split,
        "text": text,
        "labels": list(labels),
        "label_set": "hallmarks_of_cancer",
        "unit": "document",
    }


def abstracts(first: int, count: int, split: str) -> list[Row]:
    return [abstract(n, split, f"Invented abstract {n}: cells of line {n} burn more sugar.") for n in range(first, first + count)]


def patient(number: int, split: str, plan: str) -> Row:
    """An encounter as SEER*Stat delivers it, with one column that gives the treatment away."""
    return {
        "record_id": f"p{number}",
        "subject_id": f"p{number}",
        "split": split,
        "access": "dua",
        "domain": "Clinical Text",
        "features": [
            {"name": "Age", "value": str(40 + number), "unit": "years"},
            {"name": "Grade", "value": str(number % 4), "unit": None},
            {"name": "Radiation recode", "value": plan, "unit": None},
        ],
        "outcomes": [("radiation_sequence", plan)],
    }


def sentence(number: int, split: str, text: str, chemicals: Sequence[str] = ()) -> Row:
    """A chemical-annotated sentence of silver.annotated_texts as BC5CDR has it."""
    entities = [
        {"start": text.index(c), "end": text.index(c) + len(c), "type": "Chemical", "text": c, "concept": None}
        for c in sorted(chemicals, key=text.index)
    ]
    return {
        "record_id": f"chem/{split}/{number:06d}",
        "split": split,
        "text": text,
        "unit": "sentence",
        "entity_types": ["Chemical"],
        "entities": entities,
    }
