"""HEAD-QA: questions of the Spanish exams for specialists in health care, in Spanish and English (Vilares and Gomez-Rodriguez, ACL 2019).

A record id is language, exam and number of the question; the name of an exam holds its year and area, and is the subject. Each exam lies in
one official split, which every row bears, collected ones by their year: what trains on these rows takes none of a test exam. A question
that asks about a picture has the picture's file name as a passage `image`.
"""

import json
from collections.abc import Sequence
from typing import Any

from medslake.sources import Bronze, Example, Frame, Mapped, NativeFile, Source, joined_on, mapped
from medslake.sources.parts.official_exams import BY_FILE, BY_YEAR
from medslake.synth import Dirt, Draw, Length, Rows, Twin, TwinFile, plain_text
from medslake.synth.parts.choices import choice, option_texts, question_text

_FLAT = "name STRING, category STRING, year STRING, qid STRING, qtext STRING, ra STRING, answers ARRAY<STRUCT<aid: STRING, atext: STRING>>"
_SPLITS, _REQUIRED = ("train", "dev", "test"), ("name", "qid", "qtext", "ra", "answers")
_IMAGE = "IF(trim(image) != '', array(named_struct('name', 'image', 'text', image)), NULL)"
_NO_CONTEXT = "CAST(NULL AS ARRAY<STRUCT<name: STRING, text: STRING>>)"
#: The question, and each of its options by its number, in both languages.
_PIECES = (
    "concat(array(named_struct('id', concat(name, '/', qid), 'es', qtext, 'en', english_text)), transform(answers, a -> named_struct("
    "'id', concat(name, '/', qid, '/', a.aid), 'es', a.atext, 'en', get(filter(english_answers, e -> e.aid = a.aid), 0).atext)))"
)


def _release(table: str, folder: str, sha256: str) -> NativeFile:
    names = tuple(f"{root}{folder}/{split}_{folder}.json" for root in ("", "data/") for split in _SPLITS)
    return NativeFile(
        table,
        names,
        "json_nested",
        f"{_FLAT}, image STRING",
        options={"path": ("exams", "data"), "required": _REQUIRED},
        sha256={f"{folder}/train_{folder}.json": sha256},
        required=False,
        all_globs=True,
    )


def _questions(table: str, language: str, context: str = _NO_CONTEXT, **columns: Any) -> Mapped:
    return mapped(
        table,
        record_id=f"concat_ws('/', '{language}', name, qid)",
        subject_id="name",
        language=f"'{language}'",
        question="qtext",
        options="transform(answers, a -> named_struct('key', a.aid, 'text', a.atext))",
        answer_keys="array(ra)",
        answer="get(filter(answers, a -> a.aid = ra), 0).atext",
        topic="category",
        context=context,
        **columns,
    )


def _pairs(bronze: Bronze) -> Frame | None:
    """The texts of each question that is there in both languages."""
    if "spanish" not in bronze or "english" not in bronze:
        return None
    english = bronze["english"].selectExpr(
        "name", "qid", "ra", "qtext AS english_text", "answers AS english_answers", "_origin AS translation"
    )
    both = joined_on(bronze["spanish"], english, ("name", "qid"), same="ra", keep="matched", told=(bronze, "spanish, english"))
    return both.selectExpr("*", f"explode({_PIECES}) AS piece", "array(translation) AS joined")


def _question(number: int, text: str, options: tuple[str, ...], right: int, image: str = "") -> dict[str, object]:
    answers = [{"aid": at, "atext": option} for at, option in enumerate(options, start=1)]
    return {"qid": str(number), "qtext": text, "ra": str(right), "answers": answers, "image": image}


def _exams(language: str, name: str, *questions: dict[str, object]) -> str:
    exam = {"name": name, "data": questions, "category": "medicine", "year": "2013"}
    return json.dumps({"version": "1.0", "language": language, "exams": {name: exam}}, ensure_ascii=False)


_AREAS = {"B": "biology", "E": "nursery", "F": "pharmacology", "M": "medicine", "P": "psychology", "Q": "chemistry"}
_RIGHT = {0: 0.205, 1: 0.219, 2: 0.207, 3: 0.211, 4: 0.157}


