"""ICD-10-CM and ICD-10-PCS in the order files of CMS: categories and codes with a short and a long title.

Fixed width: order number 1-5, code 7-13, flag 15, short title 17-76, long title from 78. The flag is 1 for a code that can be billed and 0
for a category, which is told as an attribute. Codes are written without a point; the ids are those of the source icd_codes. The layout is
that of the CMS; byte copies of its own files were not at hand.
"""

from __future__ import annotations

from medslake.sources import Example, NativeFile, Source, by_hash
from medslake.sources.icd_codes import concepts
from medslake.synth import Twin, TwinFile, lines
from medslake.synth.parts.listings import diagnosis_line, procedure_line

__all__ = ["SOURCE"]

_MORE = {"billable": "CASE flag WHEN '1' THEN 'true' WHEN '0' THEN 'false' END", "short_title": "short_title"}
_ASIDE = {"flag: it is neither 0 nor 1": "NOT coalesce(flag IN ('0', '1'), false)"}


def _order(system: str, sha256: str) -> NativeFile:
    return NativeFile(
        f"{system}_order",
        (f"{system}_order_*.txt", f"{system}*order*.txt"),
        "fixed_width",
        "order_number INT, code STRING, flag STRING, short_title STRING, title STRING",
        key=("code",),
        options={
            "spans": {"order_number": (0, 5), "code": (6, 13), "flag": (14, 15), "short_title": (16, 76), "title": (77, None)},
            "required": ("title",),
        },
        sha256={f"{system}_order_2025.subset.txt": sha256},
        required=False,
    )


def _line(number: int, code: str, flag: str, short: str, title: str) -> str:
    return f"{number:05d} {code:<7} {flag} {short:<60} {title}\n"


SOURCE = Source(
    name="icd10_order",
    title="ICD-10-CM and ICD-10-PCS order files",
    citation="CMS, 2025 ICD-10-CM and ICD-10-PCS code files.",
    licence="Public domain (works of the US government)",
    access="public",
    domain="Medical Knowledge",
    page="https://www.cms.gov/medicare/coding-billing/icd-10-codes",
    files=(
        _order("icd10cm", "7b34d395f36b7617555b85cf3fa5d7f5bc024645600c1219779522b2a26e02a2"),
        _order("icd10pcs", "d52371b0666b94e6706104d8ff0a75a507bc2c10e4b4fa2436e091ab6992f0f3"),
    ),
    split=by_hash("record_id"),
    silver={
        "concepts": (
            concepts("icd10cm_order", "ICD10CM", "ICD-10-CM", _MORE, _ASIDE),
            concepts("icd10pcs_order", "ICD10PCS", "ICD-10-PCS", _MORE, _ASIDE),
        )
    },
    example=Example(
        files={
            "icd10cm_order_2025.txt": _line(1, "U90", "0", "Ember fever", "Ember fever")
            + _line(2, "U9001XA", "1", "Ember fever, 1st", "Ember fever,  first visit")
            + _line(3, "U91", "x", "Reed cough", "Reed cough"),
            "icd10pcs_order_2025.txt": _line(1, "0X16070", "1", "Bypass knee", "Bypass of the knee, open approach"),
        },
        rows={
            "concepts": [
                {"record_id": "ICD10CM:U90", "name": "Ember fever", "relations": []},
                {
                    "record_id": "ICD10CM:U90.01XA",
                    "name": "Ember fever,  first visit",
                    "relations": [{"type": "is_a", "target": "ICD10CM:U90", "target_name": "Ember fever"}],
                    "attributes": [
                        {"name": "code", "value": "U9001XA"},
                        {"name": "system", "value": "ICD-10-CM"},
                        {"name": "billable", "value": "true"},
                        {"name": "short_title", "value": "Ember fever, 1st"},
                    ],
                },
                {"record_id": "ICD10PCS:0X16070", "name": "Bypass of the knee, open approach"},
            ]
        },
    ),
    twin=Twin(
        TwinFile("icd10cm_order_2025.txt", diagnosis_line, lines(), 97_785, first=0),
        TwinFile("icd10pcs_order_2025.txt", procedure_line, lines(), 78_948, first=0),
    ),
)
