"""Zips: the central directory tells the members, which are read where they lie; nothing is unpacked."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Any

from medslake.ingest.archives import GET_AGAIN, Archive, Checked, said

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

__all__ = ["Zip"]

_ENCRYPTED = 0x1 | 0x40 | 0x2000


class Zip(Archive):
    """Raises InputRefused for one that is damaged, and for names that may be a trap."""

    kind = "zip"
    damage = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, ValueError)

    def __init__(self, source: str, name: str, uri: str, filesystem: FileSystem, path: str) -> None:
        self._file: Any = filesystem.open_input_file(path)
        super().__init__(source, name, uri, int(self._file.size()))
        try:
            self._zip = zipfile.ZipFile(self._file)
        except (*self.damage, NotImplementedError) as error:
            self._file.close()
            raise self.refused("", "zip_corrupt", f"its directory cannot be read ({said(error)})", GET_AGAIN) from None
        infos = self._zip.infolist()
        try:
            self.refuse_elsewhere(info.orig_filename for info in infos)
            self.refuse_twice(info.filename for info in infos)
        except BaseException:
            self.close()
            raise
        self._infos = {info.filename: info for info in infos if not info.is_dir()}
        self.hold({name: info.file_size for name, info in self._infos.items()})

    def close(self) -> None:
        self._zip.close()
        self._file.close()

    def open(self, member: str) -> IO[bytes]:
        info = self._infos[member]
        kind = info.external_attr >> 16
        if info.create_system == 3 and stat.S_IFMT(kind) not in (0, stat.S_IFREG):
            self.refuse_other(member, link=stat.S_ISLNK(kind))
        if info.flag_bits & _ENCRYPTED:
            raise self.refused(member, "zip_encrypted", "the member is encrypted", "Unpack it with its password, and name that folder.")
        self.refuse_size(member, info.file_size, info.compress_size)
        try:
            return io.BufferedReader(Checked(self, member, self._zip.open(info)), 1024 * 1024)
        except NotImplementedError:
            what = f"the member is packed by method {info.compress_type}, which is not known here"
            raise self.refused(member, "zip_method", what, "Unpack it yourself, and name that folder.") from None
        except self.damage as error:
            raise self.corrupt(member, error) from None
