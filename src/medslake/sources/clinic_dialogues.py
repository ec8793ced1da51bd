"""Talks of doctor and patient with what was written of them: MTS-Dialog (Ben Abacha et al., EACL 2023) and ACI-BENCH (Yim et al., 2023).

A turn begins at a line that names its speaker; lines without one go on with the turn before, and turns without a word are left out.
MTS-Dialog has a section of a note per talk, ACI-BENCH the whole note, and a table of facts about each encounter, of which the invented
names are left out.
"""

from collections.abc import Callable, Iterator
from itertools import starmap
from typing import Any

from medslake.sources import Bronze, Example, Frame, NativeFile, Source, attributes, by_file, github, joined_on, mapped, quoted, sections
from medslake.synth import Dirt, Draw, Length, Rows, Twin, TwinFile, TwinTables, csv
from medslake.synth.parts.visits import note, talk
from medslake.synth.parts.words import DISEASES
from medslake.synth.text import slots


def _turns(text: str, named: str) -> str:
    """SQL: the turns of a talk. named: regular expression of a speaker's name at the start of a line, the name its first group."""
    between, first = quoted(rf"[ \t\r]*\n[ \t\r]*(?={named})"), quoted(f"^{named}")
    speaker, said = f"regexp_extract(piece, {first}, 1)", f"regexp_replace(piece, {first}, '')"
    turns = f"transform(split(trim({text}), {between}), piece -> named_struct('speaker', lower({speaker}), 'text', trim({said})))"
    return rf"filter({turns}, t -> t.text RLIKE '\\S')"


def _facts(bronze: Bronze) -> Frame:
    """Encounters with what the table of facts says of them."""
    if "facts" not in bronze:
        return bronze["encounters"].selectExpr("*", "CAST(NULL AS MAP<STRING, STRING>) AS told", "slice(array(_origin), 1, 0) AS joined")
    told = attributes(**{name: f"trim({name})" for name in ("patient_gender", "patient_age", "cc", "second_complaints")})
    facts = bronze["facts"].selectExpr("encounter_id", "dataset", f"{told} AS told", "_origin AS fact_row")
    rows = joined_on(bronze["encounters"], facts, "encounter_id", same="dataset", told=(bronze, "encounters, facts"))
    return rows.selectExpr("*", "filter(array(fact_row), one -> one IS NOT NULL) AS joined")


#: Section of a note -> its share, in thousandths.
_SECTIONS = {
    "FAM/SOCHX": 273,
    "GENHX": 230,
    "PASTMEDICALHX": 99,
    "CC": 62,
    "ROS": 58,
    "PASTSURGICAL": 51,
    "ALLERGY": 49,
    "MEDICATIONS": 47,
    "ASSESSMENT": 35,
    "EXAM": 20,
    "DIAGNOSIS": 14,
    "DISPOSITION": 13,
    "PLAN": 13,
    "EDCOURSE": 9,
    "IMMUNIZATIONS": 6,
    "IMAGING": 6,
    "GYNHX": 5,
    "OTHER_HISTORY": 4,
    "PROCEDURES": 4,
    "LABS": 3,
}
_GUESTS = {"patient": 0.832, "guest_family": 0.128, "guest_clinician": 0.03, "doctor_2": 0.007, "guest_family_1": 0.003}


def _talk(draw: Draw, number: int) -> dict[str, object]:
    disease, words = draw.pick(DISEASES), draw.length(Length(63, 327))
    section = f"{disease.symptom().capitalize()}, {draw.words(max(2, draw.length(Length(14, 155)) - 2))}"
    turns = talk(draw, disease, words, Length(9, 30), _GUESTS)
    told = "\n".join(f"{who.capitalize()}: {text}" for who, text in turns)
    return {"ID": number, "section_header": draw.weighted(_SECTIONS), "section_text": section, "dialogue": told}


def _going_on(line: str) -> Callable[[Draw, dict[str, Any]], dict[str, Any]]:
    return lambda draw, row: {**row, "dialogue": f"{row['dialogue']}\n{line} {draw.words(5)}"}


