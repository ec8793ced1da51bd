"""ChatDoctor: patients' messages with doctors' replies, and a table of diseases (Li et al., Cureus 2023).

Three collections by file name: GenMedGPT-5k (chatdoctor5k.json, written by a model), iCliniq and HealthCareMagic-100k (real users).
"""

from functools import partial

from medslake.sources import Example, NativeFile, Source, by_hash, github, mapped, row_number
from medslake.sources.parts.python_text import python_strings
from medslake.synth import Twin, TwinFile, csv, json_array, written
from medslake.synth.parts.dialogues import DISEASE_COLUMNS, INSTRUCTION, consultation, disease_row

_DIALOGUES, _DISEASES = "chatdoctor5k.json", "format_dataset.csv"
_COLLECTION = (
    "CASE WHEN lower(_file) LIKE '%healthcaremagic%' THEN 'healthcaremagic' WHEN lower(_file) LIKE '%icliniq%' THEN 'icliniq' "
    "ELSE 'genmedgpt' END"
)


def _facts(name: str, values: str) -> str:
    return f"transform(coalesce({values}, array()), one -> named_struct('name', '{name}', 'value', one))"


_FACTS = (
    _facts("symptom", python_strings("Symptom")),
    _facts("reason", "filter(array(trim(reason)), one -> one != '')"),
    _facts("test", python_strings("TestsAndProcedures")),
    _facts("medication", python_strings("commonMedications")),
)


SOURCE = Source(
    name="chatdoctor",
    title="ChatDoctor dialogues and disease table",
    citation="Li Y, Li Z, Zhang K, Dan R, Jiang S, Zhang Y. ChatDoctor. Cureus 15(6):e40895 (2023).",
    licence="Apache-2.0 (repository); README: for academic research only",
    access="noncommercial",
    domain="Daily Conversation",
    page="https://github.com/Kent0n-Li/ChatDoctor",
    downloads=github(
        "Kent0n-Li/ChatDoctor", "e77bd7ebafbffb6d82be3410cd0d4ebebe75a516", {"chatdoctor5k.json": 3_076_507, "format_dataset.csv": 894_044}
    ),
    files=(
        NativeFile(
            table="dialogues",
            globs=(_DIALOGUES, "GenMedGPT*.json", "iCliniq*.json", "icliniq*.json", "HealthCareMagic*.json"),
            format="json_array",
            schema="instruction STRING, input STRING, output STRING",
            # iCliniq was also released with the doctor's, ChatGPT's and ChatDoctor's answers side by side.
            options={"aliases": {"answer_icliniq": "output"}, "required": ("input", "output")},
            sha256={_DIALOGUES: "780c1a6aa67d461359ac220c120134429290b1e340545c3ad8954e1aa235d80f"},
            required=False,
            all_globs=True,
        ),
        NativeFile(
            table="diseases",
            globs=(_DISEASES,),
            format="csv",
            schema="idx INT, disease STRING, Symptom STRING, reason STRING, TestsAndProcedures STRING, commonMedications STRING",
            key=("idx",),
            options={"required": ("disease",)},
            sha256={_DISEASES: "d1fdcdd2c20fb80e446af788aef92d470595aa51c88743af71ce8c0f2a5b9e4b"},
            required=False,
        ),
    ),
    split=by_hash("record_id"),
    silver={
        "dialogues": mapped(
            "dialogues",
            record_id=f"concat({_COLLECTION}, '/', {row_number()})",
            turns="array(named_struct('speaker', 'patient', 'text', input), named_struct('speaker', 'doctor', 'text', output))",
            instruction="instruction",
            collection=_COLLECTION,
        ),
        "concepts": mapped(
            "diseases",
            record_id="concat('disease/', lpad(CAST(idx AS STRING), 6, '0'))",
            domain="'Medical Knowledge'",
            concept_id="concat('chatdoctor:', idx)",
            name="trim(disease)",
            synonyms="CAST(array() AS ARRAY<STRING>)",
            relations="CAST(array() AS ARRAY<STRUCT<type: STRING, target: STRING, target_name: STRING>>)",
            xrefs="CAST(array() AS ARRAY<STRING>)",
            attributes=f"concat({', '.join(_FACTS)})",
        ),
    },
    example=Example(
        files={
            _DIALOGUES: written(
                json_array(),
                [
                    {"instruction": INSTRUCTION, "input": "Doctor, my lips are pale.", "output": "Let us float a drop of your blood."},
                    {"instruction": INSTRUCTION, "input": "Doctor, my toe burns.", "output": "Rest it, and take tamorane."},
                ],
            ),
            "iCliniq.json": written(
                json_array(), [{"input": "Hello doctor, the room spins.", "answer_icliniq": "Sit down and look at one point."}]
            ),
            _DISEASES: written(
                csv(DISEASE_COLUMNS),
                [
                    (
                        "0",
                        "Linden rash",
                        "['Ring shaped spots', \"Baker's itch\"]",
                        'Leaf dust, "the fine kind".',
                        "['Leaf patch test']",
                        "['Dorazil (Dora)']",
                    ),
                    ("1", "Ferris anemia", "['Pale lips']", "", "[]", "['Ironel']"),
                ],
            ),
        },
        rows={
            "dialogues": [
                {
                    "record_id": "genmedgpt/000001",
                    "collection": "genmedgpt",
                    "instruction": INSTRUCTION,
                    "turns": [
                        {"speaker": "patient", "text": "Doctor, my lips are pale."},
                        {"speaker": "doctor", "text": "Let us float a drop of your blood."},
                    ],
                },
                {"record_id": "genmedgpt/000002", "collection": "genmedgpt"},
                {
                    "record_id": "icliniq/000001",
                    "collection": "icliniq",
                    "instruction": None,
                    "turns": [
                        {"speaker": "patient", "text": "Hello doctor, the room spins."},
                        {"speaker": "doctor", "text": "Sit down and look at one point."},
                    ],
                },
            ],
            "concepts": [
                {
                    "record_id": "disease/000000",
                    "concept_id": "chatdoctor:0",
                    "name": "Linden rash",
                    "attributes": [
                        {"name": "symptom", "value": "Ring shaped spots"},
                        {"name": "symptom", "value": "Baker's itch"},
                        {"name": "reason", "value": 'Leaf dust, "the fine kind".'},
                        {"name": "test", "value": "Leaf patch test"},
                        {"name": "medication", "value": "Dorazil (Dora)"},
                    ],
                },
                {
                    "record_id": "disease/000001",
                    "name": "Ferris anemia",
                    "attributes": [{"name": "symptom", "value": "Pale lips"}, {"name": "medication", "value": "Ironel"}],
                },
            ],
        },
    ),
    twin=Twin(
        TwinFile(_DIALOGUES, partial(consultation, greeting="Doctor,"), json_array(), 5_452, least=20),
        TwinFile("iCliniq.json", partial(consultation, greeting="Hello doctor,", answer="answer_icliniq"), json_array(), 7_321),
        TwinFile("HealthCareMagic-100k.json", partial(consultation, greeting="Hi,"), json_array(), 112_165),
        TwinFile(_DISEASES, disease_row, csv(DISEASE_COLUMNS), 796, first=0, least=20),
    ),
)
