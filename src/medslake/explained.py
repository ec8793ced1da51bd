"""What other libraries raise, as errors that a user can mend: one table, for the command line, the jobs and what runs record.

A sentence names the thing (a path, a service, a setting) and the next step; it never quotes what was read, since that may be a row.
What no line of the table explains is a defect of medslake.
"""

from __future__ import annotations

import errno
import re
import traceback
from collections.abc import Iterator
from typing import Any, NamedTuple

from medslake.errors import MedslakeError, MissingDependency, UsageError
from medslake.extras import install_line, of_module
from medslake.plugins import folders

__all__ = ["causes", "explained"]


class _Line(NamedTuple):
    """types: starts of `module.Class`, of which one is in the error's line of classes. pattern: found in its text.

    sentence, hint: formatted with the groups of the pattern, or with `path` where the pattern has none.
    """

    types: tuple[str, ...]
    pattern: str
    sentence: str
    hint: str


_FREE = "Free space there, or name a folder on another disk (TMPDIR for scratch, --lake, --out)."
_AGAIN = "Get the file again; of a table of the lake, run what made it again in a new lake."
_SERVICE = "Check the address and that the service runs, then run the same command again."
_RIGHTS = "Change its rights, or name another path."
_LESS = "Run less at a time (--limit, fewer workers, a smaller batch), or on a larger machine."
_ENDED = "Look for what ended it (memory?), then run the same command again."
_JAVA = "Run: medslake doctor; then look at JAVA_HOME and MEDSLAKE_JAVA_OPTIONS."
_MASTER = "Unset SPARK_MASTER to run here, or set it as in local[2] or spark://host:7077."
_MEMORY_OF_SPARK = "Give the driver more: spark-submit --driver-memory 8g jobs/... takes the same arguments."
_NEWER = "Install a newer deltalake, or write the table without that feature."
_LOG = "To see which: medslake doctor"
_JVM = ("py4j.", "pyspark.")
_FOREIGN = (*_JVM, "deltalake.", "_internal.", "pyarrow.", "duckdb.", "_duckdb.")
_ARROW = ("pyarrow.", "builtins.OSError", "duckdb.", "_duckdb.")
_NETWORK = ("builtins.ConnectionError", "builtins.TimeoutError", "urllib.error.", "http.client.")
_PACKED = ("zipfile.BadZipFile", "zlib.error", "gzip.BadGzipFile", "builtins.EOFError")
_OUT_OF_MEMORY = ("builtins.MemoryError", "torch.OutOfMemoryError", "ray.exceptions.OutOfMemoryError", "ray.exceptions.OutOfDiskError")
_PATH = r"(?P<path>(?:file:|s3a?:|hdfs:)?/[^\s'\",;]+)"
#: An error of the operating system by its number. The sentences take `path`.
_BY_NUMBER = {
    errno.ENOSPC: ("The disk is full: {path} cannot be written.", _FREE),
    errno.EDQUOT: ("The quota is used up: {path} cannot be written.", _FREE),
    errno.EROFS: ("{path} lies on a disk that can only be read.", "Name another folder."),
    errno.EACCES: ("There is no permission for {path}.", _RIGHTS),
    errno.EPERM: ("There is no permission for {path}.", _RIGHTS),
    errno.ENOENT: (
        "{path} is not there.",
        "Check the path; if another program removes files there, stop it and run the same command again.",
    ),
    errno.ENOTDIR: ("{path} goes through a file where a folder is needed.", "Name another path."),
    errno.EEXIST: ("{path} exists and is no folder.", "Name another path."),
    errno.EISDIR: ("{path} is a folder, and a file is needed.", "Name a file."),
    errno.ENAMETOOLONG: ("The name {path} is longer than the system allows.", "Choose a shorter path."),
    errno.EINVAL: ("The system refuses {path}.", "Name another path."),
    errno.EIO: ("The disk that holds {path} fails.", "Copy what can be read to another disk."),
    errno.EMFILE: ("More files are open than the system allows.", "Raise the limit: ulimit -n 65536"),
    errno.ENFILE: ("More files are open than the system allows.", "End other programs, or raise the limit."),
    errno.ENOMEM: ("The memory is used up.", _LESS),
    errno.ECONNREFUSED: ("A service refused the connection.", _SERVICE),
    errno.ECONNRESET: ("A service closed the connection.", _SERVICE),
    errno.ETIMEDOUT: ("A service does not answer.", _SERVICE),
    errno.EHOSTUNREACH: ("The host of a service cannot be reached.", _SERVICE),
    errno.ENETUNREACH: ("The network cannot be reached.", _SERVICE),
}
_OF_LAKE = ("deltalake.", "_internal.", "builtins.Exception")
_BY_TEXT = (
    _Line(_OF_LAKE, r"(?i)(?:reader|writer) (?:version|feature)", "A table has a newer Delta protocol than can be read here.", _NEWER),
    _Line(("",), r"No space left on device|os error 28\b", "The disk is full.", _FREE),
    _Line(("",), r"Disk quota exceeded|os error 122\b", "The quota of a disk is used up.", _FREE),
    _Line(_FOREIGN, r"Read-only file system|os error 30\b", "A folder that is to be written lies on a disk that can only be read.", _FREE),
    _Line(_FOREIGN, rf"(?:{_PATH}[^/]*)?(?:Permission denied|os error 13\b)", "There is no permission for {path}.", _RIGHTS),
    _Line(_JVM, r"JAVA_GATEWAY_EXITED|Java gateway process exited", "Java does not start.", _JAVA),
    _Line(_JVM, r"OutOfMemoryError|Java heap space", "The memory of Spark is used up.", _MEMORY_OF_SPARK),
    _Line(_JVM, r"Could not parse Master URL", "SPARK_MASTER names no Spark cluster.", _MASTER),
    _Line(_JVM, r"All masters are unresponsive|stopped SparkContext", "The Spark cluster does not answer.", _MASTER),
    _Line(
        _JVM, rf"(?:FILE_NOT_EXIST|PATH_NOT_FOUND|FileNotFoundException)(?:[^/]|/(?!/))*?{_PATH}", "{path} is not there any more.", _AGAIN
    ),
    _Line(_JVM, rf"(?:FAILED_READ_FILE|not a Parquet file|Could not read footer)[^/]*{_PATH}", "{path} cannot be read.", _AGAIN),
    _Line(_JVM, r"UnknownHostException|ConnectException", "A service that Spark needs does not answer.", _SERVICE),
    _Line(("py4j.protocol.Py4JNetworkError",), r"", "Spark has ended.", _ENDED),
    _Line(
        _OF_LAKE,
        r"Invalid JSON in|Failed to parse|No table metadata|not a Delta table|Kernel error",
        "The log of a table cannot be read.",
        _LOG,
    ),
    _Line(_OF_LAKE[:2], r"", "A table of the lake cannot be read.", _LOG),
    _Line(
        _ARROW, r"Parquet magic bytes|Parquet file size|deserialize thrift|Invalid [Pp]arquet", "A Parquet file is damaged: {path}.", _AGAIN
    ),
    _Line(_ARROW, r"open local file '(?P<path>[^']+)'", "{path} is not there any more, or cannot be read.", _AGAIN),
    _Line(_ARROW, r"AWS Error|curlCode|Network", "The object store does not answer or refuses.", _SERVICE),
    _Line(("safetensors",), r"", "The weights of a model are damaged.", "Get the model's files again."),
    _Line(_OUT_OF_MEMORY, r"", "The memory is used up.", _LESS),
    _Line(("ray.exceptions.",), r"", "A worker of Ray has ended or cannot be reached.", _ENDED),
    _Line(("builtins.ConnectionError",), r"(?i)\bray\b", "The Ray cluster does not answer.", "Unset RAY_ADDRESS to run here, or check it."),
    _Line(_NETWORK, r"", "A service does not answer.", _SERVICE),
    _Line(_PACKED, r"", "A packed file is damaged or ends too early.", "Get the file again from the publisher."),
    _Line(("builtins.UnicodeEncodeError",), r"surrogates not allowed", "The name of a file or an argument is not UTF-8.", "Rename it."),
)


