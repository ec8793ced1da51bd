"""Invented answers to the kinds of tasks that MedS-Bench has, in the forms in which models give them: bare, reasoned, listed, free."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from medslake import registry

__all__ = ["Row", "made_answers"]

Row = dict[str, Any]
_TEXTS = {
    "words": "the a patient doctor treatment of in with mild severe chronic acute disease symptoms and or may be is are caused by "
    "infection virus bacteria blood pressure heart lung liver kidney therapy dosage drug reaction allergic common rare diagnosis test "
    "result positive negative studies fever, cough, (see) 3.5 mg daily however, pain weeks. improved. stable. e.g. 1,200 well-known days.",
    "drugs": "aspirin ibuprofen heparin warfarin digoxin metformin insulin captopril atenolol furosemide amoxicillin doxycycline "
    "prednisone naproxen diazepam lithium morphine codeine tamoxifen cisplatin",
    "Chinese": "患者 发烧 咳嗽 治疗 肺炎 因此 选择 细胞 感染 血压 心脏 药物 检查 结果 阳性 慢性 急性 疾病 症状 是 的 在 和",
}
_WORDS, _DRUGS, _CHINESE = (text.split() for text in _TEXTS.values())
_DISEASES = (
    "Pneumonia",
    "GERD",
    "Acute COPD exacerbation / infection",
    "URTI",
    "Bronchitis",
    "Anemia",
    "SLE",
    "Possible NSTEMI / STEMI",
    "Influenza",
    "Panic attack",
    "Croup",
    "Pulmonary embolism",
    "Tuberculosis",
    "HIV (initial infection)",
    "Cluster headache",
    "Sarcoidosis",
    "Guillain-Barré syndrome",
)
_HALLMARKS = registry.get("task", "task106").labels
_PLANS = (
    "Radiation after surgery",
    "Radiation prior to surgery",
    "Intraoperative radiation",
    "No radiation and/or cancer-directed surgery",
)
_RELATIONS, _VERDICTS, _OUTCOMES = ("entailment", "contradiction", "neutral"), ("yes", "no"), ("True", "False")


def _prose(draw: Random, low: int, high: int, words: list[str] = _WORDS) -> str:
    return " ".join(draw.choices(words, k=draw.randint(low, high)))


def _question(draw: Random, language: str) -> Row:
    texts = [_prose(draw, 1, 4, _DRUGS if language == "en" else _CHINESE) for _ in "ABCDE"]
    lead = "The right answer is " if language == "en" else "正确答案是 "
    choices = [f"{lead}{letter}: {text}" for letter, text in zip("ABCDE", texts, strict=True)]
    return {"choices": choices, "texts": texts, "reference": draw.choice(choices), "language": language, "labels": [], "names": None}


def _letter(draw: Random, language: str, kind: str) -> Row:
    row = _question(draw, language)
    at = row["choices"].index(row["reference"]) if draw.random() < 0.6 else draw.randrange(5)
    letter, text = "ABCDE"[at], row.pop("texts")[at]
    if kind == "letter":
        row["answer"] = draw.choice((letter, f"{letter}.", f"({letter})", f"{letter}: {text}", row["choices"][at]))
    elif language == "zh":
        row["answer"] = f"{_prose(draw, 10, 60, _CHINESE)}。因此，答案是{letter}。"
    elif kind == "sentence":
        row["answer"] = draw.choice(
            (
                f"The answer is {letter}.",
                f"**{letter}. {text}**",
                f"The correct option is {letter} because {_prose(draw, 5, 15)}",
                f"{letter}: {text}\n\nExplanation: {_prose(draw, 20, 60)}",
            )
        )
    else:
        others = [f"Option {other} is incorrect because {_prose(draw, 8, 20)}." for other in "ABCDE" if other != letter]
        row["answer"] = f"Let's think step by step. {_prose(draw, 20, 60)}\n" + "\n".join(others)
        row["answer"] += f"\n\n{draw.choice(('Therefore, the answer is', 'So the correct answer is', 'Final answer:'))} {letter}."
    return row


def _label(labels: tuple[str, ...], template: str = "{}") -> Callable[[Random, str], Row]:
    def make(draw: Random, kind: str) -> Row:
        gold = draw.choice(labels)
        said = gold if draw.random() < 0.6 else draw.choice(labels)
        answer = template.format(said)
        if kind == "reasoned":
            other = draw.choice(labels)
            answer = draw.choice(
                (
                    f"{said}.\n\nExplanation: {_prose(draw, 20, 60)}",
                    f"{_prose(draw, 20, 60)} It is unlikely to be {other}, since {_prose(draw, 5, 15)}. The answer is {said}.",
                    f"The most likely answer is {said}. {_prose(draw, 10, 30)}",
                )
            )
        reference = template.format(gold)
        return {"reference": reference, "answer": answer, "labels": list(labels), "choices": None, "names": None, "language": "en"}

    return make


def _several(draw: Random, kind: str) -> Row:
    gold = draw.sample(_HALLMARKS, draw.randint(1, 3))
    said = [label for label in gold if draw.random() < 0.8] or draw.sample(_HALLMARKS, 1)
    answer = ", ".join(said)
    if kind == "reasoned":
        answer = f"The text speaks of {' and '.join(said)}. {_prose(draw, 20, 60)}. There is no evidence of {draw.choice(_HALLMARKS)}."
    row = {"reference": ", ".join(gold), "answer": answer, "labels": list(_HALLMARKS)}
    return {**row, "choices": None, "names": None, "language": "en"}


def _list(draw: Random, kind: str) -> Row:
    gold = [_prose(draw, 1, 2, _DRUGS) for _ in range(draw.randint(1, 8))]
    said = [name for name in gold if draw.random() < 0.8] + [_prose(draw, 1, 2, _DRUGS)]
    answer = ", ".join(said) + "." if kind == "list" else "The entities are:\n" + "\n".join(f"- {name}" for name in said)
    names = list(dict.fromkeys(gold))
    return {"reference": ", ".join(gold) + ".", "answer": answer, "names": names, "labels": [], "choices": None, "language": "en"}


def _text(draw: Random, language: str, kind: str) -> Row:
    words = _CHINESE if language == "zh" else _WORDS
    gold = draw.choices(words, k=draw.randint(20, 80))
    said = [word if draw.random() < 0.6 else draw.choice(words) for word in gold]
    glue = "" if language == "zh" else " "
    return {"reference": glue.join(gold), "answer": glue.join(said), "labels": [], "choices": None, "names": None, "language": language}


#: Task, its group and metric, the form of the answer, and how it is made.
_MAKERS: tuple[tuple[str, str, str, str, Callable[[Random, str], Row]], ...] = (
    *(("task57", "mcqa", "mcqa", kind, lambda draw, kind: _letter(draw, "en", kind)) for kind in ("letter", "sentence", "reasoned")),
    *(("task58", "mcqa", "mcqa", kind, lambda draw, kind: _letter(draw, "zh", kind)) for kind in ("letter", "reasoned")),
    *(
        (task, group, metric, kind, make)
        for kind in ("label", "reasoned")
        for task, group, metric, make in (
            ("task130", "diagnosis", "diagnosis", _label(_DISEASES, "The diagnosis result is {}.")),
            ("task131", "treatment_planning", "treatment_planning", _label(_PLANS, "The treatment planning is: {}.")),
            ("task117", "outcome_prediction", "outcome_prediction", _label(_OUTCOMES)),
            ("task12", "fact_verification", "fact_verification", _label(_VERDICTS)),
            ("task41", "nli", "nli", _label(_RELATIONS)),
            ("task106", "text_classification", "hoc", _several),
        )
    ),
    *(("task126", "ner", "ner", kind, _list) for kind in ("list", "bullets")),
    ("task114", "summarization", "text_similarity", "text", lambda draw, kind: _text(draw, "en", kind)),
    ("task46", "explanation", "explanation", "text", lambda draw, kind: _text(draw, "en", kind)),
    ("task52", "rationale", "rationale", "text", lambda draw, kind: _text(draw, "en", kind)),
    ("task51", "rationale", "rationale", "Chinese text", lambda draw, kind: _text(draw, "zh", kind)),
)


def made_answers(rows: int, seed: int = 7) -> Iterator[Row]:
    """`rows` answers of each form to each task, task after task."""
    for task, group, metric, kind, make in _MAKERS:
        draw = Random(f"{seed}/{task}/{kind}")
        for _ in range(rows):
            made = make(draw, kind)
            made.pop("texts", None)
            yield {"task": task, "group": group, "metric": metric, "kind": kind, **made}
