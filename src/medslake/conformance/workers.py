"""Whether plug-ins arrive in a worker: pickled as Spark and Ray pickle them, and opened where no folder of plug-ins is known."""

from __future__ import annotations

import importlib
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from medslake import plugins
from medslake.plugins import reason

__all__ = ["not_sent"]

#: Reads (name, pickled object) pairs and writes name -> why it cannot be opened.
_OPEN = """
import os, pickle, sys
answer = os.fdopen(os.dup(1), "wb")
# What a plug-in prints is no part of the answer.
os.dup2(2, 1)
told = {}
for name, data in pickle.load(sys.stdin.buffer):
    try:
        pickle.loads(data)
    except BaseException as error:
        told[name] = f"{type(error).__name__}: {error}"
answer.write(pickle.dumps(told))
answer.flush()
"""


def not_sent(items: Mapping[str, Any], cloudpickle: str = "pyspark.cloudpickle") -> dict[str, str]:
    """Name -> why it cannot be sent, of those that cannot. cloudpickle: the module that pickles, of pyspark or of ray."""
    module = importlib.import_module(cloudpickle)
    plugins.by_value(module)
    found, sent = {}, []
    for name, item in items.items():
        try:
            sent.append((name, module.dumps(item)))
        except Exception as error:
            found[name] = f"It cannot be pickled: {reason(error)}"
    environment = {**os.environ, plugins.FOLDERS: ""}
    done = subprocess.run([sys.executable, "-c", _OPEN], input=pickle.dumps(sent), env=environment, capture_output=True, check=False)
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
        return found | dict.fromkeys((name for name, _ in sent), f"A worker ends at it: {lines[-1]}.")
    opened: dict[str, str] = pickle.loads(done.stdout)
    return found | {name: f"A worker cannot open it: {why}." for name, why in opened.items()}
