"""Askings that have nothing to answer: what is not there is exit 2, what is there and yields no row is exit 1 (an answer of SQL is one)."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from training_corpus import fill, instances

from made_benchmark import benchmark_row, lake_with
from medslake import api
from medslake.cli import main
from medslake.lake import open_lake

pytestmark = pytest.mark.slow

ROWS = [benchmark_row("task57", n, f"q{n}?", "The right answer is A: x", access="private") for n in range(3)]
#: Words of the command -> exit code, by what lies in the lake.
ASKINGS: dict[str, dict[str, int]] = {
    "nothing": dict.fromkeys(
        (
            *(
                "list tables",
                "list runs",
                "sql 'select 1'",
                "check",
                "leaks",
                "report",
                "mixture",
                "score",
                "compare a b",
                "trace instance a",
                "diff gold.benchmark 0 1",
                "history",
                "optimize",
                "vacuum --yes",
                "restore gold.benchmark --version 0",
                "describe gold.none",
                "describe nothing",
            ),
            *("build instructions", "build benchmark", "pack", "train", "infer --model tiny", "export hf --out {out}"),
        ),
        2,
    ),
    "a benchmark": {
        "list runs": 0,
        "sql 'select task_id from gold.benchmark where false' --clearance private": 0,
        "sql 'select * from gold.none'": 2,
        "sql 'select * from gold.benchmark' --at gold.benchmark=7": 2,
        "check gold.none": 2,
        "diff gold.none 0 1": 2,
        "diff gold.benchmark 0 7": 2,
        "history gold.none": 2,
        "optimize gold.none": 2,
        "vacuum gold.none": 2,
        "vacuum --keep 7": 2,
        "vacuum --keep 1h": 2,
        "restore gold.none --version 0": 2,
        "restore gold.benchmark --version 7": 2,
        "restore ops.runs --version 0": 2,
        "leaks": 2,
        "score": 2,
        "score --model x": 2,
        "compare a b": 2,
        "mixture --by task": 0,
        "infer --model tiny --task task1": 2,
        "trace instance zz": 2,
        "build instructions": 2,
        "build instructions --task task57": 2,
        "build benchmark --task task57": 2,
        "pack": 2,
        "export medsins --out {out}": 2,
        "export medsins --task task57 --out {out}": 2,
        "export lm-eval --task task13 --out {out}": 2,
        # All of its rows are above the clearance.
        "export lm-eval --out {out}": 1,
        "export inspect --task task57 --out {out}": 1,
        "ingest medqa --from {none}": 2,
        "ingest medqa --from {empty}": 1,
    },
    "no train rows": {
        "pack": 1,
        "train": 1,
        "export medsins --task task57 --out {out}": 1,
        "export medsins --task task57 --split test --out {out}": 0,
        "export medsins --task task1 --out {out}": 2,
        "leaks": 2,
    },
}


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    home = tmp_path_factory.mktemp("empty")
    lake_with(home / "asked", ROWS)
    fill(open_lake(str(home / "taught" / "lake")), [row | {"split": "test"} for row in instances(5)])
    return {"nothing": home / "none", "a benchmark": home / "asked" / "lake", "no train rows": home / "taught" / "lake"}


@pytest.mark.parametrize("there", ASKINGS)
def test_exit_codes(there: str, lakes: dict[str, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    found = {}
    for words in ASKINGS[there]:
        places = words.format(out=tmp_path / "out", none=tmp_path / "none", empty=tmp_path / "empty")
        with pytest.raises(SystemExit) as ended:
            main([*shlex.split(places), "--lake", str(lakes[there])])
        found[words] = ended.value.code or 0
        errors = [line for line in capfd.readouterr().err.splitlines() if line.startswith("error: ")]
        assert len(errors) == bool(found[words]), (words, errors)
        assert "defect" not in "".join(errors), words
    assert found == ASKINGS[there]
    assert not lakes["nothing"].exists()


@pytest.mark.parametrize("verb", ["check", "leaks", "score", "report"])
def test_an_interrupted_verb_ends_with_130(
    verb: str, lakes: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(api, verb, interrupted)
    with pytest.raises(SystemExit) as ended:
        main([verb, "--lake", str(lakes["a benchmark"])])
    out, err = capfd.readouterr()
    assert ended.value.code == 130 and "interrupted" in err and "clean" not in out + err
