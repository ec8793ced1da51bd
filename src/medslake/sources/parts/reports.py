"""Clinical reports cut at their headings: sections of silver.documents, of which the text can be put together as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from medslake.sources.parts.mapping import quoted

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["IMAGING", "with_sections"]

_TEXT = quoted(r"\S")
_WORDS = "[A-Z ()/,&-]*"
#: Sections of imaging reports -> the headings that stand for them, as regular expressions; of several that fit the first counts. The
#: misspelt ones are those that the section parser of MIMIC-CXR's publisher lists. Headings inside of findings (organs, levels of the
#: spine) are none of them and stay in the text.
IMAGING = {
    "findings and impression": f"{_WORDS}FINDINGS?(?: AND | & | ?/ ?)IMPRESSIONS?{_WORDS}|{_WORDS}IMPRESSION AND FINDINGS{_WORDS}",
    "impression": (
        f"{_WORDS}IMPRESSIONS?{_WORDS}|IMPRESSON|IMPRRESSION|IMORESSION|IMPRESSOIN|IMPRSSION|IMPRESION|IMPERSSION|MPRESSION|IMPESSION|"
        "CONCLUSIONS?"
    ),
    "findings": f"{_WORDS}FINDINGS{_WORDS}|FINDING|FINDINS|FINDINDGS|FINDGINGS|FINDNGS|FINDNINGS|FINIDNGS",
    "comparison": f"{_WORDS}COMPARISONS?{_WORDS}|COMPARISIONS?|COMPARSION|COMPARRISON|REFERENCE EXAM",
    "history": f"{_WORDS}HISTORY{_WORDS}|CLINICAL INFORMATION|PFI",
    "addendum": f"{_WORDS}ADDENDUM{_WORDS}",
    "examination": "EXAMINATIONS?|EXAM|TYPE OF EXAMINATION|STUDY",
    "indication": "INDICATIONS?|IDICATION|NDICATION|CLINICAL INDICATION|REASON FOR EXAM(?:INATION)?",
    "technique": "TECHNIQUE",
    "recommendations": r"RECOMMENDATIONS?|RECOMMENDATION\(S\)",
    "notification": "NOTIFICATION",
    "wet read": "WET ?READ",
    "comment": "COMMENT",
}


def with_sections(reports: DataFrame, names: Mapping[str, str]) -> DataFrame:
    r"""The rows with `sections`, cut from `text` at lines that begin with a heading and a colon, and `headings`, a JSON list.

    names: section -> regular expression of its headings. A section is what stands behind its heading, blanks and all; what stands before
    the first is the section `preamble`, and a text without any is the section `report`. headings: what the text has before each section,
    so that heading and section, one after the other, are the text, character for character.
    """
    from pyspark.sql import functions as F

    heading = rf"(?m)^[ \t]*(?:{'|'.join(names.values())})[ \t]*:"
    whole = {name: quoted(rf"\A\s*(?:{known})\s*:\z") for name, known in names.items()}
    whens = " ".join(f"WHEN m RLIKE {known} THEN {quoted(name)}" for name, known in whole.items())
    cut = reports.withColumns(
        {"_marks": F.regexp_extract_all("text", F.lit(heading), F.lit(0)), "_pieces": F.split("text", heading, -1)}
    ).withColumn("_opens", F.expr(f"size(_marks) > 0 AND get(_pieces, 0) RLIKE {_TEXT}"))
    first = "named_struct('name', {}, 'text', get(_pieces, 0))"
    found = f"transform(_marks, (m, i) -> named_struct('name', CASE {whens} END, 'text', get(_pieces, i + 1)))"
    before = (
        f"CASE WHEN size(_marks) = 0 THEN array({first.format(quoted('report'))}) "
        f"WHEN _opens THEN array({first.format(quoted('preamble'))}) ELSE array() END"
    )
    # Blanks before the first heading belong to it.
    marks = "IF(_opens, concat(array(''), _marks), transform(_marks, (m, i) -> IF(i = 0, concat(get(_pieces, 0), m), m)))"
    return cut.withColumns(
        {
            "sections": F.expr(f"concat({before}, {found})"),
            "headings": F.expr(f"to_json(IF(size(_marks) = 0, array(''), {marks}))"),
        }
    ).drop("_marks", "_pieces", "_opens")
