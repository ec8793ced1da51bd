"""MEDIQA 2021, tasks 1 and 2: consumer health questions with their summaries, and with answers, summarised over all of them.

Task 1 is workbooks; task 2 is a workbook of answers and files of lines `<question id>||<text>`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from medslake.sources import (
    TEXT_FOLDER_SCHEMA,
    Bronze,
    Example,
    FileContent,
    NativeFile,
    Source,
    by_file,
    github,
    joined_on,
    joined_rows,
    mapped,
    sections,
)
from medslake.synth import Draw, Length, Twin, TwinFile, TwinTables, lines, workbook, xlsx
from medslake.synth.parts.passages import message, question
from medslake.synth.parts.summaries import answered
from medslake.synth.text import slots

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_QUESTION = ("question_id", "_split")
_LINES = {"questions": "[Ss]hortQuestions", "abstractive": "MultiAbstrativeSummaries", "extractive": "MultiExtractiveSummaries"}

#: Folder of the repository -> digests of its files.
_SHA256 = {
    "Task1/": {
        "MEDIQA2021-Task1-QuestionSummarization-ValidationSet.xlsx": "6be459891f12bb7d7812d0c2b243ad9e7ae0b178542bab8123a1130312154bb5",
        "MEDIQA2021-Task1-TestSet-ReferenceSummaries.xlsx": "c5d740a64c84deea4960bb0622b1243cab8664b4b2a387c9b497ddbbafbc9b61",
    },
    "Task2/Validation/": {
        "MEDIQA2021_Task2_VAlidationSet_ShortQuestions.txt": "b0281dbd258e61c4b98ae5e8c2e5e41b2f52a377572f8de5b99cdfc998693b68",
        "MEDIQA2021_Task2_ValidationSet_Answers.xlsx": "5b988484cb189818bc2d649521ec8c66917430fe44615d6db23d465e9bccba6f",
        "MEDIQA2021_Task2_ValidationSet_MultiAbstrativeSummaries.txt": "e36f5fe09ef0c29844165619d306e1492426223ba381e97106f0f6f9d38abbe4",
        "MEDIQA2021_Task2_ValidationSet_MultiExtractiveSummaries.txt": "290c5b5c5fa377133922b7e885097e8c628142271c3732aed0656ba45364fa49",
    },
    "Task2/Test/": {
        "MEDIQA2021_Task2_MAS_TestSet_Answers.xlsx": "39344a15cc1155a4a11594d83593e9bfffab5f24367fd57814001690276a3e7d",
        "MEDIQA2021_Task2_MAS_TestSet_shortQuestions.txt": "cb8adfca32a179b98ce264cc50feb981f6e051612e4ff69669093276bf08dff3",
        "MEDIQA2021_Task2_TestSet_MultiAbstrativeSummaries.txt": "f3521289eaccac96918d8670f78873fa812895f3566851fdd631360724a2898b",
        "MEDIQA2021_Task2_TestSet_MultiExtractiveSummaries.txt": "43422cd085dfde600825aaf5521d5c88220ef54622f0ee160c53ac51e21086e8",
    },
}


def _lines(table: str, word: str) -> NativeFile:
    globs = tuple(f"{folder}MEDIQA2021_Task2_*{word}.txt" for folder in ("Task2/Test/", "Task2/Validation/", ""))
    return NativeFile(table, globs, "text_folder", TEXT_FOLDER_SCHEMA, required=False, all_globs=True)


def _workbook(table: str, word: str, columns: str, aliases: dict[str, str], *optional: str) -> NativeFile:
    folders = ("Task1/", "") if table == "task1" else ("Task2/Test/", "Task2/Validation/", "")
    options = {"aliases": aliases, "optional": optional}
    return NativeFile(
        table, tuple(f"{folder}{word}" for folder in folders), "xlsx", columns, options=options, required=False, all_globs=True
    )


def _of(bronze: Bronze, table: str) -> DataFrame:
    """question_id, _split, the text under the table's name, and its place under `<table>_row`."""
    return bronze[table].selectExpr(
        "substring_index(line, '||', 1) AS question_id",
        "_split",
        f"substring(line, instr(line, '||') + 2) AS {table}",
        f"_origin AS {table}_row",
    )


