"""Texts of the site of the European Centre for Disease Prevention and Control, put into another language."""

from medslake.tasks import Task, TaskExample, unescaped, wordings

ENGLISH = ("en", "English")


def sentences(number: int, source: tuple[str, str], target: tuple[str, str], asked: str, told: str) -> Task:
    """source, target: ISO 639-1 code and name of the languages. asked, told: the text of the example in both."""
    (one, from_language), (other, to_language) = source, target
    said, put = f"texts['{one}']", f"texts['{other}']"
    both = {"not told in both languages": f"trim({said}) <> '' and trim({put}) <> ''"}
    row = {"record_id": "000001", "texts": {one: f"{asked} ", other: told.replace(" ", "&nbsp;", 1)}}
    return Task(
        id=f"task{number}",
        name=f"europa_ecdc_tm_{one}_{other}_translation",
        category="Translation",
        domain="Medical Knowledge",
        source="ecdc_tm",
        kind="parallel_texts",
        input_language=from_language,
        output_language=to_language,
        requires={**both, "the same in both languages": f"{unescaped(said)} <> {unescaped(put)}"},
        input_sql=unescaped(said),
        output_sql=unescaped(put),
        paper={"requires": both, "input_sql": said, "output_sql": put},
        definitions=wordings(__file__, source=from_language, target=to_language),
        example=TaskExample(row, ((asked, told),), others=({"record_id": "000002", "texts": {one: "H5N1", other: "H5N1"}},)),
    )


TASKS = (
    sentences(19, ENGLISH, ("sv", "Swedish"), "Wash your hands after travelling.", "Tvätta händerna efter en resa."),
    sentences(20, ENGLISH, ("de", "German"), "Ticks are found in tall grass.", "Zecken leben im hohen Gras."),
    sentences(21, ("fr", "French"), ENGLISH, "La rougeole se transmet par la toux.", "Measles spreads by coughing."),
)
