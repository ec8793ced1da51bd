"""The tables of MIMIC-IV (hosp and icu) and of MIMIC-IV-ED (ed), for the sources that read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from medslake.formats import NativeFile
from medslake.sources.base import Download
from medslake.sources.parts.downloads import physionet

__all__ = ["TABLES", "table_downloads", "table_file"]

#: table -> (module, columns, key); column types after the publisher's create.sql.
TABLES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "patients": (
        "hosp",
        "subject_id BIGINT, gender STRING, anchor_age INT, anchor_year INT, anchor_year_group STRING, dod DATE",
        ("subject_id",),
    ),
    "admissions": (
        "hosp",
        "subject_id BIGINT, hadm_id BIGINT, admittime TIMESTAMP, dischtime TIMESTAMP, deathtime TIMESTAMP, admission_type STRING, "
        "admit_provider_id STRING, admission_location STRING, discharge_location STRING, insurance STRING, language STRING, "
        "marital_status STRING, race STRING, edregtime TIMESTAMP, edouttime TIMESTAMP, hospital_expire_flag INT",
        ("hadm_id",),
    ),
    "diagnoses_icd": (
        "hosp",
        "subject_id BIGINT, hadm_id BIGINT, seq_num INT, icd_code STRING, icd_version INT",
        ("hadm_id", "seq_num"),
    ),
    "procedures_icd": (
        "hosp",
        "subject_id BIGINT, hadm_id BIGINT, seq_num INT, chartdate DATE, icd_code STRING, icd_version INT",
        ("hadm_id", "seq_num"),
    ),
    "d_icd_diagnoses": ("hosp", "icd_code STRING, icd_version INT, long_title STRING", ("icd_code", "icd_version")),
    "d_icd_procedures": ("hosp", "icd_code STRING, icd_version INT, long_title STRING", ("icd_code", "icd_version")),
    "transfers": (
        "hosp",
        "subject_id BIGINT, hadm_id BIGINT, transfer_id BIGINT, eventtype STRING, careunit STRING, intime TIMESTAMP, outtime TIMESTAMP",
        ("transfer_id",),
    ),
    "services": (
        "hosp",
        "subject_id BIGINT, hadm_id BIGINT, transfertime TIMESTAMP, prev_service STRING, curr_service STRING",
        ("hadm_id", "transfertime", "curr_service"),
    ),
    "drgcodes": (
        "hosp",
        "subject_id BIGINT, hadm_id BIGINT, drg_type STRING, drg_code STRING, description STRING, drg_severity INT, drg_mortality INT",
        ("hadm_id", "drg_type", "drg_code"),
    ),
    "hcpcsevents": (
        "hosp",
        "subject_id BIGINT, hadm_id BIGINT, chartdate DATE, hcpcs_cd STRING, seq_num INT, short_description STRING",
        ("hadm_id", "hcpcs_cd", "seq_num"),
    ),
    "omr": (
        "hosp",
        "subject_id BIGINT, chartdate DATE, seq_num INT, result_name STRING, result_value STRING",
        ("subject_id", "chartdate", "seq_num", "result_name"),
    ),
    "labevents": (
        "hosp",
        "labevent_id BIGINT, subject_id BIGINT, hadm_id BIGINT, specimen_id BIGINT, itemid BIGINT, order_provider_id STRING, "
        "charttime TIMESTAMP, storetime TIMESTAMP, value STRING, valuenum DOUBLE, valueuom STRING, ref_range_lower DOUBLE, "
        "ref_range_upper DOUBLE, flag STRING, priority STRING, comments STRING",
        ("labevent_id",),
    ),
    "d_labitems": ("hosp", "itemid BIGINT, label STRING, fluid STRING, category STRING", ("itemid",)),
    "prescriptions": (
        "hosp",
        "subject_id BIGINT, hadm_id BIGINT, pharmacy_id BIGINT, poe_id STRING, poe_seq INT, order_provider_id STRING, starttime TIMESTAMP, "
        "stoptime TIMESTAMP, drug_type STRING, drug STRING, formulary_drug_cd STRING, gsn STRING, ndc STRING, prod_strength STRING, "
        "form_rx STRING, dose_val_rx STRING, dose_unit_rx STRING, form_val_disp STRING, form_unit_disp STRING, "
        "doses_per_24_hrs DOUBLE, route STRING",
        (),
    ),
    "microbiologyevents": (
        "hosp",
        "microevent_id BIGINT, subject_id BIGINT, hadm_id BIGINT, micro_specimen_id BIGINT, order_provider_id STRING, chartdate TIMESTAMP, "
        "charttime TIMESTAMP, spec_itemid BIGINT, spec_type_desc STRING, test_seq INT, storedate TIMESTAMP, storetime TIMESTAMP, "
        "test_itemid BIGINT, test_name STRING, org_itemid BIGINT, org_name STRING, isolate_num INT, quantity STRING, ab_itemid BIGINT, "
        "ab_name STRING, dilution_text STRING, dilution_comparison STRING, dilution_value DOUBLE, interpretation STRING, comments STRING",
        ("microevent_id",),
    ),
    "provider": ("hosp", "provider_id STRING", ("provider_id",)),
    "d_hcpcs": ("hosp", "code STRING, category INT, long_description STRING, short_description STRING", ("code",)),
    "emar": (
        "hosp",
        "subject_id BIGINT, hadm_id BIGINT, emar_id STRING, emar_seq INT, poe_id STRING, pharmacy_id BIGINT, enter_provider_id STRING, "
        "charttime TIMESTAMP, medication STRING, event_txt STRING, scheduletime TIMESTAMP, storetime TIMESTAMP",
        ("emar_id",),
    ),
    "emar_detail": (
        "hosp",
        "subject_id BIGINT, emar_id STRING, emar_seq INT, parent_field_ordinal STRING, administration_type STRING, pharmacy_id BIGINT, "
        "barcode_type STRING, reason_for_no_barcode STRING, complete_dose_not_given STRING, dose_due STRING, dose_due_unit STRING, "
        "dose_given STRING, dose_given_unit STRING, will_remainder_of_dose_be_given STRING, product_amount_given STRING, "
        "product_unit STRING, product_code STRING, product_description STRING, product_description_other STRING, "
        "prior_infusion_rate STRING, infusion_rate STRING, infusion_rate_adjustment STRING, infusion_rate_adjustment_amount STRING, "
        "infusion_rate_unit STRING, route STRING, infusion_complete STRING, completion_interval STRING, new_iv_bag_hung STRING, "
        "continued_infusion_in_other_location STRING, restart_interval STRING, side STRING, site STRING, "
        "non_formulary_visual_verification STRING",
        (),
    ),
    "pharmacy": (
        "hosp",
        "subject_id BIGINT, hadm_id BIGINT, pharmacy_id BIGINT, poe_id STRING, starttime TIMESTAMP, stoptime TIMESTAMP, "
        "medication STRING, proc_type STRING, status STRING, entertime TIMESTAMP, verifiedtime TIMESTAMP, route STRING, "
        "frequency STRING, disp_sched STRING, infusion_type STRING, sliding_scale STRING, lockout_interval STRING, basal_rate DOUBLE, "
        "one_hr_max STRING, doses_per_24_hrs DOUBLE, duration DOUBLE, duration_interval STRING, expiration_value INT, "
        "expiration_unit STRING, expirationdate TIMESTAMP, dispensation STRING, fill_quantity STRING",
        ("pharmacy_id",),
    ),
    "poe": (
        "hosp",
        "poe_id STRING, poe_seq INT, subject_id BIGINT, hadm_id BIGINT, ordertime TIMESTAMP, order_type STRING, order_subtype STRING, "
        "transaction_type STRING, discontinue_of_poe_id STRING, discontinued_by_poe_id STRING, order_provider_id STRING, "
        "order_status STRING",
        ("poe_id",),
    ),
    "poe_detail": (
        "hosp",
        "poe_id STRING, poe_seq INT, subject_id BIGINT, field_name STRING, field_value STRING",
        ("poe_id", "field_name"),
    ),
    "icustays": (
        "icu",
        "subject_id BIGINT, hadm_id BIGINT, stay_id BIGINT, first_careunit STRING, last_careunit STRING, intime TIMESTAMP, "
        "outtime TIMESTAMP, los DOUBLE",
        ("stay_id",),
    ),
    "d_items": (
        "icu",
        "itemid BIGINT, label STRING, abbreviation STRING, linksto STRING, category STRING, unitname STRING, param_type STRING, "
        "lownormalvalue DOUBLE, highnormalvalue DOUBLE",
        ("itemid",),
    ),
    "chartevents": (
        "icu",
        "subject_id BIGINT, hadm_id BIGINT, stay_id BIGINT, caregiver_id BIGINT, charttime TIMESTAMP, storetime TIMESTAMP, itemid BIGINT, "
        "value STRING, valuenum DOUBLE, valueuom STRING, warning INT",
        (),
    ),
    "datetimeevents": (
        "icu",
        "subject_id BIGINT, hadm_id BIGINT, stay_id BIGINT, caregiver_id BIGINT, charttime TIMESTAMP, storetime TIMESTAMP, itemid BIGINT, "
        "value TIMESTAMP, valueuom STRING, warning INT",
        (),
    ),
    "inputevents": (
        "icu",
        "subject_id BIGINT, hadm_id BIGINT, stay_id BIGINT, caregiver_id BIGINT, starttime TIMESTAMP, endtime TIMESTAMP, "
        "storetime TIMESTAMP, itemid BIGINT, amount DOUBLE, amountuom STRING, rate DOUBLE, rateuom STRING, orderid BIGINT, "
        "linkorderid BIGINT, ordercategoryname STRING, secondaryordercategoryname STRING, ordercomponenttypedescription STRING, "
        "ordercategorydescription STRING, patientweight DOUBLE, totalamount DOUBLE, totalamountuom STRING, isopenbag INT, "
        "continueinnextdept INT, statusdescription STRING, originalamount DOUBLE, originalrate DOUBLE",
        (),
    ),
    "ingredientevents": (
        "icu",
        "subject_id BIGINT, hadm_id BIGINT, stay_id BIGINT, caregiver_id BIGINT, starttime TIMESTAMP, endtime TIMESTAMP, "
        "storetime TIMESTAMP, itemid BIGINT, amount DOUBLE, amountuom STRING, rate DOUBLE, rateuom STRING, orderid BIGINT, "
        "linkorderid BIGINT, statusdescription STRING, originalamount DOUBLE, originalrate DOUBLE",
        (),
    ),
    "outputevents": (
        "icu",
        "subject_id BIGINT, hadm_id BIGINT, stay_id BIGINT, caregiver_id BIGINT, charttime TIMESTAMP, storetime TIMESTAMP, itemid BIGINT, "
        "value DOUBLE, valueuom STRING",
        (),
    ),
    "procedureevents": (
        "icu",
        "subject_id BIGINT, hadm_id BIGINT, stay_id BIGINT, caregiver_id BIGINT, starttime TIMESTAMP, endtime TIMESTAMP, "
        "storetime TIMESTAMP, itemid BIGINT, value DOUBLE, valueuom STRING, location STRING, locationcategory STRING, orderid BIGINT, "
        "linkorderid BIGINT, ordercategoryname STRING, ordercategorydescription STRING, patientweight DOUBLE, isopenbag INT, "
        "continueinnextdept INT, statusdescription STRING, originalamount DOUBLE, originalrate DOUBLE",
        ("orderid",),
    ),
    "caregiver": ("icu", "caregiver_id BIGINT", ("caregiver_id",)),
    "edstays": (
        "ed",
        "subject_id BIGINT, hadm_id BIGINT, stay_id BIGINT, intime TIMESTAMP, outtime TIMESTAMP, gender STRING, race STRING, "
        "arrival_transport STRING, disposition STRING",
        ("stay_id",),
    ),
    "triage": (
        "ed",
        "subject_id BIGINT, stay_id BIGINT, temperature DOUBLE, heartrate DOUBLE, resprate DOUBLE, o2sat DOUBLE, sbp DOUBLE, dbp DOUBLE, "
        "pain STRING, acuity DOUBLE, chiefcomplaint STRING",
        ("stay_id",),
    ),
    "vitalsign": (
        "ed",
        "subject_id BIGINT, stay_id BIGINT, charttime TIMESTAMP, temperature DOUBLE, heartrate DOUBLE, resprate DOUBLE, o2sat DOUBLE, "
        "sbp DOUBLE, dbp DOUBLE, rhythm STRING, pain STRING",
        (),
    ),
    "medrecon": (
        "ed",
        "subject_id BIGINT, stay_id BIGINT, charttime TIMESTAMP, name STRING, gsn STRING, ndc STRING, etc_rn INT, etccode STRING, "
        "etcdescription STRING",
        (),
    ),
    "pyxis": (
        "ed",
        "subject_id BIGINT, stay_id BIGINT, charttime TIMESTAMP, med_rn INT, name STRING, gsn_rn INT, gsn STRING",
        (),
    ),
    "diagnosis": (
        "ed",
        "subject_id BIGINT, stay_id BIGINT, seq_num INT, icd_code STRING, icd_version INT, icd_title STRING",
        ("stay_id", "seq_num"),
    ),
}
#: Columns that older versions lack: 2.0 knew no providers, the first version of MIMIC-IV-ED told the person in patients alone.
_LATER = {
    "edstays": ("gender", "race", "arrival_transport", "disposition"),
}
_PROVIDERS = ("admit_provider_id", "order_provider_id", "enter_provider_id", "caregiver_id")


def table_file(table: str, *, required: bool = False, sha256: Mapping[str, str] | None = None) -> NativeFile:
    """The file of a table, in the folder of its module or beside others, or below the folder of a version."""
    module, schema, key = TABLES[table]
    name = f"{module}/{table}.csv"
    capitals = {"ORIGINALAMOUNT": "originalamount", "ORIGINALRATE": "originalrate"} if table == "procedureevents" else {}
    return NativeFile(
        table,
        (name, f"{table}.csv", f"*/{name}", f"*/*/{name}"),
        "csv",
        schema,
        key=key,
        options={"aliases": capitals, "optional": (*_PROVIDERS, *_LATER.get(table, ()))},
        sha256={name: sha256[name]} if sha256 and name in sha256 else {},
        required=required,
    )


def table_downloads(tables: Iterable[str]) -> tuple[Download, ...]:
    """Tables of MIMIC-IV 3.1 and of MIMIC-IV-ED 2.2, from PhysioNet."""
    projects = {"hosp": ("mimiciv", "3.1"), "icu": ("mimiciv", "3.1"), "ed": ("mimic-iv-ed", "2.2")}
    return tuple(
        one for table in tables for module in [TABLES[table][0]] for one in physionet(*projects[module], [f"{module}/{table}.csv.gz"])
    )
