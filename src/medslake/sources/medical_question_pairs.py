"""Medical Question Pairs: questions of patients, each with one that asks the same and one that does not (McCreery et al., KDD 2020)."""

from medslake.sources import Example, NativeFile, Source, by_hash, candidate, chosen, github, mapped, row_number
from medslake.synth import Draw, Length, Twin, TwinTables, csv
from medslake.synth.parts.passages import question
from medslake.synth.text import filled


def _asked_thrice(draw: Draw, number: int) -> list[tuple[str, tuple[object, ...]]]:
    """A question with one that asks the same in other words, and one that does not."""
    about = filled(draw, ("{sign} from {drug} {time}",))
    asked = f"Is it bad to have {about}? {draw.words(max(3, draw.length(Length(6, 20))))}"
    same = f"{draw.words(max(3, draw.length(Length(9, 33))))} Now I feel {about}, is that harmful?"
    return [("pairs", (number % 11 + 1, asked, other, label)) for other, label in ((same, 1), (question(draw, Length(16, 44)), 0))]


SOURCE = Source(
    name="medical_question_pairs",
    title="Medical Question Pairs",
    citation=(
        "McCreery CH, Katariya N, Kannan A, Chablani M, Amatriain X. Effective transfer learning for identifying similar questions: "
        "matching user questions to COVID-19 FAQs. KDD 2020."
    ),
    licence="Not stated in the repository; taken as non-commercial",
    access="noncommercial",
    domain="Daily Conversation",
    page="https://github.com/curai/medical-question-pair-dataset",
    downloads=github(
        "curai/medical-question-pair-dataset",
        "6c7f7fd7a53cedc6fec105c0c6cb78f2e9a82cd1",
        {"mqp.csv": (665_688, "94ecd609a9ca9350e1cff2438aa55a034762f01c1a68732aaae3e4be7b03cf57")},
    ),
    files=(
        NativeFile(
            "pairs",
            ("mqp.csv",),
            "csv",
            "dr_id INT, question_1 STRING, question_2 STRING, label STRING",
            key=("question_1", "question_2"),
            options={"header": False, "required": ("question_1", "question_2", "label")},
        ),
    ),
    # Each first question occurs twice: both of its pairs fall into one split.
    split=by_hash("subject_id"),
    silver={
        "pairs": mapped(
            "pairs",
            record_id=row_number(),
            subject_id="question_1",
            text="question_1",
            candidates=f"array({candidate('question_2', chosen('label', {'1': 'similar', '0': 'dissimilar'}))})",
            label_set="'question_similarity'",
        )
    },
    example=Example(
        files={
            "mqp.csv": '1,"May I swim, with linden rash?",Is swimming safe with my rash?,1\r\n'
            '1,"May I swim, with linden rash?",What is it?,0\r\n'
        },
        rows={
            "pairs": [
                {
                    "record_id": "000001",
                    "text": "May I swim, with linden rash?",
                    "candidates": [{"id": None, "text": "Is swimming safe with my rash?", "label": "similar", "explanation": None}],
                },
                {
                    "record_id": "000002",
                    "candidates": [{"id": None, "text": "What is it?", "label": "dissimilar", "explanation": None}],
                },
            ]
        },
    ),
    twin=Twin(TwinTables(_asked_thrice, {"pairs": ("mqp.csv", csv(None, end="\r\n"))}, 1_524, least=10)),
)
