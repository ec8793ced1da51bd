"""The sequence of radiation and surgery for a cancer patient of SEER."""

from medslake.tasks.base import Bench, Task, TaskExample
from medslake.tasks.parts.choices import one_of
from medslake.tasks.parts.wordings import definitions

LABELS = (
    "Intraoperative rad with other rad before/after surgery",
    "Intraoperative radiation",
    "No radiation and/or cancer-directed surgery",
    "Radiation after surgery",
    "Radiation before and after surgery",
    "Radiation prior to surgery",
    "Surgery both before and after radiation",
)
_LISTED = "; ".join(LABELS)
_NUMBERED = " ".join(f"({n}) {label}." for n, label in enumerate(LABELS, start=1))
_SHAPE = '"The treatment planning is: X."'

#: Features that are known only after the treatment or tell which one it was: treatment columns, death, follow-up.
_AFTERWARDS = "radiation|chemo|therapy|treatment|surg|^cod |death|vital status|surviv|last fu|follow|interva|^status$|stutus"
_LINES = "array_join(transform({}, f -> concat(f.name, ': ', coalesce(f.value, ''))), '\\n')"

TASK = Task(
    id="task131",
    name="SEER_text_classification_train",
    category="Treatment Planning",
    domain="Medical Knowledge",
    source="seer",
    kind="encounters",
    input_language="English",
    output_language="English",
    where="outcomes['radiation_sequence'] in ({})".format(", ".join(f"'{label}'" for label in LABELS)),
    input_sql=_LINES.format("features"),
    strict_input_sql=_LINES.format(f"filter(features, f -> not replace(lower(f.name), '_', ' ') rlike '{_AFTERWARDS}')"),
    output_sql="concat('The treatment planning is: ', outcomes['radiation_sequence'], '.')",
    choices_sql=one_of(LABELS, "The treatment planning is: {}."),
    labels=LABELS,
    bench=Bench(group="treatment_planning", metrics=("treatment_planning",), dataset="SEER", size=1500),
    notes=(
        "Only SEER*Stat exports carry the radiation sequence; the public extracts of 4,024 patients yield no row. The released inputs tell "
        "radiation, chemotherapy, death and follow-up, which give the label away; the strict input leaves them out."
    ),
    definitions=definitions(
        plain=(
            f"From the patient summary below, choose how radiation and surgery should be combined. The choices are: {_LISTED}. Answer "
            f"with {_SHAPE}, where X is one of the choices, spelled as here.",
            f"A cancer patient is described by a list of features. Say which of these plans fits: {_LISTED}. Write one sentence, "
            f"{_SHAPE}, putting the plan in the place of X.",
            f"Pick the treatment sequence for this patient. You may pick from {_LISTED}. The reply must read {_SHAPE} with your pick as X.",
        ),
        role=(
            f"You are an oncologist planning treatment. Read the record and decide on one of these sequences: {_LISTED}. Dictate your "
            f"decision as {_SHAPE}, with X replaced by it.",
            "As a member of a tumour board, recommend a plan for the patient summarised below. The board knows seven plans. "
            f"{_NUMBERED} State yours as {_SHAPE} without the number and without reasons.",
            f"Imagine you are the radiation oncologist who sees this patient. Choose among {_LISTED}. Write {_SHAPE}, X being the one "
            "you choose, and nothing more.",
        ),
        stepwise=(
            f"First read the tumour's features. Then go through the possible sequences, which are {_LISTED}. Finally write the most "
            f"suitable one for X in {_SHAPE} and output only this sentence.",
            f"Step 1: weigh age, receptors, size and nodes. Step 2: compare the seven options. {_NUMBERED} Step 3: print {_SHAPE} "
            "with the option's words as X, number omitted.",
            f"Look at the patient, decide whether radiation is given and when, find the matching entry in this list: {_LISTED}. End "
            f"with the sentence {_SHAPE}, X standing for the entry.",
        ),
        formal=(
            f"The therapy sequence is to be predicted from the patient's characteristics. The classes are: {_LISTED}. The output "
            f"shall be {_SHAPE}, X denoting exactly one class verbatim.",
            f"Given a structured description of a patient with cancer, assign one of the following values: {_LISTED}. The response "
            f"must follow the template {_SHAPE} and contain no explanation.",
            f"Classification of treatment plans. Admissible values of X: {_LISTED}. Required output: {_SHAPE}",
        ),
        terse=(
            f"Choose one: {_LISTED}. Output: {_SHAPE}",
            f"Treatment sequence for this patient? {_NUMBERED} Format: {_SHAPE}, no number.",
            f"Features in, plan out. Plans: {_LISTED}. Write {_SHAPE}",
        ),
    ),
    example=TaskExample(
        row={
            "record_id": "000001",
            "features": [
                {"name": "Age at diagnosis", "value": "61"},
                {"name": "Radiation recode", "value": "Beam radiation"},
                {"name": "ER Status Recode Breast Cancer (1990+)", "value": "Positive"},
                {"name": "CS tumor size (2004-2015)", "value": "18"},
                {"name": "Vital status recode (study cutoff used)", "value": "Alive"},
            ],
            "outcomes": {"radiation_sequence": "Radiation after surgery", "status": "Alive"},
        },
        others=({"record_id": "000002", "features": [{"name": "Age", "value": "50"}], "outcomes": {"status": "Alive"}},),
        instances=(
            (
                "Age at diagnosis: 61\nRadiation recode: Beam radiation\nER Status Recode Breast Cancer (1990+): Positive\n"
                "CS tumor size (2004-2015): 18\nVital status recode (study cutoff used): Alive",
                "The treatment planning is: Radiation after surgery.",
            ),
        ),
    ),
)