_MTS_DIRT = {
    "a speaker misspelt": Dirt(4 / 1_701, record=_going_on("Gest_family:")),
    "a stray quote": Dirt(1 / 1_701, record=lambda draw, row: {**row, "dialogue": '"' + row["dialogue"]}),
    "a full stop for a colon": Dirt(1 / 1_701, record=_going_on("Guest_family.")),
    "a talk twice": Dirt(3 / 1_701, record=lambda draw, row: Rows([row, {**row, "ID": row["ID"] + 90_000}])),
}
_MTS_FILES = {
    "MTS-Dialog-TrainingSet.csv": (1_041_071, "65a28681dd59fc159681ea026e44610f2af7bc64a0e7f892d763eb03d9f503dc"),
    "MTS-Dialog-ValidationSet.csv": (74_054, "227206520c4534381c0d7fba6d3f09319a9af5a6d9603a93c0341af1198e3958"),
    "MTS-Dialog-TestSet-1-MEDIQA-Chat-2023.csv": (162_806, "b4d38dd2c99b2e9860099abcf653f1e0f3e9b69f9fcc45be2a2699b37a4d2f37"),
    "MTS-Dialog-TestSet-2-MEDIQA-Sum-2023.csv": (171_558, "226644466ed3af82382b327a3e684aab70aa605b96cfd93b04f584f1826ab1a6"),
}
_TALKS = "ID,section_header,section_text,dialogue\r\n"
MTS = Source(
    name="mts_dialog",
    title="MTS-Dialog, talks and sections of notes",
    citation="Ben Abacha A, Yim W, Fan Y, Lin T. An empirical study of clinical note generation from doctor-patient encounters. EACL 2023.",
    licence="CC BY 4.0",
    access="public",
    domain="Clinical Text",
    page="https://github.com/abachaa/MTS-Dialog",
    downloads=github("abachaa/MTS-Dialog", "3ff0801933608d6f570468c13125125fb5cabdea", _MTS_FILES, under="Main-Dataset/"),
    files=(
        NativeFile(
            "talks",
            ("MTS-Dialog-*.csv", "Main-Dataset/MTS-Dialog-*.csv"),
            "csv",
            "ID STRING, section_header STRING, section_text STRING, dialogue STRING",
            options={"required": ("ID", "section_text", "dialogue")},
        ),
    ),
    split=by_file(train="-Training", validation="-Validation", test="-Test"),
    silver={
        "dialogues": mapped(
            "talks",
            record_id="concat_ws('/', _split, nullif(regexp_extract(_file, 'TestSet-([0-9]+)', 1), ''), lpad(ID, 6, '0'))",
            turns=_turns("dialogue", r'"?([A-Za-z]+(?:_[A-Za-z]+)?_?[0-9]?):'),
            summary="section_text",
            collection="section_header",
        )
    },
    example=Example(
        files={
            "MTS-Dialog-TrainingSet.csv": f"{_TALKS}"
            '0,CC,An itch.,"Doctor: What is it? \r\nPatient: It itches.\r\nA lot.\r\nGuest_family_1: Since May: every night."\r\n',
            "MTS-Dialog-ValidationSet.csv": f'{_TALKS}0,ROS,No cough.,"Doctor: Any cough?\n Patient: No."\r\n',
            "MTS-Dialog-TestSet-1-X.csv": f'{_TALKS}0,CC,Pain.,"""Doctor: Pain?"\r\n1,CC,None.,Silence.\r\n',
            "MTS-Dialog-TestSet-2-Y.csv": f"{_TALKS}0,CC,Cough.,Patient: I cough.\r\n",
        },
        rows={
            "dialogues": [
                {"record_id": "test/1/000000", "turns": [{"speaker": "doctor", "text": "Pain?"}]},
                {"record_id": "test/2/000000", "split": "test", "turns": [{"speaker": "patient", "text": "I cough."}]},
                {
                    "record_id": "train/000000",
                    "split": "train",
                    "collection": "CC",
                    "summary": "An itch.",
                    "turns": [
                        {"speaker": "doctor", "text": "What is it?"},
                        {"speaker": "patient", "text": "It itches.\r\nA lot."},
                        {"speaker": "guest_family_1", "text": "Since May: every night."},
                    ],
                },
                {
                    "record_id": "validation/000000",
                    "turns": [{"speaker": "doctor", "text": "Any cough?"}, {"speaker": "patient", "text": "No."}],
                },
            ]
        },
    ),
    twin=Twin(
        *(
            TwinFile(f"MTS-Dialog-{name}.csv", _talk, csv(_TALKS.strip(), end="\r\n"), size, first=0, dirt=dirt)
            for name, size, dirt in (
                ("TrainingSet", 1_201, _MTS_DIRT),
                ("ValidationSet", 100, {}),
                ("TestSet-1-MEDIQA-Chat-2023", 200, {}),
                ("TestSet-2-MEDIQA-Sum-2023", 200, {}),
            )
        )
    ),
)
_NOTE = "PLAN\n\nRest."


