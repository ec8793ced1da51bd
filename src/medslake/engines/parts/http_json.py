"""JSON over HTTP with retries. Neither what was sent nor the key nor the server's own sentences get into an error: they may quote data. Of
what a server says of a refusal, its `code` and `param` are told, where each is a single word.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import time
import urllib.error
import urllib.request
from typing import Any

from medslake.engines.base import EngineUnavailable

__all__ = ["Broken", "Refused", "answers", "post_json", "word"]

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
#: What a server may be quoted with: no blank, so no sentence, and no row.
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/@+\[\]-]{0,99}")
#: Bytes of a refusal that are read.
_REFUSAL = 65_536


class _Stay(urllib.request.HTTPRedirectHandler):
    """Data and key go to the server that was named, and to no other."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stay)


class Broken(EngineUnavailable):
    """The server fails at this request (HTTP 500), and perhaps at no other."""


class Refused(Exception):
    """The server will not answer this request; another may fare better. grounds: what is told of why, equal where refusals are alike."""

    def __init__(self, grounds: str) -> None:
        super().__init__(f"the server refused this row with {grounds}")
        self.grounds = grounds

    @classmethod
    def of(cls, status: int, body: Any) -> Refused:
        """body: the JSON that came with it, in the layout of OpenAI or of vLLM; None where it was none."""
        told = body.get("error", body) if isinstance(body, dict) else None
        named = [(name, word(told.get(name))) for name in ("code", "param")] if isinstance(told, dict) else []
        words = ", ".join(f"{name} {value}" for name, value in named if value)
        return cls(f"HTTP {status} ({words})" if words else f"HTTP {status}")


def word(told: Any) -> str | None:
    """A single word that a server says, None for anything longer."""
    text = str(told) if isinstance(told, str | int) and not isinstance(told, bool) else ""
    return text if _WORD.fullmatch(text) else None


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
            if not isinstance(found, dict):
                raise Refused("an answer that is no JSON object")
            if "error" in found and "choices" not in found:
                raise Refused.of(200, found)
            return found
        except urllib.error.HTTPError as error:
            if error.code in _OURS:
                raise EngineUnavailable(f"{url} says {error.code}: {_OURS[error.code].format(key=key)}") from None
            if error.code < 400:
                raise EngineUnavailable(f"{url} sends requests elsewhere (HTTP {error.code}); name that server") from None
            if error.code not in _PASSING:
                raise Refused.of(error.code, _refusal(error)) from None
            why, kind = f"HTTP {error.code}", Broken if error.code == 500 else EngineUnavailable
            pause = _told(error.headers.get("Retry-After"), pause)
        except ValueError:
            raise Refused("an answer that is not JSON") from None
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


def _refusal(error: urllib.error.HTTPError) -> Any:
    try:
        return json.loads(error.read(_REFUSAL))
    except (OSError, http.client.HTTPException, ValueError):
        return None


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
