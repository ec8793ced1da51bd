"""The impression of an imaging report, to be written from its findings: MIMIC-IV by modality and region, and chest X-rays of MIMIC-CXR."""

from typing import Any

from medslake.tasks import WRITTEN, Bench, Task, TaskExample, cut, has_words, stripped, told, wordings

FINDINGS, IMPRESSION = told("findings"), told("impression")
REQUIRES = {
    "no findings": f"{FINDINGS} <> ''",
    "no impression": f"{IMPRESSION} <> ''",
    "the findings have the impression word for word": f"not contains(lower({FINDINGS}), lower({IMPRESSION}))",
}
PUBLISHED = {"findings": cut("item", "FINDINGS:", "IMPRESSION:"), "impression": cut("item", "IMPRESSION:")}
NAMED = "array_contains(split(attributes['{}'], '; '), '{}')"


def sections(**texts: str) -> list[dict[str, str]]:
    return [{"name": name, "text": text} for name, text in texts.items()]


def report(number: int, exam: str, **how: Any) -> Task:
    """exam: what the report is of, with its article."""
    shared: dict[str, Any] = {"category": "Text Summarization", "domain": "Clinical Text", "kind": "documents"}
    return Task(id=f"task{number}", **shared, requires=REQUIRES, definitions=wordings(__file__, exam=exam), **how)


def note(number: int, name: str, exam: str, modality: str, anatomy: str = "", scored: bool = False) -> Task:
    """A report of MIMIC-IV. modality, anatomy: as the source tells them; the first of several regions counts, and CT before MRI."""
    also = " and not " if modality == "MRI" else ""
    where, letters = (
        " and ".join(
            (
                NAMED.format(f"modality{by}", modality) + (also and also + NAMED.format(f"modality{by}", "CT")),
                *([f"attributes['anatomy{by}'] = '{anatomy}'"] if anatomy else []),
            )
        )
        for by in ("", "_by_letters")
    )
    facts = {"modality": modality, **({"anatomy": anatomy} if anatomy else {})}
    body = sections(examination=" X\n", indication=" Y\n", impression="\n1. Clear.\n", findings="\nNothing in\nthe tract.\n")
    return report(
        number,
        exam,
        name=f"mimic_{name}_summarization",
        source="mimic_iv_note",
        # Of older reports another table alone tells what they are of; the published files do without them.
        where=f"{where} and exists(sections, s -> s.name = 'examination') and exists(sections, s -> s.name = 'indication')",
        input_sql=FINDINGS,
        output_sql=IMPRESSION,
        paper={
            "where": letters,
            "requires": {},
            "items": f"filter(array({WRITTEN}), t -> {has_words('t', 'FINDINGS:', 'IMPRESSION:', 'EXAMINATION:', 'INDICATION:')})",
            "input_sql": stripped(PUBLISHED["findings"]),
            "output_sql": stripped(PUBLISHED["impression"]),
        },
        bench=Bench("summarization", ("text_similarity",), "MIMIC-IV", size=110) if scored else None,
        notes="The first of several regions counts, and a report of both CT and MRI is one of CT, as published.",
        example=TaskExample(
            {"record_id": "1-RR-1", "sections": body, "attributes": facts},
            (("Nothing in\nthe tract.", "1. Clear."),),
            others=({"record_id": "1-RR-2", "sections": body, "attributes": {"modality": "X-ray"}},),
        ),
    )


REGIONS = ("Chest", "Head_and_neck", "Brain", "Abdomen", "Pelvis", "Spine")
TASKS = (
    note(78, "ultrasound", "an ultrasound examination", "Ultrasound", scored=True),
    note(79, "angiography", "an angiography", "Angiography"),
    note(80, "mammogram", "a mammogram", "Mammogram"),
    note(81, "pathology", "an imaging study done for pathology", "Pathology"),
    note(82, "fluoroscopy", "a fluoroscopy", "Fluoroscopy"),
    *(
        note(number, f"{modality}_{region}".lower(), f"{exam} of the {region.lower().replace('_', ' ')}", modality, region, scored=True)
        for exam, modality, first in (("a CT", "CT", 83), ("an MRI", "MRI", 89))
        for number, region in enumerate(REGIONS, start=first)
    ),
    report(
        112,
        "a chest X-ray",
        name="mimic_cxr_text_summurization",
        source="mimic_cxr",
        # Lines of these reports begin with a blank.
        input_sql=f"regexp_replace({FINDINGS}, '\\\\s+', ' ')",
        output_sql=f"regexp_replace({IMPRESSION}, '\\\\s+', ' ')",
        paper={
            "requires": {},
            "items": f"filter(array({WRITTEN}), t -> {has_words('t', 'FINDINGS:', 'IMPRESSION:')})",
            "input_sql": stripped(f"replace({PUBLISHED['findings']}, '\\n', ' ')"),
            "output_sql": stripped(f"replace({PUBLISHED['impression']}, '\\n', ' ')"),
        },
        bench=Bench("summarization", ("text_similarity",), "MIMIC-CXR", size=100),
        notes="The spelling of the name is that of MedS-Ins.",
        example=TaskExample(
            {"record_id": "1", "sections": sections(impression="No change since last year.\n", findings=" \n The heart is\n small.\n")},
            (("The heart is small.", "No change since last year."),),
        ),
    ),
)
