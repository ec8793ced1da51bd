"""The sequence of radiation and surgery for a cancer patient of SEER."""

from medslake.tasks import Bench, Task, TaskExample, as_spelled, is_one_of, numbered, one_of, shuffled, wordings

LABELS = (
    "Intraoperative rad with other rad before/after surgery",
    "Intraoperative radiation",
    "No radiation and/or cancer-directed surgery",
    "Radiation after surgery",
    "Radiation before and after surgery",
    "Radiation prior to surgery",
    "Surgery both before and after radiation",
)
#: Features that are known only after the treatment or tell which one it was: treatment columns, death, follow-up.
AFTERWARDS = "radiation|chemo|therapy|treatment|surg|^cod |death|vital status|surviv|last fu|follow|interva|^status$|stutus"
LINES = "array_join(transform({}, f -> concat(f.name, ': ', coalesce(f.value, ''))), '\\n')"
FEATURES = {
    "Age at diagnosis": "61",
    "Radiation recode": "Beam radiation",
    "ER Status Recode Breast Cancer (1990+)": "Positive",
    "CS tumor size (2004-2015)": "18",
    "Vital status recode (study cutoff used)": "Alive",
}
PATIENT = {
    "record_id": "seerstat/000001",
    "features": [{"name": name, "value": value} for name, value in FEATURES.items()],
    "outcomes": {"radiation_sequence": "Radiation after surgery", "status": "Alive"},
}
UNTREATED = {"record_id": "ieee/000001", "features": [{"name": "Age", "value": "50"}], "outcomes": {"status": "Alive"}}

TASK = Task(
    id="task131",
    name="SEER_text_classification_train",
    category="Treatment Planning",
    domain="Medical Knowledge",
    source="seer",
    kind="encounters",
    # The public extracts know nothing of it.
    where="record_id not like 'ieee/%' and record_id not like 'survival/%'",
    requires={"unknown label": is_one_of("outcomes['radiation_sequence']", LABELS)},
    input_sql=LINES.format(f"filter(features, f -> not replace(lower(f.name), '_', ' ') rlike '{AFTERWARDS}')"),
    paper={"input_sql": LINES.format("features")},
    output_sql="concat('The treatment planning is: ', " + as_spelled("outcomes['radiation_sequence']", LABELS) + ", '.')",
    choices_sql=one_of(LABELS, "The treatment planning is: {}."),
    labels=LABELS,
    definitions=wordings(__file__, listed=shuffled(LABELS), numbered=numbered(LABELS, end=".")),
    bench=Bench("treatment_planning", ("treatment_planning",), "SEER", size=1500),
    notes=(
        "Only SEER*Stat exports carry the radiation sequence; the public extracts of 4,024 patients yield no row. The released inputs tell "
        "radiation, chemotherapy, death and follow-up, which give the label away; ours leave them out."
    ),
    version=2,
    example=TaskExample(
        PATIENT,
        (
            (
                "Age at diagnosis: 61\nER Status Recode Breast Cancer (1990+): Positive\nCS tumor size (2004-2015): 18",
                "The treatment planning is: Radiation after surgery.",
            ),
        ),
        others=(UNTREATED,),
    ),
)
