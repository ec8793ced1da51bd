"""MMedBench: exam questions in six languages, each with a rationale."""

import json
from collections.abc import Callable, Mapping

from medslake.languages import CODES
from medslake.sources import CHOICE_SCHEMA, Example, Mapped, NativeFile, Source, by_rule, chosen, exam_questions, hugging_face, row_number
from medslake.synth import Draw, Length, Twin, TwinFile, json_lines, written
from medslake.synth.parts.exams import exam, mmedbench_record, phrases, yes_or_no

#: In the order of its folders.
_LANGUAGES = {name: CODES[name] for name in ("Chinese", "English", "French", "Japanese", "Russian", "Spanish")}
_SCHEMA = f"{CHOICE_SCHEMA}, rationale STRING, human_checked INT, human_check_passed INT, problem_id STRING, metamap_phrases ARRAY<STRING>"
_PLAIN, _META = "question, options, answer_idx", "meta_info, answer_idx, metamap_phrases"
_Pair = tuple[int, int]
_REQUIRED = ("question", "options", "answer_idx")


def _rows(table: str, language: str, split: str, prefix: str = "") -> Mapped:
    """language, split: SQL for their names as delivered."""
    code = chosen(language, _LANGUAGES)
    return exam_questions(
        table,
        record_id=f"concat('{prefix}', {row_number(f'{code}, lower({split})')})",
        split=f"lower({split})",
        language=code,
        rationale="rationale",
    )


_EXAMPLE = Example(
    files={
        "Train/French.jsonl": written(
            json_lines(),
            [
                mmedbench_record(
                    "Quels signes évoquent la fièvre de Marlow ?", {"A": "toux", "B": "frissons", "C": "soif"}, ["C", "B"], "Invention."
                )
            ],
        ),
        "Test/Japanese.jsonl": written(
            json_lines(), [mmedbench_record("マーロウ熱の薬はどれか。", {"A": "ベラトリン", "B": "水"}, "A", "作り話。")]
        ),
        "examples.json": json.dumps(
            [
                {
                    **mmedbench_record("¿Qué fármaco ayuda?", {"A": "agua", "B": "corimol"}, "B", "Inventado."),
                    "_split": "Test",
                    "_language": "Spanish",
                }
            ],
            ensure_ascii=False,
        ),
    },
    rows={
        "questions": [
            {"record_id": "examples/es/test/000001", "split": "test", "language": "es", "answer": "corimol", "rationale": "Inventado."},
            {
                "record_id": "fr/train/000001",
                "split": "train",
                "language": "fr",
                "domain": "Exam",
                "options": [{"key": "A", "text": "toux"}, {"key": "B", "text": "frissons"}, {"key": "C", "text": "soif"}],
                "answer_keys": ["B", "C"],
                "answer": "frissons, soif",
            },
            {"record_id": "ja/test/000001", "split": "test", "language": "ja", "answer_keys": ["A"], "answer": "ベラトリン"},
        ]
    },
)


#: Language, records of Train and Test, options of both, how many are right, lengths of question, option and rationale (of signs where
#: there are no blanks), and the keys that a record begins with.
_TWINS: tuple[tuple[str, _Pair, _Pair, Mapping[int, float], _Pair, _Pair, _Pair, str], ...] = (
    ("Chinese", (27_400, 3_426), (4, 4), {1: 1}, (24, 110), (6, 16), (220, 290), "question, options, answer, meta_info, answer_idx"),
    ("English", (10_178, 1_273), (4, 4), {1: 1}, (126, 205), (3, 13), (123, 160), f"question, answer, options, {_META}"),
    ("French", (2_171, 622), (5, 5), {1: 0.36, 2: 0.24, 3: 0.31, 4: 0.09}, (15, 25), (7, 16), (102, 140), _PLAIN),
    ("Japanese", (1_590, 199), (5, 5), {1: 0.87, 2: 0.09, 3: 0.04}, (150, 600), (8, 24), (270, 380), f"problem_id, {_PLAIN}"),
    ("Russian", (1_052, 256), (2, 2), {1: 1}, (7, 14), (1, 1), (73, 86), _PLAIN),
    ("Spanish", (2_657, 2_742), (5, 4), {1: 1}, (13, 45), (6, 18), (104, 135), _PLAIN),
)


