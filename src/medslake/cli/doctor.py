"""What `medslake doctor` looks at."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medslake import registry
from medslake.errors import MedslakeError
from medslake.explained import explained
from medslake.extras import install_line
from medslake.lake.quality.brought import broken_kinds

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["Finding", "findings", "tables_of"]

#: A full MedS-Ins lake with packs, and the checkpoints of the `tiny` recipe, fit well below this.
MINIMUM_FREE_GB = 5


@dataclass(frozen=True)
class Finding:
    subject: str
    ok: bool
    detail: str
    advice: str | None = None


def findings(root: str) -> list[Finding]:
    """One finding per subject; never raises and starts no JVM."""
    return [_python(), _java(), _storage(), *_devices(), *_plugins(), _disk(root), *_tables(root)]


def _python() -> Finding:
    version = platform.python_version()
    ok = sys.version_info >= (3, 11)
    return Finding("python", ok, version, None if ok else "Install Python 3.11 or newer.")


def _java() -> Finding:
    from medslake.lake.spark.archive import MAKE, archive
    from medslake.lake.spark.java import java_home

    try:
        found = java_home() or f"{shutil.which('java')} (on PATH)"
        if importlib.util.find_spec("pyspark") is None or archive().is_file():
            return Finding("java", True, found)
    except MedslakeError as e:
        return Finding("java", False, e.message, e.hint)
    return Finding("java", True, f"{found}, without an archive of Spark's classes", f"To start faster: {MAKE}")


def _storage() -> Finding:
    import deltalake

    try:
        import pyspark
    except ModuleNotFoundError:
        detail = f"deltalake {deltalake.__version__}; no Spark, so nothing can be ingested or built"
        return Finding("delta", True, detail, f"To ingest and build: {install_line('spark')}")
    jars = Path(pyspark.__file__).parent / "jars"
    native = any(jars.glob("delta-spark*.jar"))
    adapter = "native (connector jar present)" if native else "embedded (Spark writes, delta-rs commits)"
    return Finding("delta", True, f"{adapter}; deltalake {deltalake.__version__}, pyspark {pyspark.__version__}")


def _devices() -> list[Finding]:
    found = []
    if importlib.util.find_spec("torch") is None:
        return [Finding("device", True, "no torch, so nothing can be trained here", f"To train: {install_line('train')}")]
    for name, accelerator in registry.sound("accelerator").items():
        count = accelerator.probe()
        if count:
            found.append(Finding("device", True, f"{count} x {name}, collectives by {accelerator.backend}"))
        if command := accelerator.missing():
            found.append(Finding("device", False, f"{name} devices that cannot be used yet", f"Run: {command}"))
    return found


def _plugins() -> list[Finding]:
    advice = "Mend it, or take its folder out of MEDSLAKE_PLUGINS."
    return [Finding("plug-in", False, why, advice) for why in (*map(str, registry.broken()), *broken_kinds())]


def _disk(root: str) -> Finding:
    if "://" in root:
        return Finding("disk", True, f"{root} is an object store; free space is not checked")
    place = Path(root).resolve()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / 1e9
    ok = free >= MINIMUM_FREE_GB
    return Finding(
        "disk", ok, f"{free:,.0f} GB free at {place}", None if ok else f"Free at least {MINIMUM_FREE_GB} GB or choose another --lake."
    )


def _tables(root: str) -> list[Finding]:
    """The tables of the lake that cannot be opened, and whether it is open to those who may not read it."""
    from medslake.lake import open_lake
    from medslake.lake.sql.leaving import exposed

    try:
        lake = open_lake(root)
        found = tables_of(lake)
        rights = [
            Finding("rights", False, f"{lake.root} holds rows above public and is open to other users", f"Run: chmod 700 {lake.root}")
        ]
        rights = rights if exposed(lake.place) else []
    except Exception as error:
        return [Finding("lake", False, told(error))]
    advice = "Restore its folder from a copy, or move it away and run what made it again."
    return rights + [Finding("table", False, f"{name}: {why}", advice) for name, why in found.broken.items()]


@dataclass(frozen=True)
class Tables:
    """rows: table, version, rows of each that opens. broken: table -> why the others do not."""

    rows: list[dict[str, Any]]
    broken: dict[str, str]


def tables_of(lake: Lake) -> Tables:
    """The tables of a lake; one that is broken does not hide the others."""
    found = Tables([], {})
    for name in lake.names():
        try:
            found.rows.append({"table": name, "version": lake.version(name), "rows": lake.arrow.count(name)})
        except Exception as error:
            found.broken[name] = told(error)
    return found


def told(error: Exception) -> str:
    """Why, without what was read."""
    known = explained(error)
    return known.message if known else type(error).__name__
