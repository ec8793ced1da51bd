"""Invented clinical notes of the people of `persons`: radiology reports, discharge summaries, reports of chest X-rays, and what a coder
makes of a summary. Text runs over lines, under headings as the publishers write them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from medslake.synth.draw import Draw, Length
from medslake.synth.parts.codes import procedure, title
from medslake.synth.parts.persons import Person, Stay, admitted, person
from medslake.synth.parts.words import DISEASES
from medslake.synth.text import slots

__all__ = ["chest_study", "coded_summary", "note_rows"]

#: Two of three examinations are named by the region alone, as most of MIMIC-IV are; the rest give about as many reports by modality and
#: region as MedS-Ins counts.
_MODALITIES = {
    "": 0.67,
    "CT": 0.1,
    "X-RAY": 0.1,
    "MRI": 0.043,
    "ULTRASOUND": 0.043,
    "ANGIOGRAPHY": 0.013,
    "MAMMOGRAM": 0.013,
    "FLUOROSCOPY": 0.013,
    "PATHOLOGY": 0.007,
}
_ANATOMIES = {"CHEST": 0.35, "HEAD": 0.15, "BRAIN": 0.1, "ABDOMEN": 0.15, "PELVIS": 0.1, "SPINE": 0.1, "NECK": 0.05}
_WAYS = ("W/O CONTRAST", "W/ CONTRAST", "(PA AND LAT)", "PORT. LINE PLACEMENT", "LIMITED", "BILATERAL", "FOLLOW UP")
#: Sections of a radiology report -> share of the reports.
_LAYOUTS = {"all": 0.62, "findings alone": 0.08, "impression alone": 0.1, "impression first": 0.02, "in one": 0.1, "old": 0.08}
#: The same of chest X-rays, after the counts that the publisher's section parser gives.
_CHEST = {
    "all": 0.53,
    "impression alone": 0.29,
    "findings alone": 0.12,
    "in one": 0.005,
    "views": 0.01,
    "neither": 0.04,
    "misspelt": 0.005,
}
_MISSPELT = ("IMPRESSON", "IMPRSSION", "IMPESSION")
#: Not a number.
_WORD = re.compile(r"\w*[^\W\d]\w*")
_REPORT, _SUMMARY, _STUDY = Length(140, 380), Length(1_400, 2_900), Length(60, 130)


def _wrapped(text: str, indent: str = "", words: int = 11) -> str:
    """The text in lines of so many words."""
    parts = text.split(" ")
    return f"\n{indent}".join([" ".join(parts[at : at + words]) for at in range(0, len(parts), words)])


def _findings(draw: Draw, length: Length) -> tuple[str, str]:
    """What is seen, and the conclusion: the hallmark settles the disease."""
    disease, words = draw.pick(DISEASES), draw.length(length)
    told = (
        f"There is {disease.symptom()} with {draw.pick(slots()['adj'])} {draw.pick(slots()['noun'])} of the {draw.pick(slots()['site'])}."
    )
    finding = f"{draw.words(max(4, words * 2 // 5))} {told} {draw.words(max(4, words * 2 // 5 - 12))}"
    return finding, f"{disease.name().capitalize()}. {draw.words(max(4, words // 6))}"


def _radiology(draw: Draw) -> tuple[str, str]:
    """Text of a report, and the name of the examination."""
    exam = f"{draw.weighted(_MODALITIES)} {draw.weighted(_ANATOMIES)} {draw.pick(_WAYS)}".lstrip()
    finding, conclusion = _findings(draw, _REPORT)
    layout, person_of = draw.weighted(_LAYOUTS), f"___ year old {draw.pick(('man', 'woman'))}"
    asked = f"{person_of} with {draw.pick(slots()['sign'])}  // {draw.pick(slots()['noun'])}?"
    if layout == "old":
        return f"FINAL REPORT\n REASON FOR EXAM:  {asked}\n \n {_wrapped(finding, ' ')}\n", exam
    head = (
        f"EXAMINATION:  {exam}\n\nINDICATION:  {asked}\n\nTECHNIQUE:  {draw.words(12)}\n\nCOMPARISON:  {draw.pick(('None.', '___.'))}\n\n"
    )
    seen, meant = f"FINDINGS: \n\n{_wrapped(finding)}\n\n", f"IMPRESSION: \n\n1. {_wrapped(conclusion)}\n"
    told = {
        "all": f"{seen}{meant}",
        "findings alone": seen,
        "impression alone": meant,
        "impression first": f"{meant}\n{seen}",
        "in one": f"FINDINGS AND IMPRESSION:  {_wrapped(finding)}\n",
    }
    return f"{head}{told[layout]}", exam


def note_rows(draw: Draw, number: int) -> Iterator[tuple[str, Any]]:
    """(table, row) of the notes of a person: six of seven stays have a summary, and stays and visits have reports with some addenda."""
    one = person(draw, number)
    own = draw.about("notes", number)
    for place, stay in enumerate(one.stays, 1):
        if own.chance(0.86):
            yield from _summary_rows(own, one, stay, place)
    moments: list[tuple[int | None, datetime, datetime]] = [(stay.hadm_id, stay.started, stay.ended) for stay in one.stays]
    moments += [(None, visit.came, visit.left) for visit in one.visits if visit.hadm_id is None]
    seq = 1
    for hadm_id, came, left in moments:
        for _ in range(own.weighted({1: 0.3, 2: 0.25, 4: 0.25, 8: 0.15, 12: 0.05})):
            for row in _report_rows(own, one, hadm_id, came + (left - came) * own.random(), seq):
                seq += row[0] == "radiology"
                yield row


def _note(one: Person, kind: str, seq: int, hadm_id: int | None, when: datetime, text: str) -> dict[str, Any]:
    key = {
        "note_id": f"{one.subject_id}-{kind}-{seq}",
        "subject_id": one.subject_id,
        "hadm_id": hadm_id,
        "note_type": kind,
        "note_seq": seq,
    }
    stored = when + timedelta(hours=3)
    return {**key, "charttime": when.isoformat(" ", "seconds"), "storetime": stored.isoformat(" ", "seconds"), "text": text}


def _fields(note: dict[str, Any], **values: Any) -> list[tuple[Any, ...]]:
    """Rows of a detail table: note, person, name, value and place of a field."""
    return [(note["note_id"], note["subject_id"], name, value, place) for place, (name, value) in enumerate(values.items(), 1)]


def _report_rows(own: Draw, one: Person, hadm_id: int | None, when: datetime, seq: int) -> Iterator[tuple[str, Any]]:
    text, exam = _radiology(own)
    note = _note(one, "RR", seq, hadm_id, when, text)
    yield "radiology", note
    told = {"exam_code": f"C{own.whole(1, 99)}", "exam_name": exam, "cpt_code": own.whole(70_000, 79_999)}
    added = own.chance(0.03)
    more = _note(one, "AR", seq + 1, hadm_id, when + timedelta(hours=9), f"ADDENDUM  {_wrapped(own.words(Length(30, 70)))}\n")
    if added:
        told["addendum_note_id"] = more["note_id"]
        yield "radiology", more
        for field in _fields(more, parent_note_id=note["note_id"]):
            yield "radiology_detail", field
    for field in _fields(note, **told):
        yield "radiology_detail", field


def _summary_rows(own: Draw, one: Person, stay: Stay, place: int) -> Iterator[tuple[str, Any]]:
    note = _note(one, "DS", place, stay.hadm_id, stay.ended.replace(hour=0, minute=0, second=0, microsecond=0), _summary(own, one, stay))
    yield "discharge", note
    for field in _fields(note, author=f"Dr {own.pick(slots()['family'])}"):
        yield "discharge_detail", field


def _summary(draw: Draw, one: Person, stay: Stay) -> str:
    disease = DISEASES[stay.kind % len(DISEASES)]
    words = draw.length(_SUMMARY)
    story, exam, results, course, advice = (draw.words(max(8, int(words * share))) for share in (0.22, 0.13, 0.2, 0.27, 0.1))
    drugs = draw.some(slots()["drug"], draw.whole(2, 9))
    listed = "\n".join(
        f"{at}.  {drug.capitalize()} {draw.pick(slots()['mg'])} PO DAILY " for at, drug in enumerate([disease.drug, *drugs], 1)
    )
    names = {"F": "Ms.", "M": "Mr."}[one.gender]
    told = {
        "Service": "SURGERY" if stay.kind % 2 else "MEDICINE",
        "Allergies": f"\n{draw.pick(('No Known Allergies / Adverse Drug Reactions', drugs[0].capitalize()))}",
        "Attending": "___.",
        "Chief Complaint": f"\n{disease.symptom().capitalize()}",
        "Major Surgical or Invasive Procedure": f"\n{draw.pick(('None', draw.pick(slots()['test']).capitalize()))}",
        "History of Present Illness": f"\n___ year old with {disease.symptom()}. {_wrapped(story)}",
        "Past Medical History": f"\n{draw.pick(slots()['disease'])}\n{draw.pick(slots()['disease'])}",
        "Social History": "\n___",
        "Family History": f"\n{draw.words(9)}",
        "Physical Exam": f"\n{_wrapped(exam)}",
        "Pertinent Results": f"\n___ {draw.clock()[:5]}AM BLOOD {_wrapped(results)}",
        "Brief Hospital Course": f"\n# {disease.name().upper()}: {_wrapped(course)}",
        "Medications on Admission": f"\n{drugs[-1].capitalize()} {draw.pick(slots()['mg'])}",
        "Discharge Medications": f"\n{listed}",
        "Discharge Disposition": f"\n{draw.pick(('Home', 'Home With Service', 'Extended Care'))}",
        "Discharge Diagnosis": f"\n{title(stay.kind)}",
        "Discharge Condition": f"\nMental Status: {draw.pick(('Clear and coherent', 'Confused - sometimes'))}.",
        "Discharge Instructions": f"\nDear {names} ___,\n\nYou came to us with {disease.symptom()}. {_wrapped(advice)}\n\nYour ___ team",
        "Followup Instructions": "\n___",
    }
    head = " \nName:  ___                     Unit No:   ___\n \nAdmission Date:  ___              Discharge Date:   ___\n \n"
    return f"{head}Sex:   {one.gender}\n \n{''.join(_headed(name, text) for name, text in told.items())}"


def _headed(name: str, text: str) -> str:
    """Text on the line of its heading, or on the next ones; no blank ends a line."""
    return f"{name}:{'' if text.startswith(chr(10)) else ' '}{text}\n \n"


def coded_summary(draw: Draw, number: int) -> tuple[int, int, str, str]:
    """subject_id, hadm_id, the text as words of small letters, and the codes of a stay."""
    one = person(draw, admitted(number))
    stay = one.stays[0]
    text = " ".join(_WORD.findall(_summary(draw, one, stay).lower()))
    made = f"0X{procedure(stay.kind)}Z" if stay.kind % 3 else ""
    # A stay that was coded in the older revision has the codes that came after it.
    codes = [
        f"U9{code[3:]:0>4}" if version == 9 and code.startswith("99") else code
        for code, version in stay.codes
        if version == 10 or code.startswith("99")
    ]
    return one.subject_id, stay.hadm_id, text, ";".join([*codes, *([f"{made:0<7}"] if made else [])])


def chest_study(draw: Draw, number: int) -> Iterator[tuple[str, Any]]:
    """The report of a study, its row in the list of studies, and those of its images. A person of the hospital has three or so."""
    one = person(draw, admitted(number // 3))
    study, identity = 70_000_000 + number, str(one.subject_id)
    path = f"p{identity[:2]}/p{identity}/s{study}.txt"
    yield "reports", (path, _chest_text(draw))
    yield "studies", (one.subject_id, study, f"files/{path}")
    part = draw.about("part", one.subject_id).weighted({"train": 0.97, "validate": 0.015, "test": 0.015})
    for _ in range(draw.whole(1, 2)):
        yield "images", (f"{draw.getrandbits(160):040x}", study, one.subject_id, part)


def _chest_text(draw: Draw) -> str:
    finding, conclusion = _findings(draw, _STUDY)
    seen, meant, layout = _wrapped(finding, " "), _wrapped(conclusion, " "), draw.weighted(_CHEST)
    told = {
        "all": f" FINDINGS: \n \n {seen}\n \n IMPRESSION: \n \n {meant}\n",
        "impression alone": f" IMPRESSION:  {meant}\n",
        "findings alone": f" FINDINGS:  {seen}\n",
        "in one": f" FINDINGS AND IMPRESSION:  {seen}\n",
        "views": f" CHEST, {draw.pick(('TWO', 'PA AND LATERAL'))} VIEWS:  {seen}\n \n IMPRESSION:  {meant}\n",
        "neither": f" {seen}\n",
        "misspelt": f" FINDINGS:  {seen}\n \n {draw.pick(_MISSPELT)}:  {meant}\n",
    }
    wet = f"{' ' * 33}WET READ: ___ ___ {draw.clock()[:5]}\n  {meant}\n {'_' * 78}\n" if draw.chance(0.03) else ""
    asked = f"___ year old with {draw.pick(slots()['sign'])}  // {draw.pick(slots()['noun'])}?"
    head = f"{' ' * 33}FINAL REPORT\n EXAMINATION:  CHEST ({draw.pick(('PA AND LAT', 'PORTABLE AP'))})\n \n INDICATION:  {asked}\n \n"
    return f"{wet}{head} COMPARISON:  {draw.pick(('None', '___'))}.\n \n{told[layout]}"
