"""ICD-10-CM and ICD-10-PCS in the order files of CMS: categories and codes with a short and a long title.

Fixed width: order number 1-5, code 7-13, flag 15, short title 17-76, long title from 78. The flag is 1 for a code that can be billed and 0
for a category, which is told as an attribute. Codes are written without a point; the ids are those of the source icd_codes. The layout is
that of the CMS; byte copies of its own files were not at hand.

Where no order file is at hand, the trees of codes that MIMIC-IV-ICD crawled from a web page are read: chapters and blocks, such as A00-B99,
stand among the codes of ICD-10-CM. MedS-Ins was made of these; of each table of ICD-10-PCS its converter keeps the last code alone, under
the table's name, which the attribute `last_of` of that code tells besides `table`.
"""

from __future__ import annotations

from medslake.sources import Bronze, Example, Frame, Mapped, NativeFile, Source, by_hash, mapped
from medslake.sources.icd_codes import RELATIONS, concepts
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


def _tree(system: str, file: str) -> NativeFile:
    globs = (file, f"MIMIC-IV-ICD-data-processing/{file}")
    return NativeFile(f"{system}_tree", globs, "json_leaves", "path ARRAY<STRING>, value STRING", required=False)


def _of_tree(system: str, prefix: str, printed: str, where: str, **more: str) -> Mapped:
    """The rule of one tree. A text named description is the title of the code that holds it, any other that of the code it is named by."""

    def rows(bronze: Bronze) -> Frame | None:
        return None if any(f"{one}_order" in bronze for one in ("icd10cm", "icd10pcs")) else bronze.get(f"{system}_tree")

    codes = "IF(element_at(path, -1) = 'description', slice(path, 1, size(path) - 1), path)"
    code, above = f"element_at({codes}, -1)", f"get({codes}, size({codes}) - 2)"
    parent = f"named_struct('type', 'is_a', 'target', concat('{prefix}:', {above}), 'target_name', CAST(NULL AS STRING))"
    told = {"code": f"replace({code}, '.', '')", "system": f"'{printed}'", **more}
    attributes = ", ".join(f"named_struct('name', '{name}', 'value', {sql})" for name, sql in told.items())
    return mapped(
        rows,
        where=where,
        record_id=f"concat('{prefix}:', {code})",
        concept_id=f"concat('{prefix}:', {code})",
        name="value",
        synonyms="CAST(array() AS ARRAY<STRING>)",
        relations=f"IF({above} IS NULL, CAST(array() AS {RELATIONS}), array({parent}))",
        xrefs="CAST(array() AS ARRAY<STRING>)",
        attributes=f"filter(array({attributes}), a -> a.value IS NOT NULL)",
    )


_LAST = "row_number() OVER (PARTITION BY slice(path, 1, size(path) - 1), element_at(path, -1) = 'description' ORDER BY _row DESC) = 1"
_TABLE = "IF(element_at(path, -1) = 'description', NULL, get(path, size(path) - 2))"


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
        _tree("icd10cm", "crawl_ICD_final.json"),
        _tree("icd10pcs", "crawl_ICD_PCS.json"),
    ),
    split=by_hash("record_id"),
    silver={
        "concepts": (
            concepts("icd10cm_order", "ICD10CM", "ICD-10-CM", _MORE, _ASIDE),
            concepts("icd10pcs_order", "ICD10PCS", "ICD-10-PCS", _MORE, _ASIDE),
            _of_tree("icd10cm", "ICD10CM", "ICD-10-CM", "size(path) > 1 AND element_at(path, -1) = 'description'"),
            _of_tree("icd10pcs", "ICD10PCS", "ICD-10-PCS", "size(path) > 1", table=_TABLE, last_of=f"IF({_LAST}, {_TABLE}, NULL)"),
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
