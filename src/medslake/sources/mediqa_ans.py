"""MEDIQA-AnS: consumers' health questions, the pages that answer them, and summaries of these (Savery et al., Sci Data 2020).

The answer is the abstract summary of all pages together, the long answer the extract; summaries of single pages stay in bronze. Keys are
those that the authors' code and others' read; the file was not at hand, nor its licence.
"""

import json

from medslake.sources import Example, NativeFile, Source, by_hash, mapped
from medslake.synth import Draw, Length, Twin, TwinFile, json_members
from medslake.synth.parts.summaries import answered

_PAGES = "MAP<STRING, STRUCT<answer_abs_summ: STRING, answer_ext_summ: STRING, article: STRING, url: STRING>>"


def _asked(draw: Draw, number: int) -> tuple[str, dict[str, object]]:
    made = answered(draw, Length(9, 20), Length(300, 1_500))
    pages = {}
    for at, page in enumerate(made.pages, start=1):
        summaries = {"answer_abs_summ": draw.words(Length(50, 110)), "answer_ext_summ": draw.words(Length(90, 200))}
        pages[f"{number}_A{at}"] = {**summaries, "article": page, "url": f"https://pages.invalid/{number}/{at}"}
    return str(number), {"question": made.question, "multi_abs_summ": made.summary, "multi_ext_summ": made.extract, "answers": pages}


SOURCE = Source(
    name="mediqa_ans",
    title="MEDIQA-AnS",
    citation=(
        "Savery M, Ben Abacha A, Gayen S, Demner-Fushman D. Question-driven summarization of answers to consumer health questions. "
        "Scientific Data 7:322 (2020)."
    ),
    licence="Not read; taken as non-commercial",
    access="noncommercial",
    domain="Medical Knowledge",
    page="https://doi.org/10.1038/s41597-020-00667-z",
    files=(
        NativeFile(
            "questions",
            ("question_driven_answer_summarization_primary_dataset.json",),
            "json_members",
            f"id STRING, question STRING, multi_abs_summ STRING, multi_ext_summ STRING, answers {_PAGES}",
            key=("id",),
            options={"required": ("question",)},
        ),
    ),
    split=by_hash("record_id"),
    silver={
        "questions": mapped(
            "questions",
            record_id="id",
            question="question",
            context="transform(filter(map_entries(answers), a -> trim(a.value.article) != ''), "
            "a -> named_struct('name', a.key, 'text', a.value.article))",
            answer="nullif(trim(multi_abs_summ), '')",
            long_answer="nullif(trim(multi_ext_summ), '')",
        )
    },
    example=Example(
        files={
            "question_driven_answer_summarization_primary_dataset.json": json.dumps(
                {
                    "1": {
                        "question": "What helps against marlow fever?",
                        "multi_abs_summ": "Rest does.",
                        "multi_ext_summ": "Rest helps most. Tea is pleasant.",
                        "answers": {
                            "1_A1": {"answer_abs_summ": "Rest.", "article": "Rest helps most.", "url": "page 7"},
                            "1_A2": {"article": " "},
                        },
                    },
                    "2": {"question": "What is linden rash?", "multi_abs_summ": "Spots.", "multi_ext_summ": "", "answers": {}},
                }
            )
        },
        rows={
            "questions": [
                {
                    "record_id": "1",
                    "context": [{"name": "1_A1", "text": "Rest helps most."}],
                    "answer": "Rest does.",
                    "long_answer": "Rest helps most. Tea is pleasant.",
                },
                {"record_id": "2", "context": [], "answer": "Spots.", "long_answer": None},
            ]
        },
    ),
    twin=Twin(TwinFile("question_driven_answer_summarization_primary_dataset.json", _asked, json_members(), 156, first=1, chunk=50)),
)
