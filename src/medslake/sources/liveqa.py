"""LiveQA-Med, TREC 2017: what consumers asked the National Library of Medicine, with answers (Ben Abacha et al., TREC 2017).

Every answer of every part of a question is a row; the question is the message, or the subject where the message is empty, and the subject
is a passage beside it. The layout was read in the repository: two training files and one for the test, each with tags of its own; no file
was at hand to count. `liveqa.json` is the copy that MedS-Ins read: pairs with a message and a short form of the question, here the subject.
"""

from medslake.sources import Bronze, Example, Frame, NativeFile, Source, by_file, github, mapped, row_number
from medslake.synth import Draw, Length, Twin, TwinFile, tag, xml
from medslake.synth.parts.passages import broken, message, question
from medslake.synth.text import slots

_TEST = "TREC-2017-LiveQA-Medical-Test"
_ANSWERED = (
    "concat(flatten(transform(parts, (p, i) -> transform(p.answers, (a, j) -> "
    "named_struct('id', concat_ws('-', i + 1, j + 1), 'topic', get(p.type, 0), 'text', a)))), "
    "transform(answers, (a, j) -> named_struct('id', concat('', j + 1), 'topic', get(types, 0), 'text', a)))"
)
#: Both training files count from 1.
_ID = "concat_ws('/', nullif(regexp_extract(_file, '(Train-[12])', 1), ''), coalesce(qid, questionid))"


def _answers(bronze: Bronze) -> Frame | None:
    if "questions" not in bronze:
        return None
    rows = bronze["questions"].selectExpr("*", f"explode_outer({_ANSWERED}) AS answer")
    answered = "coalesce(trim(answer.text), '') != ''"
    bronze.left_out["questions without an answer"] = rows.where(f"NOT {answered}")
    return rows.where(answered)


def _pairs(bronze: Bronze) -> Frame | None:
    """The copy, where the files that it was made from are not at hand."""
    if "pairs" not in bronze:
        return None
    if "questions" not in bronze:
        return bronze["pairs"]
    bronze.left_out["copies of pairs"] = bronze["pairs"]
    return None


_ASKED = "coalesce(nullif(trim(message), ''), subject)"
_SUBJECT = "filter(array(named_struct('name', 'subject', 'text', subject)), s -> trim(s.text) != '')"


def _lines(*lines: str) -> str:
    return "\n".join(("<NLM-QUESTIONS>", *lines, "</NLM-QUESTIONS>\n"))


def _answer(draw: Draw, number: int = 1) -> str:
    return tag("ANSWER", text=broken(draw, draw.words(Length(95, 400)), 0.15), pairid=number)


def _trained(draw: Draw, number: int) -> str:
    """A message with one to three parts, each with an answer or two; of the second file, one part whose question is the subject alone."""
    parts = draw.whole(1, 3) if number < 200 else 1
    asked = message(draw, Length(40, 130)) if number < 200 else ""
    subs = []
    for _ in range(parts):
        about = tag("ANNOTATIONS", tag("FOCUS", text=draw.pick(slots()["disease"])), tag("TYPE", text=draw.pick(_KINDS)))
        answers = [_answer(draw, at) for at in range(1, draw.weighted({1: 0.9, 2: 0.1}) + 1)]
        subs.append(tag("SUB-QUESTION", about, tag("ANSWERS", *answers)))
    named = {"questionid": f"Q{number + 1}"} if number < 200 else {"qid": f"{number - 199}.0"}
    head = (tag("SUBJECT", text=question(draw, Length(7, 12))), tag("MESSAGE", text=asked))
    return tag("NLM-QUESTION", *head, "\n", tag("SUB-QUESTIONS", *subs), **named)


def _tested(draw: Draw, number: int) -> str:
    asked, summary = message(draw, Length(40, 130)), question(draw, Length(9, 17))
    original = tag("Original-Question", tag("SUBJECT", text=draw.pick(slots()["disease"])), tag("MESSAGE", text=asked))
    about = tag("ANNOTATIONS", tag("FOCUS", text=draw.pick(slots()["disease"])), tag("TYPE", text=draw.pick(_KINDS).upper()))
    told = [tag(draw.pick(("RefAnswer", "ReferenceAnswer")), _answer(draw)) for _ in range(draw.whole(1, 3))]
    return tag("NLM-QUESTION", original, tag("NLM-Summary", text=summary), about, tag("ReferenceAnswers", *told), qid=f"TQ{number - 445}")


_KINDS = ("Treatment", "Information", "Cause", "Symptom", "Side_Effect", "Ingredient", "Prevention", "Diagnosis")


