"""A Ray cluster that is named and does not answer: one sentence within a minute, not a quarter of an hour."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from made_benchmark import benchmark_row, lake_with
from medslake import cluster
from medslake.conformance.tiny_model import build_tiny
from medslake.errors import UsageError


@pytest.fixture
def closed() -> str:
    """An address at which nothing listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def silent() -> Iterator[str]:
    """An address that takes connections and says nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_nothing_listens(closed: str, scheme: str) -> None:
    with pytest.raises(UsageError, match=f"No Ray cluster answers at RAY_ADDRESS={scheme}{closed}: Connection refused") as told:
        cluster._require_cluster(f"{scheme}{closed}")
    assert "unset RAY_ADDRESS" in str(told.value) and told.value.exit_code == 2


@pytest.mark.process
def test_what_listens_is_no_ray(silent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_ANSWERS", 8.0)
    with pytest.raises(UsageError, match="no Ray of this version"):
        cluster._require_cluster(silent)
    assert cluster._CONNECTS + 40.0 < 60


@pytest.mark.case("29_dead_ray_address")
@pytest.mark.process
def test_the_verb_ends_with_one_sentence(closed: str, tmp_path: Path) -> None:
    lake_with(tmp_path, [benchmark_row("task57", 0, "q", "A")])
    model = build_tiny(tmp_path / "tiny")
    verb = ["infer", "--model", str(model), "--lake", str(tmp_path / "lake")]
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", "from medslake.cli import main; main()", *verb],
        env=os.environ | {"RAY_ADDRESS": closed, "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2 and time.monotonic() - began < 60
    assert f"No Ray cluster answers at RAY_ADDRESS={closed}" in done.stderr
    assert "Traceback" not in done.stderr and "defect" not in done.stderr


@pytest.mark.case("42_long_tmpdir_for_ray")
@pytest.mark.parametrize(("folder", "room"), [("/tmp/" + "x" * 20, {}), ("/tmp/" + "x" * 95, {"_temp_dir": "/tmp/ray"})])
def test_sockets_fit_below_a_long_temporary_folder(folder: str, room: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAY_TMPDIR", raising=False)
    monkeypatch.setenv("TMPDIR", folder)
    assert cluster.room_for_sockets() == room
