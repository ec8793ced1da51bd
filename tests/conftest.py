"""Fixtures shared by all tests: one Spark session, one Ray instance, a lake in a temporary folder, third-party data where it lies."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest_plugins = ["native_fixtures", "silver_fixtures"]

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Tests are many small jobs: the first compiler alone starts faster and is fast enough. Not for real runs.
os.environ.setdefault("MEDSLAKE_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    from medslake.lake.spark.session import spark_session

    session = spark_session("medslake-tests", master="local[2]", memory="2g")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def ray_local() -> Iterator[Any]:
    """A Ray instance of its own on four (logical) CPUs."""
    import ray

    from medslake.cluster import room_for_sockets

    ray.init(
        address="local",
        num_cpus=4,
        include_dashboard=False,
        log_to_driver=False,
        logging_level=logging.ERROR,
        configure_logging=False,
        **room_for_sockets(),
    )
    yield ray
    ray.shutdown()


@pytest.fixture
def lake(tmp_path: Path, spark: SparkSession) -> Any:
    """An empty lake that uses the tests' Spark session."""
    from medslake.lake import open_lake

    return open_lake(str(tmp_path / "lake"), spark=spark)


@pytest.fixture(scope="session")
def test_data() -> Callable[[str], Path]:
    """`test_data("bc5cdr")`: that source's folder of native files; skips the test where it is absent."""
    from medslake.settings import test_data_dir

    def folder(source: str) -> Path:
        found = test_data_dir() / source
        if not found.is_dir():
            pytest.skip(f"third-party data of {source} is not in {test_data_dir()} (set MEDSLAKE_TEST_DATA)")
        return found

    return folder
