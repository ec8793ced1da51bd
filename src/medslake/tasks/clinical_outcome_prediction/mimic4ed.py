"""What becomes of a patient of the emergency department: admission, return in three days, death or intensive care (MIMIC4ED)."""

from medslake.tasks import Bench, Task, TaskExample, as_spelled, is_one_of, one_of, wordings

LABELS = ("True", "False")
VITALS = ("temperature", "heartrate", "resprate", "o2sat", "sbp", "dbp")
COUNTS = tuple(f"n_{what}_{days}d" for what in ("ed", "hosp", "icu") for days in (30, 90, 365))
COMPLAINTS = ("chest_pain", "abdominal_pain", "headache", "shortness_of_breath", "back_pain", "cough", "nausea_vomiting", "fever_chills")
#: Charlson and Elixhauser, as the benchmark names and orders them.
CHARLSON = "MI CHF PVD Stroke Dementia Pulmonary Rheumatic PUD Liver1 DM1 DM2 Paralysis Renal Cancer1 Liver2 Cancer2 HIV"
ELIXHAUSER = (
    "Arrhythmia Valvular PHTN HTN1 HTN2 NeuroOther Hypothyroid Lymphoma Coagulopathy Obesity WeightLoss FluidsLytes BloodLoss Anemia "
    "Alcohol Drugs Psychoses Depression"
)
BEFORE = ("age", "gender", *COUNTS)
TOLD = (
    *("triage_pain", "triage_acuity", *(f"chiefcom_{name}" for name in (*COMPLAINTS, "syncope", "dizziness"))),
    *(*(f"cci_{name}" for name in CHARLSON.split()), *(f"eci_{name}" for name in ELIXHAUSER.split())),
)
#: What is known after triage, and when the stay ends.
AT_TRIAGE = (*BEFORE, *(f"triage_{name}" for name in VITALS), *TOLD)
AT_END = (*BEFORE, *TOLD, *(f"ed_{name}_last" for name in VITALS), "ed_los", "n_med", "n_medrecon")

VALUE = "get(filter(features, f -> f.name = n), 0).value"
#: The answer's words do not stand in the question.
PLAIN = "case f.value when 'True' then 'yes' when 'False' then 'no' else f.value end"
STAY = {"age": "61", "gender": "F", "n_ed_30d": "2", "triage_acuity": "3.0", "chiefcom_cough": "True", "ed_los": "0 days 03:30:00"}


def outcome(number: int, name: str, key: str, known: tuple[str, ...], asked: str) -> Task:
    """key: of the outcome in silver. known: the features that are told. asked: a clause on the patient, behind `whether`."""
    names = ", ".join(f"'{feature}'" for feature in known)
    lines = "\n".join(f"{feature}: {'yes' if value == 'True' else value}" for feature, value in STAY.items() if feature in known)
    row = {
        "record_id": "70000001",
        "features": [{"name": feature, "value": value} for feature, value in STAY.items()],
        "outcomes": {"hospitalization": "True", "critical": "True", "ed_revisit_3d": "True"},
    }
    return Task(
        id=f"task{number}",
        name=name,
        category="Clinical Outcome Prediction",
        domain="Clinical Text",
        source="mimic4ed",
        kind="encounters",
        requires={"the outcome is not told": is_one_of(f"outcomes['{key}']", LABELS)},
        input_sql=(f"array_join(transform(filter(features, f -> f.name in ({names})), f -> concat(f.name, ': ', {PLAIN})), '\\n')"),
        output_sql=as_spelled(f"outcomes['{key}']", LABELS),
        choices_sql=one_of(LABELS),
        labels=LABELS,
        definitions=wordings(__file__, asked=asked),
        paper={"input_sql": f"array_join(transform(array({names}), n -> concat(n, ': ', coalesce({VALUE}, 'nan'))), '\\n')"},
        bench=Bench("outcome_prediction", ("outcome_prediction",), "MIMIC4ED Benchmark", size=1500),
        example=TaskExample(row, ((lines, "True"),), others=({**row, "record_id": "70000002", "outcomes": {}},)),
    )


TASKS = (
    outcome(
        117,
        "mimic4ed_benchmark_hospitalization",
        "hospitalization",
        AT_TRIAGE,
        "the patient will be admitted to the hospital from the emergency department",
    ),
    outcome(
        118,
        "mimic4ed_72h_ed_revisit_disposition",
        "ed_revisit_3d",
        AT_END,
        "the patient will come back to the emergency department within 72 hours of leaving it",
    ),
    outcome(
        119,
        "mimic4ed_benchmark_critical_triage",
        "critical",
        AT_TRIAGE,
        "the patient will be moved to intensive care within 12 hours or die in hospital",
    ),
)