def _twin() -> tuple[TwinFile, ...]:
    return tuple(
        TwinFile(
            f"{split}/{name}.jsonl",
            _asked(name, split, options[place], right, asked, option, why, keys),
            json_lines(),
            sizes[place],
            least=10,
        )
        for place, split in enumerate(("Train", "Test"))
        for name, sizes, options, right, asked, option, why, keys in _TWINS
    )


def _asked(
    name: str, split: str, options: int, right: Mapping[int, float], asked: _Pair, option: _Pair, why: _Pair, keys: str
) -> Callable[[Draw, int], dict[str, object]]:
    language, question, each, rationale = _LANGUAGES[name], Length(*asked), Length(*option), Length(*why)

    def record(draw: Draw, number: int) -> dict[str, object]:
        made = (
            yes_or_no(draw, rationale)
            if name == "Russian"
            else exam(draw, language, options=options, right=draw.weighted(right), question=question, option=each, rationale=rationale)
        )
        # Two of the languages write a list of keys.
        made["answer_idx"] = made["answer_keys"] if name in ("French", "Japanese") else made["answer_idx"]
        made["meta_info"] = draw.pick(("step1", "step2&3") if name == "English" else ("生理学", "病理学", "药理学"))
        made["metamap_phrases"] = phrases(made["question"])
        made["problem_id"] = f"{draw.whole(112, 116)}{draw.pick('ABCDEF')}{draw.whole(1, 75)}"
        # People have looked at some of the test set.
        checked = int(split == "Test" and draw.chance(0.45))
        told = {key: made[key] for key in (*keys.split(", "), "rationale")}
        return {**told, "human_checked": checked, "human_check_passed": checked}

    return record


SOURCE = Source(
    name="mmedbench",
    title="MMedBench",
    citation=(
        "Qiu P, Wu C, Zhang X, Lin W, Wang H, Zhang Y, Wang Y, Xie W. Towards building multilingual language model for medicine. "
        "Nature Communications 15:8384 (2024)."
    ),
    licence="CC BY-SA (repository); the data set card reads CC BY-NC 4.0: taken as non-commercial, share alike",
    access="noncommercial",
    domain="Exam",
    page=("https://huggingface.co/datasets/Henrychur/MMedBench", "https://github.com/MAGIC-AI4Med/MMedLM"),
    downloads=hugging_face("Henrychur/MMedBench", ("MMedBench.zip",)),
    files=(
        NativeFile(
            "questions",
            tuple(f"{root}{split}/{name}.jsonl" for root in ("", "MMedBench/") for split in ("Train", "Test") for name in _LANGUAGES),
            "jsonl",
            _SCHEMA,
            options={"required": _REQUIRED},
            required=False,
            all_globs=True,
        ),
        NativeFile(
            "examples",
            ("examples.json",),
            "json_array",
            f"{_SCHEMA}, collected_split STRING, collected_language STRING",
            options={
                "aliases": {"_split": "collected_split", "_language": "collected_language"},
                "required": (*_REQUIRED, "collected_split", "collected_language"),
            },
            sha256={"examples.json": "4c381ba9621754227478dc361dbed18ac3498ddade4e85f1d048077f0343566c"},
            required=False,
        ),
    ),
    split=by_rule("The official Train and Test folders; in a collected array the split that each record names."),
    silver={
        "questions": (
            _rows("questions", r"regexp_extract(_file, '([A-Za-z]+)\\.jsonl', 1)", "regexp_extract(_file, '(Train|Test)/', 1)"),
            _rows("examples", "collected_language", "collected_split", "examples/"),
        )
    },
    example=_EXAMPLE,
    twin=Twin(*_twin()),
)