def _answered(bronze: Bronze) -> DataFrame | None:
    """Questions of task 2 with all answers, in the order of the workbook, and both summaries."""
    from pyspark.sql import functions as F

    if any(table not in bronze for table in (*_LINES, "answers")):
        return None
    rows = _of(bronze, "questions").withColumnsRenamed({"questions": "question", "questions_row": "_origin"})
    for table in ("abstractive", "extractive"):
        rows = joined_on(rows, _of(bronze, table), _QUESTION, told=(bronze, f"questions, {table}"))
    told = F.expr("transform(array_sort(collect_list(struct(_row, Answer))), a -> a.Answer)").alias("answers")
    answers = bronze["answers"].groupBy(*_QUESTION).agg(told, joined_rows()).withColumnRenamed("joined", "answer_rows")
    rows = joined_on(rows, answers, _QUESTION, told=(bronze, "questions, answers"))
    places = "concat(array(abstractive_row, extractive_row), coalesce(answer_rows, array()))"
    return rows.selectExpr("*", f"filter({places}, one -> one IS NOT NULL) AS joined")


_ANSWERS = "coalesce(transform(answers, a -> named_struct('name', 'answer', 'text', a)), array())"
_SUMMED = sections(question="question", summary="abstractive", extractive_summary="extractive")


def _files() -> dict[str, FileContent]:
    folder = "Task2/Test/MEDIQA2021_Task2_"
    return {
        "Task1/MEDIQA2021-Task1-QuestionSummarization-ValidationSet.xlsx": workbook(
            "Sheet1",
            [("q_id", "NLM Question", "Summary", "Question Focus", "Question Type"), (3, "It itches, why?", "Why itch?", "itch", "Cause")],
        ),
        "Task1/MEDIQA2021-Task1-TestSet-ReferenceSummaries.xlsx": workbook(
            "Sheet1", [("q_id", "NLM Question", "Summary"), (4, "I cough so much.", "Why cough?")]
        ),
        f"{folder}MAS_TestSet_Answers.xlsx": workbook(
            "A", [("question_id", "answer_id", "Answer"), (5, "5_Answer2", "Rest."), (5, "5_Answer1", "Tea.")]
        ),
        f"{folder}MAS_TestSet_shortQuestions.txt": "5||What helps?\n",
        f"{folder}TestSet_MultiAbstrativeSummaries.txt": "5||Rest and tea.\n",
        f"{folder}TestSet_MultiExtractiveSummaries.txt": "5||Rest. || Tea.\n",
    }


def _summed(draw: Draw, number: int) -> tuple[object, ...]:
    """A row of the test set of task 1; that of the validation set goes on."""
    return number, message(draw, Length(53, 174)), question(draw, Length(9, 19))


def _typed(draw: Draw, number: int) -> tuple[object, ...]:
    kind = draw.weighted({"Treatment": 0.44, "Information": 0.12, "PersonOrganization": 0.08, "Side Effect": 0.06, "Prognosis": 0.3})
    return (*_summed(draw, number), draw.pick(slots()["disease"]), kind)


def _answers(draw: Draw, number: int) -> Iterator[tuple[str, object]]:
    made = answered(draw, Length(9, 13), Length(156, 768))
    yield from (("answers", (number, f"{number}_Answer{at}", page)) for at, page in enumerate(made.pages, start=1))
    yield from zip(_LINES, (f"{number}||{text}" for text in (made.question, made.summary, made.extract)), strict=True)


def _task2(folder: str, header: str, sheet: str, names: tuple[str, ...], records: int, first: int) -> TwinTables:
    """names: of the tables' files after `MEDIQA2021_Task2_`."""
    writers = (xlsx(sheet, header), lines(), lines(), lines())
    paths = (f"Task2/{folder}/MEDIQA2021_Task2_{name}" for name in names)
    return TwinTables(_answers, dict(zip(("answers", *_LINES), zip(paths, writers, strict=True), strict=True)), records, first=first)


