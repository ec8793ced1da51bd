"""ADE Corpus V2: sentences of case reports with drugs, their adverse effects and doses, and sentences without an adverse effect.

A line of the relation files is one pair in one sentence; all pairs of a sentence of a document make one row. Offsets count characters of
the document, which is not delivered: the mentions of a sentence are laid over it at the one place where all of them fit. Dose is an
annotated type of the sentences of DRUG-DOSE.rel alone. A line of ADE-NEG.txt is `PMID NEG sentence`.
The position of a sentence is its place among those that the release gives of the document.
"""

from collections.abc import Iterator
from functools import reduce

from medslake.sources import Bronze, Example, Frame, Mapped, NativeFile, Source, by_hash, github, mapped
from medslake.synth import Dirt, Draw, Length, Rows, Twin, TwinFile, TwinTables, csv, lines
from medslake.synth.text import filled, slots

__all__ = ["SOURCE"]

#: Table -> (type of what is said of the drug, type of the relation).
_SAID = {"drug_ae": ("Adverse-Effect", "Drug-AE"), "drug_dose": ("Dose", "Drug-Dose")}
_NEGATIVE = "'^([0-9]+) NEG (.*[^ ].*)$'"
_FITS = (
    "filter(sequence(0, char_length(sentence) - 1), at -> forall(mentions, m -> m.start - mentions[0].start + at >= 0 "
    "AND substring(sentence, m.start - mentions[0].start + at + 1, m.end - m.start) = m.text))"
)
_ENTITIES = (
    "transform(mentions, (m, i) -> named_struct('id', concat('T', i + 1), 'start', m.start - mentions[0].start + get(places, 0), "
    "'end', m.end - mentions[0].start + get(places, 0), 'type', m.type, 'text', m.text, 'concept', CAST(NULL AS STRING)))"
)
_RELATIONS = (
    "transform(pairs, p -> named_struct('type', p.type, 'head', concat('T', array_position(mentions, p.drug)), "
    "'tail', concat('T', array_position(mentions, p.said))))"
)


def _pairs(table: str) -> NativeFile:
    name, said = {"drug_ae": ("DRUG-AE.rel", "effect"), "drug_dose": ("DRUG-DOSE.rel", "dose")}[table]
    columns = (
        "pmid STRING",
        "sentence STRING",
        f"{said} STRING",
        "said_start INT",
        "said_end INT",
        "drug STRING",
        "drug_start INT",
        "drug_end INT",
    )
    options = {"delimiter": "|", "quote": "", "header": False, "required": tuple(column.split()[0] for column in columns)}
    return NativeFile(table, (name, f"ADE-Corpus-V2/{name}"), "csv", ", ".join(columns), options=options, required=False)


def _sentences(bronze: Bronze) -> Frame | None:
    """A row per sentence of a document: mentions by their offsets, pairs, `places` where they fit, and its records."""
    from pyspark.sql import functions as F

    frames = []
    for table, (kind, relation) in _SAID.items():
        if table in bronze:
            said = f"named_struct('start', said_start, 'end', said_end, 'type', '{kind}', 'text', {bronze[table].columns[2]})"
            drug = "named_struct('start', drug_start, 'end', drug_end, 'type', 'Drug', 'text', drug)"
            pair = f"named_struct('type', '{relation}', 'drug', {drug}, 'said', {said}) AS pair"
            frames.append(bronze[table].selectExpr("pmid", "sentence", pair, f"'{table}' AS named", "_row", "_origin"))
    if not frames:
        return None
    told = F.array_sort(F.collect_list(F.struct("named", "_row", "pair", "_origin"))).alias("told")
    rows = reduce(lambda a, b: a.unionByName(b), frames).groupBy("pmid", "sentence").agg(told)
    return (
        rows.selectExpr("*", "array_distinct(told.pair) AS pairs")
        .selectExpr(
            "*",
            "array_sort(array_distinct(concat(pairs.drug, pairs.said))) AS mentions",
            "told[0]._origin AS origin",
            "transform(slice(told, 2, size(told)), t -> t._origin) AS joined",
            "concat_ws('/', pmid, told[0].named, lpad(CAST(told[0]._row AS STRING), 6, '0')) AS record",
        )
        .selectExpr("*", f"{_FITS} AS places")
    )


