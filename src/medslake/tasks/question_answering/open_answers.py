"""Questions without options, answered in full: clinicians', consumers' and researchers'."""

from medslake.tasks import Task, TaskExample, wordings


def answered(
    number: int,
    name: str,
    source: str,
    asked: str,
    reply: str,
    example: tuple[str, str],
    answer: str = "answer",
    where: str = "true",
    notes: str = "",
) -> Task:
    """asked, reply: what is asked and what the answer looks like, in words. example: question and answer. answer: SQL for the output."""
    row = {"record_id": "1", "question": example[0], answer.removeprefix("coalesce(").partition(",")[0]: example[1]}
    return Task(
        id=f"task{number}",
        name=name,
        category="Question Answering",
        domain="Medical Knowledge",
        source=source,
        kind="questions",
        where=where,
        requires={"no question": "trim(question) <> ''", "no answer": f"trim({answer}) <> ''"},
        input_sql="question",
        output_sql=answer,
        definitions=wordings(__file__, asked=asked, reply=reply),
        notes=notes,
        example=TaskExample(row, (example,), others=({"record_id": "2", "question": "Is it asked in vain?"},)),
    )


TASKS = (
    answered(
        99,
        "EBMS_question_answering",
        "ebm_summariser_corpus",
        "a question that a clinician asked about patients of the practice",
        "the bottom lines of the evidence, one after the other in a paragraph",
        ("Does zinc help warts?", "Oral zinc clears some warts. It often causes nausea."),
        answer="long_answer",
    ),
    answered(
        101,
        "mashqa_question_answering",
        "mashqa",
        "a question of a consumer about health",
        "a few sentences that lay people understand, as on a health page",
        ("How is a stye treated?", "Put a warm cloth on it. Do not squeeze it."),
        answer="coalesce(long_answer, answer)",
        notes="Answers whose sentences lie apart are joined by a blank; the page itself is not shown.",
    ),
    answered(
        102,
        "mediqa_ans_question_answering",
        "mediqa_ans",
        "a question that a consumer sent to a medical library",
        "a summary in a paragraph, in the answerer's own words",
        ("Can gout return?", "Gout often returns unless uric acid is lowered."),
        notes="The answer is the abstract summary of all pages found; which of its summaries MedS-Ins took is not known.",
    ),
    answered(
        103,
        "medquad_question_answering",
        "medquad",
        "a question about a disease, a test or a treatment",
        "an account as long as the matter needs, as on the pages of a national health institute",
        ("What causes scurvy?", "Scurvy is caused by a lack of vitamin C."),
    ),
    answered(
        104,
        "bioasq_question_answering",
        "bioasq",
        "a question of a biomedical researcher",
        "one paragraph of at most 200 words that answers in its first sentence",
        ("Is TP53 a tumour suppressor?", "Yes. TP53 halts the division of damaged cells."),
        answer="long_answer",
        where="record_id not like 'submission/%'",
        notes="The ideal answer of the organisers; what systems submitted is left out.",
    ),
    answered(
        105,
        "covidqa_question_answering",
        "covid_qa",
        "a question about coronaviruses and other infections, put to a scientific article",
        "the phrase or the sentences that answer it, worded as an article words them",
        ("What does the spike protein bind?", "the ACE2 receptor"),
        notes="The articles are longer than what models of the paper read, so the question stands alone.",
    ),
)
