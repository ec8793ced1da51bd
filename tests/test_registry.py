"""Plug-ins from folders and installed packages: found, importable among each other, checked on load, sent to workers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from medslake import plugins, registry
from medslake.errors import BrokenPlugins, UnknownName

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

METRIC = """
from medslake.metrics.base import Metric, MetricExample, Pair
from {parts} import scored

METRIC = Metric({name!r}, "Invented.", scored, scored, example=MetricExample((Pair("a", "a"),), {{"n": 1.0}}, {{"n": 1.0}}))
"""
PARTS = """
from medslake.metrics.base import Scored

FACTOR = 3


def scored(pairs):
    return Scored({}, {}, FACTOR * len(pairs), 0)
"""

Write = Callable[[dict[str, str]], Path]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Adds a folder with these files to MEDSLAKE_PLUGINS."""
    made: list[Path] = []

    def write(files: dict[str, str]) -> Path:
        root = tmp_path / f"plugins{len(made)}"
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        made.append(root)
        monkeypatch.setenv("MEDSLAKE_PLUGINS", os.pathsep.join(map(str, made)))
        return root

    return write


def metric(name: str, parts: str = "medslake_plugins.metrics.parts.counting") -> str:
    return METRIC.format(name=name, parts=parts)


@pytest.fixture
def sound(folder: Write) -> Path:
    return folder({"metrics/parts/counting.py": PARTS, "metrics/one.py": metric("one"), "metrics/nested/two.py": metric("two")})


def test_files_of_folders_are_modules_that_import_each_other(sound: Path, folder: Write) -> None:
    folder({"metrics/three.py": "from medslake_plugins.metrics.one import METRIC as ONE\n" + metric("three")})
    assert {"one", "two", "three"} <= set(registry.names("metric"))
    assert registry.get("metric", "two").paper.__module__ == "medslake_plugins.metrics.parts.counting"
    assert registry.place("metric", "two") == ("medslake_plugins.metrics.nested.two", sound / "metrics/nested/two.py", 5)


def test_a_family_binds_the_plural(sound: Path, folder: Write) -> None:
    family = metric("a").replace("METRIC = ", "A = ") + "from dataclasses import replace\nMETRICS = (A, replace(A, name='b'))\n"
    folder({"metrics/family.py": family})
    assert {"one", "a", "b"} <= set(registry.names("metric"))


