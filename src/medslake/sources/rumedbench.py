"""RuMedBench: its part RuMedDaNet, Russian passages with questions to be answered by yes or no (Blinov et al., AIME 2022).

The private test set has no answers and is not read.
"""

import json

from medslake.sources import Example, NativeFile, Source, by_file, github, mapped
from medslake.synth import Dirt, Draw, Length, Rows, Twin, TwinFile, json_lines
from medslake.synth.parts.words import DISEASES, pick_other

_FILES = {
    "train_v1.jsonl": (1_184_847, "d578427338e53635bcf11f4b0aaaa94f1f6dac6cbfffdc15c1440fce7f859de8"),
    "dev_v1.jsonl": (290_100, "546531142765f55856f971fb748d6aa15ac51c52607f61f553fb6e8726cf590c"),
    "test_v1.jsonl": (284_065, "995519f1a354978369396870fb23e9ab62f25b60fc3a676bbe78d82edf726443"),
}


def _lines(*answers: str) -> str:
    told = {"context": "Лихорадка Марлоу длится один день.", "question": "Длится ли она день?"}
    return "".join(json.dumps({**told, "answer": answer, "pairID": f"p{answer}"}, ensure_ascii=False) + "\n" for answer in answers)


def _asked(draw: Draw, number: int) -> dict[str, object]:
    """Every second answer is yes: the passage tells the disease that shows the symptom."""
    true, answer = draw.pick(DISEASES), ("да", "нет")[number % 2]
    other = true if answer == "да" else pick_other(draw, true, 1)[0]
    before, after = draw.parts(max(4, draw.length(Length(55, 100)) - 7), 2, "ru")
    context = f"{before} {true.name('ru')[0].upper()}{true.name('ru')[1:]}: для неё характерно {true.symptom('ru')}. {after}"
    more = draw.length(Length(7, 12.5)) - 6
    told = f"{draw.words(more, 'ru', ended=False).lower()}, " if more > 0 else ""
    question = f"{told}это {true.name('ru')} и {other.symptom('ru')}?"
    return {"context": context, "question": question[0].upper() + question[1:], "answer": answer, "pairID": f"{draw.getrandbits(128):032x}"}


def _again(draw: Draw, one: dict[str, object]) -> Rows:
    return Rows([one, {**one, "pairID": f"{draw.getrandbits(128):032x}"}])


SOURCE = Source(
    name="rumedbench",
    title="RuMedBench: RuMedDaNet",
    citation=(
        "Blinov P, Reshetnikova A, Nesterov A, Zubkova G, Kokh V. RuMedBench: a Russian medical language understanding benchmark. "
        "AIME 2022."
    ),
    licence="Not stated in the repository; taken as non-commercial",
    access="noncommercial",
    domain="Exam",
    language="ru",
    page="https://github.com/pavel-blinov/RuMedBench",
    downloads=github("pavel-blinov/RuMedBench", "dd56a60faf55994ba402615c4067f0652ea0d2bb", _FILES, under="data/RuMedDaNet/"),
    files=(
        NativeFile(
            "questions",
            tuple(f"{folder}{name}" for folder in ("data/RuMedDaNet/", "RuMedDaNet/", "") for name in _FILES),
            "jsonl",
            "pairID STRING, context STRING, question STRING, answer STRING",
            key=("pairID",),
            options={"required": ("context", "question", "answer")},
            all_globs=True,
        ),
    ),
    split=by_file(train="train_v1", validation="dev_v1", test="test_v1"),
    silver={
        "questions": mapped(
            "questions",
            aside={"answer: it is neither да nor нет": "collate(trim(answer), 'UNICODE_CI') NOT IN ('да', 'нет')"},
            record_id="pairID",
            question="question",
            context="array(named_struct('name', CAST(NULL AS STRING), 'text', context))",
            answer="answer",
            topic="'RuMedDaNet'",
        )
    },
    example=Example(
        files={"data/RuMedDaNet/train_v1.jsonl": _lines("да", "не знаю"), "data/RuMedDaNet/dev_v1.jsonl": _lines("нет")},
        rows={
            "questions": [
                {
                    "record_id": "pда",
                    "split": "train",
                    "language": "ru",
                    "question": "Длится ли она день?",
                    "context": [{"name": None, "text": "Лихорадка Марлоу длится один день."}],
                    "options": None,
                    "answer": "да",
                },
                {"record_id": "pнет", "split": "validation", "answer": "нет"},
            ]
        },
    ),
    twin=Twin(
        TwinFile("data/RuMedDaNet/train_v1.jsonl", _asked, json_lines(), 1_052, dirt={"a passage twice": Dirt(3 / 1_052, record=_again)}),
        TwinFile("data/RuMedDaNet/dev_v1.jsonl", _asked, json_lines(), 256),
        TwinFile("data/RuMedDaNet/test_v1.jsonl", _asked, json_lines(), 256),
    ),
)
