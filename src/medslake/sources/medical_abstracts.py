"""Medical Abstracts: abstracts with one of five groups of conditions (Schopf et al., NLPIR 2022).

Some abstracts stand twice, with another condition each time: each row has the one that it was given.
"""

from medslake.sources import Bronze, Example, Frame, NativeFile, Source, by_file, github, joined_on, mapped, row_number


def _named(bronze: Bronze) -> Frame:
    names = bronze["labels"].selectExpr("condition_label", "condition_name", "_origin AS name_row")
    rows = joined_on(bronze["abstracts"], names, "condition_label", told=(bronze, "abstracts, labels"), required=True)
    return rows.selectExpr("*", "array(name_row) AS joined")


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
)
