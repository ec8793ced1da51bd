"""Rules of the house that a reader of one file cannot see: floors, circles, file sizes, names, no traces of a machine."""

from __future__ import annotations

import ast
import re
import statistics
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

from medslake import settings

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "medslake"

#: Ground floor first. A file imports from its own floor or below.
FLOORS: list[set[str]] = [
    {
        "declared",
        "errors",
        "explained",
        "identity",
        "settings",
        "languages",
        "domains",
        "options",
        "progress",
        "extras",
        "plugins",
        "registry",
        "cluster",
        "stores",
    },
    {"lake"},
    {"formats", "sources", "tasks", "leak_tests", "metrics", "engines", "accelerators", "recipes", "taggers", "synth"},
    {
        "fetch",
        "ingest",
        "definitions",
        "instructions",
        "leakage",
        "bench",
        "train",
        "planning",
        "infer",
        "tagging",
        "rewriting",
        "score",
        "report",
        "export",
        "published_set",
        "conformance",
    },
    {"api", "care", "results"},
    {"cli", "demo", "__main__"},
]
#: What folders of the floors 2 and 3 may import of their own floor.
BESIDE = {
    "sources": {"formats", "synth"},
    "engines": {"accelerators"},
    "taggers": {"engines"},
    "instructions": {"definitions", "leakage"},
    "bench": {"instructions", "leakage"},
    "planning": {"train"},
    "infer": {"bench"},
    "tagging": {"infer"},
    "rewriting": {"definitions", "infer", "tagging"},
    "score": {"bench"},
    "report": {"bench", "score"},
    "export": {"score"},
    "conformance": {"ingest", "instructions", "leakage"},
}
#: What floor 2 sees of the lake.
SEEN_OF_LAKE = ("medslake.lake.schema", "medslake.lake.access", "medslake.lake.storage.place")
#: Folders that hold plug-ins, `base.py` and `parts/` alone; what runs plug-ins lies on floor 3.
PLUGIN_FOLDERS = {
    "sources": "SOURCE",
    "formats": "FORMAT",
    "tasks": "TASK",
    "leak_tests": "LEAK_TEST",
    "metrics": "METRIC",
    "engines": "ENGINE",
    "accelerators": "ACCELERATOR",
    "recipes": "RECIPE",
    "taggers": "TAGGER",
}


@dataclass(frozen=True)
class Arrow:
    """One import, wherever it stands: at the top, for types only, or inside of a function."""

    file: Path
    line: int
    module: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line} imports {self.module}"


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in sources()}


def arrows() -> list[Arrow]:
    """All imports of the package by the package."""
    found = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            names: list[str] = []
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module and node.module.split(".")[0] == "medslake":
                names = [inner if (inner := f"{node.module}.{alias.name}") in MODULES else node.module for alias in node.names]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names if alias.name in MODULES]
            found += [Arrow(path, node.lineno, name) for name in names if name in MODULES and name != module_of(path)]
    return found


ARROWS = arrows()


def top(module: str) -> str:
    """`lake` of `medslake.lake.runs`; the package itself counts as the face that it is."""
    return module.split(".")[1] if "." in module else "api"


def floor(module: str) -> int:
    return next(number for number, names in enumerate(FLOORS) if top(module) in names)


