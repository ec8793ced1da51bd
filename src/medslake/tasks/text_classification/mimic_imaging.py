"""The modality, and the region of the body, that an imaging report of MIMIC-IV is of, told from its findings and impression."""

from medslake.tasks import WRITTEN, Task, TaskExample, cut, has_words, listed, stripped, told, wordings

MODALITIES = ("X-ray", "CT", "MRI", "Ultrasound", "Angiography", "Mammogram", "Pathology", "Fluoroscopy")
REGIONS = ("Chest", "Head and neck", "Brain", "Abdomen", "Pelvis", "Spine")
HEADINGS = ("FINDINGS:", "IMPRESSION:", "EXAMINATION:", "INDICATION:")
#: Reports that name what was examined between these two headings.
NAMES_EXAM = "locate('INDICATION:', t) > locate('EXAMINATION:', t)"
ASKED = "exists(sections, s -> s.name = 'examination') and exists(sections, s -> s.name = 'indication')"
PUBLISHED = tuple(stripped(text) for text in (cut("item", "FINDINGS:", "IMPRESSION:"), cut("item", "IMPRESSION:")))
#: Of the two modalities and the one region that most reports are of, fewer are taken.
SHARES = {
    "modality": "pmod(xxhash64(record_id, 95), 20) < if(arrays_overlap(split(attributes['modality'], '; '), array('CT', 'X-ray')), 1, 2)",
    "anatomy": "pmod(xxhash64(record_id, 96), 100) < if(attributes['anatomy'] = 'Chest', 2, 5)",
}


def imaging(number: int, fact: str, labels: tuple[str, ...], output: str, published: str, example: TaskExample) -> Task:
    """fact: the attribute that tells the label.

    The published files have the first 10,000 reports of each label in the order of the file, about 92,000 together. No label can be full
    before row 10,000, so the published rendering takes all reports up to there; of the others SHARES decides, about as many in all.
    """
    known = f"attributes['{fact}'] is not null"
    return Task(
        id=f"task{number}",
        name=f"mimic_{fact}_classification",
        category="Text Classification",
        domain="Clinical Text",
        source="mimic_iv_note",
        kind="documents",
        where=f"{known} and {SHARES[fact]} and {ASKED}",
        requires={"no findings": f"{told('findings')} <> ''", "no impression": f"{told('impression')} <> ''"},
        input_sql=f"concat({told('findings')}, '\\n', {told('impression')})",
        output_sql=output,
        labels=labels,
        definitions=wordings(__file__, f"mimic_{fact}", listed=listed(labels)),
        paper={
            "where": f"{known} and (origin.row <= 10000 or {SHARES[fact]})",
            "requires": {},
            "items": f"filter(array({WRITTEN}), t -> {has_words('t', *HEADINGS)} and {NAMES_EXAM})",
            "input_sql": f"concat({PUBLISHED[0]}, '\\n', {PUBLISHED[1]})",
            "output_sql": published,
        },
        notes="Findings may tell modality or region in their own words, as reports do; the label is read from the name of the examination.",
        example=example,
    )


def example(fact: str, *reports: tuple[str, str, str]) -> TaskExample:
    """(record id, value, output) of each; ids are such that their hash takes the report, or leaves it where the output is ""."""
    texts = {"examination": " X\n", "indication": " Y\n", "impression": " A cyst.\n", "findings": " A shadow."}
    body = [{"name": name, "text": text} for name, text in texts.items()]
    rows = tuple({"record_id": record, "sections": body, "attributes": {fact: value}} for record, value, _ in reports)
    return TaskExample(rows[0], tuple(("A shadow.\nA cyst.", output) for _, _, output in reports if output), others=rows[1:])


FOUND = "split(attributes['modality'], '; ')"
MODALITY = (
    f"concat('The imaging ', if(size({FOUND}) > 1, 'modalities used for the diagnosis are ', 'modality used for the diagnosis is '), "
    f"array_join({FOUND}, ', '), '.')"
)
REGION = "concat('The anatomical location of the diagnosis is ', {}, '.')"

TASKS = (
    imaging(
        95,
        "modality",
        MODALITIES,
        MODALITY,
        MODALITY,
        example(
            "modality",
            ("1-RR-42", "CT; MRI", "The imaging modalities used for the diagnosis are CT, MRI."),
            ("1-RR-2", "Mammogram", "The imaging modality used for the diagnosis is Mammogram."),
            ("1-RR-1", "Ultrasound", ""),
        ),
    ),
    imaging(
        96,
        "anatomy",
        REGIONS,
        REGION.format("replace(attributes['anatomy'], '_', ' ')"),
        REGION.format("attributes['anatomy']"),
        example(
            "anatomy",
            ("1-RR-34", "Head_and_neck", "The anatomical location of the diagnosis is Head and neck."),
            ("1-RR-37", "Chest", ""),
        ),
    ),
)
