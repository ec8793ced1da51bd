"""Where things lie: the DDL and expectation folders, and what the environment sets."""

from __future__ import annotations

import os
from pathlib import Path

from medslake import plugins

__all__ = ["DEFAULT_LAKE", "ddl_dir", "ddl_dirs", "expectations_dir", "expectations_dirs", "test_data_dir"]

DEFAULT_LAKE = "./lake"
_PACKAGE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    # A wheel carries the folders inside the package; a checkout has them at its top level.
    inside = _PACKAGE / f"_{name}"
    return inside if inside.is_dir() else _PACKAGE.parents[1] / name


def ddl_dir() -> Path:
    """Folder of the table DDL: `<layer>/<table>.sql`."""
    return _shipped("lakehouse")


def expectations_dir() -> Path:
    """Folder of the Great Expectations suites: `<layer>.<table>.json`."""
    return _shipped("expectations")


def ddl_dirs() -> tuple[Path, ...]:
    """`ddl_dir()`, then the folders `lakehouse` of the plug-in folders."""
    return (ddl_dir(), *(found for folder in plugins.folders() if (found := folder / "lakehouse").is_dir()))


def expectations_dirs() -> tuple[Path, ...]:
    """`expectations_dir()`, then the folders `expectations` of the plug-in folders."""
    return (expectations_dir(), *(found for folder in plugins.folders() if (found := folder / "expectations").is_dir()))


def test_data_dir() -> Path:
    """Folder with third-party data in native formats that tests may read (`MEDSLAKE_TEST_DATA`)."""
    return Path(os.environ.get("MEDSLAKE_TEST_DATA", _PACKAGE.parents[1] / ".." / "shared" / "data")).resolve()
