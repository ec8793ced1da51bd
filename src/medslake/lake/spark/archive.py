"""Spark's classes as an archive that Java maps: a JVM with it starts in half the CPU time.

Made once per machine by `python -m medslake.lake.spark.archive` (`make` does): 180 MB in the cache, named by what it was made of. Java
starts without it where it does not fit.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata, util
from pathlib import Path

from medslake.lake.spark.java import cache_dir, java_home

__all__ = ["MAKE", "archive", "archive_options"]

#: The command that makes it.
MAKE = "python -m medslake.lake.spark.archive"

#: What the jobs of the package do with few rows: classes that are met here are in the archive.
_USUAL = """
from pyspark.sql import functions as F
from medslake.lake.spark.session import spark_session
spark = spark_session("archive", master="local[2]")
lines = spark.createDataFrame([('{"a": 1}', "1,2", k) for k in range(4)], "j STRING, c STRING, k INT")
cut = lines.select("k", F.from_json("j", "a INT").a.alias("a"), F.from_csv("c", "x INT, y INT").alias("c"), F.sha2("j", 256).alias("d"))
cut.mapInArrow(lambda batches: batches, cut.schema).write.mode("overwrite").partitionBy("k").parquet(FOLDER)
back = spark.read.parquet(FOLDER)
back.join(cut.hint("merge"), "k").groupBy("k").agg(F.count("*"), F.collect_list(cut.a)).orderBy("k").collect()
back.createOrReplaceTempView("t")
spark.sql("select k, row_number() over (partition by d order by k) n, explode(array(1, 2)) e from t where k in (select k from t)").collect()
spark.read.text(FOLDER + "/*/*").limit(1).toArrow()
spark.stop()
"""


def archive() -> Path:
    """Where the archive of this Spark and this Java lies, or would; raises MissingDependency without Java."""
    home = java_home()
    java = Path(shutil.which("java", path=str(Path(home) / "bin") if home else None) or "").resolve()
    pyspark = util.find_spec("pyspark")
    made_of = [metadata.version("pyspark"), pyspark.origin if pyspark else "", str(java), str(java.stat().st_mtime_ns)]
    return cache_dir() / f"spark-{hashlib.sha256(repr(made_of).encode()).hexdigest()[:16]}.jsa"


def archive_options() -> list[str]:
    """Java's options for a start with the archive; none where there is no archive. A cluster has Java of its own."""
    found = archive()
    return [f"-XX:SharedArchiveFile={found}", "-Xlog:cds=off", "-Xlog:class+path=off"] if found.is_file() else []


def make() -> Path:
    """Start Spark once and keep its classes. Raises subprocess.CalledProcessError where Java writes no archive."""
    found = archive()
    if found.is_file():
        return found
    with tempfile.TemporaryDirectory(prefix="medslake-") as folder:
        written = Path(folder) / "made.jsa"
        own = f"{os.environ.get('MEDSLAKE_JAVA_OPTIONS', '')} -XX:ArchiveClassesAtExit={written} -Xlog:disable"
        script = _USUAL.replace("FOLDER", repr(f"{folder}/rows"))
        # Java writes the archive when Python is gone; its end is the end of the pipe.
        subprocess.run([sys.executable, "-c", script], env=os.environ | {"MEDSLAKE_JAVA_OPTIONS": own}, check=True, capture_output=True)
        beside = found.with_suffix(f".{os.getpid()}")
        shutil.move(written, beside)
        beside.replace(found)
    return found


if __name__ == "__main__":
    sys.stdout.write(f"{make()}\n")
