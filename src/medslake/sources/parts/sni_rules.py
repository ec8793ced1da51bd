"""Which tasks of Super-NaturalInstructions are medical: the list that rebuilds what MedS-Ins took, and the plain rule beside it.

The paper says: all in the domains Healthcare and Medicine, refined by hand; which tasks these are is told by its released files. `Domains`
are those of the repository's table of tasks; files of some versions have none, and then these count.
"""

from __future__ import annotations

from dataclasses import dataclass

from medslake.sources.base import Rule
from medslake.sources.parts import official_exams
from medslake.sources.parts.mapping import chosen

__all__ = ["EXAMS", "LISTED", "WORDS", "Listed", "by_list", "by_words", "domain_of", "plain_rule", "with_exam_split"]

#: Tables that the exams are looked up in.
EXAMS = official_exams.TABLES
#: Parts of a path of `Domains` that the plain rule looks for.
WORDS = ("Medicine", "Healthcare")
_CLINICAL = "Biology -> Clinical Knowledge"


@dataclass(frozen=True)
class Listed:
    """name: of the task file. domains: its paths. domain: of MedS-Ins. taken_as: its task there, None where it was not taken. reason: why
    it is in, or not.
    """

    name: str
    domains: tuple[str, ...]
    domain: str
    taken_as: str | None
    reason: str

    @property
    def number(self) -> int:
        return int(self.name.removeprefix("task").partition("_")[0])


def _listed(name: str, domains: str, domain: str, taken_as: int | None, reason: str) -> Listed:
    return Listed(name, tuple(domains.split(", ")), domain, f"task{taken_as}" if taken_as else None, reason)


_PAPERS, _EXAM, _KNOWN = "Academical Papers", "Exam", "Medical Knowledge"
_PICO = "abstracts of clinical trials"
_ASKED = "questions on biomedical abstracts"
_FACTS = "claims on public health with their explanations"
_CENTRE = "texts of the European centre for disease control, in two languages"
_EXAMS = "exams for posts in Spanish health care"
_GENES = "genes in biomedical sentences; no path says Medicine or Healthcare"
_PARTS = "parts of the body in biomedical sentences; no path says Medicine or Healthcare"
LISTED = (
    _listed("task179_participant_extraction", "Medicine", _PAPERS, 1, f"participants, in {_PICO}"),
    _listed("task180_intervention_extraction", "Medicine", _PAPERS, 2, f"interventions, in {_PICO}"),
    _listed("task181_outcome_extraction", "Medicine", _PAPERS, 3, f"outcomes, in {_PICO}"),
    _listed(
        "task690_mmmlu_answer_generation_college_medicine",
        "Medicine",
        _EXAM,
        None,
        "an MMLU subject, college medicine; the paper has none of MMLU",
    ),
    _listed(
        "task730_mmmlu_answer_generation_professional_medicine",
        "Medicine",
        _EXAM,
        None,
        "an MMLU subject, professional medicine; the paper has none of MMLU",
    ),
    _listed("task845_pubmedqa_question_generation", "Medicine", _PAPERS, 11, _ASKED),
    _listed("task846_pubmedqa_classification", "Medicine", _PAPERS, 12, _ASKED),
    _listed("task847_pubmedqa_question_generation", "Medicine", _PAPERS, 13, _ASKED),
    _listed("task848_pubmedqa_classification", "Medicine", _PAPERS, 14, _ASKED),
    _listed("task849_pubmedqa_answer_generation", "Medicine", _PAPERS, 15, _ASKED),
    _listed("task1366_healthfact_classification", "Healthcare", _KNOWN, 16, _FACTS),
    _listed("task1368_healthfact_sentence_generation", "Healthcare", _KNOWN, 17, _FACTS),
    _listed("task1369_healthfact_sentence_generation", "Healthcare", _KNOWN, 18, _FACTS),
    _listed("task1395_europa_ecdc_tm_en_sv_translation", "Healthcare, Professions", _KNOWN, 19, _CENTRE),
    _listed("task1396_europa_ecdc_tm_en_de_translation", "Healthcare, Professions", _KNOWN, 20, _CENTRE),
    _listed("task1397_europa_ecdc_tm_fr_en_translation", "Healthcare, Professions", _KNOWN, 21, _CENTRE),
    _listed("task1431_head_qa_answer_generation", "Healthcare", _EXAM, 22, _EXAMS),
    _listed("task1432_head_qa_language_translation_en_to_es", "Healthcare", _EXAM, 23, _EXAMS),
    _listed("task1433_head_qa_language_translation_es_to_en", "Healthcare", _EXAM, 24, _EXAMS),
    _listed("task1434_head_qa_classification", "Healthcare", _EXAM, 25, _EXAMS),
    _listed("task1447_drug_extraction_ade", f"{_CLINICAL}, Healthcare", _KNOWN, 26, "drugs of adverse events"),
    _listed("task1448_disease_entity_extraction_ncbi_dataset", f"{_CLINICAL}, Healthcare", _KNOWN, 27, "diseases in abstracts"),
    _listed("task1449_disease_entity_extraction_bc5cdr_dataset", f"{_CLINICAL}, Healthcare", _KNOWN, 28, "diseases in abstracts"),
    _listed("task1451_drug_dose_extraction", f"{_CLINICAL}, Healthcare", _KNOWN, 29, "doses of drugs"),
    _listed("task1481_gene_extraction_bc2gm_dataset", "Biology -> Bioinformatics", _KNOWN, 31, _GENES),
    _listed(
        "task1484_gene_extraction_linnaeus_dataset", "Biology -> Bioinformatics", _KNOWN, 33, f"{_GENES}; its answers are names of species"
    ),
    _listed("task1486_cell_extraction_anem_dataset", _CLINICAL, _KNOWN, 35, f"cells: {_PARTS}"),
    _listed("task1487_organism_substance_extraction_anem_dataset", _CLINICAL, _KNOWN, 36, f"substances: {_PARTS}"),
    _listed("task1495_adverse_drug_event_classification", f"{_CLINICAL}, Healthcare", _KNOWN, 37, "sentences with adverse events"),
    _listed(
        "task1645_medical_question_pair_dataset_text_classification",
        "Medicine, Healthcare",
        "Daily Conversation",
        38,
        "pairs of questions of patients",
    ),
    _listed(
        "task1646_dataset_card_for_catalonia_independence_corpus_text_classification",
        "Medicine, Healthcare",
        _KNOWN,
        39,
        "political tweets from Catalonia: not medicine, but the paper took what the paths say",
    ),
)
_NUMBER = "regexp_extract(task, '^task([0-9]+)', 1)"


