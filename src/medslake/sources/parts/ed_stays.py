"""The master table of the MIMIC-IV-ED benchmark (Xie et al., Sci Data 2022), built from the tables of MIMIC-IV and MIMIC-IV-ED.

What the published code does is kept, with its slips, so that the two tables agree on the same stays:

- comorbidities look back 1780 days (356 * 5, meant as five years) from arrival to the discharge of earlier admissions;
- intensive care counts as a transfer within 12 hours also where it began before the emergency department was left;
- the dead of the hospital are those whose day of death is not after discharge;
- `n_med` counts drugs by GSN, by name where there is none; `n_medrecon` passes over those without a GSN;
- pain is a number or missing. (The published code reads the mean of `5-8` and the number before a word; the reference of this project says
  that text becomes missing, which is kept here.)

Where tables name two persons for one id, the stay is set aside, as everywhere in the lake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from medslake.sources.base import Bronze
from medslake.sources.parts.comorbidities import FLAGS, LONGEST, SHORTEST, flags_by_prefix
from medslake.sources.parts.dictionaries import dictionary, looked_up
from medslake.sources.parts.mapping import joined_on, quoted, typed
from medslake.sources.parts.origins import ORIGIN

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["COLUMNS", "COMPLAINTS", "TABLES_READ", "VITALS", "master_table"]

TABLES_READ = ("edstays", "patients", "admissions", "icustays", "diagnoses_icd", "triage", "vitalsign", "pyxis", "medrecon")
VITALS = ("temperature", "heartrate", "resprate", "o2sat", "sbp", "dbp")
#: Column -> regular expression that is looked for in the chief complaint, in any case.
COMPLAINTS = {
    "chiefcom_chest_pain": "chest pain",
    "chiefcom_abdominal_pain": "abdominal pain|abd pain",
    "chiefcom_headache": "headache|lightheaded",
    "chiefcom_shortness_of_breath": "breath",
    "chiefcom_back_pain": "back pain",
    "chiefcom_cough": "cough",
    "chiefcom_nausea_vomiting": "nausea|vomit",
    "chiefcom_fever_chills": "fever|chill",
    "chiefcom_syncope": "syncope",
    "chiefcom_dizziness": "dizz",
}
_WINDOWS = (30, 90, 365)
_LOOK_BACK = 356 * 5
_NONE = f"CAST(array() AS ARRAY<{ORIGIN}>)"


def _seconds(later: str, earlier: str) -> str:
    return f"(unix_timestamp({later}) - unix_timestamp({earlier}))"


def _days_of(days: int) -> int:
    return days * 86400


def _duration(seconds: str) -> str:
    """SQL for seconds as pandas writes a duration: `0 days 03:12:00`, `-1 days +23:00:00`."""
    rest = f"pmod({seconds}, 86400)"
    clock = ", ':', ".join(f"lpad(CAST({part} AS STRING), 2, '0')" for part in (f"{rest} DIV 3600", f"{rest} DIV 60 % 60", f"{rest} % 60"))
    return f"concat(CAST(floor({seconds} / 86400) AS STRING), IF({seconds} < 0, ' days +', ' days '), {clock})"


def _within(times: str, time: str, days: int) -> str:
    """SQL: how many of the times lie before arrival, at most so many days."""
    gone = _seconds("intime", time)
    return f"IF({times} IS NULL, 0, size(filter({times}, one -> {gone} > 0 AND {gone} <= {_days_of(days)})))"


#: Earlier stays of the person in the emergency department; of two at one time that with the smaller id is the earlier one.
_BEFORE = "(one.intime < intime OR (one.intime = intime AND one.stay_id < stay_id))"
_AFTER = "(one.intime > intime OR (one.intime = intime AND one.stay_id > stay_id))"
_VISITS = {
    f"n_ed_{days}d": f"size(filter(visits, one -> {_BEFORE} AND {_seconds('intime', 'one.intime')} <= {_days_of(days)}))"
    for days in _WINDOWS
}
_ADMITTED = {f"n_hosp_{days}d": _within("past", "one.admittime", days) for days in _WINDOWS}
_INTENSIVE = {f"n_icu_{days}d": _within("icu_past", "one.intime", days) for days in _WINDOWS}
_GONE = _seconds("intime", "one.dischtime")
_EARLIER = f"filter(past, one -> {_GONE} > 0 AND {_GONE} <= {_days_of(_LOOK_BACK)})"
#: The ethnicity that most stays of the person have, of equally many the one told first.
_KNOWN = "filter(visits.ethnicity, told -> told IS NOT NULL)"
_USUAL = (
    f"get(array_sort(transform(array_distinct({_KNOWN}), e -> named_struct("
    f"'fewer', -size(filter({_KNOWN}, other -> other = e)), 'at', array_position({_KNOWN}, e), 'told', e))), 0).told"
)
_TO_ICU, _TO_NEXT, _STAYED = _seconds("intime_icu", "outtime"), _seconds("next_ed_visit_time", "outtime"), _seconds("outtime", "intime")

#: Columns that are made of those before them; each line may use the lines above.
_STEPS: tuple[dict[str, str], ...] = (
    {
        "index": "_row - 1",
        "in_year": "year(intime)",
        "age": "year(intime) - anchor_year + anchor_age",
        "outcome_inhospital_mortality": "coalesce(dischtime >= dod, false)",
        "ed_los": _duration(_STAYED),
        "ed_los_hours": f"round({_STAYED} / 3600D, 2)",
        "time_to_icu_transfer": _duration(_TO_ICU),
        "time_to_icu_transfer_hours": f"round({_TO_ICU} / 3600D, 2)",
        "outcome_icu_transfer_12h": f"coalesce({_TO_ICU} <= 43200, false)",
        "outcome_hospitalization": "hadm_id IS NOT NULL",
        "ethnicity": f"coalesce(ethnicity, {_USUAL})",
        "next_ed_visit_time": f"get(filter(visits, one -> {_AFTER}), 0).intime",
        "_earlier": _EARLIER,
        **_VISITS,
        **_ADMITTED,
        **_INTENSIVE,
        **{name: f"coalesce(chiefcomplaint RLIKE {quoted(f'(?i){words}')}, false)" for name, words in COMPLAINTS.items()},
    },
    {
        "outcome_critical": "outcome_inhospital_mortality OR outcome_icu_transfer_12h",
        "next_ed_visit_time_diff": _duration(_TO_NEXT),
        "next_ed_visit_time_diff_days": f"round({_TO_NEXT} / 86400D, 2)",
        "outcome_ed_revisit_3d": f"coalesce({_TO_NEXT} < {_days_of(3)}, false)",
        "_flags": "array_distinct(flatten(_earlier.flags))",
        "joined": f"concat(filter(array(person_row, admission_row, icu_row, triage_row), row -> row IS NOT NULL), "
        f"coalesce(vital_rows, {_NONE}), coalesce(drug_rows, {_NONE}), coalesce(listed_rows, {_NONE}), "
        f"coalesce(array_except(_earlier.row, array(admission_row)), {_NONE}))",
    },
    {flag: f"IF(array_contains(_flags, '{flag}'), 1, 0)" for flag in FLAGS},
)
#: The 117 columns of the benchmark in its order, and the three that files of MIMIC-IV-ED 2 add.
COLUMNS = (
    *("index", "subject_id", "hadm_id", "stay_id", "intime", "outtime", "anchor_age", "gender", "anchor_year", "dod", "admittime"),
    *("dischtime", "deathtime", "ethnicity", "edregtime", "edouttime", "insurance", "in_year", "age", "outcome_inhospital_mortality"),
    *("ed_los", "intime_icu", "time_to_icu_transfer", "outcome_icu_transfer_12h", "outcome_hospitalization", "outcome_critical"),
    *(*_VISITS, "next_ed_visit_time", "next_ed_visit_time_diff", "outcome_ed_revisit_3d", *_ADMITTED, *_INTENSIVE, "ed_los_hours"),
    *("time_to_icu_transfer_hours", "next_ed_visit_time_diff_days", *(f"triage_{name}" for name in VITALS), "triage_pain"),
    *("triage_acuity", "chiefcomplaint", *COMPLAINTS, *FLAGS, *(f"ed_{name}_last" for name in VITALS), "ed_pain_last", "n_med"),
    *("n_medrecon", "race", "arrival_transport", "disposition"),
)


def master_table(bronze: Bronze) -> DataFrame:
    """COLUMNS of every stay in the emergency department, typed, with `_origin` and `joined`. bronze: all of TABLES_READ.

    Times as they are released; durations are texts as pandas writes them, flags of comorbidities 0 or 1, counts of drugs DOUBLE.
    """
    from pyspark.sql import functions as F

    stays = _with_person_and_admission(bronze)
    for table, made in (("vitalsign", _last_vitals), ("pyxis", _drugs), ("medrecon", _listed_drugs)):
        stays = joined_on(stays, made(_of_stays(bronze, table)), "stay_id")
    visits = "array_sort(collect_list(struct(intime, stay_id, ethnicity))) AS visits"
    stays = joined_on(stays, _collected(stays, visits), "subject_id")
    past = "collect_list(struct(admittime, dischtime, coalesce(flags, CAST(array() AS ARRAY<STRING>)) AS flags, _origin AS row)) AS past"
    stays = joined_on(stays, _collected(_admissions(bronze), past), "subject_id", told=(bronze, "edstays, earlier_admissions"))
    icu = _collected(bronze["icustays"], "collect_list(struct(intime)) AS icu_past")
    stays = joined_on(stays, icu, "subject_id", told=(bronze, "edstays, earlier_icustays"))
    stays = stays.withColumns({"n_med": F.expr("coalesce(n_med, 0D)"), "n_medrecon": F.expr("coalesce(n_medrecon, 0D)")})
    for step in _STEPS:
        stays = stays.withColumns({name: F.expr(sql) for name, sql in step.items()})
    return stays.select(*COLUMNS, "_origin", "joined")


def _collected(rows: DataFrame, columns: str) -> DataFrame:
    from pyspark.sql import functions as F

    return rows.groupBy("subject_id").agg(F.expr(columns))


def _with_person_and_admission(bronze: Bronze) -> DataFrame:
    from pyspark.sql import functions as F

    people = bronze["patients"].selectExpr(
        "subject_id", "gender AS own_gender", "anchor_age", "anchor_year", "dod", "_origin AS person_row"
    )
    stays = joined_on(bronze["edstays"], people, "subject_id", told=(bronze, "edstays, patients"))
    times = ("admittime", "dischtime", "deathtime", "edregtime", "edouttime")
    admitted = bronze["admissions"].selectExpr(
        "hadm_id", "subject_id", *times, "race AS ethnicity", "insurance", "_origin AS admission_row"
    )
    stays = joined_on(stays, admitted, "hadm_id", same="subject_id", told=(bronze, "edstays, admissions"))
    first = bronze["icustays"].groupBy("hadm_id", "subject_id").agg(F.expr("min(struct(intime, stay_id, _origin)) AS first"))
    units = first.selectExpr("hadm_id", "subject_id", "first.intime AS intime_icu", "first._origin AS icu_row")
    stays = joined_on(stays, units, "hadm_id", same="subject_id", told=(bronze, "edstays, icustays"))
    measured = [f"{name} AS triage_{name}" for name in (*VITALS, "acuity")]
    triage = bronze["triage"].selectExpr(
        "stay_id", "subject_id", *measured, f"{typed('pain', 'DOUBLE')} AS triage_pain", "chiefcomplaint", "_origin AS triage_row"
    )
    stays = joined_on(stays, triage, "stay_id", same="subject_id", told=(bronze, "edstays, triage"))
    return stays.withColumn("gender", F.expr("coalesce(gender, own_gender)"))


def _of_stays(bronze: Bronze, table: str) -> DataFrame:
    """Rows of a table of the emergency department that belong to a stay of the same person."""
    stays = bronze["edstays"].select("stay_id", "subject_id")
    return joined_on(bronze[table], stays, "stay_id", same="subject_id", told=(bronze, f"{table}, edstays"), keep="matched")


def _last_vitals(rows: DataFrame) -> DataFrame:
    """Of each vital sign the last value that was taken."""
    from pyspark.sql import functions as F

    read = {**{name: name for name in VITALS}, "pain": typed("pain", "DOUBLE")}
    last = [
        F.expr(f"max_by({sql}, struct(charttime, _row)) FILTER (WHERE {sql} IS NOT NULL) AS ed_{name}_last") for name, sql in read.items()
    ]
    return rows.groupBy("stay_id").agg(*last, F.expr("array_sort(collect_list(_origin)) AS vital_rows"))


def _drugs(rows: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F

    told = "count(DISTINCT coalesce(gsn, name)) * 1D AS n_med"
    return rows.groupBy("stay_id").agg(F.expr(told), F.expr("array_sort(collect_list(_origin)) AS drug_rows"))


def _listed_drugs(rows: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F

    told = "count(DISTINCT gsn) * 1D AS n_medrecon"
    return rows.groupBy("stay_id").agg(F.expr(told), F.expr("array_sort(collect_list(_origin)) AS listed_rows"))


def _admissions(bronze: Bronze) -> DataFrame:
    """The admissions with `flags`, the comorbidities that their diagnoses set."""
    from pyspark.sql import functions as F

    stays = bronze["admissions"].select("hadm_id", "subject_id")
    rows = joined_on(
        bronze["diagnoses_icd"], stays, "hadm_id", same="subject_id", told=(bronze, "diagnoses_icd, admissions"), keep="matched"
    )
    known = rows.withColumn("known", dictionary(flags_by_prefix(), "ARRAY<STRING>"))
    code = "upper(replace(trim(icd_code), '.', ''))"
    found = ", ".join(
        looked_up("known", f"concat(CAST(icd_version AS STRING), ':', substring({code}, 1, {size}))")
        for size in range(SHORTEST, LONGEST + 1)
    )
    flags = known.selectExpr("hadm_id", f"explode(flatten(filter(array({found}), one -> one IS NOT NULL))) AS flag")
    return joined_on(bronze["admissions"], flags.groupBy("hadm_id").agg(F.expr("collect_set(flag) AS flags")), "hadm_id")
