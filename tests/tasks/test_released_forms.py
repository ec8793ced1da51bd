"""What the published form of each task is known from stands in docs/differences.md, and how far ours differs in form alone."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from differences_page import told_of
from medslake import registry
from medslake.instructions.render import render
from medslake.tasks import Task
from native_fixtures import silver_frames

ROOT = Path(__file__).resolve().parents[2]
PAPER = {int(name[4:]) for name, task in registry.items("task").items() if re.fullmatch(r"task\d+", name)}
#: Released script -> tasks whose published file it writes; that of task72 writes what was never released.
SCRIPTS: dict[str, tuple[int, ...]] = {
    "clinical_trials_ner_relation_classification": (77,),
    "ebms_question_answering_and_justification": (99, 100),
    "icd10_code_classification_explanation": (115, 116),
    "igakuqa_mcqa": (59,),
    "liveqa_qa": (62,),
    "medicationqa_qa": (65,),
    "mednli_textual_entailment_generator": (41, 42, 43, 44),
    "meqsum_text_summarization": (114,),
    "mimic4ed_72h_ed_revisit_disposition": (118,),
    "mimic4ed_critical_triage_prediction": (119,),
    "mimic4ed_hospitalization_prediction": (117,),
    "mimic_cxr_text_summarization": (112,),
    "mimic_iv_discharge_instruction_completion": (76,),
    "mimic_iv_modality_anatomy_summaries": tuple(range(78, 95)),
    "mimic_modality_and_anatomy_classification": (95, 96),
    "readability_summarization": (113,),
    "report_entity_report": (),
    "seer_treatment_text_classification_task": (131,),
    "species800_named_entity_recognition": (128,),
}
#: Tasks of which instances were read in public, and no native record of these is at hand.
READ = {20, 22, 23, 24, 25, 31}
#: Task -> folder of its source, and words of the page.
FORMS = {
    "task16": ("pubhealth", "a blank before `Claim:`"),
    "task122": ("medmcqa", "a line of its own"),
    "task123": ("pubmedqa", "in one line"),
}


def known() -> Iterator[tuple[str, set[int], int]]:
    """What it is known from, the tasks, and their number, of each row of the page."""
    page = (ROOT / "docs/differences.md").read_text(encoding="utf-8")
    table = page.split("## What the published form is known from")[1].split("\n## ")[0]
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[2].isdecimal():
            spans = (part.split("-") for part in cells[1].split(", "))
            yield cells[0], {n for span in spans for n in range(int(span[0]), int(span[-1]) + 1)}, int(cells[2])


def row(words: str) -> set[int]:
    (found,) = (tasks for name, tasks, _ in known() if words in name)
    return found


def test_each_task_is_known_from_one_thing_or_from_nothing() -> None:
    told = Counter(task for _, tasks, _ in known() for task in tasks)
    assert set(told) == PAPER and set(told.values()) == {1}
    assert all(len(tasks) == number for _, tasks, number in known())


def test_scripts_and_prompts_are_those_at_hand(test_data: Callable[[str], Path]) -> None:
    home = test_data("released_converters")
    assert {folder.name for folder in home.iterdir() if folder.is_dir()} == set(SCRIPTS)
    for script, tasks in SCRIPTS.items():
        assert len(tasks) == len(list((home / script / "output").iterdir())) or script == "report_entity_report"
    assert row("released script") == {task for tasks in SCRIPTS.values() for task in tasks}
    (table,) = test_data("meds_ins_repo").glob("eval_results_*.csv")
    with table.open(encoding="utf-8", newline="") as file:
        assert row("published prompts") == {int(one["task_id"][4:]) for one in csv.DictReader(file)}


def test_instances_are_those_that_were_read(test_data: Callable[[str], Path]) -> None:
    home = test_data("sni_tasks")
    with (home / "domains_medical.tsv").open(encoding="utf-8", newline="") as file:
        names = {one["sni_task"]: one["meds_ins_task"] for one in csv.DictReader(file, delimiter="\t")}
    excerpts = {int(names[page.stem][4:]) for page in (home / "tasks").glob("*.json") if names.get(page.stem)}
    with Path(__file__).with_name("released_instances.tsv").open(encoding="utf-8", newline="") as file:
        digests = {int(one["task"][4:]) for one in csv.DictReader(file, delimiter="\t") if one["file"].startswith("task")}
    assert row("that they were made from") == excerpts | digests | READ


def test_labels_are_those_of_the_published_definitions(test_data: Callable[[str], Path]) -> None:
    """In any case: a definition names them all, or none."""
    told = json.loads((test_data("meds_ins_repo") / "RewriteDefinitions.json").read_text(encoding="utf-8"))
    lacking: dict[str, set[str]] = {}
    for name, task in registry.items("task").items():
        if name in told and task.labels:
            definition = re.sub(r"\W+", " ", told[name]["original_def"]).lower()
            missing = {label for label in task.labels if re.sub(r"\W+", " ", label).strip().lower() not in definition}
            if missing:
                lacking[name] = missing
    silent = {name for name, missing in lacking.items() if missing == set(registry.get("task", name).labels)}
    # Questions of HEAD-QA have up to five options, of which the definition names four.
    assert {name: missing for name, missing in lacking.items() if name not in silent} == {"task22": {"5"}}
    assert silent == {"task95", "task96", "task118", "task119"}


@pytest.mark.parametrize("name", FORMS)
def test_forms_differ_as_told(name: str, bronze_of: Callable[..., Any], test_data: Callable[[str], Path]) -> None:
    folder, words = FORMS[name]
    task: Task = registry.get("task", name)
    source = registry.get("source", task.source)
    silver = silver_frames(source, bronze_of(source, test_data(folder)))[task.kind]
    published, ours = (
        Counter((one.input, one.output) for one in render(each, silver).select("input", "output").collect())
        for each in (task.as_published(), task)
    )
    assert told_of(name, words) == ((published - ours).total(), published.total())
    assert Counter(alike(*one) for one in published.elements()) == Counter(alike(*one) for one in ours.elements())


def test_hallmarks_are_in_small_letters(bronze_of: Callable[..., Any], test_data: Callable[[str], Path]) -> None:
    source, task = registry.get("source", "hoc"), registry.get("task", "task106")
    silver = silver_frames(source, bronze_of(source, test_data("hoc")))[task.kind]
    answers = [one.output for one in render(task.as_published(), silver).select("output").collect()]
    told = told_of("task106", "begin with a capital")
    assert told == (len(answers), len(answers))
    assert all(label in task.labels for answer in answers for label in answer.split(", "))


def alike(asked: str, answer: str) -> tuple[str, str]:
    """Without blanks, line ends, capitals and the mark behind the letter of an option."""
    return re.sub(r"(?<!\w)([A-D])[.:] ", r"\1", re.sub(r"\s+", " ", asked)).lower(), answer.lower()
