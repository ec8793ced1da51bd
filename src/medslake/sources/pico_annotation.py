"""PICO: participants, interventions and outcomes in sentences of trial reports, by the vote of experts (Zlabinger et al. 2020).

Labels are 0 or 1 per token, a list per annotator, in a file per type; a token belongs to a phrase where more than half of the annotators
say so. Super-NaturalInstructions has the same sentences with other answers, which follow from no vote of the experts.
"""

import json
from collections.abc import Iterator

from medslake.sources import Bronze, Example, Frame, NativeFile, Source, by_hash, github, joined_on, joined_rows, mapped
from medslake.synth import Draw, Length, Twin, TwinTables, json_members
from medslake.synth.text import filled

_KINDS = ("participant", "intervention", "outcome")
#: Whether more than half of the annotators mark the token, of each token.
_VOTES = (
    "transform(annotations[0], (first, i) -> 2 * aggregate(annotations, 0, (marks, one) -> marks + coalesce(get(one, i), 0)) > "
    "size(annotations))"
)
_UNEVEN = "exists(map_values(lengths), one -> exists(one, n -> n != size(words)))"
_STARTS = "transform(words, (w, i) -> aggregate(slice(words, 1, i), 0, (at, word) -> at + char_length(word) + 1))"
_OPENS = "filter(sequence(0, size(v) - 1), i -> v[i] AND (i = 0 OR NOT v[i - 1]))"
#: The first token after i that is not marked.
_CLOSE = "element_at(filter(sequence(i + 1, size(v)), j -> j = size(v) OR NOT v[j]), 1)"
_SPANS = (
    f"flatten(transform(map_entries(votes), e -> transform(transform(array(e.value), v -> transform({_OPENS}, i -> "
    f"named_struct('start', starts[i], 'last', {_CLOSE} - 1)))[0], s -> named_struct('start', s.start, "
    "'end', starts[s.last] + char_length(words[s.last]), 'type', e.key))))"
)
_ENTITIES = (
    "transform(array_sort(spans), e -> named_struct('id', CAST(NULL AS STRING), 'start', e.start, 'end', e.end, 'type', e.type, "
    "'text', substring(sentence, e.start + 1, e.end - e.start), 'concept', CAST(NULL AS STRING)))"
)


def _voted(bronze: Bronze) -> Frame:
    """Sentences with the entities of every type that was annotated."""
    from pyspark.sql import functions as F

    kind = "regexp_extract(_file, '([a-z]+)s_expert', 1) AS kind"
    lengths = "transform(annotations, one -> size(one)) AS lengths"
    labels = bronze["labels"].selectExpr("id", kind, f"{_VOTES} AS votes", lengths, "_origin")
    by_kind = "map_from_entries(array_sort(collect_list(struct(kind, {0})))) AS {0}"
    grouped = labels.groupBy("id").agg(*(F.expr(by_kind.format(column)) for column in ("votes", "lengths")), joined_rows())
    rows = joined_on(bronze["sentences"], grouped, "id", told=(bronze, "sentences, labels"), required=True, sought=True)
    rows = rows.selectExpr("*", r"split(sentence, '\\s') AS words")
    return rows.selectExpr("*", f"{_STARTS} AS starts").selectExpr("*", f"IF({_UNEVEN}, array(), {_SPANS}) AS spans")


def _labels(**votes: list[list[int]]) -> str:
    return json.dumps({number: {"wids": [1, 2, 3][: len(one)], "annotations": one} for number, one in votes.items()})


_SENTENCES = {"900:1": "Forty men took velatrine tea .", "900:2": "Nobody fell ill ."}
_NOBODY = [[0, 0, 0, 0]]

_CHANGE = "{noun} and {noun} of the {site} at {value} percent {time}"
_MANY = "{num} {adj} people with {disease} of the {place} in {family}"
#: Kind -> share of the places where it may stand, phrases of it, and how often one of the three annotators ends it elsewhere.
_PHRASES = {
    "participant": (0.34, (*("{person}", "{num} people with {disease}") * 5, f"{_MANY}, {{num}} with {{adj}} {{noun}} and {{sign}}"), 0.3),
    "intervention": (0.31, (*("{drug}",) * 12, "{drug} {mg}", "{drug} {mg} {time}"), 0.1),
    "outcome": (0.41, (*("{noun}", "{adj} {noun}") * 5, "{noun} of the {site} {time}", _CHANGE), 0.4),
}


