"""The diagnosis of a DDXPlus patient from age, sex and evidences."""

from medslake.tasks.base import Bench, Task, TaskExample
from medslake.tasks.parts.choices import one_of
from medslake.tasks.parts.wordings import definitions

#: The 49 pathologies by name, spelled as in the data set ("Larygospasm", "Scombroid food poisoning").
LABELS = (
    "Acute COPD exacerbation / infection",
    "Acute dystonic reactions",
    "Acute laryngitis",
    "Acute otitis media",
    "Acute pulmonary edema",
    "Acute rhinosinusitis",
    "Allergic sinusitis",
    "Anaphylaxis",
    "Anemia",
    "Atrial fibrillation",
    "Boerhaave",
    "Bronchiectasis",
    "Bronchiolitis",
    "Bronchitis",
    "Bronchospasm / acute asthma exacerbation",
    "Chagas",
    "Chronic rhinosinusitis",
    "Cluster headache",
    "Croup",
    "Ebola",
    "Epiglottitis",
    "GERD",
    "Guillain-Barré syndrome",
    "HIV (initial infection)",
    "Influenza",
    "Inguinal hernia",
    "Larygospasm",
    "Localized edema",
    "Myasthenia gravis",
    "Myocarditis",
    "PSVT",
    "Pancreatic neoplasm",
    "Panic attack",
    "Pericarditis",
    "Pneumonia",
    "Possible NSTEMI / STEMI",
    "Pulmonary embolism",
    "Pulmonary neoplasm",
    "SLE",
    "Sarcoidosis",
    "Scombroid food poisoning",
    "Spontaneous pneumothorax",
    "Spontaneous rib fracture",
    "Stable angina",
    "Tuberculosis",
    "URTI",
    "Unstable angina",
    "Viral pharyngitis",
    "Whooping cough",
)
_LISTED = "; ".join(LABELS)
_SHAPE = '"The diagnosis result is X."'
#: Releases in French name pathologies in French; silver tells the English name where the conditions file gives it.
_PATHOLOGY = "coalesce(outcomes['pathology_en'], outcomes['pathology'])"
#: array_join passes over nulls; slicing the first three features off instead would copy every array.
_EVIDENCES = "array_join(transform(features, (f, i) -> if(i < 3, null, concat(f.name, ' ', f.value))), '; ')"

TASK = Task(
    id="task130",
    name="DDXPlus_text_classification_train",
    category="Diagnosis",
    domain="Medical Knowledge",
    source="ddxplus",
    kind="encounters",
    input_language="English",
    output_language="English",
    where="size(features) >= 3 and {} in ({})".format(_PATHOLOGY, ", ".join(f"'{label}'" for label in LABELS)),
    # Silver tells age, sex and the initial evidence first, then one feature for each evidence.
    input_sql=(
        "concat('Age: ', features[0].value, '\\nSex: ', features[1].value, '\\nInitial evidence: ', features[2].value, "
        f"'\\nEvidence: ', {_EVIDENCES})"
    ),
    output_sql=f"concat('The diagnosis result is ', {_PATHOLOGY}, '.')",
    choices_sql=one_of(LABELS, "The diagnosis result is {}."),
    labels=LABELS,
    bench=Bench(group="diagnosis", metrics=("diagnosis",), dataset="DDXPlus", size=1500),
    definitions=definitions(
        plain=(
            f"A patient's age, sex and answers to a doctor's questions are given. Choose the diagnosis from this list: {_LISTED}. "
            f"Write {_SHAPE}, putting the name from the list in the place of X.",
            f"Read the findings below and say which one of these conditions the patient has: {_LISTED}. Reply with the sentence "
            f"{_SHAPE} and no other; X is the condition as spelled in the list.",
            f"Which diagnosis explains the evidence best? These are possible: {_LISTED}. Output one of them in the form {_SHAPE}",
        ),
        role=(
            f"You are a doctor who has just taken this history. Settle on a single diagnosis out of the following: {_LISTED}. Record "
            f"it as {_SHAPE}, X being its name.",
            f"As an emergency physician, judge the patient from the interview notes. The diagnoses to choose from are {_LISTED}. "
            f"Answer {_SHAPE} with the most likely one as X; do not discuss the others.",
            "Imagine you supervise an automated symptom checker and have to enter the right result. It accepts these names: "
            f"{_LISTED}. Enter {_SHAPE} with one accepted name for X.",
        ),
        stepwise=(
            f"First note age and sex. Then go through the evidence. Next, compare it with each of these conditions: {_LISTED}. "
            f"Finally write the best match for X in {_SHAPE}, and only that sentence.",
            "Step 1: start from the initial evidence. Step 2: use the other evidence to rule conditions out. Step 3: choose from "
            f"{_LISTED}. Step 4: print {_SHAPE} with your choice as X.",
            f"Collect what speaks for and against each candidate, keep the likeliest, then state it. The candidates are {_LISTED}. "
            f"State it as {_SHAPE}, without showing the comparison.",
        ),
        formal=(
            f"Given demographic data and clinical evidence, determine the pathology. The admissible pathologies are: {_LISTED}. The "
            f"output shall be {_SHAPE}, in which X is exactly one admissible pathology, verbatim.",
            f"The input describes a patient encounter. It is to be assigned to one of the following diagnostic classes: {_LISTED}. "
            f"The response must conform to the template {_SHAPE} and contain nothing else.",
            f"Single-label diagnosis. Label set: {_LISTED}. Required format: {_SHAPE} Further remarks are not permitted.",
        ),
        terse=(
            f"Diagnose. Options: {_LISTED}. Output: {_SHAPE}",
            f"Pick one of {_LISTED}. Answer as {_SHAPE}",
            f"Most likely diagnosis, from this list only: {_LISTED}. Write {_SHAPE}",
        ),
    ),
    example=TaskExample(
        row={
            "record_id": "train/000001",
            "features": [
                {"name": "age", "value": "34", "unit": "years"},
                {"name": "sex", "value": "F"},
                {"name": "initial_evidence", "value": "Have you been coughing? Yes"},
                {"name": "Have you been coughing?", "value": "Yes"},
                {"name": "Where is the pain?", "value": "chest, left side"},
            ],
            "outcomes": {"pathology": "Bronchitis", "differential_diagnosis": '[["Bronchitis", 0.7]]'},
        },
        instances=(
            (
                "Age: 34\nSex: F\nInitial evidence: Have you been coughing? Yes\n"
                "Evidence: Have you been coughing? Yes; Where is the pain? chest, left side",
                "The diagnosis result is Bronchitis.",
            ),
        ),
    ),
)