def circles(graph: dict[str, set[str]]) -> list[str]:
    """Names that reach themselves."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        todo = list(graph.get(start, ()))
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += graph.get(name, ())
        return seen

    return sorted(name for name in graph if name in reached(name))


def test_every_folder_has_a_floor() -> None:
    known = set().union(*FLOORS)
    assert {top(module) for module in MODULES if "." in module} <= known


def test_no_arrow_points_up() -> None:
    # The version alone may be asked of the package, by any file.
    wrong = [str(a) for a in ARROWS if a.module != "medslake" and floor(a.module) > floor(module_of(a.file))]
    assert wrong == []


def test_folders_of_one_floor_import_what_they_may() -> None:
    wrong = []
    for arrow in ARROWS:
        here, there = top(module_of(arrow.file)), top(arrow.module)
        number = floor(module_of(arrow.file))
        if number in (2, 3) and here != there and number == floor(arrow.module) and there not in BESIDE.get(here, set()):
            wrong.append(str(arrow))
    assert wrong == []


def test_plug_ins_see_little_of_the_lake() -> None:
    assert [
        str(a) for a in ARROWS if floor(module_of(a.file)) == 2 and top(a.module) == "lake" and not a.module.startswith(SEEN_OF_LAKE)
    ] == []


def test_names_are_looked_up_on_floor_3_or_above() -> None:
    assert [str(a) for a in ARROWS if a.module == "medslake.registry" and floor(module_of(a.file)) < 3] == []


def test_no_circle_between_files() -> None:
    graph: dict[str, set[str]] = defaultdict(set)
    for arrow in ARROWS:
        if arrow.module != "medslake":
            graph[module_of(arrow.file)].add(arrow.module)
    assert circles(graph) == []


def test_no_circle_between_the_children_of_a_folder() -> None:
    """Files and folders that lie side by side import each other one way; what the face of a folder exports does not count."""
    levels: dict[tuple[str, ...], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for arrow in ARROWS:
        here, there = (MODULES[m].relative_to(PACKAGE).with_suffix("").parts for m in (module_of(arrow.file), arrow.module))
        depth = next((n for n, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), None)
        if depth is not None and "__init__" not in (here[depth], there[depth]):
            levels[here[:depth]][here[depth]].add(there[depth])
    assert {"/".join(level): found for level, graph in levels.items() if (found := circles(graph))} == {}


def test_plug_in_folders_hold_plug_ins_alone() -> None:
    wrong = []
    for folder, name in PLUGIN_FOLDERS.items():
        for path in (PACKAGE / folder).rglob("*.py"):
            if path.name in ("__init__.py", "base.py") or "parts" in path.relative_to(PACKAGE / folder).parts:
                continue
            bound = re.compile(rf"^{name}S?\b[^=\n]*=", re.M)
            if not bound.search(path.read_text()):
                wrong.append(str(path.relative_to(ROOT)))
    assert wrong == []


def test_training_and_engines_know_no_spark() -> None:
    wrong = [
        str(p.relative_to(ROOT))
        for part in ("train", "engines", "accelerators", "metrics", "infer", "score")
        for p in (PACKAGE / part).rglob("*.py")
        if re.search(r"^\s*(import|from) pyspark", p.read_text(), re.M)
    ]
    assert not wrong


#: A text that is made a number, a time or a truth; what is pmod of something is a number already.
_CAST = re.compile(r"CAST\((?!pmod\().*? AS (?:TINYINT|SMALLINT|INT|BIGINT|FLOAT|DOUBLE|DECIMAL|BOOLEAN|DATE|TIMESTAMP)", re.I | re.S)
_TYPES = {"byte", "short", "int", "integer", "long", "bigint", "float", "double", "decimal", "boolean", "date", "timestamp"}


def test_sources_join_and_cast_texts_in_one_place() -> None:
    wrong = []
    for path in sorted((PACKAGE / "sources").rglob("*.py")):
        if path == PACKAGE / "sources" / "parts" / "mapping.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            told = None
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                texts = [arg.value.lower() for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
                if node.func.attr in ("join", "crossJoin") and not isinstance(node.func.value, (ast.Constant, ast.JoinedStr)):
                    told = "joins; use joined_on"
                elif node.func.attr in ("cast", "try_cast") and _TYPES & set(texts):
                    told = "casts; use typed"
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _CAST.search(node.value):
                told = "casts; use typed"
            if told:
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {told}")
    assert wrong == []


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


def test_one_place_opens_duckdb() -> None:
    found = [str(path.relative_to(PACKAGE)) for path in sorted(PACKAGE.rglob("*.py")) if "duckdb.connect(" in path.read_text()]
    assert found == ["lake/duck.py"]


def test_nothing_is_decided_by_a_history() -> None:
    """Delta deletes old entries of a log: what a table holds is told by its snapshot. People may look at a history, code may not."""
    hands_on = {"lake/store.py", "lake/storage/arrow.py", "lake/storage/embedded.py", "lake/storage/native.py"}
    asked = re.compile(r"\bhistory\(|DESCRIBE HISTORY")
    wrong = []
    for path in sources():
        name = str(path.relative_to(PACKAGE))
        calls = [line for line in path.read_text().splitlines() if asked.search(line) and "def history(" not in line]
        if name in hands_on:
            # Each hands on what lake/storage/history.py reads.
            calls = [
                line
                for line in calls
                if not re.fullmatch(r"\s*return (self\.arrow\.history\(name, limit\)|history\(self\.place, name, limit\))", line)
            ]
        wrong += [f"{name}: {line.strip()}" for line in calls if not name.startswith(("report/", "cli/", "care.py", "lake/care/told.py"))]
    assert wrong == []


@pytest.mark.slow
def test_the_run_alone_speaks_of_commits() -> None:
    """What was committed when something failed, only the run knows: no message says it but those that the run ends."""
    clause = re.compile(r"nothing\b.{0,20}\b(was|were|is) committed|not committed|was left uncommitted")
    wrong = []
    for path in sources():
        if path.relative_to(PACKAGE).as_posix() in ("lake/runs.py", "lake/run_log.py"):
            continue
        tree = ast.parse(path.read_text())
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
        texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told]
        wrong += [f"{path.relative_to(ROOT)}:{node.lineno}" for node in texts if clause.search(str(node.value))]
    assert wrong == []


def test_nothing_points_at_a_machine() -> None:
    folders = ("src", "jobs", "ray_jobs", "lakehouse", "expectations", "docs", "benchmarks", "tests")
    texts = [p for f in folders for p in (ROOT / f).rglob("*") if p.suffix in {".py", ".sql", ".json", ".md", ".html", ".yaml"}]
    path = re.compile(r"(?<![\w./-])/(work|root|home/\w+)/\w+")
    assert [str(p.relative_to(ROOT)) for p in [*texts, ROOT / "README.md", ROOT / "Makefile"] if path.search(p.read_text())] == []


@pytest.mark.slow
def test_every_case_has_a_test_that_asserts_its_outcome() -> None:
    """`@pytest.mark.case("13_answer_key_forms")` says of which folders of the cases a test asserts what EXPECTED.md states."""
    cases = settings.test_data_dir().parent / "cases"
    if not cases.is_dir():
        pytest.skip(f"the cases are not in {cases.parent} (set MEDSLAKE_TEST_DATA)")
    marked = set()
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                marks = [one for one in node.decorator_list if isinstance(one, ast.Call) and ast.unparse(one.func) == "pytest.mark.case"]
                marked |= {ast.literal_eval(name) for mark in marks for name in mark.args}
    assert marked == {path.name for path in cases.iterdir() if path.is_dir()}
