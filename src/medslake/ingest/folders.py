"""Which folders an ingest of several sources reads: what is said on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from medslake import registry
from medslake.errors import UsageError
from medslake.ingest.archives import is_archive_name, stem_of
from medslake.ingest.listing import base_of

__all__ = ["folders_of"]

ALL = "all"


def folders_of(names: Sequence[str], root: str | None) -> dict[str, str]:
    """Source -> folder, from `NAME`, `NAME=FOLDER` or `all`.

    A single NAME has its files in `root` itself, each of several in the folder or archive of `root` that bears its name. `all` are the
    registered sources that have such a folder. Raises UsageError where a name has no folder, is given twice, or nothing is there.
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
        folders[name] = own or (str(root) if len(names) == 1 else "")
    if "" in folders.values():
        below = _lying_below(str(root))
        # One that is not there is told by its own name.
        folders = {name: own or _below(str(root), below.get(name, name)) for name, own in folders.items()}
    return folders


def _all(root: str | None) -> dict[str, str]:
    if root is None:
        raise UsageError("Below which folder are the sources?", hint="Example: medslake ingest all --from ~/corpora")
    below = _lying_below(root)
    known = [name for name in registry.names("source") if name in below]
    if not known:
        raise UsageError(f"No folder or archive below {root} bears the name of a source.", hint="Names: medslake list sources")
    return {name: _below(root, below[name]) for name in known}


def _lying_below(root: str) -> dict[str, str]:
    """Name without its ending -> name, of the folders and archives in the folder; a folder comes before an archive of its name."""
    from pyarrow.fs import FileSelector, FileType

    filesystem, base, is_archive = base_of(root if "://" in root else str(Path(root).expanduser()))
    if is_archive:
        raise UsageError(
            f"{root} is an archive, which holds the files of one source.", hint="Name the folder that holds a folder or archive of each."
        )
    infos = list(filesystem.get_file_info(FileSelector(base)))
    packed = {stem_of(info.base_name): info.base_name for info in infos if info.type == FileType.File and is_archive_name(info.base_name)}
    return packed | {info.base_name: info.base_name for info in infos if info.type == FileType.Directory}


def _below(root: str, name: str) -> str:
    return f"{root.rstrip('/')}/{name}"
