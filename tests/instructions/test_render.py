"""What the renderer promises beyond single examples: stable ids, items, partners, strict inputs."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from medslake.instructions.accounts import ABOUT, NO_ITEM, taken
from medslake.instructions.render import render
from medslake.registry import get
from medslake.tasks import Derived, Partners, entities_in

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from silver_fixtures import SilverFrame

QUESTIONS = [
    {
        "record_id": f"{n:06d}",
        "split": "test" if n % 5 == 0 else "train",
        "question": f"Question {n}?",
        "context": [{"name": "RESULTS", "text": f"Finding {n}."}],
        "long_answer": f"Conclusion {n}.",
        "topic": "PQA-L",
        "access": "dua" if n % 7 == 0 else "public",
    }
    for n in range(300)
]


def instances(frame: DataFrame) -> dict[str, dict[str, Any]]:
    return {row["instance_id"]: row.asDict(recursive=True) for row in frame.collect()}


@pytest.fixture(scope="module")
def checked_answers(silver_frame: SilverFrame) -> dict[str, dict[str, Any]]:
    task = get("task", "task12")
    return instances(render(task, silver_frame(task, QUESTIONS)))


def test_instance_id_is_the_md5_of_task_records_position_and_version(silver_frame: SilverFrame) -> None:
    task = get("task", "task57")
    row = render(task, silver_frame(task, [task.example.row])).first()
    assert row is not None
    assert row["instance_id"] == hashlib.md5(b"task57\nen/test/000001\n0\n1").hexdigest()


def test_another_version_makes_other_ids(silver_frame: SilverFrame) -> None:
    task = get("task", "task57")
    frame = silver_frame(task, [task.example.row])
    assert not instances(render(task, frame)).keys() & instances(render(replace(task, version=2), frame)).keys()


def test_where_several_options_are_right_each_stands_as_the_output_lists_it(silver_frame: SilverFrame) -> None:
    task = get("task", "task57")
    several = task.example.row | {"answer_keys": ["A", "C"], "split": "test"}
    (row,) = instances(render(task, silver_frame(task, [several]))).values()
    options = [f"{option['key']}: {option['text']}" for option in task.example.row["options"]]
    assert row["choices"] == options
    assert row["output"] == f"The right answer is {options[0]}, {options[2]}"


def test_names_are_carried_from_the_annotation(silver_frame: SilverFrame) -> None:
    task = get("task", "task126")
    text = "Given 2,4-dinitrophenol, then N, N-diethyl-m-toluamide."
    names = ["2,4-dinitrophenol", "N, N-diethyl-m-toluamide"]
    rows = [task.example.row | {"split": "test", "text": text, "entities": entities_in(text, *(("Chemical", name) for name in names))}]
    rows += [task.example.others[0] | {"split": "test"}, task.example.row | {"record_id": "x", "split": "train"}]
    found = instances(render(task, silver_frame(task, rows))).values()
    # What is not asked bears none, as it bears no choices.
    assert {row["record_ids"][0]: row["names"] for row in found} == {
        task.example.row["record_id"]: names,
        task.example.others[0]["record_id"]: [],
        "x": None,
    }


def test_items_give_one_instance_each(silver_frame: SilverFrame) -> None:
    task = replace(get("task", "task45"), id="task900", items="synonyms", input_sql="name", output_sql="item")
    rows = [
        {"record_id": "a", "concept_id": "a", "name": "ague", "synonyms": ["shakes", "chills", "shakes"], "relations": [], "xrefs": []},
        {"record_id": "b", "concept_id": "b", "name": "rash", "synonyms": [], "relations": [], "xrefs": []},
    ]
    found = instances(render(task, silver_frame(task, rows)))
    assert sorted(row["output"] for row in found.values()) == ["chills", "shakes", "shakes"]
    assert {row["instance_id"] for row in found.values()} == {hashlib.md5(f"task900\na\n{i}\n1".encode()).hexdigest() for i in range(3)}
    silver = silver_frame(task, rows)
    (told,) = taken([replace(task, requires={})], {"concepts": silver}, lambda _: render(task, silver))["task900"]
    # Of two rows one gives three instances: with the two further ones four are read.
    assert (told.read(2), told.left_out(2), told.instances) == (4, {ABOUT: 0, NO_ITEM: 1}, 3)


def test_rows_of_other_sources_are_left_out(silver_frame: SilverFrame) -> None:
    task = get("task", "task57")
    rows = [task.example.row, {**task.example.row, "record_id": "other", "source": "headqa"}]
    assert render(task, silver_frame(task, rows)).count() == 1


def test_partners_do_not_depend_on_partitions_or_order(silver_frame: SilverFrame, checked_answers: dict[str, dict[str, Any]]) -> None:
    task = get("task", "task12")
    shuffled = silver_frame(task, QUESTIONS[::-1]).repartition(7, "question")
    again = instances(render(task, shuffled))
    assert {k: (v["input"], v["output"], v["record_ids"]) for k, v in again.items()} == {
        k: (v["input"], v["output"], v["record_ids"]) for k, v in checked_answers.items()
    }


def test_wrong_answers_come_from_another_record_of_the_same_split(checked_answers: dict[str, dict[str, Any]]) -> None:
    labels = Counter(row["output"] for row in checked_answers.values())
    assert sum(labels.values()) == len(QUESTIONS)
    assert min(labels["yes"], labels["no"]) > 100
    split_of = {row["record_id"]: row["split"] for row in QUESTIONS}
    for row in checked_answers.values():
        own, *others = row["record_ids"]
        said = row["input"].split("\nAnswer: ")[1]
        assert f"Question {int(own)}?" in row["input"]
        if row["output"] == "yes":
            assert (others, said) == ([], f"Conclusion {int(own)}.")
        else:
            assert (len(others), said) == (1, f"Conclusion {int(others[0])}.")
            assert others[0] != own
            assert split_of[others[0]] == split_of[own] == row["split"]


def test_both_records_lend_access_and_origin(checked_answers: dict[str, dict[str, Any]]) -> None:
    access = {row["record_id"]: row["access"] for row in QUESTIONS}
    number = {row["record_id"]: n for n, row in enumerate(QUESTIONS, start=1)}
    raised = 0
    for row in checked_answers.values():
        own, *others = row["record_ids"]
        classes = {access[i] for i in row["record_ids"]}
        assert row["access"] == ("dua" if "dua" in classes else "public")
        assert row["origin"]["row"] == number[own]
        assert [o["row"] for o in row["joined"] or []] == [number[i] for i in others]
        raised += access[own] == "public" and row["access"] == "dua"
    assert raised > 0, "no partner raised the class of an instance"


def test_a_row_alone_in_its_split_keeps_its_own_answer(silver_frame: SilverFrame) -> None:
    task = get("task", "task12")
    # Of two records of one split at least one would get the other's answer if the hash said so; alone neither can.
    frame = silver_frame(task, [{**row, "split": split} for row, split in zip(QUESTIONS[:3], ("train", "validation", "test"), strict=True)])
    found = instances(render(task, frame)).values()
    assert [row["output"] for row in found] == ["yes"] * 3
    assert all(len(row["record_ids"]) == 1 for row in found)


def test_several_partners_are_the_next_ones_of_the_ring_and_never_the_row_itself(silver_frame: SilverFrame) -> None:
    names = "array_join(transform(partners, p -> p.question), ',')"
    task = replace(get("task", "task12"), partners=Partners(("question",), count=3), requires={}, input_sql="question", output_sql=names)
    rows = [{**QUESTIONS[n], "split": "train" if n < 40 else "test" if n < 43 else "validation"} for n in range(44)]
    found = {row["input"]: row for row in instances(render(task, silver_frame(task, rows).repartition(3))).values()}
    following = {asked: row["output"].split(",") for asked, row in found.items() if row["split"] == "train"}
    assert all(len(set(three)) == 3 and asked not in three for asked, three in following.items())
    # A ring: the first partner's own first partner is the second one.
    assert all(following[one][0] == two and following[one][1] == three for one, two, three in following.values())
    assert len({three[0] for three in following.values()}) == 40
    assert {len(row["record_ids"]) for row in found.values()} == {1, 3, 4}
    assert {row["output"].count("Q") for row in found.values() if row["split"] == "test"} == {2}
    assert [row["record_ids"] for row in found.values() if row["split"] == "validation"] == [["000043"]]


def test_derived_columns_are_made_in_arrow_batches(silver_frame: SilverFrame) -> None:
    def twice(batch: pa.RecordBatch) -> list[pa.Array]:
        asked = batch["question"]
        return [pc.binary_join_element_wise(asked, asked, " "), pc.utf8_length(asked)]

    derived = Derived("twice STRING, long INT", twice)
    task = replace(get("task", "task13"), derived=derived, input_sql="twice", output_sql="string(long)", where="true")
    rows = instances(render(task, silver_frame(task, QUESTIONS[:5]))).values()
    assert {(row["input"], row["output"]) for row in rows} == {(f"Question {n}? Question {n}?", "11") for n in range(5)}
    short = replace(task, output_sql="twice", derived=Derived("twice STRING", lambda batch: batch["question"].slice(1)))
    with pytest.raises(Exception, match=r"task13: derived twice from 5 rows, but the function gave 1 arrays of 4 rows"):
        render(short, silver_frame(task, QUESTIONS[:5])).collect()


def test_what_is_required_is_left_out_and_counted_under_the_first_reason(silver_frame: SilverFrame) -> None:
    requires = {"no answer": "trim(long_answer) <> ''", "not labelled": "topic = 'PQA-L'"}
    task = replace(get("task", "task13"), where="split <> 'test'", requires=requires)
    rows = [
        {**row, **changed}
        for row, changed in zip(QUESTIONS, ({}, {"long_answer": None}, {"topic": "PQA-A"}, {"split": "test"}), strict=False)
    ]
    rows.append({**QUESTIONS[5], "split": "train", "long_answer": " ", "topic": "PQA-U"})
    rows[0] = {**rows[0], "split": "train"}
    silver = silver_frame(task, rows)
    made = render(task, silver)
    assert [row["record_ids"] for row in instances(made).values()] == [["000000"]]
    found = taken([task, replace(task, id="task901", source="headqa")], {"questions": silver}, lambda _: made)
    (one,), (other,) = found["task13"], found["task901"]
    assert one.reasons == {"no answer": 2, "not labelled": 1} and one.instances == 1
    assert one.left_out(5) == {ABOUT: 1, "no answer": 2, "not labelled": 1} and one.read(5) == 5
    assert (other.about, other.instances) == (0, 0)


def test_relations_occur_in_similar_numbers_and_only_strangers_are_unrelated(silver_frame: SilverFrame) -> None:
    task = get("task", "task47")
    rows = [
        {
            "record_id": f"DOID:{n}",
            "concept_id": f"DOID:{n}",
            "name": f"disease {n}",
            "synonyms": [f"malady {n}"],
            # As delivered: some files name a parent without its id.
            "relations": [{"type": "is_a", "target": f"DOID:{n // 2}" if n % 3 else None, "target_name": f"disease {n // 2}"}],
            "xrefs": [],
        }
        for n in range(1, 401)
    ]
    found = instances(render(task, silver_frame(task, rows))).values()
    labels = Counter(row["output"] for row in found)
    assert set(labels) == {"synonym", "parent", "child", "unrelated"}
    assert min(labels.values()) > 60
    for row in found:
        first, second = (line.split(": ")[1] for line in row["input"].split("\n"))
        one, other = (int(term.split()[1]) for term in (first, second))
        if row["output"] == "synonym":
            assert (one, second) == (other, f"malady {one}")
        elif row["output"] == "parent":
            assert one == other // 2
        elif row["output"] == "child":
            assert other == one // 2
        else:
            assert one != other and one != other // 2 and other != one // 2 and one // 2 != other // 2


def test_the_corrected_input_leaves_out_what_gives_the_label_away(silver_frame: SilverFrame) -> None:
    """The columns of a SEER*Stat export that MedS-Ins tells, as released and with names in lower case and underscores."""
    kept = [
        "Age at diagnosis",
        "Regional nodes positive (1988+)",
        "Total number of in situ/malignant tumors for patient",
        "ER Status Recode Breast Cancer (1990+)",
        "PR Status Recode Breast Cancer (1990+)",
        "CS tumor size (2004-2015)",
        "Derived HER2 Recode (2010+)",
        "Regional nodes examined (1988+)",
        "Race recode",
        "Sex",
        "Diagnosis_year",
        "Estrogen Status",
    ]
    hidden = [
        "Radiation recode",
        "Chemotherapy recode",
        "Radiation sequence with surgery",
        "COD to site recode",
        "Vital status recode (study cutoff used)",
        "Last_fu _year",
        "interva_years",
        "stutus_5_years",
        "Survival Months",
        "Status",
    ]
    task = get("task", "task131")
    names = [*kept, *hidden, *(n.lower().replace(" ", "_") for n in (*kept, *hidden))]
    row = {
        "record_id": "1",
        "features": [{"name": n, "value": "v", "unit": None} for n in names],
        "outcomes": {"radiation_sequence": "Radiation after surgery"},
    }
    frame = silver_frame(task, [row])
    strict, paper = (render(one, frame).first() for one in task.renderings)
    assert strict is not None and paper is not None
    assert [line.split(": ")[0] for line in strict["input"].split("\n")] == [*kept, *(n.lower().replace(" ", "_") for n in kept)]
    assert [line.split(": ")[0] for line in paper["input"].split("\n")] == names
    assert (strict["input_variant"], paper["input_variant"]) == ("strict", "paper")
    assert strict["output"] == paper["output"]
    assert strict["instance_id"] != paper["instance_id"]


def test_entities_are_listed_once_in_text_order(silver_frame: SilverFrame) -> None:
    task = get("task", "task127")
    entities = [{"start": i, "end": i + 1, "type": t, "text": e, "concept": None} for i, (t, e) in enumerate(ENTITIES)]
    row = {"record_id": "1", "unit": "sentence", "text": "t", "entity_types": ["Disease"], "entities": entities, "relations": None}
    first = render(task, silver_frame(task, [row])).first()
    assert first is not None
    assert first["output"] == "pain, fever, Pain."


ENTITIES = [("Disease", "pain"), ("Chemical", "gold"), ("Disease", "fever"), ("Disease", "pain"), ("Disease", "Pain")]
