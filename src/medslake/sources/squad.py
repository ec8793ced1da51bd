"""Questions answered by spans of a text, in the JSON of SQuAD: COVID-QA and MASHQA.

The answer is the published text of the first annotator, and the text around it is the one passage. MASHQA answers by sentences that need
not touch: `answer_starts` holds [start, length] of each, and joined by a blank they are the long answer. Whether its published text is all
of them, and whether its records bear a title, is not sure: its files were not at hand.
"""

import json

from medslake.sources import Example, NativeFile, Source, Split, by_file, by_hash, github, mapped

_SCHEMA = (
    "document_id STRING, title STRING, context STRING, sent_starts ARRAY<ARRAY<INT>>, id STRING, question STRING, "
    "answers ARRAY<STRUCT<text: STRING, answer_start: INT, answer_starts: ARRAY<ARRAY<INT>>>>, is_impossible BOOLEAN"
)
_FIRST, _SPANS = "get(answers, 0)", "get(answers, 0).answer_starts"
_ASIDE = {
    "answer_starts: a span does not lie inside of the text": (
        f"exists({_SPANS}, s -> size(s) != 2 OR get(s, 0) < 0 OR get(s, 1) < 1 OR get(s, 0) + get(s, 1) > char_length(context))"
    ),
    "answer: it does not stand in the text": f"{_SPANS} IS NULL AND NOT contains(context, {_FIRST}.text)",
}


def squad(name: str, title: str, files: tuple[str, ...], split: Split, record_id: str, subject_id: str, **more: object) -> Source:
    """files: of the table, see NativeFile.globs. record_id, subject_id: SQL. more: what else a Source has, and sha256 of files."""
    sha256 = more.pop("sha256", {})
    questions = NativeFile(
        "questions",
        files,
        "json_nested",
        _SCHEMA,
        options={"path": ("data", "paragraphs", "qas"), "required": ("id", "question", "context")},
        sha256=sha256,  # type: ignore[arg-type]
    )
    rule = mapped(
        "questions",
        aside=_ASIDE,
        record_id=record_id,
        subject_id=subject_id,
        question="question",
        context="array(named_struct('name', title, 'text', context))",
        answer=f"{_FIRST}.text",
        long_answer=f"nullif(array_join(transform({_SPANS}, s -> substring(context, get(s, 0) + 1, get(s, 1))), ' '), '')",
    )
    return Source(
        name=name,
        title=title,
        access="public",
        domain="Medical Knowledge",
        files=(questions,),
        split=split,
        silver={"questions": rule},
        **more,  # type: ignore[arg-type]
    )


def _article(context: str, *questions: dict[str, object], **around: object) -> str:
    return json.dumps({"data": [{"paragraphs": [{"context": context, **around, "qas": questions}]}]})


def _asked(number: int, question: str, *answers: dict[str, object]) -> dict[str, object]:
    return {"question": question, "id": number, "answers": answers, "is_impossible": not answers}


_COVID, _WEB = "Marlow fever spreads by tea. It ends soon.", "Rest helps. Tea is warm. Sleep helps too."

SOURCES = (
    squad(
        "covid_qa",
        "COVID-QA",
        # The releases hold the same articles: the last one is read where it is there.
        tuple(f"{root}{name}" for name in ("COVID-QA.json", "*covidQA.json") for root in ("", "data/question-answering/")),
        by_hash("subject_id"),
        record_id="id",
        subject_id="document_id",
        sha256={"200423_covidQA.json": "ab310b4e39f726e087c8fa3d1787c73771dacddc584977204ebe3cc889ee1264"},
        citation="Moller T, Reina A, Jayakumar R, Pietsch M. COVID-QA: a question answering dataset for COVID-19. ACL NLP-COVID 2020.",
        licence="Apache-2.0",
        page="https://github.com/deepset-ai/COVID-QA",
        downloads=github(
            "deepset-ai/COVID-QA", "fb2eb5e249618457e5359806601086c635c8eb8f", ("COVID-QA.json",), under="data/question-answering/"
        ),
        example=Example(
            files={
                "200423_covidQA.json": _article(
                    _COVID,
                    # Published offsets may be one off; the text counts.
                    _asked(7, "How does it spread?", {"text": "by tea", "answer_start": 21}),
                    _asked(8, "When does it end?", {"text": "never", "answer_start": 0}),
                    _asked(9, "Who found it?"),
                    document_id=630,
                )
            },
            rows={
                "questions": [
                    {
                        "record_id": "7",
                        "subject_id": "630",
                        "context": [{"name": None, "text": _COVID}],
                        "answer": "by tea",
                        "long_answer": None,
                    },
                    {"record_id": "9", "answer": None},
                ]
            },
        ),
    ),
    squad(
        "mashqa",
        "MASHQA",
        # The full files hold what the two others hold.
        ("*_webmd_squad_v2_full.json", "*/*_webmd_squad_v2_full.json", "*_webmd_squad_v2_*consec.json"),
        by_file(train="train_webmd", validation="val_webmd", test="test_webmd"),
        record_id="id",
        subject_id="CAST(NULL AS STRING)",
        citation="Zhu M, Ahuja A, Juan DC, Wei W, Reddy CK. Question answering with long multiple-span answers. Findings of EMNLP 2020.",
        licence="Apache-2.0 (repository); the text is of WebMD",
        page="https://github.com/mingzhu0527/MASHQA",
        example=Example(
            files={
                "train_webmd_squad_v2_full.json": _article(
                    _WEB,
                    _asked(1, "What helps?", {"text": "Rest helps.", "answer_start": 0, "answer_starts": [[0, 11], [25, 16]]}),
                    _asked(2, "What is warm?", {"text": "Tea", "answer_start": 12, "answer_starts": [[12, 90]]}),
                    sent_starts=[[0, 11], [12, 12], [25, 16]],
                ),
                "test_webmd_squad_v2_full.json": _article(
                    _WEB, _asked(3, "Is tea warm?", {"text": "Tea is warm.", "answer_start": 12, "answer_starts": [[12, 12]]})
                ),
            },
            rows={
                "questions": [
                    {"record_id": "1", "split": "train", "answer": "Rest helps.", "long_answer": "Rest helps. Sleep helps too."},
                    {"record_id": "3", "split": "test", "long_answer": "Tea is warm."},
                ]
            },
        ),
    ),
)
