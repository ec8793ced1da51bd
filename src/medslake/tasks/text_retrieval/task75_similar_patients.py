"""Which of up to four patients are like the one of a query."""

from medslake.tasks import Partners, Task, TaskExample, wordings

#: Words of a patient that are shown: five patients together fit into the 2,048 tokens of the paper.
WORDS = 200
CASE = "named_struct('place', xxhash64(record_id, {id}, 75), 'right', {right}, 'text', {of}.text)"
RELATED = f"slice(array_sort(transform(candidates, c -> {CASE.format(id='c.id', right='true', of='c')})), 1, 2)"
#: Partners of other articles than the patient, than those like it, and whose own likes do not name it.
APART = (
    "filter(partners, p -> p.subject_id <> subject_id "
    "and not exists(candidates, c -> split_part(c.id, '-', 1) = split_part(p.record_id, '-', 1)) "
    "and not exists(p.candidates, c -> c.id = record_id))"
)
UNRELATED = f"transform({APART}, p -> {CASE.format(id='p.record_id', right='false', of='p')})"


def shown(text: str) -> str:
    """SQL: the first words of a text, with a mark where there are more."""
    first = f"regexp_extract(trim({text}), '^[^ ]+( +[^ ]+){{0,{WORDS - 1}}}', 0)"
    return f"concat({first}, if({first} = trim({text}), '', ' ...'))"


def row(record: str, article: str, text: str, *alike: tuple[str, str]) -> dict[str, object]:
    candidates = [{"id": name, "text": told, "label": "1", "explanation": None} for name, told in alike]
    return {"record_id": record, "subject_id": article, "text": text, "label_set": "pmc_patients_likeness", "candidates": candidates}


BAKER, SECOND, CHILD, AUNT = "A baker with an itch.", "A baker with a rash.", "A child with a cough.", "An aunt with a cough."
ROWS = (
    row("900-1", "1", BAKER, ("900-2", SECOND)),
    row("900-2", "1", SECOND, ("900-1", BAKER)),
    row("901-1", "2", CHILD, ("902-1", AUNT)),
)

TASK = Task(
    id="task75",
    name="pmc_patient_similar_case_retrieval",
    category="Text Retrieval",
    domain="Academical Papers",
    source="pmc_patients",
    kind="pairs",
    requires={"no patient is like it": "size(candidates) > 0"},
    partners=Partners(("subject_id", "text", "candidates"), count=3),
    items=f"filter(array(array_sort(slice(concat({RELATED}, {UNRELATED}), 1, 4))), l -> exists(l, c -> not c.right))",
    input_sql=(
        f"concat('Query: ', {shown('text')}, '\\n', "
        f"array_join(transform(item, (c, i) -> concat('Case', i + 1, ': ', {shown('c.text')})), '\\n'))"
    ),
    output_sql="array_join(filter(transform(item, (c, i) -> if(c.right, concat('Case', i + 1), '')), n -> n <> ''), ', ')",
    definitions=wordings(__file__),
    notes=(
        "Of each patient the first 200 words are shown. One or two of the cases are like the query by the released score; the others are "
        "the next patients of the same split in a seeded hash order, from other articles."
    ),
    example=TaskExample(
        ROWS[0],
        (
            (f"Query: {BAKER}\nCase1: {CHILD}\nCase2: {SECOND}", "Case2"),
            (f"Query: {SECOND}\nCase1: {CHILD}\nCase2: {BAKER}", "Case2"),
            (f"Query: {CHILD}\nCase1: {AUNT}\nCase2: {BAKER}\nCase3: {SECOND}", "Case1"),
        ),
        others=ROWS[1:],
    ),
)