def _spoken(text: str) -> str:
    return text.lower().replace(".", " .").replace(",", " ,").replace("?", " ?")


def _visit(draw: Draw, number: int) -> Iterator[tuple[str, tuple[object, ...]]]:
    disease, name = draw.pick(DISEASES), draw.weighted({"aci": 0.535, "virtassist": 0.276, "virtscribe": 0.189})
    turns = talk(draw, disease, draw.length(Length(1_130, 1_740)), Length(12, 75), {"patient": 0.975, "patient_guest": 0.025})
    told = "\n".join(f"[{who}] {_spoken(text)}" for who, text in turns)
    key = (name, f"D2N{number + 1:03d}")
    yield "encounters", (*key, told, note(draw, disease, Length(404, 644)))
    sex = draw.weighted({"male": 0.449, "female": 0.354, "female ": 0.118, "male ": 0.055, None: 0.024})
    given: str | None
    given, family = draw.name().split()
    complaint = f"{disease.symptom()} {draw.words(draw.whole(0, 3), ended=False).lower()}".strip()
    others = ";".join(draw.some(slots()["disease"], draw.whole(1, 3))) if draw.chance(0.654) else None
    doctor = draw.name() if draw.chance(0.126) else None
    given = None if draw.chance(0.11) else given
    yield "facts", (*key, f"VA{number + 1:03d}", doctor, sex, draw.whole(18, 89), given, family, complaint, others)


def _cut_line(draw: Draw, row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*row[:2], row[2].replace(" , ", " ,\n", 1), row[3])


_ACI_DIRT = {
    "encounters: a line without a speaker": Dirt(13 / 127, record=_cut_line),
    "encounters: a turn without a word": Dirt(3 / 127, record=lambda draw, row: (*row[:2], f"{row[2]}\n[patient]  ", row[3])),
}


def _visits(name: str, first: int, records: int) -> TwinTables:
    tables = {"encounters": (f"{name}.csv", csv("dataset, encounter_id, dialogue, note")), "facts": (f"{name}_metadata.csv", csv(_FACTS))}
    return TwinTables(_visit, tables, records, first=first, chunk=50, dirt=_ACI_DIRT)


