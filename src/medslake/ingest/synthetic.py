"""Folders of synthetic native files, one per source, as if each had been downloaded from its publisher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from medslake import registry
from medslake.errors import UsageError
from medslake.formats import leaves_folder
from medslake.sources import FileContent, Source

__all__ = ["MARKER", "generate_all", "native_files"]

#: Lies in every folder, so that nobody takes invented rows for the data set.
MARKER = "SYNTHETIC.txt"
_NOTE = (
    "These files imitate the layout of {title}.\n"
    "Every word and number in them was invented for tests and demonstrations of medslake (seed {seed}, about {n} records).\n"
    "They hold no row of the real data set, describe no person and must not be used as medical knowledge.\n"
)


def native_files(source: Source, seed: int, n: int) -> Mapping[str, FileContent]:
    """The source's generated files, and those of its example that the generator does not write itself; the example alone without one."""
    # A seed of its own per source: adding a source changes no other one's files.
    made = source.generate(Random(f"{seed}:{source.name}"), n) if source.generate else {}
    return {**source.example.materialised(), **made}


def generate_all(folder: str | Path, seed: int = 7, n: int = 200, sources: Sequence[str] | None = None) -> dict[str, Path]:
    """Write `<folder>/<source>/...` for the sources named (default: all registered); source -> its folder.

    n: about how many records each source gets. Files that already hold the same bytes are left untouched. Raises UnknownName, and
    UsageError for a file that would lie elsewhere.
    """
    written = {}
    for name in registry.names("source") if sources is None else sources:
        source: Source = registry.get("source", name)
        home = Path(folder) / name
        files = {**native_files(source, seed, n), MARKER: _NOTE.format(title=source.title, seed=seed, n=n)}
        for path, content in files.items():
            if leaves_folder(path):
                raise UsageError(f"source {name}: the file {path!r} that `generate` or the example makes leaves the folder.")
            _write(home / path, content if isinstance(content, bytes) else content.encode())
        written[name] = home
    return written


def _write(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
