"""What a further one of a kind costs: runs with few and with many of it, each in a process of its own, laid side by side."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["alone", "side_by_side"]


def alone(script: str, *words: str, plugins: Path | None = None) -> dict[str, Any]:
    """Run `script` with these arguments in a process of its own, with a folder of plug-ins; returns the JSON object it prints last."""
    # Many small jobs: the JVM's first compiler is fast enough and leaves the cores to the work, as in `medslake demo`.
    environment = {"MEDSLAKE_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1", **os.environ, "MEDSLAKE_PLUGINS": str(plugins or "")}
    told = subprocess.run([sys.executable, script, *words], env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    return dict(json.loads(told.splitlines()[-1]))


def side_by_side(kind: str, rows: str, few: Mapping[str, float], many: Mapping[str, float]) -> tuple[float, list[str]]:
    """Seconds for a further one, and the table. few, many: `count` of the kind, `rows` that they gave, `seconds` they took."""
    further = (many["seconds"] - few["seconds"]) / (many["count"] - few["count"])
    return further, [
        f"| {kind} | {rows} | seconds | seconds for each further one |",
        "| ---: | ---: | ---: | ---: |",
        f"| {few['count']} | {few['rows']:,} | {few['seconds']:.1f} | |",
        f"| {many['count']} | {many['rows']:,} | {many['seconds']:.1f} | {further:.2f} |",
    ]
