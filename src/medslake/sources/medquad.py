"""MedQuAD: questions and answers taken from pages of the National Institutes of Health (Ben Abacha and Demner-Fushman, BMC Bioinf 2019).

Four documents of NINDS and one of the CDC have other tags, and are tables of their own. Pairs whose answers the publisher removed for
copyright (A.D.A.M., drugs, herbs) are passed over. The zip of answers that were judged for LiveQA's test questions (from 1-Incorrect to
4-Excellent) is read into bronze; no silver row is made of it, as the questions are not in it.
"""

from collections.abc import Callable, Mapping

from medslake.sources import Bronze, Example, Frame, Mapped, NativeFile, Source, by_hash, github_archive, mapped

_JUDGED = "QA-TestSet-LiveQA-Med-Qrels-2479-Answers"
_TAGS = {"document": "Document", "focus": "Focus", "pairs": "QAPairs", "pair": "QAPair", "question": "Question", "answer": "Answer"}
_OLD_TAGS = {"document": "doc", "focus": "doctitle-focus", "pairs": "qaPairs", "pair": "pair", "question": "question", "answer": "answer"}


def _pairs(table: str) -> Callable[[Bronze], Frame | None]:
    def rows(bronze: Bronze) -> Frame | None:
        if table not in bronze:
            return None
        pairs = bronze[table].selectExpr("*", "explode_outer(pairs) AS pair")
        answered = "coalesce(trim(pair.answer), '') != ''"
        bronze.left_out[f"{table}: answers removed by the publisher"] = pairs.where(f"NOT {answered}")
        return pairs.where(answered)

    return rows


def _documents(table: str, tags: Mapping[str, str], id: str, collection: str) -> NativeFile:
    return NativeFile(
        table,
        ("[0-9]*_QA*/*.xml",),
        "xml_records",
        "id STRING, collection STRING, url STRING, focus STRING, "
        "pairs ARRAY<STRUCT<qid: STRING, qtype: STRING, question: STRING, answer: STRING>>",
        key=("collection", "id"),
        options={
            "record": tags["document"],
            "paths": {
                "id": f"@{id}",
                "collection": f"@{collection}",
                "url": "@url",
                "focus": tags["focus"],
                "pairs": f"{tags['pairs']}/{tags['pair']}",
                "pairs.qid": f"{tags['question']}/@qid",
                "pairs.qtype": f"{tags['question']}/@qtype",
                "pairs.question": tags["question"],
                "pairs.answer": tags["answer"],
            },
        },
        required=False,
    )


def _questions(table: str) -> Mapped:
    return mapped(
        _pairs(table),
        record_id="concat(collection, '/', pair.qid)",
        subject_id="concat(collection, '/', id)",
        question="pair.question",
        answer="pair.answer",
        topic="pair.qtype",
    )


def _page(tags: Mapping[str, str], attributes: str, *pairs: tuple[str, str]) -> str:
    asked = "".join(
        f'<{tags["pair"]} pid="{at}"><{tags["question"]} qid="0000001-{at}" qtype="information">{question}</{tags["question"]}>'
        f"<{tags['answer']}>{answer}</{tags['answer']}></{tags['pair']}>"
        for at, (question, answer) in enumerate(pairs, start=1)
    )
    focus, around = f"<{tags['focus']}>Marlow fever</{tags['focus']}>", tags["pairs"]
    return f"<{tags['document']} {attributes}>\n{focus}<{around}>{asked}</{around}></{tags['document']}>\n"


SOURCE = Source(
    name="medquad",
    title="MedQuAD",
    citation="Ben Abacha A, Demner-Fushman D. A question-entailment approach to question answering. BMC Bioinformatics 20:511 (2019).",
    licence="CC BY 4.0",
    access="public",
    domain="Medical Knowledge",
    page="https://github.com/abachaa/MedQuAD",
    downloads=github_archive("abachaa/MedQuAD", "577bd37b96c02d1833b2c9eed2de9f96964e96cb"),
    files=(
        _documents("documents", _TAGS, "id", "source"),
        _documents("older_documents", _OLD_TAGS, "docid", "corpus"),
        _documents("disease_files", {**_TAGS, "document": "DiseaseFile"}, "fid", "source"),
        NativeFile(
            "judgements",
            (f"{_JUDGED}/All-qrels_LiveQAMed2017-TestQuestions_2479_Judged-Answers.txt",),
            "csv",
            "question INT, judgement STRING, answer_id STRING",
            options={"delimiter": " ", "quote": "", "header": False, "required": ("question", "judgement", "answer_id")},
            required=False,
        ),
        NativeFile(
            "judged_answers",
            (f"{_JUDGED}/All-2479-Answers-retrieved-from-MedQuAD.csv",),
            "csv",
            "AnswerID STRING, Answer STRING",
            options={"required": ("AnswerID", "Answer")},
            required=False,
        ),
    ),
    # All questions about one page fall into one split.
    split=by_hash("subject_id"),
    silver={"questions": tuple(map(_questions, ("documents", "older_documents", "disease_files")))},
    example=Example(
        files={
            "6_NINDS_QA/0000001.xml": _page(_TAGS, 'id="0000001" source="NINDS" url="page7"', ("What is it?", "Made up."), ("Why?", "No.")),
            "6_NINDS_QA/0000007.xml": _page(_OLD_TAGS, 'docid="0000007" corpus="GARD" url="page8"', ("what is it ?", "Invented.")),
            "9_CDC_QA/0000397.xml": _page(
                {**_TAGS, "document": "DiseaseFile"}, 'fid="0000397" source="CDC" url="page6"', ("Is it real?", "It is not.")
            ),
            f"{_JUDGED}/All-qrels_LiveQAMed2017-TestQuestions_2479_Judged-Answers.txt": "7 2-Related NINDS_0000001_Sec1.txt\n",
            f"{_JUDGED}/All-2479-Answers-retrieved-from-MedQuAD.csv": 'AnswerID,Answer\r\nNINDS_0000001_Sec1.txt,"What?\nMade up."\r\n',
            "10_MPlus_ADAM_QA/0000001.xml": _page(_TAGS, 'id="0000001" source="ADAM" url="page9"', ("What is it?", "")),
        },
        rows={
            "questions": [
                {"record_id": "CDC/0000001-1", "subject_id": "CDC/0000397", "answer": "It is not."},
                {"record_id": "GARD/0000001-1", "subject_id": "GARD/0000007", "answer": "Invented."},
                {
                    "record_id": "NINDS/0000001-1",
                    "subject_id": "NINDS/0000001",
                    "question": "What is it?",
                    "answer": "Made up.",
                    "topic": "information",
                },
                {"record_id": "NINDS/0000001-2", "answer": "No."},
            ]
        },
    ),
)
