"""Faults that are really brought about: killed workers, an interrupted driver, numbers that are none, too little memory or disk."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from faulty_ranks import outcomes
from training_corpus import Packed, job_of

from medslake import registry
from medslake.errors import UsageError
from medslake.progress import quiet
from medslake.train.failures import TrainingFailed
from medslake.train.launch import launch
from medslake.train.locks import sole_driver
from medslake.train.logs.steplog import StepLog
from medslake.train.run import train
from medslake.train.saved.checkpoints import STARTS
from medslake.train.saved.markers import complete, newest

Alone = Callable[..., list[dict[str, Any]]]
ROOT = Path(__file__).parents[2]
PLUGINS = Path(__file__).parent / "plugins"
#: Worker processes killed in one training; 10 by hand.
KILLS = int(os.environ.get("MEDSLAKE_TEST_KILLS", "2"))


def losses(log: list[dict[str, Any]]) -> list[float]:
    return [line["loss"] for line in log]


@pytest.fixture(scope="module")
def two_ranks(packed: Packed, trained: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, list[str]]]:
    """Runs of two processes without Ray, one after the other: name -> folder, and what each rank raised."""
    root = tmp_path_factory.mktemp("two_ranks")
    one = dataclasses.replace(packed.recipe, checkpoint_every=3, keep=9)
    # Step 18 is two workers' work; one goes on to step 21, and two from there to the end.
    resumed = root / "resumed"
    (resumed / "checkpoints").mkdir(parents=True)
    shutil.copytree(Path(trained["model"]).parent / "checkpoints" / "step_00000018", resumed / "checkpoints" / "step_00000018")
    shutil.copy2(Path(trained["model"]).parent / "steps.jsonl", resumed)
    assert outcomes(1, [(job_of(packed, resumed, one), None)], root, PLUGINS) == [[""]]
    shutil.rmtree(resumed / "checkpoints" / "step_00000024")
    tasks = {"resumed": (job_of(packed, resumed, packed.recipe), None)}
    # One forward pass a step and rank.
    faulty = dataclasses.replace(packed.recipe, micro_rows=4, checkpoint_every=2)
    for name, fault in {"nan": "nan:1:4", "inf": "inf:1:4", "small": "small:1:3"}.items():
        (root / name).mkdir()
        # What was saved before the fault must be on the disk.
        recipe = dataclasses.replace(faulty, async_checkpoints=name != "small")
        tasks[name] = (job_of(packed, root / name, recipe, 8), fault)
    said = outcomes(2, list(tasks.values()), root, PLUGINS)
    return {name: (tasks[name][0].folder, told) for name, told in zip(tasks, said, strict=True)}


def test_two_workers_then_one_then_two(trained: dict[str, Any], two_ranks: dict[str, tuple[Path, list[str]]]) -> None:
    folder, said = two_ranks["resumed"]
    assert said == ["", ""]
    whole, log = StepLog.read(Path(trained["model"]).parent / "steps.jsonl"), StepLog.read(folder / "steps.jsonl")
    assert [line["world_size"] for line in log] == [2] * 18 + [1] * 3 + [2] * 3
    for name in ("step", "first_row", "rows", "lr", "useful_tokens", "supervised_tokens"):
        assert [line[name] for line in log] == [line[name] for line in whole]
    assert losses(log)[:18] == losses(whole)[:18]
    assert losses(log) == pytest.approx(losses(whole), rel=1e-4)


@pytest.mark.parametrize(("name", "number"), [("nan", "loss nan"), ("inf", "gradient norm (nan|inf)")])
def test_a_number_that_is_none_on_one_rank_stops_all(two_ranks: dict[str, tuple[Path, list[str]]], name: str, number: str) -> None:
    folder, said = two_ranks[name]
    assert said[0] == said[1]
    assert re.search(rf"^DataCheckFailed: Training alone diverged at step 3: .*{number}.*, plan rows 15..19;", said[0])
    assert [line["step"] for line in StepLog.read(folder / "steps.jsonl")] == [0, 1, 2]
    found = newest(folder / "checkpoints")
    assert found is not None and found[1].step == 2


def test_a_disk_that_refuses_one_rank_stops_all(two_ranks: dict[str, tuple[Path, list[str]]]) -> None:
    folder, said = two_ranks["small"]
    # Each looks at the free room for itself.
    assert len({told.split(" are needed")[0] for told in said}) == 1
    place = re.escape(str(folder / "checkpoints"))
    assert re.search(rf"^DiskFull: Training stopped: the checkpoint of step 4 cannot be written to {place} .*kB are needed and", said[0])
    assert sorted(p.name for p in (folder / "checkpoints").glob("*step_*")) == ["step_00000002"]
    assert complete(folder / "checkpoints" / "step_00000002")
    log = (folder / "workers.log").read_text()
    assert all(re.search(rf"worker {rank} on \S+, process \d+\nTraceback", log) for rank in (0, 1))


def workers() -> list[psutil.Process]:
    """Ray Train's worker processes below this one."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if "RayTrainWorker" in " ".join(process.cmdline()):
                found.append(process)
    return found