_FACTS = "dataset,encounter_id,id,doctor_name,patient_gender,patient_age,patient_firstname,patient_familyname,cc,2nd_complaints"
#: Sets of the challenges.
_ACI_SETS = ("train", "valid", "clinicalnlp_taskB_test1", "clinicalnlp_taskC_test2", "clef_taskC_test3")
_ACI_FILES = {
    "train.csv": "6c778d4ac5e6cc6f1964786f9286e8d765c210f22ed6b57f83aff8497409cea4",
    "train_metadata.csv": "7da650e223f04ff6bf1666cb62d52ebd83ce71ecfc4b2311cbe64d9f3ab19d83",
    "valid.csv": "6629e89e3fb409d2b3eceab60dc7b32fe1d3fb8d4e07795039284965522aa4d0",
    "valid_metadata.csv": "ae4c7eef6fc97e22f447c33e4546691715821e2a671ab53d80eb1ee5598e2914",
    "clinicalnlp_taskB_test1.csv": "5cc4008e68545f84913744a8e493a58bdf17ba7e1b7a0be46d6943d6bfca9471",
    "clinicalnlp_taskB_test1_metadata.csv": "6960581701816c6dbe1aea8a53df6cff2f1ca92b24b036f6303242ca681cbafd",
    **{f"{name}{kind}.csv": None for name in _ACI_SETS[3:] for kind in ("", "_metadata")},
}
ACI = Source(
    name="aci_bench",
    title="ACI-BENCH, visits and their notes",
    citation=(
        "Yim W, Fu Y, Ben Abacha A, Snider N, Lin T, Yetisgen M. ACI-BENCH: a novel ambient clinical intelligence dataset for benchmarking "
        "automatic visit note generation. Scientific Data 10:586 (2023)."
    ),
    licence="CC BY 4.0",
    access="public",
    domain="Clinical Text",
    page="https://github.com/wyim/aci-bench",
    downloads=github("wyim/aci-bench", "b909b2bb9cf1d19de08df15cddde7bd0179665e4", _ACI_FILES, under="data/challenge_data/"),
    files=(
        NativeFile(
            "encounters",
            tuple(f"{folder}{name}" for folder in ("", "data/challenge_data/") for name in _ACI_FILES if "_metadata" not in name),
            "csv",
            "dataset STRING, encounter_id STRING, dialogue STRING, note STRING",
            key=("encounter_id",),
            options={"required": ("dialogue", "note")},
            all_globs=True,
        ),
        NativeFile(
            "facts",
            ("*_metadata.csv", "data/challenge_data/*_metadata.csv"),
            "csv",
            "dataset STRING, encounter_id STRING, id STRING, doctor_name STRING, patient_gender STRING, patient_age STRING, "
            "patient_firstname STRING, patient_familyname STRING, cc STRING, second_complaints STRING",
            key=("encounter_id",),
            options={"aliases": {"2nd_complaints": "second_complaints"}},
            required=False,
            all_globs=True,
        ),
    ),
    split=by_file(train="^train", validation="^valid", test="_test"),
    silver={
        "dialogues": mapped(
            "encounters",
            record_id="encounter_id",
            turns=_turns("dialogue", r"\[(doctor|patient|patient_guest)\]"),
            summary="note",
            collection="dataset",
        ),
        "documents": mapped(_facts, record_id="encounter_id", sections=sections("note"), attributes="told"),
    },
    example=Example(
        files={
            "train.csv": f'dataset,encounter_id,dialogue,note\naci,D1,"[doctor] hi .\n[patient] hello .\nit itches .","{_NOTE}"\n',
            "clinicalnlp_taskB_test1.csv": "dataset,encounter_id,dialogue,note\nvirtscribe,D2,[patient_guest] we are here .,None.\n",
            "train_metadata.csv": "dataset,encounter_id,id,doctor_name,patient_gender,patient_age,patient_firstname,patient_familyname,cc,"
            "2nd_complaints\naci,D1,A1,,female,50,Ada,Reed,itch,\n",
        },
        rows={
            "dialogues": [
                {
                    "record_id": "D1",
                    "split": "train",
                    "collection": "aci",
                    "summary": _NOTE,
                    "turns": [{"speaker": "doctor", "text": "hi ."}, {"speaker": "patient", "text": "hello .\nit itches ."}],
                },
                {"record_id": "D2", "split": "test", "turns": [{"speaker": "patient_guest", "text": "we are here ."}]},
            ],
            "documents": [
                {
                    "record_id": "D1",
                    "sections": [{"name": "note", "text": _NOTE}],
                    "attributes": {"patient_gender": "female", "patient_age": "50", "cc": "itch"},
                },
                {"record_id": "D2", "attributes": None},
            ],
        },
    ),
    twin=Twin(*starmap(_visits, zip(_ACI_SETS, (0, 67, 87, 127, 167), (67, 20, 40, 40, 40), strict=True))),
)
SOURCES = (MTS, ACI)
