"""Fixtures shared by all tests: one Spark session, one Ray instance, a lake in a temporary folder, third-party data where it lies.

Tests are marked by what they start (LANES): those that take a fixture of Spark or Ray by themselves, others by hand. In `make test-fast`,
which leaves the marked ones out, a test that starts a process fails.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest_plugins = ["native_fixtures", "reliability", "silver_fixtures"]

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Tests are many small jobs, and most of their queries are made once, over few rows: the first compiler of Java alone is fast enough, and
# compiling queries costs a third of the time. Not for real runs; jobs that spark-submit starts compile theirs.
os.environ.setdefault(
    "MEDSLAKE_JAVA_OPTIONS",
    "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m"
    " -Dspark.sql.codegen.wholeStage=false -Dspark.sql.codegen.factoryMode=NO_CODEGEN",
)
# Ray's workers give way to all others by default; beside the lane of Spark they would wait for its end.
os.environ.setdefault("RAY_worker_niceness", "0")

#: What a test may start. `make test-fast` runs those that start nothing.
LANES = ("spark", "ray", "ranks", "process", "browser", "native")
#: Fixtures that start something, whichever test takes them.
_STARTERS = {
    "spark": "spark",
    "ray_local": "ray",
    "single_rank": "ranks",
    "two_ranks": "ranks",
    "server": "process",
    "small_disk": "process",
    "wheel": "process",
}
#: Programs that the library asks a question, which takes milliseconds.
_ASKED = {"git", "lscpu", "uname", "ldconfig"}
_started: list[str] = []


def _note_process(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "tests.ranks":
        _started.append("ranks")
    elif event == "subprocess.Popen" and Path(os.fsdecode(arguments[0])).name not in _ASKED:
        _started.append(Path(os.fsdecode(arguments[0])).name)


sys.addaudithook(_note_process)


def pytest_itemcollected(item: pytest.Item) -> None:
    for fixture in set(getattr(item, "fixturenames", ())) & set(_STARTERS):
        item.add_marker(_STARTERS[fixture])
    if "record_property" in getattr(item, "fixturenames", ()):
        item.add_marker("counted")
    if item.get_closest_marker("long") and not os.environ.get("MEDSLAKE_TEST_LONG"):
        item.add_marker(pytest.mark.skip(reason="a long test: make test-long runs it"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    # Before any fixture of the test, those of its module included.
    _started.clear()


@pytest.fixture(autouse=True)
def _starts_what_it_says(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    fast = "not process" in request.config.option.markexpr
    assert not (fast and _started), f"this test starts {', '.join(sorted(set(_started)))}; mark it as one of {', '.join(LANES)}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[Any]) -> Generator[None, Any, Any]:
    if call.excinfo is not None and str(call.excinfo.value).startswith("Timeout"):
        _forget_unread_answer()
    return (yield)


def _forget_unread_answer() -> None:
    """A test that ran out of time while Java worked for it leaves an answer behind, which the next test would take for its own."""
    pyspark = sys.modules.get("pyspark")
    context = pyspark.SparkContext._active_spark_context if pyspark else None
    connection = context and context._gateway._gateway_client.get_thread_connection()
    if connection:
        connection.close()
        context.cancelAllJobs()


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    from medslake.lake.spark.session import spark_session

    session = spark_session("medslake-tests", master="local[2]", memory="2g")
    assert session.conf.get("spark.sql.codegen.wholeStage") == "false"
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
