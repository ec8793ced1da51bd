"""MedQA: questions of the medical licensing exams of the United States, mainland China and Taiwan.

The release has its four-option files below US and Mainland; how those of the mainland are named is not sure, so both known ways are read.
"""

from medslake.sources import CHOICE_SCHEMA, Example, NativeFile, Source, by_file, exam_questions, row_number
from medslake.synth import Dirt, Draw, Length, Twin, TwinFile, json_lines, written
from medslake.synth.parts.exams import exam, medqa_record, phrases

_FOLDERS = ("US", "Mainland", "Taiwan")
_SPLITS = ("train", "dev", "test")
_ROOTS = ("", "questions/", "data_clean/questions/")
#: The exam by its folder, null for files of the American one that lie in none.
_EXAM = f"nullif(regexp_extract(_file, '(?:^|/)({'|'.join(_FOLDERS)})/', 1), '')"


_EXAMPLE = Example(
    files={
        "test.jsonl": written(
            json_lines(),
            [medqa_record("Which drug treats marlow fever?", {"A": "Corimol", "B": "Velatrine", "C": "Rest", "D": "Tea"}, "B", "step1")],
        ),
        "train.jsonl": written(
            json_lines(), [medqa_record("Which sign fits linden rash?", {"A": "ring shaped spots", "B": "a cough"}, "A", "step2&3")]
        ),
        "questions/Mainland/4_options/dev.jsonl": written(
            json_lines(), [medqa_record("林登疹的表现是什么？", {"A": "环形斑", "B": "咳嗽"}, "A", "卫生法规")]
        ),
        "Taiwan/4_options/phrases_no_exclude_dev.jsonl": written(
            json_lines(), [medqa_record("马洛热的标志是什么？", {"A": "犬吠样咳嗽", "B": "晚间寒战"}, "B", "taiwanese")]
        ),
    },
    rows={
        "questions": [
            {"record_id": "Mainland/validation/000001", "split": "validation", "language": "zh", "answer_keys": ["A"], "answer": "环形斑"},
            {
                "record_id": "Taiwan/validation/000001",
                "split": "validation",
                "language": "zh",
                "answer_keys": ["B"],
                "answer": "晚间寒战",
                "topic": "taiwanese",
            },
            {
                "record_id": "en/test/000001",
                "split": "test",
                "language": "en",
                "domain": "Exam",
                "question": "Which drug treats marlow fever?",
                "options": [
                    {"key": "A", "text": "Corimol"},
                    {"key": "B", "text": "Velatrine"},
                    {"key": "C", "text": "Rest"},
                    {"key": "D", "text": "Tea"},
                ],
                "answer_keys": ["B"],
                "answer": "Velatrine",
                "topic": "step1",
            },
            {"record_id": "en/train/000001", "split": "train", "answer": "ring shaped spots"},
        ]
    },
)


_DIRT = {"meta_info is misspelt": Dirt(1 / 1_273, record=lambda draw, record: {**record, "meta_info": "stfep2&3"})}
#: Of so many questions of a train file one is a question of its test file: what a leak gate is there for.
GIVEN_AWAY = 200


def _asked(folder: str, language: str, question: Length, option: Length, sizes: tuple[int, int, int]) -> list[TwinFile]:
    """A twin of an exam: files of train, dev and test."""

    def made(draw: Draw) -> dict[str, object]:
        one = exam(draw, language, question=question, option=option, shares=_PLACES)
        meta = draw.weighted({"step1": 0.53, "step2&3": 0.47}) if language == "en" else draw.pick(_SUBJECTS)
        found = phrases(one["question"]) if language == "en" else ()
        return medqa_record(one["question"], one["options"], one["answer_idx"], meta, found)

    def test(draw: Draw, number: int) -> dict[str, object]:
        return made(draw.about("test", folder, number))

    def train(draw: Draw, number: int) -> dict[str, object]:
        return test(draw, number // GIVEN_AWAY) if number % GIVEN_AWAY == 3 else made(draw)

    return [
        TwinFile(f"questions/{folder}{split}.jsonl", record, json_lines(), size, least=10, first=0, dirt=_DIRT if language == "en" else {})
        for split, record, size in zip(_SPLITS, (train, lambda draw, number: made(draw), test), sizes, strict=True)
    ]


_PLACES = {0: 0.277, 1: 0.243, 2: 0.272, 3: 0.208}
_SUBJECTS = ("生理学", "病理学", "药理学", "卫生法规")


SOURCE = Source(
    name="medqa",
    title="MedQA (four options)",
    citation=(
        "Jin D, Pan E, Oufattole N, Weng WH, Fang H, Szolovits P. What disease does this patient have? A large-scale open domain question "
        "answering dataset from medical exams. Applied Sciences 11(14):6421 (2021)."
    ),
    licence="MIT",
    access="public",
    domain="Exam",
    page="https://github.com/jind11/MedQA",
    files=(
        NativeFile(
            "questions",
            (
                *(f"{split}.jsonl" for split in _SPLITS),
                *(f"{root}{folder}/4_options/phrases_no_exclude_*.jsonl" for root in _ROOTS for folder in _FOLDERS),
                *(f"{root}{folder}/4_options/{split}.jsonl" for root in _ROOTS for folder in _FOLDERS for split in _SPLITS),
            ),
            "jsonl",
            f"{CHOICE_SCHEMA}, metamap_phrases ARRAY<STRING>, realidx BIGINT",
            options={"required": ("question", "options", "answer_idx")},
            sha256={
                "test.jsonl": "b0536be0ff396be91eb0cf61a42056b0abef06a23e7e8be491d62fd959b77b72",
                "questions/US/4_options/phrases_no_exclude_test.jsonl": "2e51d17d47099a72c4eea6b6a3307de71360333e0c99beb1d53d7a42834cacc4",
            },
            all_globs=True,
        ),
    ),
    split=by_file(train="train.jsonl", validation="dev.jsonl", test="test.jsonl"),
    silver={
        "questions": exam_questions(
            "questions",
            record_id=row_number(f"coalesce({_EXAM}, 'en'), _split"),
            language=f"IF({_EXAM} IN ('Mainland', 'Taiwan'), 'zh', 'en')",
        )
    },
    example=_EXAMPLE,
    twin=Twin(
        *_asked("US/4_options/phrases_no_exclude_", "en", Length(114, 200), Length(3, 10), (10_178, 1_272, 1_273)),
        *_asked("Mainland/4_options/", "zh", Length(24, 110), Length(6, 16), (27_400, 3_425, 3_426)),
        *_asked("Taiwan/4_options/", "zh", Length(45, 160), Length(6, 16), (11_298, 1_412, 1_413)),
    ),
)
