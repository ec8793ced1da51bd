"""Questions answered by spans of a text, in the JSON of SQuAD: COVID-QA and MASHQA.

The answer is the published text of the first annotator, and the text around it is the one passage. MASHQA answers by sentences that need
not touch: `answer_starts` holds [start, length] of each, and joined by a blank they are the long answer. Whether its published text is all
of them, and whether its records bear a title, is not sure: its files were not at hand.
"""

import json
from typing import Any

from medslake.sources import Example, NativeFile, Source, Split, by_file, by_hash, github, mapped
from medslake.synth import Dirt, Draw, Length, Twin, TwinFile, json_array
from medslake.synth.parts.passages import passage, question, spread

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


def _asked(number: int | str, question: str, *answers: dict[str, object]) -> dict[str, object]:
    return {"question": question, "id": number, "answers": answers, "is_impossible": not answers}


#: Questions of each article.
_ASKED = spread(2_019, 147, Length(9, 53))


def _covid_article(draw: Draw, number: int) -> dict[str, object]:
    told, places = passage(draw, draw.length(Length(3_300, 7_500)))
    head = f"{draw.words(12, ended=False)}\n\nhttps://articles.invalid/{number}\n\n{draw.name()}; {draw.name()}\n{draw.day(2003, 2020)}\n\n"
    qas: list[dict[str, object]] = []
    for at in range(_ASKED[number % 147]):
        start = draw.pick(places)[0]
        # An answer is a run of words, from the start of a sentence on.
        text = " ".join(told[start : start + 3_000].split(" ")[: draw.length(Length(10, 49))]).rstrip(".,")
        answers = [{"text": text, "answer_start": len(head) + start}]
        asked = question(draw, Length(9, 17))
        qas.append({"question": asked, "id": 1_000 * number + at, "answers": answers, "is_impossible": False})
    return {"paragraphs": [{"context": head + told, "document_id": 600 + number, "qas": qas}]}


def _off_by_one(draw: Draw, article: dict[str, Any]) -> dict[str, Any]:
    qas = article["paragraphs"][0]["qas"]
    for one in qas:
        one["answers"] = [{**answer, "answer_start": answer["answer_start"] - 1} for answer in one["answers"]]
    return article


def _asked_twice(draw: Draw, article: dict[str, Any]) -> dict[str, Any]:
    qas = article["paragraphs"][0]["qas"]
    qas.append({**qas[0], "id": qas[0]["id"] + 900})
    return article


def _web_page(split: str, pages: int, questions: int) -> TwinFile:
    def page(draw: Draw, number: int) -> dict[str, object]:
        text, places = passage(draw, draw.length(Length(600, 1_400)))
        qas = []
        for at in range(spread(questions, pages, Length(5, 15))[number % pages]):
            count = min(len(places), draw.weighted({1: 0.1, 2: 0.15, 3: 0.2, 4: 0.15, 5: 0.15, 7: 0.15, 10: 0.1}))
            first = draw.whole(0, len(places) - count)
            run = range(first, first + count)
            spans = [places[one] for one in (run if draw.chance(0.7) else sorted(draw.some(range(len(places)), count)))]
            told = {"text": " ".join(text[start : start + size] for start, size in spans), "answer_start": spans[0][0]}
            qas.append(_asked(f"{split}-{number}-{at}", question(draw, Length(8, 14)), {**told, "answer_starts": spans}))
        return {"paragraphs": [{"context": text, "sent_starts": places, "qas": qas}]}

    writer = json_array(before='{"data": [', after="]}\n")
    return TwinFile(f"mashqa_data.zip/{split}_webmd_squad_v2_full.json", page, writer, pages, first=0, least=4, chunk=50)


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
        twin=Twin(
            TwinFile(
                "data/question-answering/COVID-QA.json",
                _covid_article,
                json_array(before='{"data": [', after="]}", ascii=True),
                147,
                least=3,
                chunk=10,
                dirt={
                    "answer_start is one off": Dirt(234 / 1_380, record=_off_by_one),
                    "a question twice": Dirt(20 / 1_380, record=_asked_twice),
                },
            ),
            records=2_019,
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
        twin=Twin(
            _web_page("train", 4_515, 28_193),
            _web_page("val", 575, 3_587),
            _web_page("test", 560, 3_493),
            records=28_193 + 3_587 + 3_493,
        ),
    ),
)
