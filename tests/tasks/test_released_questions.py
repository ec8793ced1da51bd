"""The published rendering of exams, questions and translations is what the released converters and files hold, letter for letter."""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from differences_page import told_of
from medslake import registry
from medslake.instructions.render import render
from native_fixtures import silver_frames

Instance = tuple[str, str]
#: Released script -> source, and the file with the instances of each task that it makes.
CONVERTERS = {
    "ebms_question_answering_and_justification": (
        "ebm_summariser_corpus",
        {"task99": "EBMS_question_answering.json", "task100": "EBMS_answer_verification.json"},
    ),
    "igakuqa_mcqa": ("igakuqa", {"task59": "igakuqa_question_answering.jsonl"}),
    "liveqa_qa": ("liveqa", {"task62": "task62_liveqa_medical_filtered_conversation.json"}),
}
#: Task -> the file of Super-NaturalInstructions that it was made from.
ECDC = {"task19": "task1395_europa_ecdc_tm_en_sv_translation", "task21": "task1397_europa_ecdc_tm_fr_en_translation"}
#: First 12 digits of the md5 of input, line break and output: instances of tasks 1431, 1434 and 1433 in allenai/natural-instructions, read
#: there on 2026-11-30 and chosen among those of HEAD-QA's train exams.
HEADQA = {
    "task22": "dc0c389af6ff 916f09ca1865 8bc1563a6b10 6c42d6093120 df8e9f49b23d",
    "task25": "d232979715a6 0f787d7f5549 f6b122c5bcc2 6b183bb8f313 085c28a855bb 2b65ac805ac3 f0d5a5a8d388 3c6d1ce420f1 7f076193c788 "
    "7bec418dc3a8",
    "task24": "3acf9cd1bc15 a57c656979c9 76a990abcca3 24c64da77d3e fab79bb86f63 aeb1c9059fb3 4243e23958bc 0c8de45a8ddb 43eb4e03a064 "
    "2b6bc155443e 31dcce780be0 8e4468b02820",
}
#: Language of MMedBench -> source and folder of the native questions, the task that asks them, and how the published files word it.
EXAMS = {
    "French": ("frenchmedmcqa", "frenchmedmcqa", "task60", "Question: {}\nOptions: {}", "Les bonnes réponses est {}"),
    "Russian": ("rumedbench", "rumeddanet", "task61", "Вопрос: {}\nВарианты: {}", "Правильные ответ: {}"),
    "Spanish": ("headqa", "headqa_native", "task129", "Pregunta: {}\nOpciones: {}", "La respuesta correcta es: {}"),
}


@pytest.fixture
def rendered(bronze_of: Callable[..., Any]) -> Callable[..., dict[str, Counter[Instance]]]:
    """(source, folder, task ids, fields replaced) -> task -> its instances before any gate, as published or as they are here."""

    def of(name: str, folder: Path, *tasks: str, published: bool = True, **changed: Any) -> dict[str, Counter[Instance]]:
        source = registry.get("source", name)
        silver = silver_frames(source, bronze_of(source, folder), held=True)
        found: dict[str, Counter[Instance]] = {}
        for one in tasks:
            task = registry.get("task", one)
            task = replace(task.as_published() if published else task, **changed)
            rows = render(task, silver[task.kind]).select("input", "output").toArrow().to_pylist()
            found[one] = Counter((row["input"], row["output"]) for row in rows)
        return found

    return of


def instances(page: Path) -> Counter[Instance]:
    found = json.loads(page.read_text(encoding="utf-8"))["Instances"]
    return Counter((one["input"], one["output"] if isinstance(one["output"], str) else one["output"][0]) for one in found)


@pytest.mark.parametrize("script", CONVERTERS)
def test_converters_are_reproduced(script: str, rendered: Callable[..., Any], test_data: Callable[[str], Path]) -> None:
    home, (source, files) = test_data("released_converters") / script, CONVERTERS[script]
    published = {task: instances(home / "output" / name) for task, name in files.items()}
    assert rendered(source, home / "input", *files) == published
    assert all(published.values())


def test_liveqa_asks_the_short_form_where_the_message_is_empty(rendered: Callable[..., Any], test_data: Callable[[str], Path]) -> None:
    home = test_data("released_converters") / "liveqa_qa"
    rows = json.loads((home / "input/liveqa.json").read_text(encoding="utf-8"))
    ours = rendered("liveqa", home / "input", "task62", published=False)["task62"]
    assert ours == Counter((row["message"] or row["question"], row["answer"]) for row in rows)
    assert told_of("task62", "empty") == (sum(not row["message"] for row in rows), len(rows))


def test_the_script_of_medicationqa_opens_liveqa(test_data: Callable[[str], Path]) -> None:
    home = test_data("released_converters") / "medicationqa_qa"
    rows = json.loads((home / "input/liveqa.json").read_text(encoding="utf-8"))
    (page,) = (home / "output").glob("*.json")
    published = instances(page)
    assert published == Counter((row["question"], row["answer"]) for row in rows)
    assert told_of("task65", "LiveQA") == (published.total(), len(rows))


