"""Super-NaturalInstructions: the task files that MedS-Ins took, as instructions; the translations of ECDC as parallel texts too.

`taken_by` says which rule takes a row: `paper`, the list of parts/sni_rules.py that rebuilds the 29 tasks of MedS-Ins, and `plain`, which
asks for Medicine or Healthcare in a path of Domains; ops.natural_instructions has the difference. Files that neither takes stay in bronze.
Domains are those of MedS-Ins; a row's language is the first that its task names. Questions of HEAD-QA have the split of their exam.
"""

import json

from medslake.languages import CODES
from medslake.sources import Example, NativeFile, Source, by_hash, chosen, github, hash_split, mapped, row_number
from medslake.sources.parts.sni_rules import EXAMS, LISTED, by_list, by_words, domain_of, with_exam_split
from medslake.synth import Twin
from medslake.synth.parts.instructions import task_files

_PAPER, _PLAIN = by_list(), by_words()
_FROM, _TO = (chosen(f"get({one}_language, 0)", CODES, f"coalesce(get({one}_language, 0), 'en')") for one in ("input", "output"))

SOURCE = Source(
    name="sni_tasks",
    title="Super-NaturalInstructions, medical tasks",
    citation="Wang Y, et al. Super-NaturalInstructions: generalization via declarative instructions on 1600+ NLP tasks. EMNLP 2022.",
    licence="Apache-2.0 (repository); each task names the licence of its instances: taken as non-commercial",
    access="noncommercial",
    domain="Medical Knowledge",
    page="https://github.com/allenai/natural-instructions",
    downloads=github("allenai/natural-instructions", "HEAD", [f"tasks/{one.name}.json" for one in LISTED if one.taken_as]),
    files=(
        NativeFile(
            "instances",
            ("tasks/task*.json", "task*.json"),
            "sni_task",
            "task STRING, definition STRING, categories ARRAY<STRING>, domains ARRAY<STRING>, input_language ARRAY<STRING>, "
            "output_language ARRAY<STRING>, id STRING, input STRING, outputs ARRAY<STRING>",
            options={"required": ("definition", "input", "outputs")},
        ),
    ),
    needs=EXAMS,
    split=by_hash("record_id"),
    silver={
        "prompts": mapped(
            with_exam_split("instances"),
            where=f"{_PAPER} IS NOT NULL OR {_PLAIN} IS NOT NULL",
            record_id=row_number("task"),
            split=f"coalesce(exam_split, {hash_split(row_number('task'))})",
            domain=domain_of("Medical Knowledge"),
            language=_FROM,
            instruction="definition",
            input="input",
            outputs="outputs",
            collection="task",
            taken_by=f"named_struct('paper', {_PAPER}, 'plain', {_PLAIN})",
        ),
        "parallel_texts": mapped(
            "instances",
            where="task LIKE '%ecdc_tm%'",
            record_id=row_number("task"),
            language=_FROM,
            texts=f"map({_FROM}, trim(input), {_TO}, trim(outputs[0]))",
        ),
    },
    example=Example(
        files={
            "tasks/task1395_europa_ecdc_tm_en_sv_translation.json": json.dumps(
                {
                    "Definition": "Say it in Swedish.",
                    "Input_language": ["English"],
                    "Output_language": ["Swedish"],
                    "Instances": [{"input": "Rest a week. ", "output": ["Vila en vecka."]}],
                }
            ),
            "tasks/task1432_toy.json": json.dumps(
                {"Definition": ["Say it", "in Spanish."], "Input_language": "en", "Instances": [{"id": "a", "input": "x", "output": "y"}]}
            ),
            "tasks/task1433_toy.json": json.dumps(
                {"Definition": "Say it in English.", "Instances": [{"input": "El dorazil", "output": ["y"]}]}
            ),
            # Questions of the example of HEAD-QA, as these files write them.
            "tasks/task1434_toy.json": json.dumps(
                {
                    "Definition": "Name the topic.",
                    "Instances": [
                        {"input": "Question: Marlow fever: \n Options:  <0> Lasts a day. <1> Never ends.", "output": ["medicine"]},
                        {"input": "Question: Marlow fever: \n Options:  <0> Lasts a week. <1> Never ends.", "output": ["medicine"]},
                    ],
                }
            ),
            "tasks/task363_toy.json": json.dumps({"Definition": "Like it?", "Instances": [{"input": "x", "output": ["y"]}]}),
            "tasks/task730_toy.json": json.dumps(
                {"Definition": "Choose.", "Domains": ["Medicine"], "Instances": [{"input": "x", "output": ["y"]}]}
            ),
        },
        rows={
            "prompts": [
                {
                    "record_id": "task1395_europa_ecdc_tm_en_sv_translation/000001",
                    "domain": "Medical Knowledge",
                    "language": "en",
                    "instruction": "Say it in Swedish.",
                    "input": "Rest a week. ",
                    "outputs": ["Vila en vecka."],
                },
                {"record_id": "task1432_toy/000001", "domain": "Exam", "instruction": "Say it\nin Spanish.", "outputs": ["y"]},
                {"record_id": "task1433_toy/000001", "split": "test"},
                {"record_id": "task1434_toy/000001", "split": "train"},
                {"record_id": "task1434_toy/000002", "split": "test"},
                {"record_id": "task730_toy/000001", "domain": "Exam", "taken_by": {"paper": None, "plain": "Domains: Medicine"}},
            ],
            "parallel_texts": [
                {
                    "record_id": "task1395_europa_ecdc_tm_en_sv_translation/000001",
                    "language": "en",
                    "texts": {"en": "Rest a week.", "sv": "Vila en vecka."},
                }
            ],
        },
    ),
    twin=Twin(*task_files()),
)
