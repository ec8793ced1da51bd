"""One question to a server: where it leads on to, and what its answer means.

A login is sent to the host that is declared and to no other. Redirects are followed here and not by the library, which would drop the
login and go on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from medslake.fetch.wanted import Again, Patience, Wanted
from medslake.sources.base import is_private, is_web_address

if TYPE_CHECKING:
    from requests import PreparedRequest, Response, Session

__all__ = ["digests", "opened", "refuse_status", "session"]

_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 10
#: Answers after which the same question may be answered.
_PASSING = (408, 425, 429)
#: A list of digests is not longer.
_MOST_SUMS = 16 * 1024 * 1024


def session() -> Session:
    """Connections that are used again. Proxies and certificates are those of the environment; cookies are not kept."""
    import requests

    from medslake import __version__

    made = requests.Session()
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # Bytes as they lie there: an offset into a compressed answer is one of another file.
    made.headers.update({"User-Agent": f"medslake/{__version__}", "Accept-Encoding": "identity", "Accept": "*/*"})
    return made


@contextmanager
def opened(session: Session, wanted: Wanted, url: str, headers: Mapping[str, str], patience: Patience) -> Iterator[Response]:
    """The answer to a GET, whatever its status, its body not yet read. Raises Again, UsageError (no login), InputRefused (a redirect)."""
    from requests.exceptions import RequestException, SSLError

    login = wanted.login()
    here = url
    for _ in range(_MOST_REDIRECTS):
        host = urlsplit(here).hostname
        try:
            # With an `auth` of ours no ~/.netrc is looked at.
            answer = session.get(
                here, headers=dict(headers), auth=login or _nobody, stream=True, allow_redirects=False, timeout=patience.timeout
            )
        except SSLError:
            raise wanted.refused("certificate", f"the certificate of {host} cannot be trusted") from None
        except RequestException as error:
            raise Again(f"{host} does not answer ({type(error).__name__})") from None
        with answer:
            target = answer.headers.get("Location")
            if answer.status_code not in _REDIRECTS or target is None:
                yield answer
                return
            here = _led(wanted, here, urljoin(here, target), login is not None)
    raise wanted.refused("redirect", f"{urlsplit(url).hostname} redirects more than {_MOST_REDIRECTS} times")


def _nobody(request: PreparedRequest) -> PreparedRequest:
    return request


def _led(wanted: Wanted, here: str, there: str, login: bool) -> str:
    """Where a redirect leads, if it may be followed. Only hosts are told: the rest of an address may hold a signature."""
    host = urlsplit(there).hostname
    if not is_web_address(there):
        raise wanted.refused("redirect", f"{urlsplit(here).hostname} redirects to what is no address of a web server")
    if login and _origin(here) != _origin(there):
        raise wanted.refused("redirect", f"{urlsplit(here).hostname} redirects to {host}, which may not get the login")
    if is_private(here) and not is_private(there):
        raise wanted.refused("redirect", f"{urlsplit(here).hostname} redirects to {host} without encryption")
    return there


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def refuse_status(wanted: Wanted, answer: Response) -> None:
    """Raises InputRefused or Again for a status other than 200 and 206."""
    code, host = answer.status_code, urlsplit(answer.url).hostname
    if code in (200, 206):
        return
    if code in (401, 403):
        names = " and ".join(wanted.one.login)
        hint = f"Check {names}, and that access was granted at {wanted.page}." if names else ""
        raise wanted.refused(f"http_{code}", f"{host} does not hand it out to {'this login' if names else 'everybody'}", hint=hint)
    if code in (404, 410):
        raise wanted.refused(f"http_{code}", f"{host} does not have it")
    if code in _PASSING or code >= 500:
        raise Again(f"{host} answers with HTTP {code}", _asked_wait(answer.headers.get("Retry-After", "")))
    raise wanted.refused(f"http_{code}", f"{host} answers with HTTP {code}")


def _asked_wait(told: str) -> float | None:
    """Seconds, from a number or a time."""
    if told.strip().isdigit():
        return float(told)
    try:
        return max((parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


def digests(session: Session, wanted: Wanted, patience: Patience) -> dict[str, str]:
    """The list of digests beside a file: URL -> sha256. Raises as `opened` does, and InputRefused for a list that is none."""
    from urllib3.exceptions import HTTPError

    url = wanted.one.sums
    with opened(session, wanted, url, {}, patience) as answer:
        refuse_status(wanted, answer)
        try:
            text = answer.raw.read(_MOST_SUMS, decode_content=False).decode(errors="replace")
        except (HTTPError, OSError):
            raise Again(f"{urlsplit(url).hostname} breaks off its list of digests") from None
    pairs = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    if not pairs or any(len(pair) != 2 or len(pair[0]) != 64 for pair in pairs):
        raise wanted.refused("sums", f"the list of digests that {urlsplit(url).hostname} keeps beside it is none")
    return {urljoin(url, name.strip().removeprefix("*").removeprefix("./")): digest.lower() for digest, name in pairs}