class Killer(threading.Thread):
    """Kills a random worker at random moments of a training, each time after it has started and done a step."""

    def __init__(self, folder: Path, kills: int) -> None:
        super().__init__(daemon=True)
        self.folder, self.kills, self.done = folder, kills, 0
        self.draw = random.Random(5)

    def run(self) -> None:
        for kill in range(self.kills):
            while len(starts := StepLog.read(self.folder / "checkpoints" / STARTS)) <= kill:
                time.sleep(0.01)
            moment = min(starts[-1]["step"] + self.draw.randint(1, 7), 22)
            while len(log := StepLog.read(self.folder / "steps.jsonl")) < moment or log[-1]["step"] >= 23:
                time.sleep(0.005)
            os.kill(self.draw.choice(workers()).pid, signal.SIGKILL)
            self.done += 1


def test_killed_workers_are_replaced(
    record_property: Callable[[str, object], None],
    packed: Packed,
    trained: dict[str, Any],
    ray_local: Any,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    recipe = dataclasses.replace(packed.recipe, failures=KILLS)
    folder = tmp_path / Path(trained["model"]).parent.name
    killer = Killer(folder, KILLS)
    killer.start()
    result = train(packed.lake, recipe, out=tmp_path)
    assert killer.done == KILLS
    record_property("workers of a training killed", KILLS)
    whole, log = (StepLog.read(Path(r["model"]).parent / "steps.jsonl") for r in (trained, result))
    assert [line["step"] for line in log] == list(range(24))
    for name in ("loss", "grad_norm", "lr", "first_row", "supervised_tokens"):
        assert [line[name] for line in log] == [line[name] for line in whole]
    weights = [Path(r["model"]) / "model-00001-of-00001.safetensors" for r in (trained, result)]
    assert weights[0].read_bytes() == weights[1].read_bytes()
    assert caplog.text.count("lost a worker: it") == KILLS
    assert result["resumed_from"] is None


def faulty(packed: Packed, folder: Path, fault: str, failures: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """Sentence of a training on Ray Train that the fault ends."""
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(PLUGINS))
    monkeypatch.setenv("MEDSLAKE_FAULT", fault)
    recipe = dataclasses.replace(packed.recipe, failures=failures)
    job = dataclasses.replace(job_of(packed, folder, recipe), accelerator=registry.get("accelerator", "faulty"))
    with pytest.raises(TrainingFailed) as caught:
        launch(job, 2, quiet)
    return str(caught.value)


def test_too_little_memory_is_told_by_whichever_worker_has_it(
    packed: Packed, ray_local: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = faulty(packed, tmp_path, "memory:1:5", 3, monkeypatch)
    assert re.search(r"^Worker 1 on \S+ ran out of memory with 2 x 512 tokens at once: .*allocate 1125899906842624|4503599627370496", said)
    assert said.endswith("Lower what a worker holds: --set micro_rows=1; or use more workers.")
    assert "\n" not in said
    # No worker began again.
    assert len(StepLog.read(tmp_path / "checkpoints" / STARTS)) == 1


def test_a_defect_is_one_sentence_with_the_place_of_the_log(
    packed: Packed, ray_local: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = faulty(packed, tmp_path, "defect:1:5", 0, monkeypatch)
    assert re.search(r"^Training alone stopped after 0 restarts: worker 1 on \S+: KeyError: 'what the defect is about'; its", said)
    assert f"Tracebacks: {tmp_path / 'workers.log'}." in said and "\n" not in said
    log = (tmp_path / "workers.log").read_text()
    assert "Traceback" in log and "faulty.py" in log


@contextlib.contextmanager
def driver(packed: Packed, out: Path) -> Iterator[subprocess.Popen[str]]:
    """The Ray job's script as a process of its own, with a Ray of its own."""
    settings = [f"--set={name}={getattr(packed.recipe, name)}" for name in ("batch", "steps", "checkpoint_every", "micro_rows")]
    settings += ["--device=faulty"]
    environment = {k: v for k, v in os.environ.items() if k != "RAY_ADDRESS"}
    environment |= {"MEDSLAKE_PLUGINS": str(PLUGINS), "MEDSLAKE_FAULT": "slow:0:12"}
    script = [sys.executable, str(ROOT / "ray_jobs" / "train.py"), "--lake", packed.lake.root, "--out", str(out), *settings]
    with (out / "stderr").open("w") as stderr:
        process = subprocess.Popen(script, stdout=subprocess.PIPE, stderr=stderr, text=True, env=environment, start_new_session=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long)])
def test_an_interrupted_driver_ends_cleanly(
    packed: Packed, trained: dict[str, Any], alone: Alone, tmp_path: Path, number: signal.Signals
) -> None:
    folder = tmp_path / Path(trained["model"]).parent.name
    with driver(packed, tmp_path) as process:
        deadline = time.monotonic() + 600
        while not newest(folder / "checkpoints"):
            assert process.poll() is None, (tmp_path / "stderr").read_text()[-2000:]
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with (
            pytest.raises(UsageError, match=rf"has another driver: process {process.pid} on \S+. Wait for it, or end it."),
            sole_driver(folder),
        ):
            pass
        below = psutil.Process(process.pid).children(recursive=True)
        assert below
        process.send_signal(number)
        assert process.wait(120) == 130
    said = (tmp_path / "stderr").read_text()
    assert said.splitlines()[-1] == "error: interrupted; what was committed stays, run the same command again to go on."
    assert "Traceback" not in said
    assert psutil.wait_procs(below, timeout=30)[1] == []
    found = newest(folder / "checkpoints")
    assert found is not None and not (folder / "model").exists()
    log = alone(folder)
    assert StepLog.read(folder / "checkpoints" / STARTS)[-1]["step"] == found[1].step
    assert losses(log) == pytest.approx(losses(StepLog.read(Path(trained["model"]).parent / "steps.jsonl")), rel=1e-3)


HOLDER = """
import os, signal, sys, time
from pathlib import Path
from medslake.train.locks import sole_driver
with sole_driver(Path(sys.argv[1])):
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.process
def test_a_lock_ends_with_its_process_and_elsewhere_by_silence(tmp_path: Path) -> None:
    folder, lock = tmp_path / "tiny-1", tmp_path / ".tiny-1.lock"
    assert subprocess.run([sys.executable, "-c", HOLDER, str(folder)]).returncode == -signal.SIGKILL
    assert lock.read_text()
    refused = f"Training tiny-1 in {tmp_path} has another driver: process {os.getpid()}"
    with sole_driver(folder), pytest.raises(UsageError, match=refused), sole_driver(folder):
        pass
    assert lock.read_text() == ""
    # Another host, whose flock does not reach this one.
    lock.write_text('{"host": "elsewhere", "pid": 1}')
    with pytest.raises(UsageError, match=r"process 1 on elsewhere, seen 0 seconds ago\. .* try again in 60 seconds"), sole_driver(folder):
        pass
    os.utime(lock, (time.time() - 61,) * 2)
    with sole_driver(folder):
        pass
    assert [p.name for p in tmp_path.iterdir()] == [lock.name]
