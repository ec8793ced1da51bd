"""Questions about drugs, answered by the topics on drug therapy of MedlinePlus."""

from medslake.tasks import Task, TaskExample, wordings

SUMMARY = "sections[0].text"
#: Headings that ask, each on a line of its own, and what stands below each of them.
HEADINGS = rf"regexp_extract_all({SUMMARY}, '(?m)^([^\n]{{3,150}}[?])\n', 1)"
BELOW = rf"split({SUMMARY}, '(?m)^[^\n]{{3,150}}[?](?=\n)')"
WHOLE = f"array(named_struct('question', concat('What should patients know about ', lower(title), '?'), 'answer', {SUMMARY}))"
ANSWER = rf"trim(BOTH ' \n' FROM get({BELOW}, i + 1))"
PAIRS = f"filter(transform({HEADINGS}, (q, i) -> named_struct('question', q, 'answer', {ANSWER})), p -> p.answer <> '')"
WHAT, WHEN = "What are statins?", "When are they taken?"

TASK = Task(
    id="task97",
    name="medlineplus_drug_question_answering",
    category="Question Answering",
    domain="Medical Knowledge",
    source="medlineplus_topics",
    kind="documents",
    where="language = 'en' and array_contains(split(attributes['groups'], '; '), 'Drug Therapy')",
    items=f"if(size({PAIRS}) > 0, {PAIRS}, {WHOLE})",
    input_sql="concat('Drug: ', title, '\\nQuestion: ', item.question)",
    output_sql="item.answer",
    definitions=wordings(__file__),
    notes=(
        "MedS-Ins asks about the pages of single drugs, which are copyrighted and in no open file. The open topics tell of groups of "
        "drugs: each of their headings that is a question is asked, and where a topic has none, the whole of it answers."
    ),
    example=TaskExample(
        {
            "record_id": "1",
            "title": "Statins",
            "attributes": {"groups": "Drug Therapy; Heart"},
            "sections": [{"name": "summary", "text": f"{WHAT}\nThey lower cholesterol.\nDoctors prescribe them.\n{WHEN}\nOften at night."}],
        },
        (
            (f"Drug: Statins\nQuestion: {WHAT}", "They lower cholesterol.\nDoctors prescribe them."),
            (f"Drug: Statins\nQuestion: {WHEN}", "Often at night."),
            ("Drug: Antacids\nQuestion: What should patients know about antacids?", "They bind acid."),
        ),
        others=(
            {
                "record_id": "2",
                "title": "Antacids",
                "attributes": {"groups": "Drug Therapy"},
                "sections": [{"name": "summary", "text": "They bind acid."}],
            },
        ),
    ),
)