def _classified(rows: str | None, label: str, where: str = "true") -> Mapped:
    """The rule of sentences that bear a label. rows: their table; None = the sentences of the relation files."""
    pmid, text, record, order = (
        ("pmid", "sentence", "record", "mentions[0].start - get(places, 0), record")
        if rows is None
        else (
            f"regexp_extract(line, {_NEGATIVE}, 1)",
            f"regexp_extract(line, {_NEGATIVE}, 2)",
            f"concat(regexp_extract(line, {_NEGATIVE}, 1), '/neg/', lpad(CAST(_row AS STRING), 6, '0'))",
            "_row",
        )
    )
    aside = {} if rows is None else {"negative: the line is not PMID NEG sentence": f"NOT rlike(line, {_NEGATIVE})"}
    return mapped(
        rows or _sentences,
        where=where,
        aside=aside,
        record_id=record,
        subject_id=pmid,
        text=text,
        labels=f"array('{label}')",
        label_set="'adverse_drug_events'",
        unit="'sentence'",
        position=f"row_number() OVER (PARTITION BY {pmid} ORDER BY {order})",
    )


#: Drugs and effects of a sentence -> share; each drug makes a pair with each effect.
_COUNTS = {(1, 1): 0.672, (1, 2): 0.16, (2, 1): 0.06, (1, 3): 0.048, (2, 2): 0.029, (2, 3): 0.015, (1, 5): 0.008, (2, 4): 0.008}


def _sentence(draw: Draw, number: int) -> Iterator[tuple[str, tuple[object, ...]]]:
    """A sentence, one to three of a document, as lines: a pair each; of one in twenty the dose is told too."""
    words, (drugs, effects) = slots(), draw.weighted(_COUNTS)
    taken = draw.some(words["drug"], drugs)
    more = ("{}", "{} of the {site}", *("{adj} {}",) * 7)
    shown = [filled(draw, (draw.pick(more).replace("{}", one),)) for one in draw.some(words["noun"], effects)]
    dose = draw.pick(words["mg"])
    said = f"{' and '.join(taken)} {dose} led to {', '.join(shown)}"
    text = f"{draw.words(Length(8, 23), ended=False)}; {said} {draw.pick(words['adv'])}."
    start, pmid = 80 + number % 3 * 700, 95_000_000 + number // 3

    def place(what: str) -> tuple[str, int, int]:
        at = start + text.index(said) + said.index(what)
        return what, at, at + len(what)

    yield from (("effects", (pmid, text, *place(effect), *place(drug))) for drug in taken for effect in shown)
    if number % 20 == 0:
        yield from (("doses", (pmid, text, *place(dose), *place(drug))) for drug in taken)


def _twin() -> Twin:
    bare = csv(None, sep="|", quoted=False)
    # Of few sentences a dose is told: enough for a set of instances at any scale.
    pairs = TwinTables(_sentence, {"effects": ("DRUG-AE.rel", bare), "doses": ("DRUG-DOSE.rel", bare)}, 4_272, least=500)
    twice = {"line twice": Dirt(0.0045, lambda draw, line: Rows([line, line]))}

    def negative(draw: Draw, number: int) -> str:
        return f"{96_000_000 + number // 4} NEG {draw.words(Length(16, 33))}"

    return Twin(pairs, TwinFile("ADE-NEG.txt", negative, lines(), 16_695, dirt=twice))


