"""The two scripts as Ray jobs on a head of our own, with the token authentication that Ray turns on by default."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from training_corpus import fill, instances

from medslake import registry
from medslake.cluster import room_for_sockets
from medslake.lake import open_lake
from medslake.recipes import override
from medslake.recipes.tiny import RECIPE as TINY
from medslake.train.evaluation import Evaluation
from medslake.train.packs.holdout import held_out
from medslake.train.packs.packed_rows import packed_rows
from medslake.train.packs.plan import plan_of
from medslake.train.saved.checkpoints import Checkpoints
from medslake.train.sharding import load_weights, sharded

ROOT = Path(__file__).resolve().parents[2]
RAY = Path(sys.executable).with_name("ray")


def free_ports(names: Sequence[str]) -> dict[str, int]:
    """All held at once before any is given back, so that no two are the same."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in names]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return {name: int(one.getsockname()[1]) for name, one in zip(names, sockets, strict=True)}


@pytest.fixture
def head(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Environment of a client of a fresh head. The head runs in the foreground of a child process, so its end is ours to bring about."""
    # Outside any working directory: what lies in there is uploaded with a job. Short: Ray's sockets allow 107 characters.
    token = tmp_path_factory.mktemp("token") / "token"
    token.write_text(secrets.token_hex(32))
    token.chmod(0o600)
    # The ports with fixed defaults too: an agent whose port another head holds never comes up, and without it no job runs.
    ports = free_ports(("port", "dashboard-port", "ray-client-server-port", "dashboard-agent-listen-port", "dashboard-agent-grpc-port"))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("RAY_")}
    environment |= {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(token),
        "RAY_ADDRESS": f"http://127.0.0.1:{ports['dashboard-port']}",
    }
    alone = {k: v for k, v in environment.items() if k != "RAY_ADDRESS"}
    given = os.environ.get("RAY_TMPDIR")
    temporary = Path(given) / "job" if given and not room_for_sockets() else Path(f"/tmp/ms{os.getpid()}")
    command = [str(RAY), "start", "--head", "--block", "--num-cpus=4", "--disable-usage-stats", f"--temp-dir={temporary}"]
    log = tmp_path_factory.mktemp("head") / "head.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [*command, *(f"--{k}={v}" for k, v in ports.items())],
            env=alone,
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 180
        while not answers(environment["RAY_ADDRESS"] + "/api/version", token.read_text()):
            assert process.poll() is None, log.read_text()[-3000:]
            assert time.monotonic() < deadline, log.read_text()[-3000:]
            time.sleep(0.5)
        yield environment
    finally:
        # In the foreground, ray ends all that it started when it is told to end.
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=60)
        # Its children share its process group, which is no one else's.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        shutil.rmtree(temporary, ignore_errors=True)


def answers(url: str, token: str) -> bool:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"}), timeout=2) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def submit(head: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    deadline = time.monotonic() + 400
    while True:
        done = subprocess.run(
            [str(RAY), "job", "submit", "--working-dir", ".", "--", sys.executable, *command],
            env=head,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=500,
        )
        # The agent that runs jobs comes up after the dashboard that takes them.
        if "No available agent" not in done.stderr or time.monotonic() > deadline:
            return done
        time.sleep(2)


def result_of(log: str) -> dict[str, object]:
    return json.loads(next(line for line in log.splitlines() if line.startswith('{"run"')))  # type: ignore[no-any-return]


def on_one_rank(lake: Any, settings: list[str], folder: Path) -> float:
    """Evaluation loss of the base model in this process."""
    recipe = override(TINY, settings)
    plan, accelerator = plan_of(lake, recipe), registry.get("accelerator", "cpu")
    version = lake.version("gold.packs")
    found = held_out(lake, packed_rows(lake, plan.held_out.id), version, plan.versions["gold.instructions"], folder)
    assert found is not None
    model = sharded(plan.model, recipe, accelerator)
    load_weights(model, plan.model, Checkpoints(folder / "none", keep=1).group)
    loss: float = Evaluation(found, accelerator, micro_rows=recipe.micro_rows, pad=0).run(model, 0)["loss"]
    return loss


@pytest.mark.ray
def test_pack_and_train_as_jobs(head: dict[str, str], single_rank: None, tmp_path: Path) -> None:
    lake = fill(open_lake(str(tmp_path / "lake")), instances(120))
    fields = ("--set", "holdout=8", "--set", "eval_every=3")
    packed = submit(head, "ray_jobs/pack.py", "--lake", lake.root, "--recipe", "tiny", "--json", *fields)
    assert packed.returncode == 0, packed.stdout[-3000:] + packed.stderr[-3000:]
    plan = result_of(packed.stdout)["plan"]
    trained = submit(
        head, "ray_jobs/train.py", "--lake", lake.root, "--recipe", "tiny", "--steps", "6", "--workers", "2", "--json", *fields
    )
    assert trained.returncode == 0, trained.stdout[-3000:] + trained.stderr[-3000:]
    told = result_of(trained.stdout)
    assert (told["plan"], told["steps"], told["workers"]) == (plan, 6, 2)
    assert lake.arrow.read("ops.training_steps").num_rows == 6
    seen = lake.arrow.read("ops.training_evaluations").to_pylist()
    assert {(r["step"], r["domain"]) for r in seen} == {(s, d) for s in (0, 3, 6) for d in ("Academical Papers", "Exam")}
    last = [r for r in seen if r["step"] == 6]
    assert told["last_eval_loss"] == pytest.approx(sum(r["loss"] * r["tokens"] for r in last) / sum(r["tokens"] for r in last))
    assert told["last_eval_loss"] < told["first_eval_loss"] == pytest.approx(on_one_rank(lake, ["holdout=8"], tmp_path), rel=1e-6)
    assert "train" in trained.stderr + trained.stdout and "grad norm" in trained.stderr + trained.stdout
    without_token = {k: v for k, v in head.items() if not k.startswith("RAY_AUTH")} | {"HOME": str(tmp_path)}
    assert submit(without_token, "-c", "pass").returncode != 0


@pytest.mark.process
@pytest.mark.parametrize("script", ["pack.py", "train.py"])
def test_a_mistake_is_one_sentence_and_an_exit_code(script: str, tmp_path: Path) -> None:
    command = [sys.executable, f"ray_jobs/{script}", "--lake", str(tmp_path / "lake"), "--set", "lr=fast"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip() == "error: Recipe field lr takes a number, not 'fast'."


@pytest.mark.process
@pytest.mark.parametrize("script", ["pack.py", "train.py"])
def test_help_has_an_example(script: str) -> None:
    shown = subprocess.run([sys.executable, f"ray_jobs/{script}", "--help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"Example: ray job submit --working-dir . -- python ray_jobs/{script}" in shown
