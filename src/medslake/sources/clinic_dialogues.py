"""Talks of doctor and patient with what was written of them: MTS-Dialog (Ben Abacha et al., EACL 2023) and ACI-BENCH (Yim et al., 2023).

A turn begins at a line that names its speaker; lines without one go on with the turn before, and turns without a word are left out.
MTS-Dialog has a section of a note per talk, ACI-BENCH the whole note, and a table of facts about each encounter, of which the invented
names are left out.
"""

from medslake.sources import Bronze, Example, Frame, NativeFile, Source, attributes, by_file, github, joined_on, mapped, quoted, sections


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
)
_NOTE = "PLAN\n\nRest."
#: Of the challenges.
_ACI_FILES = {
    "train.csv": "6c778d4ac5e6cc6f1964786f9286e8d765c210f22ed6b57f83aff8497409cea4",
    "train_metadata.csv": "7da650e223f04ff6bf1666cb62d52ebd83ce71ecfc4b2311cbe64d9f3ab19d83",
    "valid.csv": "6629e89e3fb409d2b3eceab60dc7b32fe1d3fb8d4e07795039284965522aa4d0",
    "valid_metadata.csv": "ae4c7eef6fc97e22f447c33e4546691715821e2a671ab53d80eb1ee5598e2914",
    "clinicalnlp_taskB_test1.csv": "5cc4008e68545f84913744a8e493a58bdf17ba7e1b7a0be46d6943d6bfca9471",
    "clinicalnlp_taskB_test1_metadata.csv": "6960581701816c6dbe1aea8a53df6cff2f1ca92b24b036f6303242ca681cbafd",
    **{f"{name}{kind}.csv": None for name in ("clinicalnlp_taskC_test2", "clef_taskC_test3") for kind in ("", "_metadata")},
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
)
SOURCES = (MTS, ACI)
