"""Yes, no or maybe to a research question, read from the passages of its abstract."""

from medslake.tasks import HAS_PASSAGE, PASSAGE, PUBLISHED_PASSAGE, Bench, Task, TaskExample, as_spelled, is_one_of, one_of, wordings

LABELS = ("yes", "no", "maybe")


def verdicts(number: int, name: str, where: str, example: TaskExample, notes: str, bench: Bench | None = None) -> Task:
    return Task(
        id=f"task{number}",
        name=name,
        category="Question Answering",
        domain="Academical Papers",
        source="pubmedqa",
        kind="questions",
        where=where,
        requires={"no passage": HAS_PASSAGE, "unknown label": is_one_of("answer", LABELS)},
        input_sql=f"concat('Context: ', {PASSAGE}, '\\nQuestion: ', question)",
        output_sql=as_spelled("answer", LABELS),
        # Of the training file no line is known.
        paper={"input_sql": f"concat('Context: ', {PUBLISHED_PASSAGE}, '\\nQuestion: ', question)"} if bench else {},
        choices_sql=one_of(LABELS) if bench else None,
        labels=LABELS,
        definitions=wordings(__file__),
        bench=bench,
        trained=bench is None,
        notes=notes,
        example=example,
        version=2 if bench else 1,
    )


def row(record: str, question: str, topic: str, passages: tuple[tuple[str, str], ...], answer: str, split: str) -> dict[str, object]:
    context = [{"name": name, "text": text} for name, text in passages]
    return {"record_id": record, "split": split, "question": question, "topic": topic, "context": context, "answer": answer}


SHIVERING = (
    ("METHODS", "Forty patients got warm blankets."),
    ("RESULTS", "Shivering was as frequent as before in one ward and rarer in the other."),
)
GUM = (("RESULTS", "First passage of gas came six hours earlier."),)
EQUAL = (("RESULTS", "Heart rates were equal."),)

TASKS = (
    verdicts(
        123,
        "pubmedqa_test_set",
        "topic = 'PQA-L'",
        TaskExample(
            row("90000011", "Do warm blankets prevent shivering?", "PQA-L", SHIVERING, "maybe", "test"),
            (
                (
                    "Context: Forty patients got warm blankets.\nShivering was as frequent as before in one ward and rarer in the other.\n"
                    "Question: Do warm blankets prevent shivering?",
                    "maybe",
                ),
            ),
        ),
        notes=(
            "MedS-Bench scores all 1,000 labelled questions; here only the 500 of PubMedQA's own test set are asked, because the other "
            "500 are its training set and task124 trains on them."
        ),
        bench=Bench("mcqa", ("yes_no_maybe",), "PubMedQA", shots=0),
    ),
    verdicts(
        124,
        "pubmedqa_train_set",
        "split = 'train'",
        TaskExample(
            row("90000012", "Chewing gum speeds up recovery of the bowel?", "PQA-A", GUM, "yes", "train"),
            (
                (
                    "Context: First passage of gas came six hours earlier.\nQuestion: Chewing gum speeds up recovery of the bowel?",
                    "yes",
                ),
            ),
            others=(row("90000013", "Does music calm surgeons?", "PQA-L", EQUAL, "no", "test"),),
        ),
        notes=(
            "MedS-Ins trains on the 211,269 artificial rows (PQA-A), which know no 'maybe'. The 500 labelled rows of PubMedQA's own "
            "training split are taken as well; its test split is not."
        ),
    ),
)
