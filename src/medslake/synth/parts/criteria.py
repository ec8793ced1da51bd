"""Invented criteria of trials with entities and relations, as lines of tokens and as annotated documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from medslake.synth.draw import Draw
from medslake.synth.text import chosen_pieces

__all__ = ["criteria_of", "trial_files"]

_TEMPLATES = (
    "history of {disease} {time}",
    "known {disease} treated with {drug}",
    "{test} of more than {value} at the {place}",
    "{sign} or {sign} {time}",
    "use of {drug} {mg} {time}",
    "{adj} {noun} of the {site} under {drug}",
    "planned {test} because of {disease}",
    "{disease} with {sign} {adv}",
)
_KINDS = {"disease": "Condition", "drug": "Drug", "test": "Procedure", "sign": "Condition", "value": "Eq-Value", "noun": "Observation"}
#: Lines of a trial.
_LINES = 14


def _line(draw: Draw, trial: int, at: int) -> list[tuple[str, list[str]]]:
    """(type, tokens) in order of one criterion of a trial, the same in all files; one in four is negated."""
    own = draw.about("criterion", trial, at)
    parts = [("Negation", ["No"])] if own.chance(0.25) else []
    parts += [(_KINDS.get(slot, ""), text.split()) for slot, text in chosen_pieces(own, _TEMPLATES) if text.strip()]
    return parts


def _place(at: int) -> int:
    """The line of the trial's text that a criterion stands on, counted from 0: the two headings come between."""
    return at + 1 + (at >= _LINES // 2)


def criteria_of(split: str) -> Callable[[Draw, int], dict[str, Any]]:
    """Lines of trials in the layout of SpERT: of ten trials eight are in train, one in dev, one in test."""
    share, first = {"train": (8, 0), "dev": (1, 8), "test": (1, 9)}[split]

    def criterion(draw: Draw, number: int) -> dict[str, Any]:
        block, at = divmod(number, _LINES)
        trial = block // share * 10 + first + block % share
        tokens = ["\n  ", str(at % (_LINES // 2) + 1), "."]
        entities: list[dict[str, Any]] = []
        for kind, words in _line(draw, trial, at):
            if kind:
                value = "___chronic" if kind == "Condition" and draw.chance(0.05) else ""
                entities.append({"type": f"{kind}{value}", "start": len(tokens), "end": len(tokens) + len(words)})
            tokens += words
        negated = [place for place, one in enumerate(entities) if place and entities[0]["type"] == "Negation"]
        return {
            "tokens": tokens,
            "entities": entities,
            "relations": [{"type": "Negates", "head": 0, "tail": place} for place in negated],
            "orig_id": f"{_place(at)}_NCT{90_000_000 + trial}",
        }

    return criterion


def trial_files(draw: Draw, number: int) -> list[tuple[str, str]]:
    """The text of a trial and its annotation: an event for each entity, as brat writes them."""
    text = "Inclusion criteria:\n"
    marks: list[str] = []
    events: list[str] = []
    for at in range(_LINES):
        text += "Exclusion criteria:\n" if at == _LINES // 2 else ""
        text += f"  {at % (_LINES // 2) + 1}."
        first = len(marks) + 1
        for kind, words in _line(draw, number, at):
            start = len(text) + 1
            text += f" {' '.join(words)}"
            if kind:
                marks.append(f"T{len(marks) + 1}\t{kind} {start} {len(text)}\t{' '.join(words)}\n")
                # A negation is told of what follows it, which every template has.
                more = f" Negates:E{first + 1}" if kind == "Negation" else ""
                events.append(f"E{len(marks)}\t{kind}:T{len(marks)}{more}\n")
        text += "\n"
    name = f"batch{number % 10 + 1}/NCT{90_000_000 + number}"
    return [(f"{name}.txt", text), (f"{name}.ann", "".join([*marks, *events]))]
