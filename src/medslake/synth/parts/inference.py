"""Invented premises with three hypotheses each, in the layouts of MedNLI and SNLI."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from medslake.synth.draw import Draw, Length
from medslake.synth.parts.words import DISEASES, pick_other
from medslake.synth.text import slots

__all__ = ["TAB_COLUMNS", "caption", "caption_row", "clinical"]

TAB_COLUMNS = (
    *("gold_label", "sentence1_binary_parse", "sentence2_binary_parse", "sentence1_parse", "sentence2_parse", "sentence1", "sentence2"),
    *("captionID", "pairID", "label1", "label2", "label3", "label4", "label5"),
)
_LABELS = ("entailment", "contradiction", "neutral")


def _record(pair: str, label: str, first: str, second: str) -> dict[str, Any]:
    """The parses are made of the sentences alone."""
    told: dict[str, Any] = {"pairID": pair, "gold_label": label, "sentence1": first, "sentence2": second}
    for at, text in ((1, first), (2, second)):
        told |= {f"sentence{at}_parse": f"(ROOT ( {text} ))", f"sentence{at}_binary_parse": f"( {text} )"}
    return told


def clinical(split: str) -> Callable[[Draw, int], dict[str, Any]]:
    """Records of a file of MedNLI: three in turn share a premise, whose disease they affirm, deny or leave open."""

    def record(draw: Draw, number: int) -> dict[str, Any]:
        premise = draw.about("premise", split, number // 3)
        disease, label = premise.pick(DISEASES), _LABELS[number % 3]
        told = f"{premise.pick(('He', 'She'))} has {disease.symptom()} {premise.pick(slots()['adv'])}, known {disease.name()}"
        rest = premise.length(Length(17, 44)) - len(told.split())
        first = f"{told}. {premise.words(rest)}" if rest > 3 else f"{told}."
        other = pick_other(draw, disease, 1)[0]
        said = {
            "entailment": f"The patient has {disease.name()} with {disease.symptom()}.",
            "contradiction": f"There is no {disease.name()}.",
            "neutral": f"{draw.pick(slots()['sign']).capitalize()} and {other.symptom()} are likely.",
        }[label]
        return _record(f"{split}-{number:08d}", label, first, said)

    return record


def _caption(draw: Draw, number: int) -> tuple[dict[str, Any], str]:
    premise = draw.about("scene", number // 3)
    person, place = premise.pick(slots()["person"]), premise.pick(slots()["place"])
    doing = premise.pick(("waiting", "sitting", "singing", "reading"))
    first = f"{person.capitalize()} is {doing} {premise.pick(slots()['adv'])} in the {place}"
    more = draw.about("more", number // 3).length(Length(11, 17)) - len(first.split())
    first = f"{first} with {premise.words(more - 1, ended=False).lower()}." if more > 2 else f"{first}."
    label = _LABELS[number % 3]
    said = {
        "entailment": f"{person.capitalize()} is in the {place}.",
        "contradiction": f"Nobody is in the {place} with {draw.pick(slots()['sign'])}.",
        "neutral": f"{draw.pick(slots()['person']).capitalize()} will come to the {place} {draw.pick(slots()['time'])}.",
    }[label]
    image = f"9{number // 3:09d}.jpg#{number // 3 % 5}"
    # Where annotators do not agree there is no label.
    gold = "-" if draw.chance(0.015) else label
    return _record(f"{image}r1{label[0]}", gold, first, said), image


def caption(draw: Draw, number: int) -> dict[str, Any]:
    record, image = _caption(draw, number)
    return {"annotator_labels": [_LABELS[number % 3]] * (5 if number % 9 == 0 else 1), "captionID": image, **record}


def caption_row(draw: Draw, number: int) -> dict[str, Any]:
    record, image = _caption(draw, number)
    return {**record, "captionID": image, **{f"label{at}": _LABELS[number % 3] for at in range(1, 6)}}
