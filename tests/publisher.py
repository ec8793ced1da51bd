"""A publisher on the loopback: files under names, each of which may be handed out in a way of its own. What was asked is kept."""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: Not a multiple of any size that is read at once.
CONTENT = b"".join(b"%07d, a cough\n" % n for n in range(60_001))
SHA256 = hashlib.sha256(CONTENT).hexdigest()
ETAG = f'"{SHA256[:16]}"'


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    at: float


@dataclass
class Publisher:
    """ways: path -> what answers a GET of it; without one the file is handed out as a good server does it, ranges included."""

    url: str
    ways: dict[str, Callable[[Any], None]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def at(self, path: str, way: Callable[[Any], None]) -> str:
        """The URL of a path that answers in this way."""
        self.ways[f"/{path}"] = way
        return f"{self.url}/{path}"

    def ranges(self) -> list[str | None]:
        return [asked.headers.get("Range") for asked in self.asked]


@contextlib.contextmanager
def published() -> Iterator[Publisher]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found.asked.append(Asked(self.path, dict(self.headers.items()), time.monotonic()))
            found.ways.get(self.path.partition("?")[0], well)(self)

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """A client that ends a connection early is what is tested."""

    server = Server(("127.0.0.1", 0), Handler)
    found = Publisher(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def reply(handler: Any, code: int, body: bytes = b"", **headers: str | None) -> None:
    """headers: `_` for `-`; the length is told unless it is given, as None where it is not to be told."""
    told = {"Content_Length": str(len(body)), "Content_Type": "text/plain"} | headers
    handler.send_response(code)
    for name, value in told.items():
        if value is not None:
            handler.send_header(name.replace("_", "-"), value)
    if told["Content_Length"] is None:
        handler.send_header("Connection", "close")
        handler.close_connection = True
    handler.end_headers()
    handler.wfile.write(body)


def start_of(handler: Any, etag: str | None = ETAG) -> int:
    """Where the answer begins: after what the client has, if it has the beginning of this file."""
    told = handler.headers.get("Range", "")
    if not told or handler.headers.get("If-Range", etag) != etag:
        return 0
    return int(told.removeprefix("bytes=").partition("-")[0])


def well(handler: Any, content: bytes = CONTENT, etag: str | None = ETAG) -> None:
    start = start_of(handler, etag)
    if start >= len(content):
        reply(handler, 416, Content_Range=f"bytes */{len(content)}")
    elif start:
        reply(handler, 206, content[start:], ETag=etag, Content_Range=f"bytes {start}-{len(content) - 1}/{len(content)}")
    else:
        reply(handler, 200, content, ETag=etag)


def cut(after: int, times: int = 1, etag: str | None = ETAG, ranges: bool = True) -> Callable[[Any], None]:
    """Breaks off `after` bytes, so many times; then all is well."""
    left = [times]

    def way(handler: Any) -> None:
        if not ranges:
            del handler.headers["Range"]
        if not left[0]:
            well(handler, etag=etag)
            return
        left[0] -= 1
        start = start_of(handler, etag)
        code, rest = (206, CONTENT[start:]) if start else (200, CONTENT)
        reply(
            handler,
            code,
            rest[:after],
            ETag=etag,
            Content_Length=str(len(rest)),
            Content_Range=f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}" if start else None,
        )
        handler.close_connection = True

    return way


def status(code: int, times: int | None = None, **headers: str) -> Callable[[Any], None]:
    """Answers with a status, so many times or always; then all is well."""
    left = [times]

    def way(handler: Any) -> None:
        if left[0] == 0:
            well(handler)
            return
        left[0] = None if left[0] is None else left[0] - 1
        reply(handler, code, b"A secret of the server.", **headers)

    return way


def redirect(target: str, code: int = 302) -> Callable[[Any], None]:
    return lambda handler: reply(handler, code, Location=target)


def locked(user: str) -> Callable[[Any], None]:
    """Hands the file to who sends this Authorization."""

    def way(handler: Any) -> None:
        if handler.headers.get("Authorization") == user:
            well(handler)
        else:
            reply(handler, 401, b"Who are you?", WWW_Authenticate="Basic realm=tests")

    return way


def sent(body: bytes, **headers: str | None) -> Callable[[Any], None]:
    return lambda handler: reply(handler, 200, body, **headers)


def slowly(first: int, pause: float, times: int = 1) -> Callable[[Any], None]:
    """Sends so many bytes and then one every `pause` seconds, so many times; then all is well."""
    left = [times]

    def way(handler: Any) -> None:
        if not left[0]:
            well(handler)
            return
        left[0] -= 1
        reply(handler, 200, CONTENT[:first], ETag=ETAG, Content_Length=str(len(CONTENT)))
        handler.close_connection = True
        with contextlib.suppress(OSError):
            for n in range(first, first + 200):
                time.sleep(pause)
                handler.wfile.write(CONTENT[n : n + 1])

    return way