_TASK1, _HEADER = "Task1/MEDIQA2021-Task1", "q_id, NLM Question, Summary"
_SUMMARIES = ("MultiAbstrativeSummaries.txt", "MultiExtractiveSummaries.txt")
_TWIN = Twin(
    TwinFile(f"{_TASK1}-QuestionSummarization-ValidationSet.xlsx", _typed, xlsx("Sheet1", f"{_HEADER}, Question Focus, Question Type"), 50),
    TwinFile(f"{_TASK1}-TestSet-ReferenceSummaries.xlsx", _summed, xlsx("Sheet1", _HEADER), 100),
    _task2(
        "Validation",
        "QuestionID, AnswerID, Answer",
        "Sheet1",
        ("ValidationSet_Answers.xlsx", "VAlidationSet_ShortQuestions.txt", *(f"ValidationSet_{name}" for name in _SUMMARIES)),
        50,
        1,
    ),
    _task2(
        "Test",
        "question_id, answer_id, Answer",
        "MEDIQA2021-Task2-AS-TestSet-Ans",
        ("MAS_TestSet_Answers.xlsx", "MAS_TestSet_shortQuestions.txt", *(f"TestSet_{name}" for name in _SUMMARIES)),
        80,
        101,
    ),
)


SOURCE = Source(
    name="mediqa2021_qs_mas",
    title="MEDIQA 2021, summaries of questions and of answers",
    citation=(
        "Ben Abacha A, Mrabet Y, Zhang Y, Shivade C, Langlotz C, Demner-Fushman D. Overview of the MEDIQA 2021 shared task on "
        "summarization in the medical domain. BioNLP 2021."
    ),
    licence="CC BY 4.0",
    access="public",
    domain="Medical Knowledge",
    page="https://github.com/abachaa/MEDIQA2021",
    downloads=tuple(
        one
        for folder, files in _SHA256.items()
        for one in github("abachaa/MEDIQA2021", "8d7fe20706dd6af0d089a0252a201c3da78ded8f", files, under=folder, into=folder)
    ),
    files=(
        _workbook(
            "task1",
            "MEDIQA2021-Task1-*.xlsx",
            "q_id STRING, question STRING, Summary STRING, focus STRING, type STRING",
            {"NLM Question": "question", "Question Focus": "focus", "Question Type": "type"},
            "focus",
            "type",
        ),
        _workbook(
            "answers",
            "MEDIQA2021_Task2_*_Answers.xlsx",
            "question_id STRING, answer_id STRING, Answer STRING",
            {"QuestionID": "question_id", "AnswerID": "answer_id"},
        ),
        *(_lines(table, word) for table, word in _LINES.items()),
    ),
    split=by_file(validation="validation", test="test"),
    silver={
        "documents": (
            mapped(
                "task1",
                record_id="concat('task1/', q_id)",
                subject_id="q_id",
                sections=sections(question="question", summary="Summary"),
                attributes="map_filter(map('focus', trim(focus), 'type', type), (name, value) -> value IS NOT NULL)",
            ),
            mapped(
                _answered,
                record_id="concat('task2/', question_id)",
                subject_id="question_id",
                sections=f"concat({_SUMMED}, {_ANSWERS})",
            ),
        )
    },
    example=Example(
        files=_files,
        rows={
            "documents": [
                {
                    "record_id": "task1/3",
                    "split": "validation",
                    "sections": [{"name": "question", "text": "It itches, why?"}, {"name": "summary", "text": "Why itch?"}],
                    "attributes": {"focus": "itch", "type": "Cause"},
                },
                {"record_id": "task1/4", "split": "test", "attributes": {}},
                {
                    "record_id": "task2/5",
                    "split": "test",
                    "sections": [
                        {"name": "question", "text": "What helps?"},
                        {"name": "summary", "text": "Rest and tea."},
                        {"name": "extractive_summary", "text": "Rest. || Tea."},
                        {"name": "answer", "text": "Rest."},
                        {"name": "answer", "text": "Tea."},
                    ],
                },
            ]
        },
    ),
    twin=_TWIN,
)
