"""The noun Task: how silver rows of one source become instructions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from medslake.errors import UsageError
from medslake.languages import CODES

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.compute as pc

__all__ = [
    "BENCH_GROUPS",
    "CATEGORIES",
    "DOMAINS",
    "PHRASES",
    "STYLES",
    "Bench",
    "Definition",
    "Derived",
    "Partners",
    "Task",
    "TaskExample",
]

#: The 19 categories and 5 domains of MedS-Ins (Wu et al. 2025, Fig. 2), spelled as printed there.
CATEGORIES = (
    "Clinical Outcome Prediction",
    "Text Summarization",
    "Natural Language Inference",
    "Wrong Candidate Generation",
    "Text Classification",
    "Sentence Composition Analysis",
    "Fact Verification",
    "Question Answering",
    "Intent Identification",
    "Explanation",
    "Information Extraction",
    "Translation",
    "Text Completion",
    "Text Retrieval",
    "Word Relation Classification",
    "Treatment Planning",
    "Named Entity Recognition",
    "Diagnosis",
    "Dialogue",
)
DOMAINS = ("Clinical Text", "Exam", "Academical Papers", "Medical Knowledge", "Daily Conversation")
STYLES = ("plain", "role", "stepwise", "formal", "terse")
#: Small parts of which further definitions are combined, see `medslake.definitions.combine`.
PHRASES = ("asks", "given", "answers", "roles")
#: Task groups of MedS-Bench by key, in the order of the paper's tables; how they are printed and averaged says `medslake.bench.groups`.
BENCH_GROUPS = (
    "mcqa",
    "summarization",
    "information_extraction",
    "explanation",
    "rationale",
    "ner",
    "diagnosis",
    "treatment_planning",
    "outcome_prediction",
    "text_classification",
    "fact_verification",
    "nli",
)
COLLECTIONS = ("paper", "medslake")
#: Which of the two an instance belongs to: what was published, what corrects it, or both where there is no difference.
RENDERINGS = ("both", "paper", "strict")
#: SQL over gold.instructions: every instance once, where it is rendered in two ways. Rows of before there were two say nothing of it.
ONCE = "coalesce(input_variant, 'both') <> 'paper'"
_ID = re.compile(r"[a-z][a-z0-9_]*")
#: Fields that `Task.paper` may replace: those that decide what is rendered from which rows.
_PUBLISHED = {
    "where",
    "requires",
    "partners",
    "derived",
    "items",
    "input_sql",
    "output_sql",
    "alternatives_sql",
    "choices_sql",
    "names_sql",
    "mistake_sql",
}


def reworded(definition: str, published_words: Iterable[tuple[str, str]] | None) -> str:
    """The definition with the words that it has where the published rendering is asked, as gold.tasks has them."""
    for ours, theirs in published_words or ():
        definition = definition.replace(ours, theirs)
    return definition


def of_rendering(rendering: str) -> pc.Expression:
    """Condition on rows of gold.instructions: those of one rendering, and of what is rendered in one way alone; UsageError for no such."""
    import pyarrow.compute as pc

    known = [name for name in RENDERINGS if name != "both"]
    if rendering not in known:
        raise UsageError(f"No rendering is named {rendering!r}.", hint=f"Known: {', '.join(known)}.")
    variant = pc.field("input_variant")
    return variant.is_null() | variant.isin([rendering, "both"])


def names_label(text: str, label: str) -> bool:
    """Whether a text names a label, spelled as it is and as words of its own."""
    return label in text and re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text) is not None


@dataclass(frozen=True)
class Definition:
    """One wording of what the task asks. style is one of STYLES, of which each task has three, or of PHRASES, of which it may have some.

    language: English name of the one that it is in; "" where it is that of the task's definitions.
    """

    style: str
    text: str
    language: str = ""


@dataclass(frozen=True)
class Bench:
    """A task's part in MedS-Bench.

    group: one of BENCH_GROUPS. metrics: names of registered metrics. dataset: the data set's name in the published tables.
    size: rows the authors scored, None = all. shots: examples in the prompt (from the train split). max_new_tokens: generation limit.
    """

    group: str
    metrics: tuple[str, ...]
    dataset: str
    size: int | None = None
    shots: int = 3
    seed: int = 2025
    max_new_tokens: int = 200

    def faults(self) -> Iterator[str]:
        if self.group not in BENCH_GROUPS:
            yield f"bench group {self.group!r} is none of {', '.join(BENCH_GROUPS)}"
        if isinstance(self.metrics, str) or not self.metrics:
            yield f"bench metrics are a tuple of names of metrics, not {self.metrics!r}"
        for name, least in (("size", 1), ("shots", 0), ("max_new_tokens", 1)):
            number = getattr(self, name)
            if number is not None and number < least:
                yield f"bench {name} is {number}, less than {least}"


@dataclass(frozen=True)
class Partners:
    """Gives every row `partners`: up to `count` other rows of the same split, for tasks that need a wrong answer or an unrelated term.

    The rows of a split form a ring in the order of a seeded hash of record_id, and the partners are the next ones, so the result does not
    depend on partitions and never crosses splits. A split of n rows has n - 1 partners at most.
    columns: silver columns that a partner carries besides record_id, access, origin and joined.
    used: SQL boolean over the row, `partners` and `item`: whether this instance holds something of its partners. Where it does, their
        record ids, origins and access classes enter the instance's.
    """

    columns: tuple[str, ...]
    used: str = "true"
    count: int = 1
    seed: int = 2025


@dataclass(frozen=True)
class Derived:
    """Columns that SQL cannot make, by a function over Arrow batches.

    columns: as in DDL, such as `mistake STRING` or `a STRING, b ARRAY<INT>`. function: pa.RecordBatch of the row's columns (with `partners`
    where the task has them) -> one array for one column, or a sequence of arrays in order. It is pure and keeps rows and their order.
    """

    columns: str
    function: Callable[[pa.RecordBatch], pa.Array | Sequence[pa.Array]]


@dataclass(frozen=True)
class TaskExample:
    """A silver row (only the columns the expressions need) and the instances expected from it.

    others: further silver rows where one is not enough (partners); `instances` then lists those of all rows, ordered by record_id and item.
    """

    row: Mapping[str, Any]
    instances: tuple[tuple[str, str], ...]
    others: tuple[Mapping[str, Any], ...] = ()

    @property
    def rows(self) -> tuple[Mapping[str, Any], ...]:
        return (self.row, *self.others)


@dataclass(frozen=True)
class Task:
    """One MedS-Ins task; expressions are Spark SQL over the silver kind's columns and run in the JVM.

    input_language: English name; several parted by a comma and a blank, where each row is in the one that silver says.
    source, kind: what it reads. where: which rows the task is about; requires: reason -> SQL that a row must meet, rows that do not are
        counted under the first reason that fails. partners, derived, items: evaluated in this order before the expressions.
    items: SQL array expression that gives several instances per row; each element is `item` in the expressions, and its position enters
        the instance id.
    input_sql, output_sql: never null or "" (such rows are quarantined by the table's expectations). alternatives_sql: array<string> of
        other right outputs. choices_sql: array<string> of the outputs among which the right one is, in the form of output_sql, for
        multiple choice and closed tasks with one label (`one_of`); where several options are right, each as the output lists it; None, or
        null in a row, where the output is open or several labels make it up. names_sql: array<string> of the names that the output lists
        (empty where it says that there are none), so that no name is read back from the list; None where it lists none.
        mistake_sql: kind of the mistake that the task planted into the input, in a word; None where it plants none.
    paper: expressions of the published rendering, by field, where ours corrects it (SEER's inputs that give the label away, a word that was
        misspelt): both are rendered then. published_words: words of the definitions -> what they must be for the published rendering,
        so that prompts ask for the answers that are right there. published: that this is the published one of two renderings;
        `as_published` says so.
    trained: False for tasks that exist for the benchmark only: their train rows serve as shots and are never packed.
    judged_by: the tagger whose verdicts (gold.tags) decide which rows there are for the task: those that it counts as medical. The
        access class of a verdict holds for the instance. Such rows have to be tagged before the build.
    labels: the closed set of outputs; every definition spells them all out. version: raise it when the rendering changes.
    phrases: name (of PHRASES) -> parts for further definitions; taken from `definitions`.
    native: wordings in languages of the data (`data_languages`), in each at least one of every style; taken from `definitions`, where
        those in other languages are of other members of a family. No instance is given one unless a recipe asks for them
        (`definition_languages`).
    copied: why an answer may stand in its input word for word, where the category does not say it (`medslake.instructions.answer_inside`).
    collection: paper or medslake; default by the id, task1 to task131 being those of the paper.
    """

    id: str
    name: str
    category: str
    domain: str
    source: str
    kind: str
    input_sql: str
    output_sql: str
    definitions: tuple[Definition, ...]
    example: TaskExample
    input_language: str = "English"
    output_language: str = "English"
    definition_language: str = "English"
    where: str = "true"
    requires: Mapping[str, str] = field(default_factory=dict)
    partners: Partners | None = None
    derived: Derived | None = None
    items: str | None = None
    alternatives_sql: str | None = None
    choices_sql: str | None = None
    names_sql: str | None = None
    mistake_sql: str | None = None
    paper: Mapping[str, Any] = field(default_factory=dict)
    labels: tuple[str, ...] | None = None
    bench: Bench | None = None
    trained: bool = True
    judged_by: str = ""
    version: int = 1
    copied: str = ""
    collection: str = ""
    contributors: tuple[str, ...] = ()
    notes: str = ""
    published_words: Mapping[str, str] = field(default_factory=dict)
    published: bool = False
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    native: tuple[Definition, ...] = ()

    def __post_init__(self) -> None:
        if found := [d for d in self.definitions if d.style in PHRASES]:
            phrases = {name: tuple(d.text for d in found if d.style == name) for name in PHRASES}
            object.__setattr__(self, "phrases", {name: texts for name, texts in phrases.items() if texts})
            object.__setattr__(self, "definitions", tuple(d for d in self.definitions if d.style not in PHRASES))
        if found := [d for d in self.definitions if d.language not in ("", self.definition_language)]:
            object.__setattr__(self, "native", tuple(d for d in found if d.language in self.data_languages))
            object.__setattr__(self, "definitions", tuple(d for d in self.definitions if d not in found))
        if not self.collection:
            number = self.id.removeprefix("task")
            of_paper = self.id.startswith("task") and number.isdecimal() and 1 <= int(number) <= 131
            object.__setattr__(self, "collection", "paper" if of_paper else "medslake")

    @property
    def reads(self) -> str:
        """Its silver kind, and the tagger that chooses rows of it where there is one: tasks alike in both read the same rows."""
        return f"{self.kind} {self.judged_by}".rstrip()

    @property
    def data_languages(self) -> tuple[str, ...]:
        """Languages of its inputs, or else of its outputs, where they are not that of its definitions."""
        for spoken in (self.input_language, self.output_language):
            if others := tuple(language for language in spoken.split(", ") if language != self.definition_language):
                return others
        return ()

    def as_published(self) -> Self:
        """The task as MedS-Ins rendered it: the same where `paper` is empty."""
        return replace(self, **self.paper, paper={}, published=True) if self.paper else self

    @property
    def rendering(self) -> str:
        """Which of its renderings this is, one of RENDERINGS."""
        return "paper" if self.published else "strict" if self.paper else "both"

    @property
    def renderings(self) -> tuple[Self, ...]:
        """The task, and as it was published where that differs: what is rendered of it."""
        return (self, self.as_published()) if self.paper else (self,)

    def faults(self) -> Iterator[str]:
        """What is wrong with the declaration in itself, a sentence each; whether kind, source and metrics exist is not looked at."""
        if not _ID.fullmatch(self.id):
            yield f"id {self.id!r} is not made of lower-case letters, digits and underscores, a letter first"
        for name, value, known in (
            ("category", self.category, CATEGORIES),
            ("domain", self.domain, DOMAINS),
            ("collection", self.collection, COLLECTIONS),
            *(("input_language", language, tuple(CODES)) for language in self.input_language.split(", ")),
            *((name, getattr(self, name), tuple(CODES)) for name in ("output_language", "definition_language")),
        ):
            if value not in known:
                yield f"{name} {value!r} is none of {', '.join(known)}"
        if self.version < 1:
            yield f"version is {self.version}, less than 1"
        if unknown := set(self.paper) - _PUBLISHED:
            yield f"paper replaces {', '.join(sorted(unknown))}; it may replace {', '.join(sorted(_PUBLISHED))}"
        if not self.example.instances:
            yield "the example expects no instance"
        if self.bench is None and not self.trained:
            yield "it is neither trained on nor scored: trained is false and it has no bench part"
        if self.partners is not None and self.partners.count < 1:
            yield f"partners are {self.partners.count}, less than 1"
        yield from self._faults_of_definitions()
        yield from self._faults_of_phrases()
        if self.bench is not None:
            yield from self.bench.faults()

    def _faults_of_definitions(self) -> Iterator[str]:
        styles = Counter(definition.style for definition in self.definitions)
        for style in STYLES:
            if styles.pop(style, 0) != 3:
                yield f"style {style} has not three wordings"
        if styles:
            yield f"{', '.join(sorted(styles))} is none of the styles {', '.join(STYLES)}"
        if unknown := sorted({definition.language for definition in self.native} - set(self.data_languages)):
            yield f"wordings are in {', '.join(unknown)}, which is no language of the data"
        for language in dict.fromkeys(definition.language for definition in self.native):
            there = {definition.style for definition in self.native if definition.language == language}
            yield from (f"style {style} has no wording in {language}" for style in STYLES if style not in there)
        seen: set[str] = set()
        for definition in (*self.definitions, *self.native):
            plain = re.sub(r"\W+", " ", definition.text).lower().strip()
            start = f"{definition.style} wording {definition.text[:40]!r}"
            if plain in seen:
                yield f"{start} stands twice"
            seen.add(plain)
            for label in self.labels or ():
                if not names_label(definition.text, label):
                    yield f"{start} does not name the label {label!r}"

    def _faults_of_phrases(self) -> Iterator[str]:
        for name in ("asks", "given", "answers"):
            if self.phrases and len(self.phrases.get(name, ())) < 3:
                yield f"of {name} there are {len(self.phrases.get(name, ()))}, less than 3"
        for ask in self.phrases.get("asks", ()):
            if not ask[:1].islower() or ask[-1:] in ".?!":
                yield f"asks are orders without their mark, such as `list the drugs`, not {ask[:40]!r}"
        for name in ("given", "roles"):
            for text in self.phrases.get(name, ()):
                if not text[:1].islower() or text[-1:] in ".?!":
                    yield f"{name} are nouns with their article, such as `a sentence`, not {text[:40]!r}"
        for answer in self.phrases.get("answers", ()):
            if answer[:1].islower() or answer[-1:] not in '.?!"':
                yield f"answers are whole sentences, not {answer[:40]!r}"