def explained(error: BaseException) -> MedslakeError | None:
    """The error as one of ours, itself where it is; None for a defect of medslake.

    What caused it counts too, from the outermost on: Spark, Ray and actors wrap what their workers raise.
    """
    chain = list(causes(error))
    for one in chain:
        if isinstance(one, MedslakeError):
            return one
    # What Ray wraps around an error says less than the error.
    for one in sorted(chain, key=lambda one: isinstance(getattr(one, "cause", None), BaseException)):
        found = _of_module(one) or _of_plugin(one) or _of_system(one) or _of_text(one)
        if found is not None:
            return found
    return None


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what lies behind it, each once: what it was raised from or in place of, and what wrappers of other libraries keep."""
    seen: set[int] = set()
    left = [error]
    while left:
        one = left.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        # Ray keeps what a task raised in `cause`, a checkpoint of torch those of all ranks in `failures`.
        kept = [one.__cause__, getattr(one, "cause", None), *_of_ranks(one), None if one.__suppress_context__ else one.__context__]
        left += [cause for cause in reversed(kept) if isinstance(cause, BaseException)]


def _of_ranks(error: BaseException) -> list[Any]:
    failures = getattr(error, "failures", None)
    return [failure[0] for failure in failures.values() if isinstance(failure, tuple) and failure] if isinstance(failures, dict) else []


def _of_module(error: BaseException) -> MedslakeError | None:
    extra = of_module(error.name or "") if isinstance(error, ModuleNotFoundError) else None
    return MissingDependency("This", install_line(extra)) if extra else None


def _of_system(error: BaseException) -> MedslakeError | None:
    if not isinstance(error, OSError) or error.errno not in _BY_NUMBER:
        return None
    sentence, hint = _BY_NUMBER[error.errno]
    found = re.search(rf"'([^']+)'|{_PATH}", str(error))
    named = error.filename or (found and (found[1] or found["path"])) or "a file"
    return UsageError(sentence.format(path=_shown(named)), hint=hint)


def _of_text(error: BaseException) -> MedslakeError | None:
    classes = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__[:-2]]
    text = str(error)
    for line in _BY_TEXT:
        if not any(name.startswith(start) for name in classes for start in line.types):
            continue
        found = re.search(line.pattern, text)
        if found is not None:
            path = found.groupdict().get("path") or "one of the lake's or the source's files"
            return UsageError(line.sentence.format(path=path.rstrip(".:")), hint=line.hint)
    return None


def _of_plugin(error: BaseException) -> MedslakeError | None:
    """An error that arose in the user's own plug-in is theirs: file, line and type, never the message, which may quote a row."""
    own = [str(folder) for folder in folders()]
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    # What a worker of Spark raised is text by now.
    frames += [(file, int(line)) for file, line in re.findall(r'File "([^"\n]+)", line (\d+)', str(error))]
    mine = [(file, line) for file, line in frames if any(file.startswith(f"{folder}/") for folder in own)]
    if not mine or isinstance(error, OSError | MemoryError):
        return None
    file, number = mine[-1]
    kinds = re.findall(r"^(\w+(?:\.\w+)*(?:Error|Exception))\b", str(error), re.MULTILINE)
    kind = kinds[-1] if kinds else type(error).__name__
    return UsageError(f"{file}, line {number}: the plug-in raised {kind}.", hint="MEDSLAKE_DEBUG=1 shows the traceback.")


def _shown(path: object) -> str:
    return path.decode(errors="replace") if isinstance(path, bytes) else str(path)
