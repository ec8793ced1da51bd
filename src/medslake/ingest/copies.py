"""Copies for readers that cannot open a file where it lies: members of archives, and files of a store for which Spark has no classes.

They lie in this process's scratch folder, under names of ours, for as long as the table is being written. On a cluster TMPDIR must be a
folder that all its machines see.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from posixpath import normpath
from typing import IO, TYPE_CHECKING

from medslake.formats import Delivered, Format
from medslake.ingest.archives import Archive
from medslake.ingest.listing import archive, opened
from medslake.ingest.scan import file_changed
from medslake.lake.spark.object_store import hand_on_settings, reads_s3
from medslake.lake.spark.session import scratch
from medslake.stores import place_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["at_hand"]

_LOG = logging.getLogger(__name__)
_CHUNK = 4 * 1024 * 1024


@contextmanager
def at_hand(source: str, form: Format, files: Sequence[Delivered], spark: SparkSession) -> Iterator[list[Delivered]]:
    """The files as the format's reader opens them, copied where need be; the copies are gone afterwards.

    Raises InputRefused: file_changed where a copy is not what the inventory saw, and what is wrong with an archive.
    """
    every = [one for each in files for one in (each, *each.beside)]
    away = [one for one in every if not one.member and one.uri.startswith("s3://")]
    if away:
        hand_on_settings(spark)
    if form.read is None or (away and reads_s3(spark)):
        away = []
    if away:
        told = f"{len(away)} files of {sum(one.size for one in away):,} bytes"
        _LOG.warning("source %s: Spark has no S3A on its class path: %s are copied to the scratch folder", source, told)
    wanted = [one for one in every if one.member or one in away]
    if not wanted:
        yield list(files)
        return
    folder = Path(tempfile.mkdtemp(prefix="files-", dir=scratch()))
    try:
        # Names of ours: those in an archive lead nowhere. Readers tell gzip by the name.
        copies = {one: folder / f"{at:07d}{'.gz' if one.name.endswith('.gz') else ''}" for at, one in enumerate(wanted)}
        with _archives(source, wanted) as archives, ThreadPoolExecutor(max_workers=4) as pool:
            list(pool.map(lambda one: _copy(source, one, archives, copies[one]), wanted))

        def here(one: Delivered) -> Delivered:
            held = replace(one, beside=tuple(map(here, one.beside)))
            return replace(held, uri=str(copies[one]), home=one.uri) if one in copies else held

        yield [here(one) for one in files]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _archives(source: str, wanted: Sequence[Delivered]) -> Iterator[dict[str, Archive]]:
    """URI -> the archive, open."""
    with ExitStack() as stack:
        found: dict[str, Archive] = {}
        for one in wanted:
            if one.member and one.uri not in found:
                found[one.uri] = archive(source, one.name.removesuffix(normpath(one.member)).rstrip("/"), one.uri)
                stack.callback(found[one.uri].close)
        yield found


def _copy(source: str, one: Delivered, archives: dict[str, Archive], target: Path) -> None:
    digest = hashlib.sha256()
    try:
        with _stream(one, archives) as stream, target.open("wb") as out:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                out.write(chunk)
    except (FileNotFoundError, KeyError):
        raise file_changed(source, one.name, gone=True) from None
    if digest.hexdigest() != one.sha256:
        raise file_changed(source, one.name)


def _stream(one: Delivered, archives: dict[str, Archive]) -> IO[bytes]:
    return archives[one.uri].open(one.member) if one.member else opened(*place_of(one.uri))