def domain_of(default: str) -> str:
    """SQL for the domain of MedS-Ins of a task file."""
    return chosen(_NUMBER, {str(one.number): one.domain for one in LISTED}, f"'{default}'")


def with_exam_split(table: str) -> Rule:
    """Instances with `exam_split`: of those of HEAD-QA's tasks, which mix exams of all its official splits, that of the exam.

    It is test where no exam of HEAD-QA in the lake asks it, and null for other tasks.
    """
    numbers = ", ".join(f"'{one.number}'" for one in LISTED if "_head_qa_" in one.name)
    # The question, with its options where it has some.
    asked = r"regexp_replace(input, '^ *Question:|\\n *Options:|<[0-9]+>', ' ')"
    return official_exams.with_exam_split(table, f"IF({_NUMBER} IN ({numbers}), {asked}, NULL)")


def by_list() -> str:
    """SQL for the reason for which the list of the paper has a task; null where it has not."""
    return chosen(_NUMBER, {str(one.number): one.reason for one in LISTED if one.taken_as})


def by_words() -> str:
    """SQL for the paths by which the plain rule takes a task, those of its file or, where it has none, of the table; null else."""
    table = chosen(_NUMBER, {str(one.number): ", ".join(one.domains) for one in LISTED}, "''")
    paths = f"IF(size(domains) > 0, domains, split({table}, ', '))"
    words = ", ".join(f"'{word}'" for word in WORDS)
    said = f"filter({paths}, path -> size(array_intersect(split(path, ' -> '), array({words}))) > 0)"
    return f"nullif(concat('Domains: ', array_join({said}, ', ')), 'Domains: ')"


def plain_rule(domains: tuple[str, ...]) -> bool:
    """The same for paths at hand."""
    return any(part in WORDS for path in domains for part in path.split(" -> "))
