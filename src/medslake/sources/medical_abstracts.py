"""Medical Abstracts: abstracts with one of five groups of conditions (Schopf et al., NLPIR 2022).

Some abstracts stand twice, with another condition each time: each row has the one that it was given.
"""

from medslake.sources import Bronze, Example, Frame, NativeFile, Source, by_file, github, joined_on, mapped, row_number
from medslake.synth import Dirt, Draw, Length, Rows, Twin, TwinFile, csv
from medslake.synth.text import filled


def _named(bronze: Bronze) -> Frame:
    names = bronze["labels"].selectExpr("condition_label", "condition_name", "_origin AS name_row")
    rows = joined_on(bronze["abstracts"], names, "condition_label", told=(bronze, "abstracts, labels"), required=True)
    return rows.selectExpr("*", "array(name_row) AS joined")


#: Number -> condition, share, and what its abstracts are of.
_CONDITIONS = {
    1: ("neoplasms", 0.219, "a {adj} tumour of the {site}"),
    2: ("digestive system diseases", 0.104, "{adj} {noun} of the bowel"),
    3: ("nervous system diseases", 0.133, "{adj} {noun} of the brain"),
    4: ("cardiovascular diseases", 0.211, "{adj} {noun} of the heart"),
    5: ("general pathological conditions", 0.333, "{adj} {noun} and {sign}"),
}


def _abstract(draw: Draw, number: int) -> tuple[int, str]:
    label = draw.weighted({label: share for label, (_, share, _) in _CONDITIONS.items()})
    title = filled(draw, (f"{_CONDITIONS[label][2]} under {{drug}} {{mg}} {{time}}",)).capitalize()
    return label, f"{title}. {draw.words(Length(168, 292))}"


def _twin() -> Twin:
    form = csv("condition_label, medical_abstract")
    again = {"abstract with two conditions": Dirt(0.039, lambda draw, row: Rows([row, (row[0] % 5 + 1, row[1])]))}
    sizes = {"train": 11_550, "test": 2_888}
    names = "".join(f"{label},{name}\n" for label, (name, _, _) in _CONDITIONS.items())
    return Twin(
        *(TwinFile(f"medical_tc_{split}.csv", _abstract, form, size, dirt=again) for split, size in sizes.items()),
        plain={"medical_tc_labels.csv": f"condition_label,condition_name\n{names}"},
    )


SOURCE = Source(
    name="medical_abstracts",
    title="Medical Abstracts text classification corpus",
    citation=(
        "Schopf T, Braun D, Matthes F. Evaluating unsupervised text classification: zero-shot and similarity-based approaches. NLPIR 2022."
    ),
    licence="CC BY-SA 3.0",
    access="public",
    domain="Academical Papers",
    page="https://github.com/sebischair/Medical-Abstracts-TC-Corpus",
    downloads=github(
        "sebischair/Medical-Abstracts-TC-Corpus",
        "70a2d9106c724729be8b3c4ddb00d1b14ec300c8",
        {
            "medical_tc_train.csv": None,
            "medical_tc_test.csv": (3_586_836, "1eecea73c9ecad292c55e10403bd139fab9580545d6878482997c5564d51ac05"),
            "medical_tc_labels.csv": (157, "8a27ae03339c798103678efa8012f744a723ff71a80f2b2c1355ee249564adc5"),
        },
    ),
    files=(
        NativeFile(
            "abstracts",
            ("medical_tc_train.csv", "medical_tc_test.csv"),
            "csv",
            "condition_label STRING, medical_abstract STRING",
            options={"required": ("condition_label", "medical_abstract")},
            all_globs=True,
        ),
        NativeFile("labels", ("medical_tc_labels.csv",), "csv", "condition_label STRING, condition_name STRING", key=("condition_label",)),
    ),
    split=by_file(train="_train", test="_test"),
    silver={
        "labelled_texts": mapped(
            _named,
            record_id=row_number("_split"),
            text="medical_abstract",
            labels="array(condition_name)",
            label_set="'medical_abstracts_condition'",
            unit="'document'",
        )
    },
    example=Example(
        files={
            "medical_tc_train.csv": 'condition_label,medical_abstract\n2,"Marlow fever, again. It shivers."\n9,Nobody knows.\n',
            "medical_tc_test.csv": "condition_label,medical_abstract\n1,Rest.\n",
            "medical_tc_labels.csv": "condition_label,condition_name\n1,rashes\n2,fevers\n",
        },
        rows={
            "labelled_texts": [
                {"record_id": "test/000001", "split": "test", "labels": ["rashes"]},
                {"record_id": "train/000001", "split": "train", "text": "Marlow fever, again. It shivers.", "labels": ["fevers"]},
            ]
        },
    ),
    twin=_twin(),
)
