"""A file from its server to the disk: begun, gone on with after whatever broke off, checked, and only then given its name."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from medslake.errors import InputRefused
from medslake.fetch.answers import opened, refuse_status
from medslake.fetch.part import Part
from medslake.fetch.wanted import Again, Patience, Wanted

if TYPE_CHECKING:
    from requests import Response, Session

__all__ = ["patiently", "sha256_of", "transfer"]

T = TypeVar("T")
_CHUNK = 256 * 1024
#: Bytes a second, over the time limit, below which a server counts as one that does not answer.
SLOWEST = 100
#: Seconds that are waited at most: by our own rule, and because a server asks for it.
_LONGEST, _LONGEST_ASKED = 60.0, 600.0
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
#: (bytes that are there, bytes in all or None)
Tell = Callable[[int, int | None], None]


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def patiently(act: Callable[[], T], wanted: Wanted, patience: Patience, reached: Callable[[], int] = lambda: 0) -> T:
    """The outcome of `act`, which is called again after Again. reached: how far it came; attempts that come further do not count."""
    furthest, failed = reached(), 0
    while True:
        try:
            return act()
        except Again as error:
            now = reached()
            failed = 1 if now > furthest else failed + 1
            furthest = max(furthest, now)
            wait = min(patience.wait * 2 ** (failed - 1), _LONGEST) if error.wait is None else error.wait
            if failed > patience.retries or wait > _LONGEST_ASKED:
                kept = f"; {furthest:,} bytes are kept" if furthest else ""
                detail = f"{error}, after {failed} attempts{kept}" if wait <= _LONGEST_ASKED else f"{error} and asks for {wait:,.0f} s"
                raise wanted.refused("no_answer", detail, hint="Run the same command again later: it goes on where it stopped.") from None
            time.sleep(wait)


def transfer(session: Session, wanted: Wanted, final: Path, patience: Patience, tell: Tell) -> str:
    """Fetch a file to `final`; returns its sha256.

    Raises InputRefused (the server has it not, or something else: another digest or size, a page; or it does not answer), UsageError (no
    login), OSError (the disk). What can be gone on with is kept.
    """
    part = Part(final, wanted.one.url)
    with part.held() as file:
        patiently(lambda: _attempt(session, wanted, part, file, patience, tell), wanted, patience, lambda: part.size)
        digest = sha256_of(part.path)
        if wanted.sha256 is not None and digest != wanted.sha256:
            aside = part.lay_aside()
            detail = f"its sha256 is {digest}, and {wanted.sha256} is declared; it is kept as {aside.name}"
            raise wanted.refused("sha256", detail, hint=f"The publisher may have changed it, see {wanted.page}; or run the command again.")
        part.finish(file)
    return digest


def _attempt(session: Session, wanted: Wanted, part: Part, file: FileIO, patience: Patience, tell: Tell) -> None:
    """Bring the part to its end, or raise Again."""
    noted = part.noted()
    if part.size and noted.get("total") == part.size:
        return
    headers = _going_on(part.size, noted, known=wanted.sha256 is not None)
    if headers is None:
        part.empty(file)
    with opened(session, wanted, wanted.one.url, headers or {}, patience) as answer:
        if answer.status_code == 416 and headers:
            part.empty(file)
            raise Again("the server does not have the rest of what is there")
        refuse_status(wanted, answer)
        total = _total(answer, part, file, noted)
        _refuse_content(wanted, part, answer, total)
        if answer.status_code == 200:
            part.empty(file)
            part.note(etag=answer.headers.get("ETag"), modified=answer.headers.get("Last-Modified"), total=total)
        expected = wanted.one.size if total is None else total
        if expected is not None and shutil.disk_usage(part.final.parent).free < expected - part.size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(part.path))
        _pour(wanted, answer, part, file, expected, patience, tell)
    if total is not None and part.size < total:
        raise Again(f"{_host(answer)} breaks off")
    if expected is not None and part.size != expected:
        raise _wrong_size(wanted, part, part.size)


def _going_on(size: int, noted: dict[str, Any], *, known: bool) -> dict[str, str] | None:
    """What asks for the rest alone, None to begin anew. The server gives the whole file where it is not the same any more.

    known: a digest is declared, which tells in the end, so a server that gives its files no marks may be asked too.
    """
    if not size or not noted:
        return None
    etag, modified = noted.get("etag"), noted.get("modified")
    mark = etag if etag and not etag.startswith("W/") else modified
    if mark:
        return {"Range": f"bytes={size}-", "If-Range": mark}
    return {"Range": f"bytes={size}-"} if known else None


def _total(answer: Response, part: Part, file: FileIO, noted: dict[str, Any]) -> int | None:
    """Bytes of the whole file, as the server tells them."""
    if answer.status_code == 200:
        told = answer.headers.get("Content-Length", "")
        return int(told) if told.isdigit() else None
    found = _RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
    if found is None or int(found[1]) != part.size or noted.get("total") not in (None, _number(found[3])):
        part.empty(file)
        raise Again(f"{_host(answer)} does not go on where the file ends")
    return _number(found[3])


def _number(told: str) -> int | None:
    return int(told) if told.isdigit() else None


def _refuse_content(wanted: Wanted, part: Part, answer: Response, total: int | None) -> None:
    """Raises InputRefused for an answer that is not the file, before any of it is read."""
    name = wanted.one.name.lower()
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == "text/html" and not name.endswith((".html", ".htm")):
        raise wanted.refused("page", f"{_host(answer)} sends a page to read instead of the file")
    coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    # Of what is compressed anyway servers say so here too.
    if coding != "identity" and not name.endswith((".gz", ".tgz")):
        raise wanted.refused("encoding", f"{_host(answer)} sends it in the encoding {coding}, which was not asked for")
    if None not in (total, wanted.one.size) and total != wanted.one.size:
        raise _wrong_size(wanted, part, total or 0)


def _wrong_size(wanted: Wanted, part: Part, bytes_: int) -> InputRefused:
    kept = f"; it is kept as {part.lay_aside().name}" if part.size else ""
    detail = f"it has {bytes_:,} bytes, and {wanted.one.size:,} are declared{kept}"
    return wanted.refused("size", detail, hint=f"The publisher may have changed it, see {wanted.page}.")


def _pour(wanted: Wanted, answer: Response, part: Part, file: FileIO, expected: int | None, patience: Patience, tell: Tell) -> None:
    from urllib3.exceptions import HTTPError, ReadTimeoutError

    size = part.size
    tell(size, expected)
    since, before = time.monotonic(), size
    while True:
        try:
            # What has come, be it little: a server that sends a byte now and then is to be noticed.
            chunk = answer.raw.read1(_CHUNK, decode_content=False)
        except (ReadTimeoutError, TimeoutError):
            raise Again(f"{_host(answer)} sends nothing for {patience.timeout:g} s") from None
        except (HTTPError, OSError):
            raise Again(f"{_host(answer)} breaks off") from None
        if not chunk:
            return
        part.write(file, chunk)
        size += len(chunk)
        tell(size, expected)
        if expected is not None and size > expected:
            raise _wrong_size(wanted, part, size)
        now = time.monotonic()
        if now - since >= patience.timeout:
            if size - before < SLOWEST * (now - since):
                raise Again(f"{_host(answer)} sends less than {SLOWEST} bytes a second")
            since, before = now, size


def _host(answer: Response) -> str | None:
    return urlsplit(answer.url).hostname
