"""The public face: light to import, functions wherever folders bear the same name, flags that cannot drift from arguments."""

from __future__ import annotations

import importlib.util
import inspect
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

import medslake
from medslake import api
from medslake.cli import care, data, definitions, fetch, models, queries, results, synth
from medslake.extras import EXTRAS

#: Flags that say where and how to print, arguments that say where the progress goes.
FACE = {"lake", "json", "progress"}
#: What a flag is called where Python or a shell wants another word.
WORDS = {"task": "tasks", "set_": "settings", "fresh": "resume", "id_": "id", "query": "query"}
#: Flags without an argument: the form of an answer, where questions come from and are kept, and what `score` does without a lake.
ALONE = {"form", "out", "predictions", "variant", "pages", "all_", "line", "file", "no_history"}

VERBS: dict[str, Callable[..., Any]] = {
    "fetch": fetch.fetch,
    "synth": synth.synth,
    "ingest": data.ingest,
    "build": data.build,
    "check": data.check,
    "leaks": data.leaks,
    "tag": data.tag,
    "pack": models.pack,
    "train": models.train,
    "infer": models.infer,
    "score": results.score,
    "compare": results.compare,
    "compare_set": results.compare_set,
    "report": results.report,
    "export": results.export,
    "mixture": results.mixture,
    "sql": queries.sql,
    "trace": queries.trace,
    "diff": queries.diff,
    "definitions": definitions.list_,
    "describe": queries.describe,
    "history": care.history,
    "optimize": care.optimize,
    "vacuum": care.vacuum,
    "restore": care.restore,
    "import_definitions": definitions.import_,
    "rewrite_definitions": definitions.rewrite,
}


@pytest.mark.process
def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, medslake, medslake.train.schedule\n"
        "heavy = {'pandas', 'pyspark', 'ray', 'torch', 'numpy', 'pyarrow', 'duckdb', 'deltalake'} & set(sys.modules)\n"
        "print(sorted(heavy), [callable(getattr(medslake, name)) for name in medslake.__all__ if name[0] != '_'].count(False))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[] 0\n"


@pytest.mark.parametrize("extra", ["spark", "train", "infer", "score"])
def test_the_modules_of_an_extra_are_what_it_installs(extra: str) -> None:
    """The extras of `all`, which the tests have: a module that no package brings would have its verbs refused for ever."""
    assert [module for module in EXTRAS[extra] if importlib.util.find_spec(module) is None] == []


def test_every_verb_is_a_function_of_the_package() -> None:
    assert set(medslake.__all__) - {"__version__"} == set(api.__all__) == {*VERBS, "open_lake"}


@pytest.mark.parametrize("verb", VERBS)
def test_flags_and_arguments_are_the_same(verb: str) -> None:
    flags = {WORDS.get(name, name) for name in inspect.signature(VERBS[verb]).parameters} - FACE
    arguments = set(inspect.signature(getattr(api, verb)).parameters) - FACE
    assert arguments <= flags
    assert flags - arguments <= ALONE
