"""medslake: the open lakehouse for medical language models. The verbs are functions of a lake, see `medslake.api`."""

from __future__ import annotations

from importlib import import_module

from medslake.api import (
    build,
    check,
    compare,
    compare_set,
    definitions,
    describe,
    diff,
    export,
    fetch,
    history,
    import_definitions,
    infer,
    ingest,
    leaks,
    mixture,
    open_lake,
    optimize,
    pack,
    report,
    restore,
    rewrite_definitions,
    score,
    sql,
    synth,
    tag,
    trace,
    train,
    vacuum,
)

__all__ = [
    "__version__",
    "build",
    "check",
    "compare",
    "compare_set",
    "definitions",
    "describe",
    "diff",
    "export",
    "fetch",
    "history",
    "import_definitions",
    "infer",
    "ingest",
    "leaks",
    "mixture",
    "open_lake",
    "optimize",
    "pack",
    "report",
    "restore",
    "rewrite_definitions",
    "score",
    "sql",
    "synth",
    "tag",
    "trace",
    "train",
    "vacuum",
]

__version__ = "0.1.0"

# Verbs that bear the name of a folder: loaded later, the folder would take the place of the function.
_functions = {name: globals()[name] for name in ("definitions", "export", "fetch", "infer", "ingest", "report", "score", "synth", "train")}
for _name in _functions:
    import_module(f"medslake.{_name}")
globals().update(_functions)