def test_folders_that_are_no_longer_named_are_forgotten(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "one" in registry.names("metric")
    monkeypatch.delenv("MEDSLAKE_PLUGINS")
    assert "one" not in registry.names("metric")
    assert not [name for name in sys.modules if name.startswith("medslake_plugins.")]


def test_a_missing_folder_is_named_and_the_others_answer(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDSLAKE_PLUGINS", f"{sound}{os.pathsep}{sound / 'gone'}")
    assert registry.get("metric", "one").name == "one"
    with pytest.raises(BrokenPlugins, match=r"MEDSLAKE_PLUGINS names .*/gone, which is no folder\."):
        registry.items("metric")
    with pytest.raises(UnknownName, match="which is no folder"):
        registry.get("metric", "un")


def test_a_name_given_twice_goes_to_neither_and_names_both_places(sound: Path, folder: Write) -> None:
    other = folder({"metrics/other.py": metric("one")})
    with pytest.raises(BrokenPlugins) as refused:
        registry.get("metric", "one")
    assert f"{other / 'metrics/other.py'}, line 5" in str(refused.value)
    assert f"{sound / 'metrics/one.py'}, line 5" in str(refused.value)
    assert registry.get("metric", "two").name == "two"


def test_a_name_of_the_package_cannot_be_taken(sound: Path, folder: Write) -> None:
    folder({"metrics/ner.py": metric("ner")})
    with pytest.raises(BrokenPlugins, match=r"metrics/ner\.py, line \d+ has the same name"):
        registry.get("metric", "ner")


def test_one_module_in_two_folders_is_refused(sound: Path, folder: Write) -> None:
    folder({"metrics/one.py": metric("uno")})
    with pytest.raises(BrokenPlugins, match=f"{sound / 'metrics/one.py'} is the same module"):
        registry.items("metric")


def test_an_init_file_that_hides_another_folder_is_refused(folder: Write) -> None:
    folder({"metrics/__init__.py": ""})
    hidden = folder({"metrics/parts/counting.py": PARTS})
    with pytest.raises(BrokenPlugins, match=f"It hides {hidden / 'metrics'}; remove it"):
        registry.items("metric")


BROKEN = {
    "syntax": ("x = 1\ndef broken(:\n", 2, "SyntaxError: invalid syntax."),
    "import": ("import os\nimport nowhere_at_all\n", 2, "ModuleNotFoundError: No module named 'nowhere_at_all'."),
    "raises": ("def f():\n    return 1 / 0\nMETRIC = f()\n", 2, "ZeroDivisionError: division by zero."),
    "leaves": ("import sys\nsys.exit(3)\n", 2, "SystemExit: 3."),
    "nothing": ("METRICK = 1\n", 1, "It binds neither METRIC nor METRICS; what plug-ins share lies in metrics/parts."),
    "type": ("import os\n\nMETRIC = 'ner'\n", 3, "METRIC is a str, and must be a Metric."),
    "list": ("METRICS = []\n", 1, "METRICS is a list, and must be a tuple of Metric."),
    "empty": ("METRICS = ()\n", 1, "METRICS is an empty tuple, and must be a tuple of Metric."),
    "nameless": (metric(""), 5, "This Metric has no name."),
    "no_example": (metric("x").replace(', example=MetricExample((Pair("a", "a"),), {"n": 1.0}, {"n": 1.0})', ""), 5, "TypeError: "),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_does_not_load_is_named_with_its_line_and_stops_nothing_else(case: str, sound: Path, folder: Write) -> None:
    text, line, what = BROKEN[case]
    root = folder({f"metrics/broken_{case}.py": text})
    (fault,) = registry.broken("metric")
    assert (fault.file, fault.line) == (root / f"metrics/broken_{case}.py", line)
    assert fault.what.startswith(what)
    assert registry.get("metric", "one").name == "one" and "one" in registry.sound("metric")
    assert registry.items("engine")
    with pytest.raises(BrokenPlugins) as all_of_them:
        registry.items("metric")
    with pytest.raises(UnknownName) as unknown:
        registry.get("metric", "nobody")
    assert str(fault) in str(all_of_them.value) and str(fault) in str(unknown.value)


def test_a_declaration_says_what_is_wrong_with_it(sound: Path, folder: Write) -> None:
    text = metric("own").replace("METRIC = ", "class Own(Metric):\n    def faults(self):\n        yield 'No such group.'\n\n\nMETRIC = ")
    folder({"metrics/own.py": text.replace("= Metric(", "= Own(")})
    (fault,) = registry.broken("metric")
    assert (fault.name, fault.what, fault.line) == ("own", "No such group.", 10)
    with pytest.raises(BrokenPlugins, match=r"line 10: own: No such group\."):
        registry.get("metric", "own")


def test_spark_and_ray_send_them_by_value(sound: Path, spark: SparkSession, ray_local: Any, tmp_path: Path) -> None:
    from medslake.cluster import ray_connected

    found = registry.get("metric", "one")

    def counted(_: object) -> tuple[int, bool]:
        return found.paper((1, 2)).n, "medslake_plugins" in sys.modules

    assert spark.sparkContext.parallelize([0], 1).map(counted).collect() == [(6, False)]
    with ray_connected(1):
        assert ray_local.get(ray_local.remote(counted).remote(0)) == (6, False)


def installed(target: Path, value: str = "st_mary.lake") -> dict[str, str]:
    """An environment with an installed package `st_mary` that names its plug-ins."""
    package = target / "st_mary/lake/metrics"
    (package / "parts").mkdir(parents=True)
    for part in ("st_mary", "st_mary/lake", "st_mary/lake/metrics", "st_mary/lake/metrics/parts"):
        (target / part / "__init__.py").write_text("")
    (package / "parts/counting.py").write_text(PARTS)
    (package / "one.py").write_text(metric("one", "st_mary.lake.metrics.parts.counting"))
    about = target / "st_mary-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: st-mary\nVersion: 1\n")
    (about / "entry_points.txt").write_text(f"[medslake.plugins]\nst_mary = {value}\n")
    paths = os.pathsep.join([str(target), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "PYTHONPATH": paths, "MEDSLAKE_PLUGINS": ""}


def answer(code: str, environment: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.process
def test_an_installed_package_names_its_plugins_by_an_entry_point(tmp_path: Path) -> None:
    code = "from medslake import registry, plugins; print(registry.place('metric', 'one').module, plugins.folders())"
    assert answer(code, installed(tmp_path)) == f"st_mary.lake.metrics.one [{tmp_path / 'st_mary/lake'!r}]"


@pytest.mark.process
def test_an_entry_point_that_is_no_package_is_named(tmp_path: Path) -> None:
    code = "from medslake import registry; print(registry.broken('metric')[0], 'ner' in registry.sound('metric'))"
    said = answer(code, installed(tmp_path, "st_mary.gone"))
    assert said == "Entry point st_mary = 'st_mary.gone' of st-mary names no package. True"


@pytest.mark.process
def test_a_kind_is_loaded_without_the_others() -> None:
    code = "import sys; from medslake import registry as r; r.names('accelerator'); "
    code += "print([k.folder for k in r.KINDS.values() if 'medslake.' + k.folder in sys.modules])"
    assert answer(code, {**os.environ, "MEDSLAKE_PLUGINS": ""}) == "['accelerators']"


def test_folders_are_listed_for_what_is_not_python(sound: Path) -> None:
    assert plugins.folders() == [sound]
