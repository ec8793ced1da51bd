"""What every registered source must keep, its own example as the judge."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from pyspark.sql import functions as F

from medslake import registry
from medslake.formats import reader
from medslake.lake import access
from medslake.lake.quality.gate import checked
from medslake.lake.quality.suites import load_suite
from medslake.lake.schema import ddl
from medslake.sources.base import Source

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SOURCES = registry.names("source")


@pytest.mark.parametrize("name", SOURCES)
def test_declaration(name: str) -> None:
    source: Source = registry.get("source", name)
    assert source.access in access.LEVELS
    assert source.citation and source.licence and source.split_rule and source.urls
    assert source.example.rows
    for native in source.files:
        reader(native.format)
        spec = ddl.bronze_spec(source.name, native.table, native.schema, native.key)
        assert set(native.key) <= set(spec.names)
        assert not any(pattern.startswith("/") or ".." in pattern for pattern in native.globs)
    assert len({native.table for native in source.files}) == len(source.files)


@pytest.mark.parametrize("name", SOURCES)
def test_example_gives_the_expected_rows(name: str, spark: SparkSession, put: Callable[..., Path], bronze_of: Callable[..., Any]) -> None:
    source: Source = registry.get("source", name)
    silver = source.harmonise(bronze_of(source, put(source.example.materialised())))
    assert set(silver) == set(source.example.rows)
    for kind, expected in source.example.rows.items():
        found = _rows(source, kind, silver[kind])
        assert [row["record_id"] for row in found] == [row["record_id"] for row in expected], kind
        for row, wanted in zip(found, expected, strict=True):
            assert {column: row[column] for column in wanted} == wanted
    spark.catalog.clearCache()


@pytest.mark.parametrize("name", SOURCES)
def test_generated_files_are_read_whole(name: str, spark: SparkSession, put: Callable[..., Path], bronze_of: Callable[..., Any]) -> None:
    source: Source = registry.get("source", name)
    files = source.generate(Random(7), 24)
    assert files == source.generate(Random(7), 24)
    assert files != source.generate(Random(8), 24)
    silver = source.harmonise(bronze_of(source, put(files)))
    rows = [row for kind, frame in silver.items() for row in _rows(source, kind, frame)]
    assert len(rows) >= 12
    assert {"train"} <= {row["split"] for row in rows} <= {"train", "validation", "test"}
    spark.catalog.clearCache()


def _rows(source: Source, kind: str, frame: DataFrame) -> list[dict[str, Any]]:
    """Rows of a kind in order of record_id, held to the DDL (columns, types, what may not be null, the key) and to the quality gate."""
    spec = ddl.spec(f"silver.{kind}")
    filled = {"source", "access"}
    declared = {column.name: column for column in spec.columns if column.name not in filled}
    assert set(frame.columns) - filled == set(declared)
    types = dict(frame.dtypes)
    assert {name: types[name] for name in declared} == {name: column.type for name, column in declared.items()}
    held = frame.withColumns({"source": F.lit(source.name), "access": F.lit(source.access)}).persist()
    with checked(held, spec, load_suite(spec)) as judged:
        assert [(r.rule, r.unexpected) for r in judged.results if r.unexpected and r.severity != "warn"] == []
    found = sorted((row.asDict(recursive=True) for row in held.collect()), key=lambda row: str(row["record_id"]))
    for row in found:
        assert [name for name, column in declared.items() if not column.nullable and row[name] is None] == []
        assert all(value is not None for value in row["origin"].values())
    assert len({row["record_id"] for row in found}) == len(found)
    return found
