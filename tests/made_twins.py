"""Twins for the tests of the frame: functions of a module, so that worker processes can call them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medslake.synth import (
    Dirt,
    Draw,
    Length,
    Rows,
    Twin,
    TwinFile,
    TwinTables,
    csv,
    files,
    json_array,
    json_lines,
    parquet,
    xlsx,
)


def note(draw: Draw, number: int) -> dict[str, Any]:
    return {"id": number, "day": draw.day(2100, 2110), "text": draw.words(Length(60, 180))}


def visits(draw: Draw, number: int) -> Iterator[tuple[str, Any]]:
    yield "people", (number, draw.name())
    for visit in range(draw.whole(0, 3)):
        yield "visits", (number, visit, draw.about("person", number).clock())


#: Kind -> rate, spoiler, rows set aside.
DIRT = {
    "id is missing": Dirt(0.02, record=lambda draw, record: {**record, "id": None}, aside=1, rule="missing_key"),
    "line is cut": Dirt(0.01, text=lambda draw, text: text[: draw.whole(3, 9)] + "\n", aside=1, rule="unreadable"),
    "row is there twice": Dirt(0.001, record=lambda draw, record: Rows([record, record])),
}


def load(name: str) -> Twin:
    if name == "small":
        return Twin(TwinFile("a.jsonl", note, json_lines(), 3))
    if name == "dirty":
        return Twin(TwinFile("a.jsonl", note, json_lines(), 4_000, chunk=300, dirt=DIRT))
    return Twin(
        TwinFile("train.jsonl", note, json_lines(), 2_500),
        TwinFile("deep/test.json.gz", note, json_array(), 1_100, least=30, chunk=200),
        TwinTables(
            visits, {"people": ("hosp/people.csv.gz", csv("id, name")), "visits": ("all.zip/visits.csv", csv("id, visit, at"))}, 900
        ),
        TwinFile("all.zip/notes/", lambda draw, number: (f"{number}.txt", draw.words(30)), files(), 40),
        TwinFile("docs/", lambda draw, number: [(f"{number}.txt", "a"), (f"{number}.ann", "b")], files(), 30),
        TwinFile("book.xlsx", lambda draw, number: (number, draw.words(9)), xlsx("S", "id, text"), 60, chunk=25),
        TwinFile("rows.parquet", lambda draw, number: {"id": number, "of": [1, 2]}, parquet({"id": "int64", "of": "[int64]"}), 60),
        TwinFile("words.jsonl", note, json_lines(), 5, fixed=True),
        plain={"about.json": "{}"},
    )
