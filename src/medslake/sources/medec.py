"""MEDEC: clinical texts of which every second holds one wrong sentence, with the right one (Ben Abacha et al., Findings of ACL 2025).

The MS subset is public, the UW subset is not. The released test file ends with empty rows, which are passed over.
"""

from collections.abc import Mapping

from medslake.sources import Bronze, Example, Frame, NativeFile, Source, attributes, by_file, github, mapped, sections
from medslake.synth import Dirt, Draw, Rows, Twin, TwinFile, csv
from medslake.synth.parts.visits import case_report

_HEADER = (
    "Text ID",
    "Text",
    "Sentences",
    "Error Flag",
    "Error Type",
    "Error Sentence ID",
    "Error Sentence",
    "Corrected Sentence",
    "Corrected Text",
)
_TEST, _VALIDATION = (f"MEDEC-MS-{split}Set-with-GroundTruth-and-ErrorType" for split in ("Test", "Validation"))
_COLUMNS = {header: header.lower().replace(" ", "_") for header in _HEADER}


def _filled(bronze: Bronze) -> Frame:
    empty = f"coalesce({', '.join(_COLUMNS.values())}) IS NULL"
    bronze.left_out["empty rows"] = bronze["texts"].where(empty)
    return bronze["texts"].where(f"NOT {empty}")


def _given(*columns: str) -> dict[str, str]:
    """What a text without an error has not is written NA, or -1."""
    return {column: f"nullif(nullif({column}, 'NA'), '-1')" for column in columns}


def _twin_file(name: str, short: str, records: int, dirt: Mapping[str, Dirt] = {}) -> TwinFile:
    def case(draw: Draw, number: int) -> dict[str, object]:
        sentences, place, wrong, kind = case_report(draw)
        right, corrected, flag = sentences[place], " ".join(sentences), draw.chance(0.538)
        if flag:
            sentences[place] = wrong
        told = (f"ms-{short}-{number}", " ".join(sentences), "\n".join(f"{at} {one}" for at, one in enumerate(sentences)), int(flag))
        return dict(zip(_HEADER, (*told, *((kind, place, wrong, right, corrected) if flag else ("NA", -1, *["NA"] * 3))), strict=True))

    return TwinFile(f"{name}.csv", case, csv(_HEADER, end="\r\n"), records, first=0, dirt=dirt)


_DIRT = {
    "an empty row": Dirt(328 / 597, record=lambda draw, row: Rows([row, {}])),
    "error sentence is longer": Dirt(3 / 597, record=lambda draw, row: {**row, "Error Sentence": f"{row['Error Sentence']} It is told."}),
}


SOURCE = Source(
    name="medec",
    title="MEDEC, medical error detection and correction (MS subset)",
    citation=(
        "Ben Abacha A, Yim W, Fu Y, Sun Z, Yetisgen M, Xia F, Lin T. MEDEC: a benchmark for medical error detection and "
        "correction in clinical notes. Findings of ACL 2025."
    ),
    licence="CC BY 4.0",
    access="public",
    domain="Clinical Text",
    page="https://github.com/abachaa/MEDEC",
    downloads=github(
        "abachaa/MEDEC",
        "70268d24e3ce0cd6d0e099ff7bfd4966f2bbcc28",
        {
            "MEDEC-Full-TrainingSet-with-ErrorType.csv": None,
            f"{_VALIDATION}.csv": (1_221_588, "7571aec311e2fb88d9084082af2323aa579d102e1d5e1a06faf930fe4fd3977d"),
            f"{_TEST}.csv": (1_298_473, "f35e2c3c1e4d98ca900394c4fcff14c2a84752e48ddc83698401da6a360c707e"),
        },
        under="MEDEC-MS/",
    ),
    files=(
        NativeFile(
            "texts",
            ("MEDEC-MS-*.csv", "MEDEC-MS/MEDEC-MS-*.csv", "MEDEC-Full-TrainingSet-*.csv", "MEDEC-MS/MEDEC-Full-TrainingSet-*.csv"),
            "csv",
            ", ".join(f"{column} STRING" for column in _COLUMNS.values()),
            options={"aliases": _COLUMNS},
            all_globs=True,
        ),
    ),
    split=by_file(train="Training", validation="Validation", test="Test"),
    silver={
        "documents": mapped(
            _filled,
            aside={
                "error_flag: it is neither 0 nor 1": "coalesce(error_flag NOT IN ('0', '1'), true)",
                "error_flag: it says that an error is there, but no sentence is corrected": "error_flag = '1' AND "
                "(coalesce(error_sentence, 'NA') = 'NA' OR coalesce(corrected_sentence, 'NA') = 'NA')",
            },
            record_id="text_id",
            sections=sections("text", "sentences", **_given("error_sentence", "corrected_sentence", "corrected_text")),
            attributes=attributes(**_given("error_flag", "error_type", "error_sentence_id")),
        )
    },
    example=Example(
        files={
            f"{_TEST}.csv": ",".join(_HEADER)
            + '\r\nms-1,"She coughs.\nTea harms.","0 She coughs.\r\n1 Tea harms.",1,treatment,1,Tea harms.,Tea helps.,'
            '"She coughs.\nTea helps."\r\n'
            "ms-2,He itches.,0 He itches.,0,NA,-1,NA,NA,NA\r\nms-3,It is odd.,0 It is odd.,1,diagnosis,0,NA,NA,NA\r\n,,,,,,,,\r\n",
            f"{_VALIDATION}.csv": ",".join(_HEADER) + "\r\nms-4,Odd.,0 Odd.,2,NA,-1,NA,NA,NA\r\nms-5,Fine.,0 Fine.,0,NA,-1,NA,NA,NA\r\n",
        },
        rows={
            "documents": [
                {
                    "record_id": "ms-1",
                    "split": "test",
                    "sections": [
                        {"name": "text", "text": "She coughs.\nTea harms."},
                        {"name": "sentences", "text": "0 She coughs.\r\n1 Tea harms."},
                        {"name": "error_sentence", "text": "Tea harms."},
                        {"name": "corrected_sentence", "text": "Tea helps."},
                        {"name": "corrected_text", "text": "She coughs.\nTea helps."},
                    ],
                    "attributes": {"error_flag": "1", "error_type": "treatment", "error_sentence_id": "1"},
                },
                {
                    "record_id": "ms-2",
                    "sections": [{"name": "text", "text": "He itches."}, {"name": "sentences", "text": "0 He itches."}],
                    "attributes": {"error_flag": "0"},
                },
                {"record_id": "ms-5", "split": "validation"},
            ]
        },
    ),
    twin=Twin(
        _twin_file("MEDEC-Full-TrainingSet-with-ErrorType", "train", 2_189),
        _twin_file(_VALIDATION, "val", 574),
        _twin_file(_TEST, "test", 597, _DIRT),
    ),
)
