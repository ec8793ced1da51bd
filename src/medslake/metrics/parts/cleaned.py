"""What a model wrote, without what is no part of its answer: special tokens, thoughts, markup, and further turns that it made up."""

from __future__ import annotations

import ast
import functools
import json
import re
import unicodedata
from typing import Any

__all__ = ["bare", "cleaned", "explicit", "folded", "literal"]

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u00ad\ufeff\ufe0f]")
_PLAIN = re.compile(r"[^<\[\\$*`_#{}|~>:\n\t]*")
_BLANKS = re.compile(r"[^\S\n\t]{2,}")
_FINAL_CHANNEL = re.compile(r"^.*<\|channel\|>\s*final\s*(?:<\|message\|>)?", re.DOTALL)
_THOUGHT = re.compile(
    r"<(think|thinking|thought|reasoning|reflection|scratchpad|analysis)\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_THOUGHT_END = re.compile(r"^.*</(?:think|thinking|thought|reasoning|reflection|scratchpad|analysis)\s*>", re.DOTALL | re.IGNORECASE)
#: Tokens that end a turn: what stands behind them is no part of the answer.
_STOP = re.compile(
    r"<\|(?:eot_id|im_end|end|end_of_text|endoftext|return|eom_id|end[▁_ ]of[▁_ ](?:sentence|turn))\|>|</s>|<eos>|<end_of_turn>|\[INST\]"
)
_TOKEN = re.compile(
    r"<\|[^<>|]{1,40}\|>|</?s>|<(?:bos|eos|pad|unk|start_of_turn|end_of_turn)>|\[/?INST\]|<</?SYS>>|\[(?:PAD|CLS|SEP|EOS|BOS)\]"
)
_ROLE = re.compile(r"\s*(?:#+\s*)?(?:assistant|model|bot|system|response|output)\s*(?::|\n)\s*", re.IGNORECASE)
#: A further question that the model asked itself.
_RUN_ON = re.compile(
    r"\n\s*(?:#+\s*|\*+)?(?:input|question|q|instruction|user|human|example \d+|context"
    r"|entrada|pregunta|entree|вопрос|вход|输入|问题|質問|問題|入力)\s*\d*\s*\**\s*:",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"</?(?:b|i|u|em|strong|p|br|hr|span|div|code|pre|h[1-6]|ul|ol|li|sup|sub|font|center|mark|small|td|tr|table|html|body)\b[^<>]*>", re.I
)
_WRAPPED = re.compile(
    r"\\(?:text(?:bf|it|rm|tt|sf|normal)?|math(?:rm|bf|it|sf|tt|bb)|mbox|emph|operatorname|bf|rm|bm|boldsymbol|underline)\s*\{([^{}]*)\}"
)
_MATH = re.compile(r"\\[()\[\]]|\${1,2}(?=[^$\n]{1,60}\${1,2})|(?<=[\w})])\${1,2}|\\[,;! ]")
_MARKUP = re.compile(r"\*+|`+(?:[a-z]+(?=\n))?|(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)|^[ \t]*#+[ \t]*|^[ \t]*>+[ \t]*|~~", re.MULTILINE)
_MARKED = re.compile(r"[*`_#>~]")
_BOXED = r"\\(?:boxed|fbox|framebox)\s*\{"
_EXPLICIT = re.compile(
    rf"{_BOXED}((?:[^{{}}]|\{{[^{{}}]*\}})*)\}}|<(answer|final_answer|final|result|choice|option|label|diagnosis)>(.*?)(?:</\2>|\Z)"
    rf"|\$\s*([A-J])\s*\$",
    re.DOTALL | re.IGNORECASE,
)
_OBJECT = re.compile(r"[{\[](?:[^{}\[\]]|\[[^\[\]]*\])*[}\]]")
_ANSWER_KEY = re.compile(
    r"answer|option|choice|letter|label|diagnosis|verdict|decision|prediction|selection|result|outcome|conclusion|response|output"
    r"|reponse|respuesta|opcion"
    r"|ответ|答案|选项|答え|解答|回答|正解",
    re.IGNORECASE,
)
_DASHES = {**dict.fromkeys(map(ord, "‐‑‒–−﹣－"), "-"), **dict.fromkeys(map(ord, "—―"), " - "), **dict.fromkeys(map(ord, "’‘ʼ´"), "'")}


@functools.cache
def _fold_table() -> dict[int, str]:
    """Latin letters with marks to the letters alone, dashes to hyphens."""
    table: dict[int, str] = dict(_DASHES)
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii() and base.isalpha():
            table[code] = base
    return table


def folded(text: str) -> str:
    """NFKC, marks on Latin letters off, dashes made hyphens and quotation marks of English straight."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_fold_table())


def cleaned(text: str) -> str:
    """The answer within what was written, `folded`; explicit forms such as `\\boxed{B}` stand in it still.

    Special tokens go, and what stands behind one that ends a turn; thoughts go, also those whose end alone or whose beginning alone is
    there; so does a further question, where an answer stands before it.
    """
    text = _BLANKS.sub(" ", text) if "  " in text or not text.isascii() else text
    if text.isascii() and _PLAIN.fullmatch(text):
        return text.strip()
    text = _INVISIBLE.sub("", folded(text))
    if "<" in text or "[" in text:
        text = _THOUGHT_END.sub("", _THOUGHT.sub("", _FINAL_CHANNEL.sub("", text)))
        stop = next((found for found in _STOP.finditer(text) if _TOKEN.sub("", text[: found.start()]).strip()), None)
        text = _TAG.sub("", _TOKEN.sub("", text[: stop.start()] if stop else text))
    text = text.strip()
    role = _ROLE.match(text)
    if role and role.end() < len(text):
        text = text[role.end() :]
    run_on = _RUN_ON.search(text)
    return text[: run_on.start()].strip() if run_on else text


def bare(text: str) -> str:
    """A cleaned text without Markdown and LaTeX."""
    if "\\" in text:
        for _ in range(3):
            text = _WRAPPED.sub(r"\1", text)
    if "\\" in text or "$" in text:
        text = _MATH.sub("", text)
    return _MARKUP.sub("", text).strip() if _MARKED.search(text) else text


def explicit(text: str) -> list[str]:
    """Answers that a cleaned text marks as such, in order: boxes, answer tags, letters in dollar signs, JSON."""
    found = []
    if "\\" in text or "<" in text or "$" in text:
        found = [next(part for part in (match[1], match[3], match[4]) if part is not None) for match in _EXPLICIT.finditer(text)]
    if not found and ("{" in text or "[" in text):
        found = [value for match in _OBJECT.finditer(text) if (value := _said(match.group())) is not None]
    return [part for part in found if part.strip()]


def _said(text: str) -> str | None:
    """The answer in a JSON or Python literal: the value of a key that speaks of answers, or of the only key; the items of a list."""
    value = literal(text)
    if isinstance(value, dict):
        keys = [key for key in value if isinstance(key, str) and _ANSWER_KEY.search(folded(key))] or (
            list(value) if len(value) == 1 else []
        )
        value = value[keys[-1]] if keys else None
    if isinstance(value, (list, tuple)) and value and all(isinstance(item, (str, int, bool)) for item in value):
        return ", ".join(map(str, value))
    return str(value) if isinstance(value, (str, int, bool)) else None


def literal(text: str) -> Any:
    """The value of a text that is one JSON or Python literal; None where it is none."""
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            continue
    return None
