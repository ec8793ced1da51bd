"""Which folders an ingest of several sources reads: what is said on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from medslake import registry
from medslake.errors import UsageError
from medslake.ingest.inventory import open_folder

__all__ = ["folders_of"]

ALL = "all"


def folders_of(names: Sequence[str], root: str | None) -> dict[str, str]:
    """Source -> folder, from `NAME`, `NAME=FOLDER` or `all`.

    A single NAME has its files in `root` itself, each of several in the folder of `root` that bears its name. `all` are the registered
    sources that have such a folder. Raises UsageError where a name has no folder, is given twice, or nothing is there.
    """
    if list(names) == [ALL]:
        return _all(root)
    folders: dict[str, str] = {}
    for word in names:
        name, _, own = word.partition("=")
        if name in folders:
            raise UsageError(f"Source {name} is named twice.")
        if not own and root is None:
            raise UsageError(f"Where are the files of {name}?", hint=f"Say {name}=FOLDER, or --from FOLDER.")
        folders[name] = own or (str(root) if len(names) == 1 else _below(str(root), name))
    return folders


def _all(root: str | None) -> dict[str, str]:
    if root is None:
        raise UsageError("Below which folder are the sources?", hint="Example: medslake ingest all --from ~/corpora")
    from pyarrow.fs import FileSelector, FileType

    filesystem, base = open_folder(root if "://" in root else str(Path(root).expanduser()))
    there = {info.base_name for info in filesystem.get_file_info(FileSelector(base)) if info.type == FileType.Directory}
    known = [name for name in registry.names("source") if name in there]
    if not known:
        raise UsageError(f"No folder below {root} bears the name of a source.", hint="Names: medslake list sources")
    return {name: _below(root, name) for name in known}


def _below(root: str, name: str) -> str:
    return f"{root.rstrip('/')}/{name}"
