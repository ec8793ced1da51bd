"""The logs of a run: what a crash leaves, what is read while it runs, and what TensorBoard shows."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tensorboardX.proto.event_pb2 import Event, SessionLog
from tensorboardX.record_writer import masked_crc32c
from training_corpus import Aside

from medslake.train.logs import steplog
from medslake.train.logs.steplog import StepLog
from medslake.train.logs.watch import in_words, watched

Alone = Callable[..., list[dict[str, Any]]]


def events(folder: Path) -> Iterator[Event]:
    """Events of all files in the order in which TensorBoard reads them, by the TFRecord format: length, its CRC, data, its CRC."""
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        while content:
            size, crc = struct.unpack("<QI", content[:12])
            data, after = content[12 : 12 + size], content[12 + size :]
            assert crc == masked_crc32c(content[:8]) and struct.unpack("<I", after[:4])[0] == masked_crc32c(data)
            content = after[4:]
            yield Event.FromString(data)


def shown(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """Curves as TensorBoard draws them: a session's start takes away what was written for its step and later ones."""
    curves: dict[str, list[tuple[int, float]]] = {}
    for event in events(folder):
        if event.session_log.status == SessionLog.START:
            curves = {tag: [p for p in points if p[0] < event.step] for tag, points in curves.items()}
        for value in event.summary.value:
            curves.setdefault(value.tag, []).append((event.step, value.simple_value))
    return curves


def single(value: float) -> float:
    return float(struct.unpack("f", struct.pack("f", value))[0])


def test_tensorboard_has_every_step_once_after_a_resume(alone: Alone, aside: Aside, tmp_path: Path) -> None:
    fields = {"held_out": aside.held_out, "steps": 6, "eval_every": 2, "checkpoint_every": 2, "keep": 3}
    run = tmp_path / "run"
    alone(run, **fields)
    for step in (4, 6):
        shutil.rmtree(run / "checkpoints" / f"step_{step:08d}")
    log = alone(run, **fields)
    assert sum(e.HasField("summary") for e in events(run / "tensorboard" / "train")) == 10  # steps 2 to 5 ran twice
    curves = shown(run / "tensorboard" / "train")
    for name in ("loss", "grad_norm", "lr", "fill", "useful_tokens_per_second", "forward_backward_seconds", "peak_memory"):
        assert curves[name] == [(line["step"], single(line[name])) for line in log], name
    assert not {"mfu", "step", "rows", "world_size"} & set(curves)
    seen = StepLog.read(run / "evaluations.jsonl")
    found = shown(run / "tensorboard" / "evaluation")
    assert found["loss"] == [(line["step"], single(line["loss"])) for line in seen]
    assert found["loss/Exam"] == [(line["step"], single(line["domains"]["Exam"]["loss"])) for line in seen]
    assert [step for step, _ in found["loss"]] == [0, 2, 4, 6]


def test_every_step_tells_where_its_time_went(alone: Alone, tmp_path: Path) -> None:
    parts = ("data_seconds", "forward_backward_seconds", "communication_seconds", "optimizer_seconds")
    for line in alone(tmp_path / "run", steps=3):
        assert sum(line[part] for part in parts) == pytest.approx(line["seconds"])
        assert line["forward_backward_seconds"] == max(line[part] for part in parts)
        assert line["mfu"] is None and line["fill"] == line["useful_tokens"] / line["tokens"]


def test_only_the_end_of_a_log_is_read_for_its_last_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "steps.jsonl"
    assert StepLog.last(path) is None
    log = StepLog(path, 0)
    assert StepLog.last(path) is None
    for step in range(500):
        log.write({"step": step, "loss": 1.0})
    monkeypatch.setattr(steplog, "_TAIL", 100)
    with path.open("a") as file:
        file.write('{"step": 500, "lo')
    content = path.read_bytes()
    path.write_bytes(b"\xff" * (len(content) - 100) + content[-100:])  # what lies before is never looked at
    assert StepLog.last(path) == {"step": 499, "loss": 1.0}


def test_a_restart_drops_the_lines_that_run_again(tmp_path: Path) -> None:
    path = tmp_path / "steps.jsonl"
    log = StepLog(path, 0)
    for step in range(5):
        log.write({"step": step})
    log.close()
    StepLog(path, 3).write({"step": 3})
    assert [line["step"] for line in StepLog.read(path)] == [0, 1, 2, 3]


STEP = {
    "step": 7,
    "loss": 1.23456,
    "grad_norm": 0.5,
    "lr": 1e-5,
    "tokens_per_second": 12345.6,
    "useful_tokens_per_second": 12000.0,
    "fill": 0.981,
    "mfu": 0.4321,
    "peak_memory": 3 << 30,
    "seconds": 2.5,
    "data_seconds": 0.1,
    "forward_backward_seconds": 2.0,
    "optimizer_seconds": 0.3,
    "communication_seconds": 0.1,
}


def test_progress_tells_all_there_is() -> None:
    facts = in_words(STEP, {"step": 5, "loss": 2.0})
    assert facts == {
        "loss": "1.2346",
        "eval loss": "2.0000 at 5",
        "lr": "1.00e-05",
        "grad norm": "0.500",
        "tokens/s": "12,346",
        "useful tokens/s": "12,000",
        "fill": "98.1%",
        "MFU": "43.2%",
        "memory": "3.00 GiB",
        "step": "2.50 s",
        "data/forward-backward/optimiser/communication": "0.10 / 2.00 / 0.30 / 0.10 s",
    }
    assert not {"eval loss", "MFU"} & set(in_words(STEP | {"mfu": None}, None))


def test_a_run_is_watched_until_its_end(tmp_path: Path) -> None:
    seen: list[tuple[Any, ...]] = []
    looks: list[bool] = []
    with watched(tmp_path, 8, lambda *report: seen.append(report), lambda: looks.append(True)):
        (tmp_path / "steps.jsonl").write_text(json.dumps(STEP) + "\n")
    assert seen[-1] == ("train", 8, 8, in_words(STEP, None))
    assert len(looks) >= 2
