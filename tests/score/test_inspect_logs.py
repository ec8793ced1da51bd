"""Logs of inspect_ai on our export: zipped and plain, one run alone, samples that failed, and what is no log."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from made_benchmark import benchmark_row, lake_with
from medslake.errors import UsageError
from medslake.export.run import export
from medslake.score.predictions_file import counted, score_file, score_predictions

GOLD = "The right answer is A: x"
ANSWERS: list[Any] = ["The right answer is A: x", [{"type": "reasoning", "reasoning": "B?"}, {"type": "text", "text": "(A)"}], "B", None]


@pytest.fixture
def samples(tmp_path: Path) -> list[dict[str, Any]]:
    """Samples as inspect_ai 0.3 logs them, of a data set that our export wrote."""
    rows = [benchmark_row("task57", k, f"q{k}", GOLD, choices=[GOLD, "The right answer is B: y"]) for k in range(len(ANSWERS))]
    export(lake_with(tmp_path, rows), "inspect", None, tmp_path / "export")
    asked = [json.loads(line) for line in (tmp_path / "export" / "task57.jsonl").read_text(encoding="utf-8").splitlines()]
    return [
        {
            **{name: row[name] for name in ("id", "target", "metadata")},
            "epoch": 1,
            "output": {"model": "m", "choices": [{"message": {"role": "assistant", "content": said}, "stop_reason": "stop"}]},
            "scores": {"exact": {"value": 0.0}},
        }
        for row, said in zip(asked, ANSWERS, strict=True)
    ]


def header(task: str = "task57", run: str = "r1", model: str = "m", status: str = "success") -> dict[str, Any]:
    return {"version": 2, "status": status, "eval": {"run_id": run, "task": task, "model": model}}


def zipped(path: Path, samples: list[dict[str, Any]], **told: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.json", json.dumps(header(**told)))
        for number, one in enumerate(samples):
            archive.writestr(f"samples/{one['id']}_epoch_{one.get('epoch', number)}.json", json.dumps(one))
    return path


def test_both_forms_are_scored_alike(samples: list[dict[str, Any]], tmp_path: Path) -> None:
    paths = [zipped(tmp_path / "2026_task57_a.eval", samples), tmp_path / "2026_task57_b.json"]
    paths[1].write_text(json.dumps({**header(), "samples": samples}, indent=2), encoding="utf-8")
    for path in paths:
        assert score_predictions(path)["task57"]["accuracy"] == {"paper": 25.0, "strict": 50.0}
        # Nothing was written by the last one, which is no empty answer.
        assert counted(score_file(path))["task57"]["strict"] == {"n": 4, "n_missing": 1, "n_invalid": 0}


def test_members_packed_by_zstd_are_read(samples: list[dict[str, Any]], tmp_path: Path) -> None:
    """As newer versions write them; Python's zipfile reads them from 3.14 on, so the archive is put together by hand."""
    members = {"header.json": header(), **{f"samples/{one['id']}_epoch_1.json": one for one in samples}}
    body, directory = b"", b""
    for name, value in members.items():
        text = json.dumps(value).encode()
        packed = pa.compress(text, codec="zstd", asbytes=True)
        shared = struct.pack("<HHHHIIIHH", 0, 93, 0, 0, zlib.crc32(text), len(packed), len(text), len(name), 0)
        directory += struct.pack("<4sHH", b"PK\1\2", 63, 63) + shared + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name.encode()
        body += struct.pack("<4sH", b"PK\3\4", 63) + shared + name.encode() + packed
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, len(members), len(members), len(directory), len(body), 0)
    path = tmp_path / "a.eval"
    path.write_bytes(body + directory + end)
    assert score_predictions(path)["task57"]["accuracy"]["strict"] == 50.0


def test_a_text_beside_the_sample_is_read_from_there(samples: list[dict[str, Any]], tmp_path: Path) -> None:
    samples[2]["output"]["choices"][0]["message"]["content"] = "attachment://d1"
    samples[2]["attachments"] = {"d1": GOLD}
    del samples[3]["output"]["choices"][0]["message"]["content"]
    assert score_predictions(zipped(tmp_path / "a.eval", samples))["task57"]["accuracy"]["strict"] == 75.0


def test_a_sample_that_failed_has_no_answer(samples: list[dict[str, Any]], tmp_path: Path) -> None:
    samples[0]["error"] = {"message": "timeout"}
    path = zipped(tmp_path / "a.eval", samples)
    assert score_predictions(path)["task57"]["accuracy"]["strict"] == 25.0


def test_a_folder_holds_the_logs_of_one_run(samples: list[dict[str, Any]], tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    first = zipped(folder / "a.eval", samples)
    assert "task57" in score_predictions(folder)
    second = zipped(folder / "b.eval", samples, run="r2")
    with pytest.raises(UsageError, match=f"holds the logs of 2 models or runs.*Give one of them: {first}; {second}"):
        score_predictions(folder)
    zipped(second, samples)
    with pytest.raises(UsageError, match="is answered twice"):
        score_predictions(folder)


def test_what_is_no_log_of_a_finished_run_is_said(samples: list[dict[str, Any]], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"a\.eval is the log of a run that did not finish \(status cancelled\)"):
        score_predictions(zipped(tmp_path / "a.eval", samples, status="cancelled"))
    (tmp_path / "b.eval").write_text("no zip")
    with pytest.raises(UsageError, match=r"b\.eval cannot be read as a log of inspect_ai.*inspect log convert"):
        score_predictions(tmp_path / "b.eval")
    with pytest.raises(UsageError, match=r"c\.eval, sample 1, is no sample of inspect_ai \(KeyError: 'target'\)"):
        score_predictions(zipped(tmp_path / "c.eval", [{"id": "x"}]))
