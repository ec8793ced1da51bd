"""JSON over HTTP with retries. Neither what was sent nor the key nor the server's own words get into an error: they may quote data."""

from __future__ import annotations

import http.client
import json
import os
import time
import urllib.error
import urllib.request
from typing import Any

from medslake.engines.base import EngineUnavailable

__all__ = ["Broken", "Refused", "answers", "post_json"]

#: Worth another try: time-outs, conflicts, limits, and whatever a server or what stands before it fails at for a while.
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
#: These speak of the server or of us, not of the row.
_OURS = {
    401: "it wants a key, or refuses the one in {key}",
    403: "it refuses the key in {key}",
    404: "it knows no such path or model",
    405: "it takes no such request",
}
_LONGEST_WAIT = 60.0


class _Stay(urllib.request.HTTPRedirectHandler):
    """Data and key go to the server that was named, and to no other."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stay)


class Broken(EngineUnavailable):
    """The server fails at this request (HTTP 500), and perhaps at no other."""


class Refused(Exception):
    """The server will not answer this request; another may fare better."""


def post_json(url: str, body: dict[str, Any], *, key: str, retries: int, timeout: float, wait: float = 0.5) -> dict[str, Any]:
    """The answer's JSON object. key: environment variable with the bearer token, sent when it is set. wait: seconds before the second try,
    doubled for each further one, unless the server says how long.

    Raises Refused, Broken, or EngineUnavailable when the server is away, refuses the key, or is still busy after `retries` further tries.
    """
    request = urllib.request.Request(url, json.dumps(body).encode(), _headers(key), method="POST")
    why, kind = "", EngineUnavailable
    for attempt in range(retries + 1):
        pause = min(wait * 2**attempt, _LONGEST_WAIT)
        try:
            with _OPENER.open(request, timeout=timeout) as answer:
                found = json.loads(answer.read())
            if isinstance(found, dict):
                return found
            raise Refused("the server's answer is no JSON object")
        except urllib.error.HTTPError as error:
            if error.code in _OURS:
                raise EngineUnavailable(f"{url} says {error.code}: {_OURS[error.code].format(key=key)}") from None
            if error.code < 400:
                raise EngineUnavailable(f"{url} sends requests elsewhere (HTTP {error.code}); name that server") from None
            if error.code not in _PASSING:
                raise Refused(f"the server refused this row with HTTP {error.code}") from None
            why, kind = f"HTTP {error.code}", Broken if error.code == 500 else EngineUnavailable
            pause = _told(error.headers.get("Retry-After"), pause)
        except json.JSONDecodeError:
            raise Refused("the server's answer is not JSON") from None
        except (OSError, http.client.HTTPException) as error:
            cause = getattr(error, "reason", None) or error
            why, kind = f"no answer ({type(cause).__name__})", EngineUnavailable
        if attempt < retries:
            time.sleep(pause)
    raise kind(f"{url}: {why} after {retries + 1} tries")


def answers(url: str, *, key: str, timeout: float) -> bool:
    """Whether a GET succeeds."""
    try:
        with _OPENER.open(urllib.request.Request(url, headers=_headers(key)), timeout=timeout):
            return True
    except (OSError, http.client.HTTPException):
        return False


def _headers(key: str) -> dict[str, str]:
    headers = {"Content-Type": "application/json"}
    if token := os.environ.get(key):
        headers["Authorization"] = f"Bearer {token}"
    return headers


def _told(header: str | None, otherwise: float) -> float:
    try:
        return min(max(float(header or ""), 0.0), _LONGEST_WAIT)
    except ValueError:
        return otherwise
