"""From (definition, input, output) to token ids: the tokenizer's own chat template, taken apart once into fixed and variable pieces.

The definition is the system turn, the input the user turn, the output the assistant turn with its end token; shots are user and assistant
turns between definition and input, as in the benchmark's `chat` prompts. Where a template has no system turn, the definition stands before
what the first user turn says. Prompt ids are those that the engines read: of `apply_chat_template(..., add_generation_prompt=True)`, with
the recipe's date. The output is tokenised by itself, so the boundary lies exactly where generation starts.
Special tokens inside the data ("<|eot_id|>" in a note) stay plain text: no row of a lake can open or close a turn.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from medslake.engines.parts.chat_template import TEMPLATE_DATE, ChatTemplate
from medslake.errors import UsageError
from medslake.train.models.llama3_template import LLAMA3_TEMPLATE
from medslake.train.packs.token_pool import Pieces

__all__ = ["ChatFormat", "ShotFrame", "chat_format"]

# Private-use characters: no template or tokenizer gives them a meaning.
_DEFINITION, _INPUT, _OUTPUT = "\ue000d\ue001", "\ue000i\ue001", "\ue000o\ue001"
_QUESTION, _ANSWER = "\ue000a\ue001", "\ue000t\ue001"
#: Texts that the tokenizer is given at once. With thousands, what it hands out no longer fits into the processor's cache: a tenth slower.
PART = 1024


@dataclass(frozen=True)
class ShotFrame:
    """What a shot adds between `between` and the input: its input piece + to_answer + its answer piece + to_question.

    An answer is not tokenised like an output: nothing is generated at its beginning, so it merges with the plain text before it.
    """

    to_answer: tuple[int, ...]
    answer_affixes: tuple[str, str]
    to_question: tuple[int, ...]


@dataclass(frozen=True)
class ChatFormat:
    """A chat template in pieces. Ids of a prompt: opening + definition piece + between + input piece + closing.

    `*_affixes` are the plain texts that touch a content without a special token between, such as ("\\n\\n", ""): they are tokenised with
    it, as the merges across that seam belong to the format. end: what follows the output up to and with its end-of-turn token.
    shot: None where the template does not write earlier turns like the last ones. trim: the template strips contents.
    continues[id]: the token begins inside a multi-byte character. hash: of tokenizer and template. backend: a copy of the tokenizer's that
    recognises no special token. left_out: what the template writes around the last answer and the supervised text does not have.
    template: ours for Llama 3 where the tokenizer brings none, else None.
    """

    tokenizer: Any
    backend: Any
    opening: tuple[int, ...]
    definition_affixes: tuple[str, str]
    between: tuple[int, ...]
    input_affixes: tuple[str, str]
    closing: tuple[int, ...]
    output_suffix: str
    end: tuple[int, ...]
    shot: ShotFrame | None
    trim: bool
    continues: np.ndarray
    hash: str
    left_out: str = ""
    template: str | None = None

    def definitions(self, texts: Sequence[str]) -> Pieces:
        return self._encode(texts, self.definition_affixes)

    def inputs(self, texts: Sequence[str]) -> Pieces:
        return self._encode(texts, self.input_affixes)

    def outputs(self, texts: Sequence[str]) -> Pieces:
        """Ids of the outputs without the end token; an empty (or blank, where the template trims) output has none."""
        clean = [self._clean(t) for t in texts]
        return self.pieces([f"{t}{self.output_suffix}" if t else "" for t in clean])

    def answers(self, texts: Sequence[str]) -> Pieces:
        """Ids of the outputs as answers of shots; UsageError where the template has no shots."""
        return self._encode(texts, self._frame().answer_affixes)

    def plain(self, text: str) -> tuple[int, ...]:
        """Ids of a text by itself."""
        return tuple(self.pieces([text]).values.tolist())

    def pieces(self, texts: Sequence[str]) -> Pieces:
        """Ids of texts with nothing added and no special token recognised in them; runs on all cores outside the interpreter lock."""
        parts = []
        for start in range(0, len(texts), PART):
            encoded = self.backend.encode_batch_fast(list(texts[start : start + PART]), add_special_tokens=False)
            parts.append(Pieces.of([e.ids for e in encoded]))
        return Pieces.joined(parts)

    def prompt(self, definition: str, input: str, shots: Sequence[tuple[str, str]] = ()) -> list[int]:
        """Ids up to where the model starts to write; shots: input and output of each, in the order of the prompt."""
        ids = [*self.opening, *self.definitions([definition]).values, *self.between]
        for question, answer in shots:
            frame = self._frame()
            ids += [*self.inputs([question]).values, *frame.to_answer, *self.answers([answer]).values, *frame.to_question]
        return [int(i) for i in (*ids, *self.inputs([input]).values, *self.closing)]

    def instance(self, definition: str, input: str, output: str, shots: Sequence[tuple[str, str]] = ()) -> tuple[list[int], int]:
        """All ids of an instance and the number of leading ids that bear no loss."""
        prompt = self.prompt(definition, input, shots)
        return [*prompt, *self.outputs([output]).values.tolist(), *self.end], len(prompt)

    def _frame(self) -> ShotFrame:
        if self.shot is None:
            raise UsageError(
                "The chat template does not write earlier turns like the last ones, so its prompts cannot bear shots.",
                hint="Run with: --set few_shot=0",
            )
        return self.shot

    def _clean(self, text: str) -> str:
        return text.strip() if self.trim else text

    def _encode(self, texts: Sequence[str], affixes: tuple[str, str]) -> Pieces:
        before, after = affixes
        return self.pieces([f"{before}{self._clean(t)}{after}" for t in texts])


def chat_format(tokenizer: Any, day: str = TEMPLATE_DATE) -> ChatFormat:
    """Take a fast tokenizer's chat template apart (ours for Llama 3 where it has none but knows the tokens); UsageError when it cannot
    be. day: that the template writes, YYYY-MM-DD.
    """
    name = getattr(tokenizer, "name_or_path", "") or type(tokenizer).__name__
    if not getattr(tokenizer, "is_fast", False):
        raise UsageError(f"The tokenizer of {name} is not a fast one (tokenizer.json); packing needs one.")
    ours = None
    if not tokenizer.chat_template and "<|start_header_id|>" in tokenizer.get_vocab():
        ours = tokenizer.chat_template = LLAMA3_TEMPLATE
    template = ChatTemplate.of(tokenizer, name, day)
    prompt = _render(template, [("system", _DEFINITION), ("user", _INPUT)], generate=True)
    whole = _render(template, [("system", _DEFINITION), ("user", _INPUT), ("assistant", _OUTPUT)], generate=False)
    padded = _render(template, [("system", _DEFINITION), ("user", f"  {_INPUT}  "), ("assistant", _OUTPUT)], generate=False)
    if any(prompt.count(s) != 1 for s in (_DEFINITION, _INPUT)) or not whole.startswith(prompt) or whole.count(_OUTPUT) != 1:
        raise UsageError(f"The chat template of {name} does not render system, user and assistant turns one after the other.")
    head, rest = prompt.split(_DEFINITION)
    middle, tail = rest.split(_INPUT)
    before, after = whole.removeprefix(prompt).split(_OUTPUT)
    head_ids, definition_before = _split_last(tokenizer, head)
    # Without a system turn the seam before the user's text is where tokens are cut; see ChatPrompts.encode.
    definition_after, middle_rest = (middle, "") if template.folds else _split_first(tokenizer, middle)
    between_ids, input_before = _split_last(tokenizer, middle_rest)
    input_after, closing = _split_first(tokenizer, tail)
    output_suffix, end = _split_first(tokenizer, after)
    end_ids = tuple(_encode_special(tokenizer, end)[:1])  # what the template writes after the end of the turn is never generated
    if not end_ids:
        raise UsageError(
            f"The chat template of {name} closes the assistant turn without a special token, so nothing teaches the model to stop."
        )
    pieces: dict[str, Any] = {
        "opening": head_ids,
        "definition_affixes": (definition_before, definition_after),
        "between": between_ids,
        "input_affixes": (input_before, input_after),
        "closing": tuple(_encode_special(tokenizer, closing)),
        "output_suffix": output_suffix,
        "end": end_ids,
        "trim": padded == whole,
    }
    shot = _shot_frame(template, f"{head}{_DEFINITION}{middle}", tail, (input_before, input_after), trim=pieces["trim"])
    text = json.dumps([pieces, shot and asdict(shot), tokenizer.backend_tokenizer.to_str()], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    backend = copy.deepcopy(tokenizer.backend_tokenizer)
    backend.encode_special_tokens = True
    beyond = end.removeprefix(tokenizer.decode(end_ids))
    return ChatFormat(
        tokenizer=tokenizer,
        backend=backend,
        continues=_continuing(tokenizer),
        hash=digest,
        left_out=" ... ".join(part.strip() for part in (before, beyond) if part.strip()),
        shot=shot,
        template=ours,
        **pieces,
    )


def _shot_frame(template: ChatTemplate, before: str, after: str, input_affixes: tuple[str, str], *, trim: bool) -> ShotFrame | None:
    """How a shot is written. before, after: the prompt's text around its input. None where that depends on the place of its turns."""
    tokenizer = template.tokenizer

    def text(shots: int, pad: str = "") -> str:
        shot = [("user", f"{pad}{_QUESTION}{pad}"), ("assistant", f"{pad}{_ANSWER}{pad}")]
        return _render(template, [("system", _DEFINITION), *shot * shots, ("user", _INPUT)], generate=True)

    parts = text(1).removeprefix(before + _QUESTION).removesuffix(_INPUT + after).split(_ANSWER)
    turns = f"{_QUESTION}{_ANSWER.join(parts)}" * 2
    if len(parts) != 2 or text(2) != f"{before}{turns}{_INPUT}{after}" or (text(2, "  ") == text(2)) != trim:
        return None
    input_after, rest = _split_first(tokenizer, parts[0])
    to_answer, answer_before = _split_last(tokenizer, rest)
    answer_after, rest = _split_first(tokenizer, parts[1])
    to_question, input_before = (tuple(_encode_special(tokenizer, rest)), "") if template.folds else _split_last(tokenizer, rest)
    if not to_answer or not to_question or (input_before, input_after) != input_affixes:
        return None
    return ShotFrame(to_answer, (answer_before, answer_after), to_question)


