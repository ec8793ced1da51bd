"""What wrote a table: the version of this package, and the commit it was checked out from."""

from __future__ import annotations

import functools
import shutil
import subprocess
from pathlib import Path

from medslake import __version__

__all__ = ["code_version"]


@functools.cache
def code_version() -> str:
    """`0.1.0`, or `0.1.0+g1a2b3c4d` in a checkout, with `.dirty` when its tracked files were changed."""
    checkout = Path(__file__).resolve().parents[4]
    git = shutil.which("git")
    if git is None or not (checkout / ".git").exists() or not (checkout / "pyproject.toml").is_file():
        return __version__
    told = subprocess.run(
        [git, "-C", str(checkout), "describe", "--always", "--dirty=.dirty", "--exclude=*", "--abbrev=12"],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    return f"{__version__}+g{told.stdout.strip()}" if told.returncode == 0 else __version__
