"""cMedQA2: questions of a Chinese health forum and the answers that they got (Zhang et al., IEEE Access 2018).

Every answer is a row with its question. The candidate lists, whose label 0 means a wrong answer, say the split of a question and nothing
else; a question that no list names falls into one by a hash. The header of the list for training is not sure: columns beyond question_id
may be absent. The text files were not at hand; their names are those of the README and of the archives.
"""

from collections.abc import Iterator

from medslake.sources import Bronze, Example, Frame, NativeFile, Source, by_file, by_rule, github, hash_split, joined_on, mapped
from medslake.synth import Draw, Length, Twin, TwinTables, csv

_LISTS = by_file(train="train_candidates", validation="dev_candidates", test="test_candidates")


def _answered(bronze: Bronze) -> Frame | None:
    """Answers with their questions, and the split of the list that names these."""
    if "answers" not in bronze or "questions" not in bronze:
        return None
    questions = bronze["questions"].selectExpr("question_id", "content AS question", "_origin AS asked")
    answers = bronze["answers"].selectExpr("ans_id", "question_id", "content AS answer", "_origin")
    rows = joined_on(answers, questions, "question_id", required=True, told=(bronze, "answers, questions"))
    if "candidates" not in bronze:
        return rows.selectExpr("*", "CAST(NULL AS STRING) AS listed", "array(asked) AS joined")
    lists = bronze["candidates"].selectExpr("question_id", f"{_LISTS.sql('_file')} AS listed").groupBy("question_id").agg({"listed": "min"})
    named = joined_on(rows, lists.withColumnRenamed("min(listed)", "listed"), "question_id", told=(bronze, "answers, candidates"))
    return named.selectExpr("*", "array(asked) AS joined")


def _asked(draw: Draw, number: int) -> Iterator[tuple[str, tuple[object, ...]]]:
    """A question, its answers and its place in a list: of 27 questions 25 are for training, as of the 108,000."""
    question, split = 10_000_000 + number, {3: "dev", 11: "test"}.get(number % 27, "train")
    yield "questions", (question, draw.words(Length(42, 100), "zh"))
    answers = [100 * number + at for at in range(draw.weighted({1: 0.5, 2: 0.25, 3: 0.15, 4: 0.07, 5: 0.03}))]
    for answer in answers:
        yield "answers", (answer, question, draw.words(Length(92, 200), "zh"))
    count = len(answers) if split == "train" else 100 - len(answers)
    # Every question has a first answer: those of others are wrong here.
    others = [100 * (draw.whole(0, number - 1) if number >= 20 else (number + draw.whole(1, 19)) % 20) for _ in range(count)]
    if split == "train":
        yield from (("train", (question, *pair)) for pair in zip(answers, others, strict=True))
    else:
        listed = draw.some([*((answer, 1) for answer in answers), *((other, 0) for other in others)], 100)
        yield from ((split, (question, answer, at, label)) for at, (answer, label) in enumerate(listed))


_LISTED = "question_id, ans_id, cnt, label"
_TABLES = {
    "questions": ("question.zip/questions.csv", csv("question_id, content", bom=True)),
    "answers": ("answer.zip/answers.csv", csv("ans_id, question_id, content", bom=True)),
    "train": ("train_candidates.zip/train_candidates.txt", csv("question_id, pos_ans_id, neg_ans_id")),
    **{split: (f"{split}_candidates.zip/{split}_candidates.txt", csv(_LISTED)) for split in ("dev", "test")},
}


SOURCE = Source(
    name="cmedqa2",
    title="cMedQA2",
    citation=(
        "Zhang S, Zhang X, Wang H, Guo L, Liu S. Multi-scale attentive interaction networks for Chinese medical question answer selection. "
        "IEEE Access 6:74061-74071 (2018)."
    ),
    licence="README: available for non-commercial research; LICENSE file GPL-3.0",
    access="noncommercial",
    domain="Daily Conversation",
    language="zh",
    page="https://github.com/zhangsheng93/cMedQA2",
    downloads=github(
        "zhangsheng93/cMedQA2",
        "85feb9278c3ae552c591205cbf3e828368c91f8f",
        [f"{name}.zip" for name in ("question", "answer", "train_candidates", "dev_candidates", "test_candidates")],
    ),
    files=(
        NativeFile(
            "answers",
            ("answer.csv", "answers.csv"),
            "csv",
            "ans_id STRING, question_id STRING, content STRING",
            key=("ans_id",),
            options={"required": ("question_id", "content")},
            required=False,
        ),
        NativeFile(
            "questions",
            ("question.csv", "questions.csv"),
            "csv",
            "question_id STRING, content STRING",
            key=("question_id",),
            options={"required": ("content",)},
            required=False,
        ),
        NativeFile(
            "candidates",
            ("train_candidates.txt", "dev_candidates.txt", "test_candidates.txt"),
            "csv",
            "question_id STRING, ans_id STRING, cnt INT, label INT, pos_ans_id STRING, neg_ans_id STRING",
            options={"optional": ("ans_id", "cnt", "label", "pos_ans_id", "neg_ans_id"), "required": ("question_id",)},
            required=False,
            all_globs=True,
        ),
    ),
    split=by_rule("By the candidate list that names the question, the rest by a seeded hash of question_id: 90% train, the rest test."),
    silver={
        "questions": mapped(
            _answered,
            record_id="ans_id",
            subject_id="question_id",
            split=f"coalesce(listed, {hash_split('question_id')})",
            question="question",
            answer="answer",
        )
    },
    example=Example(
        files={
            "question.csv": "\ufeffquestion_id,content\n7,马洛热要多久才好？\n8,林登疹会传染吗？\n",
            "answer.csv": 'ans_id,question_id,content\n1,7,"一天，多休息。"\n2,7,喝茶。\n3,8,不会。\n4,9,没有这个问题。\n',
            "train_candidates.txt": "question_id,pos_ans_id,neg_ans_id\n7,1,3\n7,2,3\n",
            "test_candidates.txt": "question_id,ans_id,cnt,label\n8,1,0,0\n8,3,1,1\n",
        },
        rows={
            "questions": [
                {"record_id": "1", "subject_id": "7", "split": "train", "question": "马洛热要多久才好？", "answer": "一天，多休息。"},
                {"record_id": "2", "split": "train", "language": "zh", "answer": "喝茶。"},
                {"record_id": "3", "subject_id": "8", "split": "test", "answer": "不会。"},
            ]
        },
    ),
    twin=Twin(TwinTables(_asked, _TABLES, 108_000)),
)
