"""The cases of the strict reader, and what must not change their verdict: another letter, name or label, blanks, capitals, markup."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from medslake import registry, settings
from medslake.bench.catalogue import scoring_of
from medslake.metrics import Pair, letters

FOLDER = settings.test_data_dir().parent / "cases" / "strict_answers"
FILES = ("cases.py", "cases2.py")
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the cases of the strict reader are not in {FOLDER}")
Case = tuple[str, str, str, str, int]


def cases() -> list[Case]:
    """Task, language, prediction, reference, and whether it is right."""
    found: list[Case] = []
    for name in FILES if FOLDER.is_dir() else ():
        spec = importlib.util.spec_from_file_location(name[:-3], FOLDER / name)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found.extend((task, language, said, gold, right) for _, task, language, said, gold, right, _ in module.C)
    return found


def judged(task: str, language: str, said: str, gold: str) -> int:
    scoring = scoring_of(task)
    metric = registry.get("metric", scoring.metrics[0])
    return int(metric.strict([Pair(said, gold, language, scoring.labels)]).values["accuracy"] == 100)


@pytest.mark.case("strict_answers")
def test_the_cases_are_judged_as_their_files_say() -> None:
    table = cases()
    wrong = [(said, gold, right) for task, language, said, gold, right in table if judged(task, language, said, gold) != right]
    assert len(table) == 405
    assert [case for case in wrong if not case[2]] == [], "a credit where the files give none"
    assert len(wrong) <= 5, wrong


def lists_of(script: str) -> list[list[object]]:
    """The lists of literals that a script of case 19 reads or asks, in order."""
    tree = ast.parse((FOLDER.parent / "19_model_name_i" / script).read_text(encoding="utf-8"))
    held = [node.value if isinstance(node, ast.Assign) else node.iter for node in tree.body if isinstance(node, ast.Assign | ast.For)]
    return [ast.literal_eval(value) for value in held if isinstance(value, ast.List)]


@pytest.mark.case("19_model_name_i")
def test_a_word_or_a_name_is_no_letter_and_the_letter_i_is_one(test_data: Callable[[str], Path]) -> None:
    (told,) = lists_of("t13.py")
    # Where the script is not sure itself, it says so behind the letter. The one left out is also the released form of two right options.
    sure = {text: want for text, want in told if (want.isalpha() or not want) and text != "The right answer is D: vitamin A, C: no"}
    assert len(sure) >= 59
    # In a lake the options of the row are known, and so whether a text that holds a letter is one of them.
    own = {"B: hepatitis B, C and D": ["B: hepatitis B, C and D"]}
    assert {text: "".join(sorted(letters(text, own.get(text, [])))) for text in sure} == sure
    prose = [str(text) for text in lists_of("t14.py")[-1]]
    first = {text: "".join(sorted(letters(text))) for text in prose}
    assert first[prose[0]] == "D" and "E. coli" in prose[0]
    assert first[prose[1]] == "B" and "C. difficile" in prose[1]
    assert not [text for text, found in first.items() if re.search(r"\bI (?:would|think|believe|choose)", text) and "I" in found]
    assert [first[text] for text in ("I would choose option D", "I think B", "Answer I think is C", "I: x")] == ["D", "B", "C", "I"]
    ten = [f"The right answer is {key}: sign {key.lower()}" for key in "ABCDEFGHIJ"]
    for said, right in (("I", "I"), ("My answer: I", "I"), ("I: sign i", "I"), ("I think it is C.", "C"), ("I am not sure", "")):
        assert "".join(letters(said, ten)) == right
    for line in (test_data("medqa") / "test.jsonl").read_text(encoding="utf-8").splitlines():
        outputs = {key: f"The right answer is {key}: {text}" for key, text in json.loads(line)["options"].items()}
        assert {key: letters(output, list(outputs.values())) for key, output in outputs.items()} == {key: {key} for key in outputs}
        if "C. trachomatis" in line:
            named = {key: letters(output) for key, output in outputs.items() if "C. trachomatis" in output}
            assert all(found == {key} for key, found in named.items())


# Each disturbance gives the case anew, or None where it would be another case -----------------------------------------------------------

_LONE = r"(?<!\w)(?<!\w['’-]){}(?!\w|['’]\w)"
_NEXT = {"B": "D", "C": "F", "D": "G", "b": "d", "c": "f", "d": "g"}
_NAMES = {
    "aspirin": "ibuprofen",
    "pneumonia": "sarcoidosis",
    "influenza": "tuberculosis",
    "bronchitis": "pericarditis",
    "warfarin": "digoxin",
}
_LABELS = ({"entailment": "contradiction", "contradiction": "entailment"}, {"true": "false", "false": "true"}, {"0": "1", "1": "0"})


def _swapped(text: str, names: dict[str, str]) -> str:
    def other(match: re.Match[str]) -> str:
        word = match.group()
        new = names[word.lower()]
        return new.capitalize() if word[0].isupper() and not word.isupper() else new.upper() if word.isupper() else new

    return re.sub(r"(?<!\w)(?:" + "|".join(names) + r")(?!\w)", other, text, flags=re.IGNORECASE)


def other_letter(case: Case) -> Case | None:
    task, language, said, gold, right = case
    if (
        scoring_of(task).metrics != ("mcqa",)
        or said != unicodedata.normalize("NFKC", said)
        or re.search(r"(?<!\w)[ΑΒЕАВСБЕ](?!\w)|<b>|[A-J]-[A-J]", said)
    ):
        return None

    def moved(text: str) -> str:
        text = re.sub(_LONE.format("[BCDbcd]"), lambda match: _NEXT[match.group()], text)
        text = re.sub(
            r"(?<=[\u3040-\u9fff])[BCDbcd](?![A-Za-z])|(?<![A-Za-z])[BCDbcd](?=[\u3040-\u9fff])", lambda match: _NEXT[match.group()], text
        )
        return re.sub(r"(?<!\w)(?=\w*[B-D])[A-D]{2,4}(?!\w)", lambda match: "".join(_NEXT.get(c, c) for c in match.group()), text)

    return task, language, moved(said), moved(gold), right


def other_name(case: Case) -> Case:
    task, language, said, gold, right = case
    return task, language, _swapped(said, _NAMES), _swapped(gold, _NAMES), right


def other_label(case: Case) -> Case | None:
    task, language, said, gold, right = case
    known = {label.lower() for label in scoring_of(task).labels}
    swap = next((swap for swap in _LABELS if set(swap) <= known), None)
    return None if swap is None else (task, language, _swapped(said, swap), _swapped(gold, swap), right)


def _rewritten(change: Callable[[str], str]) -> Callable[[Case], Case]:
    def disturbed(case: Case) -> Case:
        task, language, said, gold, right = case
        return task, language, change(said) if said.strip() else said, gold, right

    return disturbed


def capitals(case: Case) -> Case | None:
    task, language, said, gold, right = case
    # In capitals an article is no longer told from the letter of an option.
    if "\\" in said or "<" in said or "{" in said or re.search(r"(?<!\w)[a-jàе](?!\w)", said) or "I" in said:
        return None
    return task, language, said.upper(), gold, right


DISTURBANCES: dict[str, Callable[[Case], Case | None]] = {
    "another letter": other_letter,
    "other names": other_name,
    "another label": other_label,
    "blanks around": _rewritten(lambda text: f"\n  {text} \t\n"),
    "doubled blanks": _rewritten(lambda text: re.sub(r"(?<=\S) (?=\S)", "  ", text)),
    "capitals": capitals,
    "bold": _rewritten(lambda text: text if "\n" in text or "*" in text else f"**{text}**"),
    "paragraph": _rewritten(lambda text: f"<p>{text}</p>"),
    "end of text": _rewritten(lambda text: f"{text}</s>"),
    "role": _rewritten(lambda text: f"assistant\n\n{text}"),
    "thoughts before": _rewritten(
        lambda text: text if "think>" in text else f"<think>Is it A, or rather E? No. Yes. Pneumonia.</think>\n\n{text}"
    ),
    "full width": _rewritten(lambda text: text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}) if len(text) < 4 else text),
}


@pytest.mark.parametrize("name", DISTURBANCES)
def test_a_disturbed_case_keeps_its_verdict(name: str) -> None:
    changed = [(case, new) for case in cases() if (new := DISTURBANCES[name](case)) is not None and new[2:4] != case[2:4]]
    assert len(changed) >= 20
    assert [(case[2:], new[2:4]) for case, new in changed if judged(*new[:4]) != case[4]] == []


def test_no_text_of_a_case_stands_in_the_source() -> None:
    import medslake.metrics

    source = "\n".join(path.read_text(encoding="utf-8") for path in Path(medslake.metrics.__file__).parent.rglob("*.py"))
    told = [said for task, _, said, _, _ in cases() if len(said.split()) > 3 and said in source and said not in scoring_of(task).labels]
    assert told == []
