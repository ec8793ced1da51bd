"""Invented task files in the layouts that Super-NaturalInstructions has had."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache

from medslake.synth.base import TwinFile
from medslake.synth.draw import Draw, Length
from medslake.synth.parts.annotated import CLAIMS
from medslake.synth.parts.choices import choice, option_texts, question_text
from medslake.synth.parts.passages import question
from medslake.synth.parts.tweets import tweet
from medslake.synth.parts.words import DISEASES
from medslake.synth.text import chosen_pieces, filled, slots, templates
from medslake.synth.writers.json import json_array

__all__ = ["task_files"]

#: Input and output of an instance.
Pair = tuple[str, str]
#: Name of a task, its instances, what it asks for, its layout and its Domains.
_TASKS = """
179_participant_extraction 423 person bare -
180_intervention_extraction 423 drug bare -
181_outcome_extraction 423 sign bare -
363_sst2_polarity_classification 6500 mood new Reviews -> Movies
690_mmmlu_answer_generation_college_medicine 160 exam new Medicine
730_mmmlu_answer_generation_professional_medicine 270 exam new Medicine
845_pubmedqa_question_generation 6500 asking middle Medicine
846_pubmedqa_classification 6500 verified nameless -
847_pubmedqa_question_generation 6500 asking middle Medicine
848_pubmedqa_classification 6500 verified middle Medicine
849_pubmedqa_answer_generation 6500 answering middle Medicine
1366_healthfact_classification 250 claim middle Healthcare
1368_healthfact_sentence_generation 3300 answering middle Healthcare
1369_healthfact_sentence_generation 3300 answering middle Healthcare
1395_europa_ecdc_tm_en_sv_translation 2441 en-sv middle Healthcare, Professions
1396_europa_ecdc_tm_en_de_translation 2441 en-de middle Healthcare, Professions
1397_europa_ecdc_tm_fr_en_translation 2441 fr-en middle Healthcare, Professions
1431_head_qa_answer_generation 2498 option codes -
1432_head_qa_language_translation_en_to_es 2588 en-es codes -
1433_head_qa_language_translation_es_to_en 2588 es-en codes -
1434_head_qa_classification 2526 area codes -
1447_drug_extraction_ade 2746 drug new Biology -> Clinical Knowledge, Healthcare
1448_disease_entity_extraction_ncbi_dataset 150 disease new Biology -> Clinical Knowledge, Healthcare
1449_disease_entity_extraction_bc5cdr_dataset 77 disease new Biology -> Clinical Knowledge, Healthcare
1451_drug_dose_extraction 228 mg new Biology -> Clinical Knowledge, Healthcare
1481_gene_extraction_bc2gm_dataset 1051 gene middle Biology -> Bioinformatics
1484_gene_extraction_linnaeus_dataset 151 gene middle -
1486_cell_extraction_anem_dataset 112 site middle Biology -> Clinical Knowledge
1487_organism_substance_extraction_anem_dataset 113 noun middle Biology -> Clinical Knowledge
1495_adverse_drug_event_classification 1974 harm middle Biology -> Clinical Knowledge, Healthcare
1645_medical_question_pair_dataset_text_classification 2950 same middle Medicine, Healthcare
1646_dataset_card_for_catalonia_independence_corpus_text_classification 4900 stance middle Medicine, Healthcare
"""
_NAMES = {"en": "English", "es": "Spanish", "fr": "French", "sv": "Swedish", "de": "German"}


@cache
def _telling(slot: str) -> tuple[str, ...]:
    return tuple(one for one in templates("en") if f"{{{slot}}}" in one)


def _span(draw: Draw, slot: str) -> Pair:
    """A sentence, and the first in it of what is sought."""
    if slot in ("person", "sign") and draw.chance(0.3):
        return draw.words(Length(22, 45)), "not found"
    pieces = chosen_pieces(draw, _telling(slot))
    told = "".join(text for _, text in pieces)
    room = draw.length(Length(18, 36) if slot in ("drug", "disease", "mg") else Length(24, 48)) - told.count(" ") - 1
    more = f" ; {draw.words(room).lower()}" if room > 3 else ""
    return f"{told}{more}", next(text for name, text in pieces if name == slot)


def _translated(draw: Draw, languages: str) -> Pair:
    size = draw.length(Length(14, 67) if "es" in languages else Length(12, 45))
    first, second = (draw.words(max(3, size), language) for language in languages.split("-"))
    return first, second


def _told(draw: Draw, kind: str) -> Pair:
    disease, asked = draw.pick(DISEASES), question(draw, Length(13, 21))
    if kind == "asking":
        return draw.words(Length(37, 71)), asked
    if kind == "answering":
        return f"Question: {asked}\nContext: {draw.words(Length(120, 240))}", draw.words(Length(35, 70))
    if kind == "verified":
        answer = draw.weighted({"yes": 0.5, "no": 0.5})
        about = disease if answer == "yes" else draw.pick(DISEASES)
        return f"Question: {asked[:-1]} in {disease.name()}?\nAnswer: {draw.words(Length(37, 71))} {about.drug}.", answer
    if kind == "claim":
        return draw.words(Length(30, 90)), draw.weighted({"0": 0.35, "1": 0.45, "2": 0.2})
    if kind == "harm":
        harm = draw.chance(0.5)
        return filled(draw, CLAIMS if harm else _telling("drug")), "adverse drug event" if harm else "non-adverse drug event"
    if kind == "mood":
        return f"{draw.words(Length(16, 38), 'everyday')} ", draw.pick(("POS", "NEG"))
    if kind == "stance":
        label = draw.weighted({"Against": 0.4, "Favor": 0.4, "Neutral": 0.2})
        return f"Tweet: {tweet(draw, draw.pick(('ca', 'es')), label.upper(), Length(27, 50))}", label
    same = draw.chance(0.5)
    other = f"May {draw.pick(slots()['sign'])} mean {asked[0].lower()}{asked[1:]}" if same else question(draw, Length(18, 40))
    return f"Sentence1: {asked} Sentence2: {other}", "Similar" if same else "Dissimilar"


def _examined(draw: Draw, kind: str) -> Pair:
    made = choice(draw, 4)
    asked = question_text(draw, made, "en", Length(14, 60))
    if kind == "area":
        return asked, draw.pick(("biology", "nursery", "pharmacology", "medicine", "psychology", "chemistry"))
    texts = option_texts(draw, made, "en", Length(4, 17))
    right = made.right[0]
    listed = " ".join(f"({key}){text}" for key, text in zip("ABCD", texts, strict=True))
    return f"{asked} {listed}", "ABCD"[right] if kind == "exam" else texts[right]


def _pair(kind: str) -> Callable[[Draw], Pair]:
    made = _translated if "-" in kind else _examined if kind in ("exam", "option", "area") else _span if kind in slots() else _told
    return lambda draw: made(draw, kind)


def _head(name: str, kind: str, layout: str, domains: str) -> dict[str, object]:
    """What stands before the instances. A definition is a list or a string, a language its name or its code, and keys may be absent."""
    codes = kind.split("-") if "-" in kind else ["en", "en"]
    spoken = ["ca", "es"] if kind == "stance" else codes[:1]
    told: dict[str, object] = {"Contributors": ["medslake"], "Source": ["synthetic"]}
    named = {"Input_language": [_NAMES.get(code, "Catalan") for code in spoken], "Output_language": [_NAMES[codes[1]]]}
    definition = f"In this invented task you get one text of the kind {kind}, and write what is asked for ({name})."
    if layout == "codes":
        told = {**told, "Contributors": "medslake", "Categories": "Invented", "Input_language": codes[0], "Output_language": codes[1]}
    elif layout == "bare":
        told = {**named, "Categories": ["Invented"]}
    elif layout == "nameless":
        told["Categories"] = ["Invented"]
    else:
        told |= {"URL": ["https://tasks.invalid"]} if layout == "new" else {}
        told |= {"Categories": ["Invented"], "Reasoning": [], **named, "Instruction_language": ["English"]}
    told |= {"Domains": domains.split(", ")} if domains != "-" else {}
    example = [{"input": "An invented text.", "output": "Invented.", "explanation": "It says so."}]
    return {**told, "Definition": [definition] if layout == "new" else definition, "Positive Examples": example, "Negative Examples": []}


def task_files() -> Iterator[TwinFile]:
    for line in _TASKS.strip().splitlines():
        name, records, kind, layout, domains = line.split(maxsplit=4)
        yield _file(f"task{name}", int(records), kind, layout, _head(f"task{name}", kind, layout, domains))


def _file(name: str, records: int, kind: str, layout: str, head: dict[str, object]) -> TwinFile:
    made = _pair(kind)

    def instance(draw: Draw, number: int) -> dict[str, object]:
        text, output = made(draw)
        named = {"id": f"{name.partition('_')[0]}-{draw.getrandbits(128):032x}"} if layout == "new" else {}
        return {**named, "input": text, "output": [output]}

    before = f'{json.dumps(head, indent=4, ensure_ascii=False)[:-2]},\n    "Instances": [\n'
    return TwinFile(f"tasks/{name}.json", instance, json_array(before=before, after="\n    ]\n}\n", indent=4), records)
