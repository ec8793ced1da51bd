"""The diagnosis of a DDXPlus patient from age, sex and evidences."""

from medslake.tasks import Bench, Task, TaskExample, as_spelled, is_one_of, one_of, shuffled, wordings

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
#: Releases in French name pathologies in French; silver gives the English name where the conditions file has it.
PATHOLOGY = "coalesce(outcomes['pathology_en'], outcomes['pathology'])"
#: array_join passes over nulls; slicing the first three features off instead would copy every array.
EVIDENCES = "array_join(transform(features, (f, i) -> if(i < 3, null, concat(f.name, ' ', f.value))), '; ')"
PATIENT = {
    "record_id": "train/000001",
    "features": [
        {"name": "age", "value": "34", "unit": "years"},
        {"name": "sex", "value": "F"},
        {"name": "initial_evidence", "value": "Have you been coughing? Yes"},
        {"name": "Have you been coughing?", "value": "Yes"},
        {"name": "Where is the pain?", "value": "chest, left side"},
    ],
    "outcomes": {"pathology": "Bronchitis", "differential_diagnosis": '[["Bronchitis", 0.7]]'},
}

TASK = Task(
    id="task130",
    name="DDXPlus_text_classification_train",
    category="Diagnosis",
    domain="Medical Knowledge",
    source="ddxplus",
    kind="encounters",
    requires={
        "fewer than three features": "size(features) >= 3",
        # Such as all of a release in French beside the English dictionary: nobody is to read codes.
        "codes that the dictionary lacks": "outcomes['undecoded'] IS NULL",
        "unknown label": is_one_of(PATHOLOGY, LABELS),
    },
    version=2,
    # Silver has age, sex and the initial evidence first, then one feature for each evidence.
    input_sql=(
        "concat('Age: ', features[0].value, '\\nSex: ', features[1].value, '\\nInitial evidence: ', features[2].value, "
        f"'\\nEvidence: ', {EVIDENCES})"
    ),
    output_sql=f"concat('The diagnosis result is ', {as_spelled(PATHOLOGY, LABELS)}, '.')",
    choices_sql=one_of(LABELS, "The diagnosis result is {}."),
    labels=LABELS,
    definitions=wordings(__file__, listed=shuffled(LABELS)),
    bench=Bench("diagnosis", ("diagnosis",), "DDXPlus", size=1500),
    example=TaskExample(
        PATIENT,
        (
            (
                "Age: 34\nSex: F\nInitial evidence: Have you been coughing? Yes\n"
                "Evidence: Have you been coughing? Yes; Where is the pain? chest, left side",
                "The diagnosis result is Bronchitis.",
            ),
        ),
    ),
)
