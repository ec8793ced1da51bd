"""MedQuAD: questions and answers taken from pages of the National Institutes of Health (Ben Abacha and Demner-Fushman, BMC Bioinf 2019).

Four documents of NINDS and one of the CDC have other tags, and are tables of their own. Pairs whose answers the publisher removed for
copyright (A.D.A.M., drugs, herbs) are passed over. The zip of answers that were judged for LiveQA's test questions (from 1-Incorrect to
4-Excellent) is read into bronze; no silver row is made of it, as the questions are not in it.
"""

from collections.abc import Callable, Mapping

from medslake.sources import Bronze, Example, Frame, Mapped, NativeFile, Source, by_hash, github_archive, mapped
from medslake.synth import Length, Twin, TwinFile, TwinTables, csv, files
from medslake.synth.parts.pages import judged, page

_JUDGED = "QA-TestSet-LiveQA-Med-Qrels-2479-Answers"
_QRELS, _RETRIEVED = "All-qrels_LiveQAMed2017-TestQuestions_2479_Judged-Answers.txt", "All-2479-Answers-retrieved-from-MedQuAD.csv"
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


#: Folder -> name of the collection, its documents, their pairs together and in each, and the words of an answer where answers are given.
_COLLECTIONS = {
    "1_CancerGov_QA": ("CancerGov", 116, 729, Length(6, 11), Length(190, 1_000)),
    "2_GARD_QA": ("GARD", 2_685, 5_394, Length(2, 4), Length(110, 400)),
    "3_GHR_QA": ("GHR", 1_086, 5_430, Length(5, 5.2), Length(110, 300)),
    "4_MPlus_Health_Topics_QA": ("MPlusHealthTopics", 981, 981, Length(1, 1.1), Length(150, 350)),
    "5_NIDDK_QA": ("NIDDK", 157, 1_192, Length(7, 12), Length(130, 700)),
    "6_NINDS_QA": ("NINDS", 277, 1_104, Length(4, 4.2), Length(72, 251)),
    "7_SeniorHealth_QA": ("NIHSeniorHealth", 48, 769, Length(15, 26), Length(132, 858)),
    "8_NHLBI_QA_XML": ("NHLBI", 88, 559, Length(7, 8.5), Length(353, 1_167)),
    "9_CDC_QA": ("CDC", 59, 270, Length(5, 7), Length(120, 680)),
    "10_MPlus_ADAM_QA": ("ADAM", 4_366, 17_348, Length(3, 9), None),
    "11_MPlusDrugs_QA": ("MPlusDrugs", 1_316, 12_889, Length(10, 12), None),
    "12_MPlusHerbsSupplements_QA": ("MPlusHerbsSupplements", 99, 792, Length(8, 9), None),
}


def _twin() -> Twin:
    documents = (
        TwinFile(f"{folder}/", page(name, count, pairs, sizes, answer), files(), count, first=1, chunk=50)
        for folder, (name, count, pairs, sizes, answer) in _COLLECTIONS.items()
    )
    columns = csv("AnswerID, Answer", end="\r\n")
    tables = {
        "judgements": (f"{_JUDGED}.zip/{_JUDGED}/{_QRELS}", csv(None, sep=" ")),
        "answers": (f"{_JUDGED}.zip/{_JUDGED}/{_RETRIEVED}", columns),
    }
    return Twin(*documents, TwinTables(judged, tables, 2_479, first=0), records=47_457)


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
            (f"{_JUDGED}/{_QRELS}",),
            "csv",
            "question INT, judgement STRING, answer_id STRING",
            options={"delimiter": " ", "quote": "", "header": False, "required": ("question", "judgement", "answer_id")},
            required=False,
        ),
        NativeFile(
            "judged_answers",
            (f"{_JUDGED}/{_RETRIEVED}",),
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
            f"{_JUDGED}/{_QRELS}": "7 2-Related NINDS_0000001_Sec1.txt\n",
            f"{_JUDGED}/{_RETRIEVED}": 'AnswerID,Answer\r\nNINDS_0000001_Sec1.txt,"What?\nMade up."\r\n',
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
    twin=_twin(),
)
