"""What tells without reading it whether a file is still the one that was read before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from medslake.stores import store_of

__all__ = ["GONE", "identity_of"]

#: Of a file that is not there.
GONE = "gone"


def identity_of(uri: str) -> str:
    """Device, inode, size, and times of content and entry of a local file; of one in a store its size, time, and version or etag."""
    if "://" not in uri:
        try:
            found = Path(uri).stat()
        except FileNotFoundError:
            return GONE
        return f"{found.st_dev}:{found.st_ino}:{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}"
    from pyarrow import fs

    filesystem, path = store_of(uri)
    if filesystem.type_name == "local":
        return identity_of(str(Path(path)))
    info: Any = filesystem.get_file_info(path)
    if info.type is fs.FileType.NotFound:
        return GONE
    with filesystem.open_input_stream(path, compression=None) as stream:
        told = {_text(key).lower(): _text(value) for key, value in (stream.metadata() or {}).items()}
    return f"{info.size}:{info.mtime_ns}:{told.get('etag', '')}:{told.get('versionid') or told.get('version', '')}"


def _text(value: str | bytes) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value