def test_translations_of_ecdc_are_those_of_super_natural_instructions(
    rendered: Callable[..., Any], test_data: Callable[[str], Path]
) -> None:
    folder, odd = test_data("sni_tasks"), Counter[str]()
    for task, file in ECDC.items():
        # The release itself is not at hand; the same pairs lie in the files made from it.
        same = {"source": "sni_tasks", "where": f"record_id like '{file}/%'"}
        published = instances(folder / f"tasks/{file}.json")
        assert rendered("sni_tasks", folder, task, **same)[task] == Counter({(a.strip(), b.strip()): n for (a, b), n in published.items()})
        ours = rendered("sni_tasks", folder, task, published=False, **same)[task]
        assert ours == Counter({(a.strip(), b.replace("&nbsp;", " ").strip()): n for (a, b), n in published.items() if a != b})
        odd["entities"] += sum("&" in f"{a}{b}" for a, b in published.elements())
        odd["same"] += sum(a == b for a, b in published.elements())
        odd["all"] += published.total()
    assert told_of("task19", "&nbsp;") == (odd["entities"], odd["all"])
    assert told_of("task19", "same") == (odd["same"], odd["all"])


def test_exams_of_headqa_are_those_of_super_natural_instructions(rendered: Callable[..., Any], test_data: Callable[[str], Path]) -> None:
    folder = test_data("headqa_native")
    published = rendered("headqa", folder, *HEADQA, "task23")
    for task, digests in HEADQA.items():
        ours = {hashlib.md5(f"{asked}\n{answer}".encode()).hexdigest()[:12] for asked, answer in published[task]}
        assert set(digests.split()) <= ours, task
    assert published["task23"] == Counter({(b, a): n for (a, b), n in published["task24"].items()})
    strict = rendered("headqa", folder, *HEADQA, published=False)
    every = {task: counted.total() for task, counted in published.items()}
    assert told_of("task22", "picture") == (every["task22"] - strict["task22"].total(), every["task22"])
    assert every["task25"] - strict["task25"].total() == every["task22"] - strict["task22"].total()
    # The others of these differ in the colons and blanks that are told of.
    assert told_of("task24", "colon") == ((strict["task24"] - published["task24"]).total(), every["task24"])


@pytest.mark.parametrize("language", EXAMS)
def test_exams_are_worded_as_in_mmedbench(language: str, rendered: Callable[..., Any], test_data: Callable[[str], Path]) -> None:
    source, folder, task, asking, answering = EXAMS[language]
    ours = rendered(source, test_data(folder), task)[task]
    sample = test_data("mmedbench_native")
    wanted = Counter[Instance]()
    # HEAD-QA is at hand with its train exams alone.
    for split in ("Train",) if language == "Spanish" else ("Train", "Test"):
        for line in (sample / f"{split}/{language}.jsonl").read_text(encoding="utf-8").splitlines():
            wanted[_worded(json.loads(line), asking, answering)] += 1
    assert wanted.total() >= 30 and wanted <= ours
    if language != "Spanish":
        # The published prompts for rationales end each option by a tab.
        assert _prompts(test_data("meds_ins_repo"), f"task5{3 if language == 'French' else 5}") <= {f"{asked}\t" for asked, _ in ours}


def _worded(record: Mapping[str, Any], asking: str, answering: str) -> Instance:
    shown = {key: f"{key}: {text}" for key, text in record["options"].items()}
    return asking.format(record["question"], "\t".join(shown.values())), answering.format(
        ", ".join(shown[key] for key in record["answer_idx"])
    )


def _prompts(repository: Path, task: str) -> set[str]:
    (table,) = repository.glob("eval_results_Rationale*.csv")
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    with table.open(encoding="utf-8", newline="") as file:
        inputs = [row["input"] for row in csv.DictReader(file) if row["task_id"] == task]
    last = [text.rsplit("<|end_header_id|>\n\nInput:\n", 1)[1].partition("\nOutput:<|eot_id|>")[0] for text in inputs]
    assert len(last) == 50
    return {text.rpartition("\n")[0] for text in last}


def test_prefixes_and_passages_differ_as_told(rendered: Callable[..., Any], test_data: Callable[[str], Path]) -> None:
    for source, folder, task, _, answering in EXAMS.values():
        published, ours = (rendered(source, test_data(folder), task, published=one)[task] for one in (True, False))
        prefix = answering.removesuffix(" {}")
        assert told_of(task, prefix) == (published.total(), published.total())
        assert all(answer.startswith(prefix) for _, answer in published)
        assert not [answer for _, answer in ours if answer.startswith(f"{prefix} ")]
        if task == "task61":
            assert told_of(task, "passage") == (ours.total(), ours.total())
            assert Counter(asked.partition("\n")[2][-20:] for asked, _ in ours) == Counter(asked[-20:] for asked, _ in published)
        if task == "task129":
            assert told_of(task, "picture") == (published.total() - ours.total(), published.total())