def _twin_file(folder: str, split: str, first_year: int, exams: int, questions: int) -> TwinFile:
    """Questions by exam, six areas a year; what is right, and which has a picture, is the same in both languages."""
    language, size = "es" if folder == "HEAD" else "en", -(-questions // exams)

    def question(draw: Draw, number: int) -> tuple[str, dict[str, object]]:
        exam, qid = number // size, number % size + 1
        name = f"Cuaderno_{first_year + exam // 6}_1_{'BEFMPQ'[exam % 6]}"
        same = draw.about("headqa", name, qid)
        asked, image = choice(same, 5, shares=_RIGHT), f"./data/images/{name}_{qid}.png" if same.chance(0.026) else ""
        text, texts = question_text(draw, asked, language, Length(14, 67)), option_texts(draw, asked, language, Length(4, 18))
        return name, _question(qid, text, tuple(texts), asked.right[0] + 1, image)

    head = f'{{"version": "1.0", "language": "{language}", "exams": {{'
    writer = plain_text(header=head, separator=", ", footer="}}", many=_exam_text)
    dirt = _DIRT if split == "train" else {}
    return TwinFile(f"{folder}/{split}_{folder}.json", question, writer, questions, first=0, chunk=size, dirt=dirt)


def _exam_text(asked: Sequence[tuple[str, dict[str, object]]]) -> str:
    """The exam of these questions."""
    name = asked[0][0]
    _, year, _, letter = name.split("_")
    return f"{json.dumps(name)}: {json.dumps({'name': name, 'data': [one for _, one in asked], 'category': _AREAS[letter], 'year': year})}"


def _alike(draw: Draw, one: tuple[str, dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    _, second, *more = one[1]["answers"]
    return one[0], {**one[1], "answers": [{**second, "aid": 1}, second, *more]}


def _asked_twice(draw: Draw, one: tuple[str, dict[str, Any]]) -> Rows:
    return Rows([one, (one[0], {**one[1], "qid": str(int(one[1]["qid"]) + 500)})])


_DIRT = {"two options read alike": Dirt(2 / 2_657, record=_alike), "a question twice": Dirt(12 / 2_657, record=_asked_twice)}


SOURCE = Source(
    name="headqa",
    title="HEAD-QA",
    citation="Vilares D, Gomez-Rodriguez C. HEAD-QA: a healthcare dataset for complex reasoning. ACL 2019.",
    licence="MIT",
    access="public",
    domain="Exam",
    page="https://github.com/aghie/head-qa",
    files=(
        _release("spanish", "HEAD", "edf4d2570454d9db7e8d33d4e66e620818996714e589b6cf78f261e9b8b78652"),
        _release("english", "HEAD_EN", "0b9f0e708d6d0dc7a85db19dcb72ece76f61253229eb7bad218ec34f7a215fd1"),
        NativeFile(
            "collected",
            ("examples.json",),
            "json_array",
            _FLAT,
            options={"required": _REQUIRED},
            sha256={"examples.json": "593d6e0675356643bb9f6386da2423e151fe302cfac1f2bee9bf4782a5b2da3d"},
            required=False,
        ),
    ),
    split=BY_FILE,
    silver={
        "questions": (
            _questions("spanish", "es", context=_IMAGE),
            _questions("english", "en", context=_IMAGE),
            _questions("collected", "en", split=BY_YEAR),
        ),
        "parallel_texts": mapped(
            _pairs, record_id="piece.id", subject_id="name", language="'es'", texts="map('es', piece.es, 'en', piece.en)"
        ),
    },
    example=Example(
        files={
            "HEAD/train_HEAD.json": _exams(
                "es",
                "Cuaderno_2013_1_M",
                _question(1, "La fiebre de Marlow:", ("Dura un día.", "Dura siempre."), 1, "./data/7.png"),
                _question(2, "El corimol:", ("Es agua.", "Es sal."), 2),
            ),
            "HEAD_EN/train_HEAD_EN.json": _exams(
                "en",
                "Cuaderno_2013_1_M",
                _question(1, "Marlow fever:", ("Lasts a day.", "Never ends."), 1, "./data/7.png"),
                _question(2, "Corimol:", ("Is water.", "Is salt."), 1),
            ),
            "HEAD/test_HEAD.json": _exams("es", "Cuaderno_2016_1_M", _question(5, "El dorazil:", ("Cura.", "Daña."), 2)),
            "examples.json": json.dumps(
                [
                    {
                        "name": "Cuaderno_2013_1_B",
                        "year": "2013",
                        "category": "biology",
                        "qid": 4,
                        "qtext": "Reed cells:",
                        "ra": 1,
                        "answers": [{"aid": 1, "atext": "Divide."}, {"aid": 2, "atext": "Rest."}],
                    },
                    {
                        "name": "Cuaderno_2017_1_B",
                        "year": "2017",
                        "category": "biology",
                        "qid": 5,
                        "qtext": "Linden cells:",
                        "ra": 1,
                        "answers": [{"aid": 1, "atext": "Sleep."}],
                    },
                ]
            ),
        },
        rows={
            "questions": [
                {"record_id": "en/Cuaderno_2013_1_B/4", "split": "train", "language": "en", "topic": "biology", "answer": "Divide."},
                {"record_id": "en/Cuaderno_2017_1_B/5", "split": "test"},
                {"record_id": "en/Cuaderno_2013_1_M/1", "language": "en", "answer": "Lasts a day."},
                {"record_id": "en/Cuaderno_2013_1_M/2", "answer_keys": ["1"], "context": None},
                {
                    "record_id": "es/Cuaderno_2013_1_M/1",
                    "subject_id": "Cuaderno_2013_1_M",
                    "split": "train",
                    "language": "es",
                    "question": "La fiebre de Marlow:",
                    "context": [{"name": "image", "text": "./data/7.png"}],
                    "options": [{"key": "1", "text": "Dura un día."}, {"key": "2", "text": "Dura siempre."}],
                    "answer_keys": ["1"],
                    "answer": "Dura un día.",
                    "topic": "medicine",
                },
                {"record_id": "es/Cuaderno_2013_1_M/2", "answer": "Es sal."},
                {"record_id": "es/Cuaderno_2016_1_M/5", "split": "test"},
            ],
            # The second question has another right answer in English: its two records are no translation of each other.
            "parallel_texts": [
                {"record_id": "Cuaderno_2013_1_M/1", "language": "es", "texts": {"es": "La fiebre de Marlow:", "en": "Marlow fever:"}},
                {"record_id": "Cuaderno_2013_1_M/1/1", "texts": {"es": "Dura un día.", "en": "Lasts a day."}},
                {"record_id": "Cuaderno_2013_1_M/1/2", "split": "train"},
            ],
        },
    ),
    twin=Twin(
        *(
            _twin_file(folder, *told)
            for folder in ("HEAD", "HEAD_EN")
            for told in (("train", 2013, 12, 2_657), ("dev", 2015, 6, 1_366), ("test", 2016, 12, 2_742))
        ),
        records=2_657 + 1_366 + 2_742,
    ),
)
