"""What lies in a source's folder: its files, and the members of its archives as if unpacked. A folder may be an archive itself."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from medslake.errors import UsageError
from medslake.ingest.archives import Archive, is_archive_name, is_hidden
from medslake.ingest.tars import Tar
from medslake.ingest.zips import Zip
from medslake.stores import place_of
from medslake.synth.make import DIRT, MARKER

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

__all__ = ["Listing", "Lying", "archive", "base_of", "listed", "opened"]

_GIVE = "Give the folder or the archive that holds the source's files: --from FOLDER."


@dataclass(frozen=True)
class Lying:
    """A file of the folder. name: below it; of an archive's member `<archive>/<member>`. known_as: names by which patterns find it.

    uri: what its identity is of, of a member its archive. path: of that inside of its file system. packed: archive and the member's name.
    """

    name: str
    known_as: tuple[str, ...]
    uri: str
    path: str
    open: Callable[[], IO[bytes]]
    packed: tuple[Archive, str] | None = None


@dataclass(frozen=True)
class Listing:
    """base: of the folder inside of its file system; an archive's own path where the folder is one. synthetic: it is marked as invented."""

    base: str
    files: Sequence[Lying]
    synthetic: bool = False

    def find(self, matches: Callable[[str], bool]) -> list[Lying]:
        return [one for one in self.files if any(map(matches, one.known_as))]

    @cached_property
    def plain(self) -> set[str]:
        """Names of the files that lie in no archive."""
        return {one.name for one in self.files if not one.packed}

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.files]


def base_of(folder: str) -> tuple[FileSystem, str, bool]:
    """File system, path in it, and whether that is an archive; raises UsageError where nothing is there or the store does not answer."""
    from pyarrow import fs

    local = "://" not in folder
    filesystem, base = place_of(folder if not local else str(Path(folder).resolve()))
    base = base.rstrip("/")
    try:
        kind = filesystem.get_file_info(base).type
    except OSError as error:
        raise _refused_by_store(folder, error) from error
    if kind is fs.FileType.File and not is_archive_name(base):
        raise UsageError(f"{folder} is a file, and no zip or tar.", hint=_GIVE)
    if kind is fs.FileType.NotFound:
        bucket = "" if local or filesystem.type_name != "s3" else base.partition("/")[0]
        if bucket and filesystem.get_file_info(bucket).type is fs.FileType.NotFound:
            raise UsageError(f"There is no bucket {bucket}, so that {folder} does not exist.", hint=_GIVE)
        raise UsageError(f"Folder {folder} does not exist.", hint=_GIVE)
    return filesystem, base, kind is fs.FileType.File


@contextmanager
def listed(source: str, folder: str) -> Iterator[Listing]:
    """The files below `folder` in order of name; archives are open meanwhile. Raises UsageError, and what `archive` refuses."""
    filesystem, base, is_archive = base_of(folder)
    with ExitStack() as stack:

        def members(name: str, path: str) -> list[Lying]:
            packed = archive(source, name, _uri(filesystem, path))
            stack.callback(packed.close)
            return _members(packed, path)

        files = members("", base) if is_archive else []
        for name in () if is_archive else _names(filesystem, base, folder):
            path = f"{base}/{name}"
            files.append(Lying(name, (name,), _uri(filesystem, path), path, partial(opened, filesystem, path)))
            if is_archive_name(name):
                files += members(name, path)
        kept = [one for one in files if not _is_mark(one.name)]
        yield Listing(base, sorted(kept, key=lambda one: one.name), len(kept) < len(files))


def _is_mark(name: str) -> bool:
    """What marks a synthetic folder is no file of the source, whatever its patterns say."""
    return posixpath.basename(name) in (MARKER, DIRT)


def archive(source: str, name: str, uri: str) -> Archive:
    """An archive by its URI, open. name: as the source's folder knows it. Raises InputRefused."""
    form = Zip if uri.lower().endswith(".zip") else Tar
    return form(source, name, uri, *place_of(uri))


def _members(packed: Archive, path: str) -> list[Lying]:
    return [
        Lying(
            posixpath.join(packed.name, posixpath.normpath(member)),
            packed.known_as(posixpath.normpath(member)),
            packed.uri,
            path,
            partial(packed.open, member),
            (packed, member),
        )
        for member in packed.members
        if not is_hidden(posixpath.normpath(member))
    ]


def _names(filesystem: FileSystem, base: str, folder: str) -> list[str]:
    from pyarrow import fs

    try:
        found = filesystem.get_file_info(fs.FileSelector(base, recursive=True))
        names = [info.path[len(base) + 1 :] for info in found if info.type is fs.FileType.File]
    except UnicodeDecodeError as error:
        odd = bytes(error.object).decode(errors="backslashreplace")
        raise UsageError(f"The name of a file is not UTF-8: {odd}.", hint="Rename it.") from error
    except OSError as error:
        if filesystem.type_name == "local":
            raise
        raise _refused_by_store(folder, error) from error
    return sorted(name for name in names if not is_hidden(name))


def opened(filesystem: FileSystem, path: str) -> IO[bytes]:
    """A file's bytes as delivered."""
    return filesystem.open_input_stream(path, compression=None)  # type: ignore[return-value]


def _uri(filesystem: FileSystem, path: str) -> str:
    return path if filesystem.type_name == "local" else f"{filesystem.type_name}://{path}"


#: What a store's answer holds -> sentence about the folder, and what to do.
_ANSWERS: Iterable[tuple[tuple[str, ...], str, str]] = (
    (
        ("ACCESS_DENIED", "SIGNATURE", "INVALID_ACCESS_KEY", "INVALID_CLIENT_TOKEN", "status 403", "status 401", "EXPIRED"),
        "The store refuses to show {folder}: the keys are wrong, or have no right to it.",
        "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or set AWS_SKIP_SIGNATURE=true for an open bucket.",
    ),
    (("NO_SUCH_BUCKET",), "There is no bucket of that name, so that {folder} does not exist.", _GIVE),
    (
        ("NETWORK_CONNECTION", "curlCode", "Timeout", "timed out"),
        "The store that should hold {folder} does not answer.",
        "Check AWS_ENDPOINT_URL, and that the store runs.",
    ),
)


def _refused_by_store(folder: str, error: OSError) -> UsageError:
    for signs, sentence, hint in _ANSWERS:
        if any(sign in str(error) for sign in signs):
            return UsageError(sentence.format(folder=folder), hint=hint)
    return UsageError(f"{folder} cannot be listed ({type(error).__name__}).", hint="Check the address and the AWS variables.")