SOURCE = Source(
    name="liveqa",
    title="LiveQA-Med (TREC 2017)",
    citation=(
        "Ben Abacha A, Agichtein E, Pinter Y, Demner-Fushman D. Overview of the medical question answering task at TREC 2017 LiveQA. "
        "TREC 2017."
    ),
    licence="Not stated in the repository; taken as non-commercial",
    access="noncommercial",
    domain="Daily Conversation",
    page="https://github.com/abachaa/LiveQA_MedicalTask_TREC2017",
    downloads=github(
        "abachaa/LiveQA_MedicalTask_TREC2017",
        "HEAD",
        (*(f"TrainingDatasets/TREC-2017-LiveQA-Medical-Train-{n}.xml" for n in (1, 2)), "TestDataset/TREC-2017-LiveQA-Medical-Test.xml"),
    ),
    files=(
        NativeFile(
            "questions",
            tuple(
                f"{root}{name}"
                for root in ("", "TrainingDatasets/", "TestDataset/")
                for name in ("TREC-2017-LiveQA-Medical-Train-[12].xml", f"{_TEST}.xml")
            ),
            "xml_records",
            "qid STRING, questionid STRING, subject STRING, message STRING, "
            "parts ARRAY<STRUCT<type: ARRAY<STRING>, answers: ARRAY<STRING>>>, types ARRAY<STRING>, answers ARRAY<STRING>, summary STRING",
            options={
                "record": "NLM-QUESTION",
                "paths": {
                    "subject": ".//SUBJECT",
                    "message": ".//MESSAGE",
                    "parts": "SUB-QUESTIONS/SUB-QUESTION",
                    "parts.type": "ANNOTATIONS/TYPE",
                    "parts.answers": "ANSWERS/ANSWER",
                    "types": "ANNOTATIONS/TYPE",
                    # The test file writes RefAnswer and ReferenceAnswer.
                    "answers": "ReferenceAnswers/*/ANSWER",
                    "summary": "NLM-Summary",
                },
            },
            all_globs=True,
            required=False,
        ),
        NativeFile(
            "pairs",
            ("liveqa.json",),
            "json_array",
            "message STRING, subject STRING, answer STRING",
            options={"aliases": {"question": "subject"}, "required": ("message", "subject", "answer")},
            required=False,
        ),
    ),
    split=by_file(train=("Medical-Train", "liveqa.json"), test="Medical-Test"),
    silver={
        "questions": (
            mapped(
                _answers,
                record_id=f"concat({_ID}, '/', answer.id)",
                subject_id=_ID,
                question=_ASKED,
                context=_SUBJECT,
                answer="answer.text",
                topic="lower(answer.topic)",
            ),
            mapped(
                _pairs,
                record_id=row_number("'copy'"),
                subject_id=f"concat('copy/', lower({_ASKED}))",
                question=_ASKED,
                context=_SUBJECT,
                answer="answer",
            ),
        )
    },
    example=Example(
        files={
            "TrainingDatasets/TREC-2017-LiveQA-Medical-Train-1.xml": _lines(
                '<NLM-QUESTION questionid="Q1"><SUBJECT></SUBJECT><MESSAGE>May I swim with linden rash?</MESSAGE><SUB-QUESTIONS>',
                "<SUB-QUESTION><ANNOTATIONS><FOCUS>rash</FOCUS><TYPE>Information</TYPE></ANNOTATIONS><ANSWERS>",
                '<ANSWER pairid="1">You may.</ANSWER><ANSWER pairid="2">Not far.</ANSWER></ANSWERS></SUB-QUESTION>',
                "<SUB-QUESTION><ANSWERS><ANSWER>Ask &amp; see.</ANSWER></ANSWERS></SUB-QUESTION></SUB-QUESTIONS></NLM-QUESTION>",
                '<NLM-QUESTION questionid="Q2"><SUBJECT>Tea</SUBJECT><MESSAGE> </MESSAGE></NLM-QUESTION>',
            ),
            "TrainingDatasets/TREC-2017-LiveQA-Medical-Train-2.xml": _lines(
                '<NLM-QUESTION qid="1.0"><SUBJECT>What is marlow fever?</SUBJECT><MESSAGE></MESSAGE><SUB-QUESTIONS>',
                "<SUB-QUESTION><ANSWERS><ANSWER>Made up.</ANSWER></ANSWERS></SUB-QUESTION></SUB-QUESTIONS></NLM-QUESTION>",
            ),
            "liveqa.json": '[{"message": "", "question": "What is marlow fever?", "answer": "Made up."}]',
            f"TestDataset/{_TEST}.xml": _lines(
                '<NLM-QUESTION qid="TQ1"><Original-Question><SUBJECT>Tea</SUBJECT><MESSAGE>Is tea warm?</MESSAGE></Original-Question>',
                "<NLM-Summary>Is it?</NLM-Summary><ANNOTATIONS><TYPE>EFFECT</TYPE></ANNOTATIONS><ReferenceAnswers>",
                "<RefAnswer><ANSWER>It is.</ANSWER></RefAnswer><ReferenceAnswer><ANSWER>Often.</ANSWER></ReferenceAnswer>",
                "</ReferenceAnswers></NLM-QUESTION>",
            ),
        },
        rows={
            "questions": [
                {
                    "record_id": "TQ1/1",
                    "split": "test",
                    "question": "Is tea warm?",
                    "context": [{"name": "subject", "text": "Tea"}],
                    "answer": "It is.",
                    "topic": "effect",
                },
                {"record_id": "TQ1/2", "answer": "Often."},
                {
                    "record_id": "Train-1/Q1/1-1",
                    "subject_id": "Train-1/Q1",
                    "split": "train",
                    "question": "May I swim with linden rash?",
                    "context": [],
                    "answer": "You may.",
                    "topic": "information",
                },
                {"record_id": "Train-1/Q1/1-2", "answer": "Not far."},
                {"record_id": "Train-1/Q1/2-1", "answer": "Ask & see.", "topic": None},
                {"record_id": "Train-2/1.0/1-1", "question": "What is marlow fever?"},
            ]
        },
    ),
    twin=Twin(
        *(
            TwinFile(f"{path}.xml", record, xml(str, "<NLM-QUESTIONS>"), records, first=first)
            for path, record, records, first in (
                ("TrainingDatasets/TREC-2017-LiveQA-Medical-Train-1", _trained, 200, 0),
                ("TrainingDatasets/TREC-2017-LiveQA-Medical-Train-2", _trained, 246, 200),
                (f"TestDataset/{_TEST}", _tested, 104, 446),
            )
        )
    ),
)
