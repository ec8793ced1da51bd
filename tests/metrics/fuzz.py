"""Seeded prediction/reference pairs that hit every rule of the published scorer, for the tests that hold `paper` to it.

Each task has words of its own; every pair is made of them and then disturbed: case, white space, full stops, quotes, new lines, doubled and
reordered parts, prefixes, text of other scripts, empty and missing cells.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from metrics.referee import HALLMARKS

__all__ = ["TASKS", "made_pairs"]

Maker = Callable[[random.Random], tuple[str, str]]

_NAMES = [
    "aspirin",
    "ibuprofen",
    "N,N-dimethylformamide",
    "2,4-dinitrophenol",
    "TNF-alpha",
    "heparin",
    "Vitamin D",
    "β-catenin",
    "gI",
    "e.g.x",
]
_NONE = ["There is no related enetity.", "there is no related enetity", "There is no related entity.", "THERE IS NO RELATED ENETITY"]
_DISEASES = ["Pneumonia", "GERD", "Acute COPD exacerbation / infection", "URTI", "Bronchitis", "Anemia", "SLE", "Possible NSTEMI / STEMI"]
_PLANS = [
    "Radiation after surgery",
    "Radiation prior to surgery",
    "Intraoperative radiation",
    "No radiation and/or cancer-directed surgery",
]
_HALLMARKS = [*HALLMARKS, "cell death", "none of these"]
_TEXTS = {
    "en": "the a patient with severe chronic disease and fever, cough. Dr. e.g. 3.5 mg (see) can't it's cannot N,N-diol "
    '1,200 "quoted" -- ... U.S. p.m. Wow!!! $5 50% a:b [1] «x» “q” ünïcode it. a.b',
    "zh": "患者 发烧 咳嗽 ， 。 治疗 的 是 肺炎 因此 选择 A 3.5 mg 阿司匹林 （ ） 细胞 ； DNA",
    "ja": "患者 は 発熱 咳 が ある 。 、 治療 し た ので 肺炎 です 正解 は A 3.5 アスピリン （ ）",
    "fr": "le la patient atteint d'une fièvre l'hôpital. sévère qu'il « oui » aujourd'hui, n'est M. Dr. 3,5 mg œdème",
    "ru": "пациент с тяжелой лихорадкой, кашель. это т.е. лечение «да» и не был 3,5 мг; заболевание — диагноз",
    "es": "el paciente con fiebre grave. ¿qué? ¡no! tratamiento, Dr. Sr. 3,5 mg enfermedad según más",
}
_WORDS = {language: text.split() for language, text in _TEXTS.items()}
_CELLS = ["", " ", "nan", "NA", "None", "n/a", "null", ".", "..", "...", "\n", "#N/A", "0", "1.0", "True", "-"]


def _disturbed(chance: random.Random, text: str) -> str:
    """One or two small changes, or none."""
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        change = chance.randrange(14)
        at = chance.randint(0, len(text))
        text = {
            0: text.upper,
            1: text.lower,
            2: lambda t=text: f"  {t}\t",
            3: lambda t=text: f"{t}.",
            4: lambda t=text: t.replace(".", ""),
            5: lambda t=text, a=at: f"{t[:a]}\n{t[a:]}",
            6: lambda t=text: f'"{t}"',
            7: lambda t=text: f"'{t}'",
            8: lambda t=text, a=at: f"{t[:a]}{chance.choice('.,;:!?“”«»İſß中、。 ')}{t[a:]}",
            9: lambda t=text: f"{t} {t}",
            10: lambda t=text: t[:-1],
            11: lambda t=text: t[1:],
            12: lambda t=text: t.title(),
            13: lambda t=text: f"{t}\n\nBecause of it.",
        }[change]()
    return text


def _cell(chance: random.Random, text: str) -> str:
    return chance.choice(_CELLS) if chance.random() < 0.04 else _disturbed(chance, text)


def _closed(answers: list[str], *templates: str) -> Maker:
    """Gold and answer out of one list, each in one of the templates; half of the answers are right before they are disturbed."""

    def make(chance: random.Random) -> tuple[str, str]:
        gold = chance.choice(answers)
        others = [gold if chance.random() < 0.5 else chance.choice(answers) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
        said = chance.choice((", ", " or ", "\n", " and not ")).join(others)
        return _cell(chance, chance.choice(templates).format(gold)), _cell(chance, chance.choice(templates).format(said))

    return make


def _listed(names: list[str], none: list[str]) -> Maker:
    def make(chance: random.Random) -> tuple[str, str]:
        gold = chance.sample(names, chance.randint(1, min(4, len(names))))
        said = [name for name in gold if chance.random() < 0.8] + chance.sample(names, chance.randint(0, 2))
        if chance.random() < 0.5:
            chance.shuffle(said)
        texts = [", ".join(side) + chance.choice((".", "")) for side in (gold, said)]
        texts = [chance.choice(none) if none and chance.random() < 0.1 else text for text in texts]
        return _cell(chance, texts[0]), _cell(chance, texts[1])

    return make


def _free(language: str) -> Maker:
    glue = "" if language in {"zh", "ja"} else " "

    def make(chance: random.Random) -> tuple[str, str]:
        gold = [chance.choice(_WORDS[language]) for _ in range(chance.randint(1, 24))]
        said = [word if chance.random() < 0.6 else chance.choice(_WORDS[language]) for word in gold]
        said = said[: chance.randint(0, len(said))] if chance.random() < 0.3 else said
        return _cell(chance, glue.join(gold)), _cell(chance, glue.join(said))

    return make


_LETTERS = ["A: rest", "B: aspirin", "C: surgery", "D: none", "E: all", "A", "(B)", "Because", "because of d", "答案是 C", "d)"]
_LEADS = (
    "The right answer is {}",
    "the right answer is {}",
    "{}",
    "The Right Answer Is: {}",
    "正确答案是 {}",
    "So the right answer is {}.",
)
#: task -> maker of (reference, prediction). One task for each rule of the published scorer, and each language of the rationales.
TASKS: dict[str, Maker] = {
    "task57": _closed(_LETTERS, *_LEADS),
    "task58": _closed(_LETTERS, *_LEADS),
    "task123": _closed(["yes", "no", "maybe", "Yes, it is", "not sure", "You may"], "{}", "The right answer is {}"),
    "task114": _free("en"),
    "task1": _listed(["forty women", "placebo group", 'Women\'s "health"', "3.5 mg daily", "forty", "none"], []),
    "task46": _free("en"),
    **{f"task{51 + k}": _free(language) for k, language in enumerate(("zh", "en", "fr", "ja", "ru", "es"))},
    "task126": _listed(_NAMES, _NONE),
    "task130": _closed(_DISEASES, "The diagnosis result is {}.", "{}", "the diagnosis result is {}"),
    "task131": _closed(_PLANS, "The treatment planning is: {}.", "{}", "The treatment planning is {}"),
    "task117": _closed(["True", "False", "true", "unknown"], "{}", "It is {}.", "not {}"),
    "task106": _listed(_HALLMARKS, []),
    "task12": _closed(["yes", "no", "No", "know"], "{}", "{}.", "I say {}"),
    "task16": _closed(["0", "1", "2", "10"], "{}", "{}.", "label {}"),
    "task100": _free("en"),
    "task41": _closed(["entailment", "contradiction", "neutral"], "{}", "{}.", "It is {}"),
    "task42": _free("en"),
}


def made_pairs(task: str, n: int, seed: int = 2025) -> list[tuple[str, str]]:
    """n pairs of reference and prediction; the same task, n and seed give the same pairs."""
    chance = random.Random(f"{seed}/{task}")
    return [TASKS[task](chance) for _ in range(n)]