SOURCE = Source(
    name="ade_corpus_v2",
    title="ADE Corpus V2, adverse drug events in case reports",
    citation=(
        "Gurulingappa H, Rajput AM, Roberts A, Fluck J, Hofmann-Apitius M, Toldo L. Development of a benchmark corpus to support the "
        "automatic extraction of drug-related adverse effects from medical case reports. J Biomed Inform 45:885-892 (2012)."
    ),
    licence="Not stated in the distribution; taken as non-commercial",
    access="noncommercial",
    domain="Medical Knowledge",
    page="https://github.com/trunghlt/AdverseDrugReaction",
    downloads=github(
        "trunghlt/AdverseDrugReaction",
        "2851af96e26050cf551a2e1f716ff861f7b1059b",
        {
            "DRUG-AE.rel": (1_423_024, "542cdc483ccc94927762eaf2c9a8ecac49a6c10037dda2895be6a6e20160f75a"),
            "DRUG-DOSE.rel": (59_669, "78b46dfcdc1325d7f81e5e01f5a424e380e4b38fafca02f6e8f67064ca73f2db"),
            "ADE-NEG.txt": None,
        },
        under="ADE-Corpus-V2/",
    ),
    files=(
        _pairs("drug_ae"),
        _pairs("drug_dose"),
        # No delimiter: the line is taken whole.
        NativeFile("negatives", ("ADE-NEG.txt", "ADE-Corpus-V2/ADE-NEG.txt"), "fixed_width", "line STRING", required=False),
    ),
    split=by_hash("subject_id"),
    silver={
        "annotated_texts": mapped(
            _sentences,
            aside={"offsets: the mentions of the sentence do not fit it in exactly one place": "size(places) != 1"},
            record_id="record",
            subject_id="pmid",
            text="sentence",
            unit="'sentence'",
            entity_types="concat(array('Drug'), array_sort(array_distinct(pairs.said.type)))",
            entities=_ENTITIES,
            relations=_RELATIONS,
        ),
        "labelled_texts": (
            _classified(None, "adverse drug event", where="array_contains(pairs.type, 'Drug-AE')"),
            _classified("negatives", "non-adverse drug event"),
        ),
    },
    example=Example(
        files={
            "DRUG-AE.rel": (
                '900001|Two drops of velatrine gave an "itch", a real itch.|itch|146|150|velatrine|113|122\n'
                '900001|Two drops of velatrine gave an "itch", a real itch.|real itch|141|150|velatrine|113|122\n'
                "900001|Velatrine rash.|rash|10|14|Velatrine|0|9\n900002|Corimol and no more.|no more|5|12|Corimol|700|707\n"
            ),
            "DRUG-DOSE.rel": (
                '900001|Two drops of velatrine gave an "itch", a real itch.|Two drops|100|109|velatrine|113|122\n'
                "900003|Two drops of oskarin helped.|Two drops|30|39|oskarin|43|50\n"
            ),
            "ADE-NEG.txt": "900001 NEG He had slept well.\n900004 NEG She said: 2 NEG 3.\n900005 POS Nobody knows.\n",
        },
        rows={
            "annotated_texts": [
                {
                    "record_id": "900001/drug_ae/000001",
                    "subject_id": "900001",
                    "text": 'Two drops of velatrine gave an "itch", a real itch.',
                    "entity_types": ["Drug", "Adverse-Effect", "Dose"],
                    "entities": [
                        {"id": "T1", "start": 0, "end": 9, "type": "Dose", "text": "Two drops", "concept": None},
                        {"id": "T2", "start": 13, "end": 22, "type": "Drug", "text": "velatrine", "concept": None},
                        {"id": "T3", "start": 41, "end": 50, "type": "Adverse-Effect", "text": "real itch", "concept": None},
                        {"id": "T4", "start": 46, "end": 50, "type": "Adverse-Effect", "text": "itch", "concept": None},
                    ],
                    "relations": [
                        {"type": "Drug-AE", "head": "T2", "tail": "T4"},
                        {"type": "Drug-AE", "head": "T2", "tail": "T3"},
                        {"type": "Drug-Dose", "head": "T2", "tail": "T1"},
                    ],
                },
                {
                    "record_id": "900001/drug_ae/000003",
                    "entity_types": ["Drug", "Adverse-Effect"],
                    "relations": [{"type": "Drug-AE", "head": "T1", "tail": "T2"}],
                },
                {
                    "record_id": "900003/drug_dose/000002",
                    "subject_id": "900003",
                    "entity_types": ["Drug", "Dose"],
                    "entities": [
                        {"id": "T1", "start": 0, "end": 9, "type": "Dose", "text": "Two drops", "concept": None},
                        {"id": "T2", "start": 13, "end": 20, "type": "Drug", "text": "oskarin", "concept": None},
                    ],
                    "relations": [{"type": "Drug-Dose", "head": "T2", "tail": "T1"}],
                },
            ],
            "labelled_texts": [
                {
                    "record_id": "900001/drug_ae/000001",
                    "text": 'Two drops of velatrine gave an "itch", a real itch.',
                    "labels": ["adverse drug event"],
                    "position": 2,
                },
                {"record_id": "900001/drug_ae/000003", "text": "Velatrine rash.", "position": 1},
                {"record_id": "900001/neg/000001", "text": "He had slept well.", "labels": ["non-adverse drug event"]},
                {"record_id": "900002/drug_ae/000004", "text": "Corimol and no more."},
                {"record_id": "900004/neg/000002", "subject_id": "900004", "text": "She said: 2 NEG 3.", "unit": "sentence"},
            ],
        },
    ),
    twin=_twin(),
)
