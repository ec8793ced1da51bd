"""A place to try plug-ins: lakes and files in a temporary folder, and one Spark session."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from medslake.errors import UsageError
from medslake.formats import leaves_folder
from medslake.lake import Lake, open_lake

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["Scratch"]


class Scratch:
    """Use in `with`; the folder is removed at its end. spark: a session to use instead of one that is started when it is needed.

    untried: (kind, name) -> what of a plug-in could not be tried here, and why.
    """

    def __init__(self, spark: SparkSession | None = None) -> None:
        self._given = spark
        self.untried: dict[tuple[str, str], str] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="medslake-check-", ignore_cleanup_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._folder.cleanup()

    @cached_property
    def spark(self) -> SparkSession:
        if self._given is not None:
            return self._given
        from medslake.lake.spark.session import spark_session

        return spark_session()

    def lake(self, name: str) -> Lake:
        return open_lake(str(Path(self._folder.name, "lakes", name)), spark=self.spark)

    def written(self, name: str, files: Mapping[str, bytes | str]) -> Path:
        """Files below a folder of that name. Raises UsageError for one that would lie elsewhere."""
        folder = Path(self._folder.name, "files", name)
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            if leaves_folder(file):
                raise UsageError(f"The example's file {file!r} leaves the folder.")
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    @contextmanager
    def partitions(self, count: int) -> Iterator[None]:
        """So many of them wherever Spark shuffles."""
        setting = "spark.sql.shuffle.partitions"
        before = self.spark.conf.get(setting)
        self.spark.conf.set(setting, str(count))
        try:
            yield
        finally:
            self.spark.conf.set(setting, before or "")