def _continuing(tokenizer: Any) -> np.ndarray:
    """Whether each id of a byte-level vocabulary starts with a UTF-8 continuation byte; all False for other vocabularies."""
    vocabulary = tokenizer.get_vocab()
    continues = np.zeros(max(vocabulary.values()) + 1, bool)
    if "ByteLevel" in tokenizer.backend_tokenizer.to_str():
        inside = {char for char, byte in _byte_level().items() if 0x80 <= byte < 0xC0}
        special = set(tokenizer.added_tokens_decoder)
        for token, id in vocabulary.items():
            continues[id] = id not in special and token[:1] in inside
    return continues


def _byte_level() -> dict[str, int]:
    """The byte that each character of a byte-level vocabulary stands for (GPT-2's table): printable bytes as they are, others from 256
    up."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    table = {chr(b): b for b in printable}
    table |= {chr(256 + n): b for n, b in enumerate(b for b in range(256) if b not in set(printable))}
    return table


def _render(template: ChatTemplate, turns: list[tuple[str, str]], *, generate: bool) -> str:
    return template.render([{"role": role, "content": content} for role, content in turns], generate=generate)


def _encode_special(tokenizer: Any, text: str) -> list[int]:
    return list(tokenizer.backend_tokenizer.encode(text, add_special_tokens=False).ids)


def _special_spans(tokenizer: Any, text: str) -> list[tuple[int, int]]:
    special = {i for i, token in tokenizer.added_tokens_decoder.items() if token.special}
    encoded = tokenizer.backend_tokenizer.encode(text, add_special_tokens=False)
    return [span for i, span in zip(encoded.ids, encoded.offsets, strict=True) if i in special]


def _split_last(tokenizer: Any, text: str) -> tuple[tuple[int, ...], str]:
    """Ids up to the last special token, and the plain text after it."""
    spans = _special_spans(tokenizer, text)
    cut = spans[-1][1] if spans else 0
    return tuple(_encode_special(tokenizer, text[:cut])), text[cut:]


def _split_first(tokenizer: Any, text: str) -> tuple[str, str]:
    """The plain text before the first special token, and the text from there."""
    spans = _special_spans(tokenizer, text)
    cut = spans[0][0] if spans else len(text)
    return text[:cut], text[cut:]
