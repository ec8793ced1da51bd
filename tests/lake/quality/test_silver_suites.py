"""What the suites of silver kinds set aside."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from lake_rows import origin

from medslake.lake.quality.gate import checked
from medslake.lake.quality.suites import load_suite
from medslake.lake.schema import ddl


def set_aside(kind: str, *rows: dict[str, Any]) -> dict[int, list[str]]:
    """Position of a row -> the rules that it breaks; rows: own columns of the kind."""
    spec = ddl.spec(f"silver.{kind}")
    shared = {"source": "made", "split": "train", "language": "en", "domain": "Exam", "access": "public"}
    whole = [{**shared, "record_id": str(n), "origin": origin(n + 1), **row} for n, row in enumerate(rows)]
    with checked(pa.Table.from_pylist(whole, schema=spec.arrow_schema()), spec, load_suite(spec)) as outcome:
        found = [] if outcome.offenders is None else outcome.offenders.to_pylist()
    return {row["row"] - 1: row["rules"] for row in found}


def entity(id: str | None, start: int, concept: str | None) -> dict[str, Any]:
    return {"id": id, "start": start, "end": start + 1, "type": "Plant", "text": "abcdefgh"[start], "concept": concept}


ENTITIES = [entity("T1", 0, None), entity("T2", 1, "D1|D2"), entity(None, 2, "D3"), entity(None, 3, None)]


@pytest.mark.parametrize(
    ("head", "tail", "rules"),
    [
        ("T1", "T2", None),
        ("D1", "D3", None),
        ("D2", "T1", None),
        ("D", "D3", ["relation_ends"]),
        ("T1", "T9", ["relation_ends"]),
    ],
)
def test_an_end_of_a_relation_is_an_entity_or_its_concept(head: str, tail: str, rules: list[str] | None) -> None:
    row = {"text": "abcdefgh", "unit": "document", "entity_types": ["Plant"], "entities": ENTITIES}
    found = set_aside(
        "annotated_texts", {**row, "relations": [{"type": "is_near", "head": head, "tail": tail}]}, {**row, "relations": None}
    )
    assert found == ({0: rules} if rules else {})


def test_entity_ids_are_different_in_a_record() -> None:
    row = {"text": "abcdefgh", "unit": "document", "entity_types": ["Plant"], "entities": [*ENTITIES, entity("T1", 4, None)]}
    assert set_aside("annotated_texts", row) == {0: ["repeated(entities)"]}


def test_pairs() -> None:
    def row(*candidates: tuple[str | None, str | None, str | None], text: str = "a claim") -> dict[str, Any]:
        return {"text": text, "candidates": [dict(zip(("id", "text", "label"), c, strict=True)) for c in candidates], "label_set": "made"}

    good = row((None, "one", "yes"), (None, "two", "no"))
    assert set_aside("pairs", good, row(("1", "one", "yes"), ("2", "one", "no"))) == {}
    found = set_aside(
        "pairs", row(), row((None, " ", "yes")), row((None, "one", None)), row(("1", "a", "yes"), ("1", "b", "no")), {**good, "text": " "}
    )
    assert found == {0: ["candidates"], 1: ["blank(candidates)"], 2: ["labels"], 3: ["repeated(candidates)"], 4: ["blank(text)"]}


def test_parallel_texts() -> None:
    texts = [
        {"en": "a", "fr": "b"},
        {"en": "a"},
        {"en": "a", "fr": " "},
        {"de": "a", "fr": "b"},
        {"en": "a", "french": "b"},
    ]
    found = set_aside("parallel_texts", *({"texts": list(one.items())} for one in texts))
    assert found == {1: ["languages"], 2: ["blank(texts)"], 3: ["own_language"], 4: ["language_codes"]}


def test_statistics() -> None:
    def row(strata: list[tuple[str, str | None]], figures: list[tuple[str, str | None]]) -> dict[str, Any]:
        named = {"strata": strata, "figures": figures}
        return {name: [{"name": key, "value": value} for key, value in told] for name, told in named.items()}

    good = row([("sex", "female")], [("alive", "12")])
    found = set_aside("statistics", good, row([], [("alive", "1")]), row([("sex", None)], [("alive", "1")]), row([("sex", "male")], []))
    assert found == {1: ["strata"], 2: ["strata"], 3: ["figures"]}


def test_prompts() -> None:
    rows = [
        {"instruction": "Do.", "input": None, "outputs": ["done"]},
        {"instruction": " ", "input": "it", "outputs": ["done"]},
        {"instruction": "Do.", "input": "", "outputs": ["done"]},
        {"instruction": "Do.", "input": "it", "outputs": []},
        {"instruction": "Do.", "input": "it", "outputs": ["done", " "]},
        {"instruction": "Do.", "input": "it", "outputs": ["done", "done"]},
    ]
    found = set_aside("prompts", *rows)
    assert found == {1: ["blank(instruction)"], 2: ["blank(input)"], 3: ["outputs"], 4: ["blank(outputs)"]}
