"""Start Spark with the settings that the lake relies on.

UTC everywhere, timestamps in microseconds (INT96 has no statistics), no UI, no metastore and no warehouse in the working folder,
workers on the same Python as the driver. A session that exists already (spark-submit, a notebook, a test) is used as it is, but for the
settings of rows: time zone and timestamp type.
"""

from __future__ import annotations

import atexit
import codecs
import functools
import locale
import logging
import os
import shlex
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from medslake import plugins
from medslake.lake.spark.archive import archive_options
from medslake.lake.spark.java import java_home

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["prepared", "scratch", "spark_session"]

_ROW_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
}


@functools.cache
def scratch() -> Path:
    """This process's temporary folder for Spark (warehouse, poison files of pinned tables); removed at exit."""
    folder = Path(tempfile.mkdtemp(prefix="medslake-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def spark_session(app: str = "medslake", master: str | None = None, memory: str = "2g") -> SparkSession:
    """The active session, or a new one here (or at `master`) with `memory` for the driver; raises MissingDependency without Java."""
    from pyspark.sql import SparkSession

    active = SparkSession.getActiveSession()
    if active is not None:
        return prepared(active)
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ or "SPARK_CONNECT_MODE_ENABLED" in os.environ
    builder = SparkSession.builder.appName(app)
    for key, value in _ROW_SETTINGS.items():
        builder = builder.config(key, value)
    if submitted:
        return prepared(builder.getOrCreate())
    _prepare_environment(memory)
    cores = os.cpu_count() or 2
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # Without an UI nobody reads these: what each query says of its plan, and what is kept of those that ended.
        "spark.sql.ui.explainMode": "simple",
        "spark.sql.ui.retainedExecutions": "8",
        "spark.ui.retainedJobs": "8",
        "spark.ui.retainedStages": "8",
        "spark.ui.retainedTasks": "256",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": (scratch() / "warehouse").as_uri(),
        "spark.sql.shuffle.partitions": str(max(2, min(2 * cores, 32))),
        "spark.sql.sources.parallelPartitionDiscovery.threshold": "512",
        "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
        "spark.driver.maxResultSize": "0",
        # A small table that is sent to all takes a page whole, by default a 32nd part of the memory: a query of many joins all of it.
        "spark.buffer.pageSize": "2m",
        "spark.log.level": "ERROR",
    }
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.master(master or os.environ.get("SPARK_MASTER") or "local[*]").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    logging.getLogger("py4j").setLevel(logging.WARNING)
    # PySpark logs every refused query as JSON with its stack; the exception says the same.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    return prepared(session)


def prepared(session: SparkSession) -> SparkSession:
    """A session of whatever origin, with the settings of rows, and such that it sends plug-ins to its workers."""
    from pyspark import cloudpickle

    plugins.by_value(cloudpickle)
    for key, value in _ROW_SETTINGS.items():
        session.conf.set(key, value)
    return session


def _prepare_environment(memory: str) -> None:
    """What must stand before the JVM starts; settings made by the user win."""
    home = java_home()
    if home is not None:
        os.environ["JAVA_HOME"] = home
    # Workers take python3 of PATH otherwise, which may lack pyarrow.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    if codecs.lookup(locale.getencoding()).name != "utf-8":
        # Java names files by the locale, and cannot open what that has no letters for.
        os.environ["LC_ALL"] = "C.UTF-8"
    options = [f"-D{name}={scratch()}" for name in ("java.io.tmpdir", "derby.system.home")]
    # Performance data would lie in /tmp, whatever the temporary folder.
    options += [f"-Dlog4j2.configurationFile={_quiet_log_settings().as_uri()}", "-XX:-UsePerfData"]
    own = os.environ.get("MEDSLAKE_JAVA_OPTIONS", "").split()
    if not any("Archive" in option for option in own):
        options += archive_options()
    # Jobs want throughput, not short pauses; a second choice of collector would keep the JVM from starting.
    options += own if any(o.startswith("-XX:+Use") and o.endswith("GC") for o in own) else ["-XX:+UseParallelGC", *own]
    # Split twice, by PySpark and by spark-submit: a temporary folder may hold blanks.
    arguments = f"--driver-memory {memory} --driver-java-options {shlex.quote(shlex.join(options))}"
    os.environ.setdefault("PYSPARK_SUBMIT_ARGS", f"{arguments} pyspark-shell")


def _quiet_log_settings() -> Path:
    """Log errors only, from the first line on (setLogLevel comes too late for the start-up banner)."""
    path = scratch() / "log4j2.properties"
    path.write_text(
        "rootLogger.level = error\n"
        "rootLogger.appenderRef.stderr.ref = stderr\n"
        "appender.console.type = Console\n"
        "appender.console.name = stderr\n"
        "appender.console.target = SYSTEM_ERR\n"
        "appender.console.layout.type = PatternLayout\n"
        "appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n\n",
        encoding="utf-8",
    )
    return path
