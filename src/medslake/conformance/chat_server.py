"""A server of the OpenAI chat protocol in this process, without a model: it says the words of the question again."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["ChatHandler", "chat_server", "completion"]

#: Words that it reads; a longer question is refused, as a server refuses what its model's context does not hold.
_CONTEXT = 4096


class ChatHandler(BaseHTTPRequestHandler):
    """GET lists one model, POST answers the last turn."""

    def do_GET(self) -> None:
        self.reply(200, {"data": [{"id": "example"}]})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        words = asked["messages"][-1]["content"].split()
        if len(words) > _CONTEXT:
            self.reply(400, {"error": {"message": "the question is too long", "code": "context_length_exceeded"}})
            return
        most = asked.get("max_tokens", asked.get("max_completion_tokens", len(words)))
        self.reply(200, completion(" ".join(words[:most]), "stop" if most >= len(words) else "length", len(words), min(most, len(words))))

    def reply(self, code: int, value: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        content = json.dumps(value).encode()
        self.send_response(code)
        for name, told in {"Content-Type": "application/json", "Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, told)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Nothing on stderr."""


def completion(text: str, reason: str, read: int, written: int) -> dict[str, Any]:
    """An answer of the protocol. read, written: tokens."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": reason}
    return {"choices": [choice], "usage": {"prompt_tokens": read, "completion_tokens": written}}


@contextmanager
def chat_server() -> Iterator[str]:
    """The address of a server, up to and with /v1, that ends with the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), ChatHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
