"""What every registered source must keep beyond its example, which tests/conformance runs: its synthetic twin is read whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from medslake import registry
from medslake.ingest.synthetic import generate_all
from medslake.lake.quality.gate import checked
from medslake.lake.quality.suites import load_suite
from medslake.lake.schema import ddl
from medslake.sources import Source
from some_sources import some_sources

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SOME = some_sources()
TWINS = [pytest.param(name, marks=[] if name in SOME else [pytest.mark.long]) for name, one in registry.items("source").items() if one.twin]


@pytest.mark.parametrize("name", TWINS)
def test_twins_are_read_whole(name: str, spark: SparkSession, tmp_path: Path, silver_of: Callable[..., Any]) -> None:
    source: Source = registry.get("source", name)
    home = generate_all(tmp_path, n=24, sources=[name])[name]
    rows = [row for kind, frame in silver_of(source, home).items() for row in _rows(kind, frame)]
    assert len(rows) >= 12
    assert _least(source) <= {row["split"] for row in rows} <= {"train", "validation", "test"}
    spark.catalog.clearCache()


def _least(source: Source) -> set[str]:
    """Rows to train on, but of a source whose files are all published for other splits."""
    rules = source.split if isinstance(source.split, tuple) else (source.split,)
    named = {split for rule in rules for split, _ in rule.words}
    return {"train"} if "train" in named or any(not rule.is_by_file for rule in rules) else set()


def _rows(kind: str, frame: DataFrame) -> list[dict[str, Any]]:
    """Rows of a kind, held to the DDL (what may not be null, the key) and to the quality gate."""
    spec = ddl.spec(f"silver.{kind}")
    held = frame.persist()
    with checked(held, spec, load_suite(spec)) as judged:
        assert [(r.rule, r.unexpected) for r in judged.results if r.unexpected and r.severity != "warn"] == []
    found = [row.asDict(recursive=True) for row in held.collect()]
    for row in found:
        assert [column.name for column in spec.columns if not column.nullable and row[column.name] is None] == []
        assert all(value is not None for value in row["origin"].values())
    assert len({row["record_id"] for row in found}) == len(found)
    return found
