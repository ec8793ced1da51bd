"""Rules of the house that a reader of one file cannot see: import direction, file sizes, names, no traces of a machine."""

from __future__ import annotations

import ast
import re
import statistics
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "medslake"

#: Lower floors may not import upper ones; packages on the same floor may, unless FORBIDDEN says otherwise.
FLOORS = [
    {"errors", "settings", "progress", "registry"},
    {"lake"},
    {"sources", "tasks", "metrics", "engines", "accelerators", "leakage", "synth"},
    {"bench", "train", "planning", "infer", "score", "report", "export"},
    {"cli", "demo", "entry"},
]
FORBIDDEN = {
    "lake": {"sources", "tasks", "metrics", "train"},
    "train": {"sources"},
    "engines": {"lake", "sources", "tasks"},
    "metrics": {"lake", "sources", "tasks"},
}


def floor(package: str) -> int:
    return next(i for i, names in enumerate(FLOORS) if package in names)


def imports(path: Path) -> set[str]:
    """Packages of medslake that a file imports at module level; imports inside functions are lazy and allowed for plugins' types."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("medslake."):
            found.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("medslake.")}
    return found


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def test_imports_run_one_way() -> None:
    wrong = []
    for path in sources():
        package = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if package == "__init__":
            continue
        for other in imports(path):
            if floor(other) > floor(package) or other in FORBIDDEN.get(package, ()):
                wrong.append(f"{path.relative_to(ROOT)} imports {other}")
    assert not wrong


def test_training_and_engines_know_no_spark() -> None:
    wrong = [
        str(p.relative_to(ROOT))
        for part in ("train", "engines", "accelerators", "metrics", "infer", "score")
        for p in (PACKAGE / part).rglob("*.py")
        if re.search(r"^\s*(import|from) pyspark", p.read_text(), re.M)
    ]
    assert not wrong


def test_files_are_small() -> None:
    lines = {p: len(p.read_text().splitlines()) for p in sources() if p.name != "__init__.py"}
    assert max(lines.values()) <= 700, max(lines, key=lines.__getitem__)
    assert statistics.median(lines.values()) <= 160
    assert sum(n > 500 for n in lines.values()) <= len(lines) * 0.1


def test_entry_scripts_are_short() -> None:
    scripts = [*ROOT.glob("jobs/*.py"), *ROOT.glob("ray_jobs/*.py")]
    assert len(scripts) >= 8
    assert {p.name: n for p in scripts if (n := len(p.read_text().splitlines())) > 80} == {}


def test_no_vague_file_names() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
    assert [p for p in sources() if p.stem in vague] == []


def test_one_place_names_each_device() -> None:
    named = {}
    for p in (PACKAGE / "train").rglob("*.py"):
        hits = re.findall(r"torch_npu|hccl|nccl|\bnpu\b|\.cuda\b|['\"]cuda", p.read_text())
        if hits:
            named[str(p.relative_to(ROOT))] = hits
    assert named == {}


def test_nothing_points_at_a_machine() -> None:
    folders = ("src", "jobs", "ray_jobs", "lakehouse", "expectations", "docs", "benchmarks", "tests")
    texts = [p for f in folders for p in (ROOT / f).rglob("*") if p.suffix in {".py", ".sql", ".json", ".md", ".html", ".yaml"}]
    path = re.compile(r"(?<![\w./-])/(work|root|home/\w+)/\w+")
    assert [str(p.relative_to(ROOT)) for p in [*texts, ROOT / "README.md", ROOT / "Makefile"] if path.search(p.read_text())] == []