def _annotated(draw: Draw, number: int) -> Iterator[tuple[str, tuple[str, object]]]:
    """A sentence and the labels of each kind by three annotators, two of whom agree."""
    name, room, words = f"{98_000_000 + number // 10}:{number % 10}", draw.length(Length(13, 34)), list[str]()
    spans: dict[str, list[tuple[int, int]]] = {kind: [] for kind in _KINDS}
    for kind in ("participant", "intervention", "outcome", "intervention", "outcome"):
        share, phrases, _ = _PHRASES[kind]
        words += draw.words(1 + room // 5, ended=False).replace(",", " ,").split()
        if draw.chance(share):
            phrase = filled(draw, phrases).split()
            spans[kind].append((len(words), len(words) + len(phrase)))
            words += phrase
    words += ["."]
    yield "sentences", (name, " ".join(words))
    for kind, found in spans.items():
        marks = [[int(any(start <= at < end for start, end in found)) for at in range(len(words))] for _ in range(3)]
        for start, end in found:
            if draw.chance(_PHRASES[kind][2]):
                marks[2][draw.pick((start, end))] ^= 1
        yield kind, (name, {"annotations": marks, "wids": [draw.whole(1, 300) for _ in range(3)]})


_LABELS = {kind: (f"data/annotations/{kind}s_expert.json", json_members(indent=4)) for kind in _KINDS}

SOURCE = Source(
    name="pico_annotation",
    title="PICO annotation of sentences of trial reports",
    citation=(
        "Zlabinger M, Sabou M, Hofstaetter S, Hanbury A. Effective crowd-annotation of participants, interventions, and outcomes "
        "in the text of clinical trial reports. Findings of EMNLP 2020. Nye B, et al. A corpus with multi-level annotations of "
        "patients, interventions and outcomes. ACL 2018."
    ),
    licence="Not stated in the repository, nor in EBM-NLP, which it draws on; taken as non-commercial",
    access="noncommercial",
    domain="Academical Papers",
    page="https://github.com/Markus-Zlabinger/pico-annotation",
    downloads=github(
        "Markus-Zlabinger/pico-annotation",
        "63358b6bd99826a3607ff7ce78c7e8bbdd5ceed5",
        {
            "sentences.json": (70_101, "bb73b64fa993420e9826f284e36176cd3d499f97ea199731b31fb7cbf32ffaf1"),
            "annotations/participants_expert.json": (674_015, "9bbb64e2dc624714b9b911b285437c7ffa70e692ac07f2f1b901372370f9b9f8"),
            "annotations/interventions_expert.json": (675_284, "942ea00d47cab945b6146e8a9be219d954d73602735308cd15ef945f04b49119"),
            "annotations/outcomes_expert.json": (675_284, "d9025b517d17448eeeaac9937123fe3792024af4e7f12ff1c709385827a2029c"),
        },
        under="data/",
        into="data/",
    ),
    files=(
        NativeFile(
            "sentences",
            ("data/sentences.json", "sentences.json"),
            "json_members",
            "id STRING, sentence STRING",
            key=("id",),
            options={"value": "sentence", "required": ("sentence",)},
        ),
        NativeFile(
            "labels",
            tuple(f"{folder}{kind}s_expert.json" for folder in ("data/annotations/", "annotations/", "") for kind in _KINDS),
            "json_members",
            "id STRING, annotations ARRAY<ARRAY<INT>>, wids ARRAY<INT>",
            options={"required": ("annotations",)},
            all_globs=True,
        ),
    ),
    split=by_hash("subject_id"),
    silver={
        "annotated_texts": mapped(
            _voted,
            aside={"tokens: an annotator labels another number of tokens than the sentence has": _UNEVEN},
            record_id="id",
            subject_id="substring_index(id, ':', 1)",
            text="sentence",
            unit="'sentence'",
            entity_types="map_keys(votes)",
            entities=_ENTITIES,
        )
    },
    example=Example(
        files={
            "data/sentences.json": json.dumps({**_SENTENCES, "901:1": "Torn labels ."}),
            "data/annotations/participants_expert.json": _labels(
                **{"900:1": [[1, 1, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0]], "900:2": _NOBODY, "901:1": [[0, 1]]}
            ),
            "data/annotations/interventions_expert.json": _labels(
                **{"900:1": [[0, 0, 0, 1, 1, 0], [1, 0, 0, 1, 1, 0], [0, 0, 0, 0, 1, 0]], "900:2": _NOBODY, "901:1": [[0, 1, 0]]}
            ),
            "data/annotations/outcomes_expert.json": _labels(
                **{"900:1": [[1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]], "900:2": [[1, 0, 1, 1]], "901:1": [[0, 0, 0]]}
            ),
        },
        rows={
            "annotated_texts": [
                {
                    "record_id": "900:1",
                    "subject_id": "900",
                    "text": "Forty men took velatrine tea .",
                    "unit": "sentence",
                    "entity_types": ["intervention", "outcome", "participant"],
                    "entities": [
                        {"id": None, "start": 0, "end": 9, "type": "participant", "text": "Forty men", "concept": None},
                        {"id": None, "start": 15, "end": 28, "type": "intervention", "text": "velatrine tea", "concept": None},
                    ],
                },
                {
                    "record_id": "900:2",
                    "entities": [
                        {"id": None, "start": 0, "end": 6, "type": "outcome", "text": "Nobody", "concept": None},
                        {"id": None, "start": 12, "end": 17, "type": "outcome", "text": "ill .", "concept": None},
                    ],
                },
            ]
        },
    ),
    twin=Twin(TwinTables(_annotated, {"sentences": ("data/sentences.json", json_members()), **_LABELS}, 423)),
)
