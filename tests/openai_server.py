"""A server of the OpenAI chat protocol over a model folder, for tests: python openai_server.py FOLDER; prints its port when it is ready.

The first part of the path says how it behaves: /plain/v1, /busy/v1 (the first two requests of each row meet 503), /locked/v1 (asks for the
key `secret-of-the-tests`), /broken/v1 (500 for everything), /elsewhere/v1 (redirects), /newer/v1 (400 for max_tokens), /warm/v1 (400 for a
temperature of 0, with code and param), /picky/v1 (400 for all but a question without data), /two/v1 (two systems). A question with FAIL500
meets 500, with TOOLONG 400, with OVERLOADED an error with 200, with a behaviour of SAID in capitals what stands there. GET /plain/stats
tells the most requests that were answered at a time, and how many there were, since the last such call.
"""

from __future__ import annotations

import collections
import json
import sys
import threading
import time
from http.server import ThreadingHTTPServer
from typing import Any

from medslake.conformance.chat_server import ChatHandler, completion

KEY = "secret-of-the-tests"
USAGE = {"prompt_tokens": 5, "completion_tokens": 3}
CALL = {"id": "1", "type": "function", "function": {"name": "look_up", "arguments": "{}"}}
#: Behaviour -> message, finish_reason and usage of an answer.
SAID: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "thought": ({"content": None, "reasoning_content": "It may be the knee."}, "stop", USAGE),
    "cut": ({"content": None, "reasoning_content": "It may be"}, "length", USAGE),
    "empty": ({"content": "", "reasoning": "It may be"}, "length", USAGE),
    "filtered": ({"content": None}, "content_filter", USAGE),
    "refusal": ({"content": None, "refusal": "I cannot say that."}, "stop", USAGE),
    "declined": ({"content": [{"type": "refusal", "refusal": "I cannot say that."}]}, "stop", USAGE),
    "called": ({"content": None, "tool_calls": [CALL]}, "tool_calls", USAGE),
    "null": ({"content": None}, "stop", USAGE),
    "number": ({"content": 5}, "stop", USAGE),
    "silent": ({"content": ""}, "stop", USAGE),
    "parts": ({"content": [{"type": "text", "text": "the "}, {"type": "thinking", "thinking": []}, {"text": "knee"}]}, "stop", USAGE),
    "surrogate": ({"content": "the knee \ud83d"}, "stop", USAGE),
    "tagged": ({"content": "<think>The hip?</think>the knee", "reasoning_content": None}, "stop", USAGE),
    "counts": ({"content": "the knee"}, "stop", {"prompt_tokens": "many", "completion_tokens": None}),
    "chatty": ({"content": "the knee"}, "it ended as the patient Ada said", USAGE),
}


class Answers:
    def __init__(self, folder: str) -> None:
        from transformers import AutoModelForCausalLM, AutoTokenizer

        self.tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        self.network: Any = AutoModelForCausalLM.from_pretrained(folder).eval()
        self.lock, self.seen = threading.Lock(), collections.Counter[str]()
        self.at_once = self.most = self.asked = 0

    def complete(self, asked: dict[str, Any]) -> dict[str, Any]:
        import torch

        given = self.tokenizer.apply_chat_template(asked["messages"], add_generation_prompt=True, return_tensors="pt", return_dict=True)
        read = given["input_ids"].shape[1]
        with self.lock, torch.inference_mode():
            written = self.network.generate(**given, max_new_tokens=asked["max_tokens"], do_sample=False)[0, read:]
        stopped = int(written[-1]) == self.tokenizer.eos_token_id
        text = self.tokenizer.decode(written, skip_special_tokens=True)
        return completion(text, "stop" if stopped else "length", read, len(written))


class Handler(ChatHandler):
    answers: Answers

    def do_GET(self) -> None:
        if self.path.endswith("/stats"):
            self.reply(200, {"most": self.answers.most, "asked": self.answers.asked})
            self.answers.most = self.answers.asked = 0
        elif self.refused():
            return
        else:
            self.reply(200, {"data": [{"id": "tiny"}]})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.refused():
            return
        asked = json.loads(body)
        question = asked["messages"][-1]["content"]
        with self.answers.lock:
            self.answers.seen[question] += 1
            tries = self.answers.seen[question]
            self.answers.asked += 1
            self.answers.at_once += 1
            self.answers.most = max(self.answers.most, self.answers.at_once)
        time.sleep(0.05)
        code, value = 200, {"error": f"about {question}"}
        way = self.path.split("/")[1]
        refusal = {"message": f"about {question}", "code": "unsupported_value", "param": "temperature"}
        said = next((said for name, said in SAID.items() if name.upper() in question.split()), None)
        if said is not None:
            message, reason, usage = said
            value = {"choices": [{"index": 0, "message": message, "finish_reason": reason}], "usage": usage}
        elif "OVERLOADED" in question:
            value = {"error": {"message": f"about {question}", "code": 529}}
        elif way == "newer" and "max_tokens" in asked:
            code, value = 400, {"error": {"message": f"max_tokens is not supported, asked {question}"}}
        elif way == "newer":
            value = self.answers.complete({**asked, "max_tokens": asked["max_completion_tokens"]})
        elif way == "warm" or (way == "picky" and len(asked["messages"]) > 1):
            code, value = 400, {"error": refusal}
        elif way == "two":
            value = {**self.answers.complete(asked), "model": "tiny-1", "system_fingerprint": f"fp_{len(question) % 2}"}
        elif self.path.startswith("/busy") and tries <= 2:
            code = 503
        elif "FAIL500" in question:
            code = 500
        elif "TOOLONG" in question:
            code = 400
        else:
            value = self.answers.complete(asked)
        # Before the reply: the client's next request may be here before this thread goes on.
        with self.answers.lock:
            self.answers.at_once -= 1
        self.reply(code, value, {"Retry-After": "0"})

    def refused(self) -> bool:
        if self.path.startswith("/locked") and self.headers.get("Authorization") != f"Bearer {KEY}":
            self.reply(401, {"error": "wrong key"})
        elif self.path.startswith("/broken"):
            self.reply(500, {"error": "broken"})
        elif self.path.startswith("/elsewhere"):
            self.reply(302, {}, {"Location": self.path.replace("/elsewhere", "/plain")})
        else:
            return False
        return True


if __name__ == "__main__":
    Handler.answers = Answers(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()
