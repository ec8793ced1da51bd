"""How two terms of the Disease Ontology are related."""

from medslake.tasks.base import Pairing, Task, TaskExample
from medslake.tasks.parts.wordings import definitions

_PARENTS = "filter(relations, r -> r.type = 'is_a' and r.target_name is not null)"
_SYNONYMS = "filter(synonyms, s -> lower(s) <> lower(name))"
_PAIR = "named_struct('label', '{label}', 'first', {first}, 'second', {second})"


def _share(field: str) -> str:
    """Whether both concepts have a relation to the same target."""
    mine, theirs = (f"filter(transform({r}, r -> r.{field}), t -> t is not null)" for r in ("relations", "partner.relations"))
    return f"arrays_overlap({mine}, {theirs})"


#: A partner that is a parent, a child, a sibling or a synonym is no stranger. Some files tell relations by id, some by name, hence both.
_UNRELATED = (
    "partner is not null and lower(partner.name) <> lower(name) "
    "and not array_contains(synonyms, partner.name) and not array_contains(partner.synonyms, name) "
    "and not exists(relations, r -> coalesce(r.target = partner.concept_id or r.target_name = partner.name, false)) "
    "and not exists(partner.relations, r -> coalesce(r.target = concept_id or r.target_name = name, false)) "
    f"and not {_share('target')} and not {_share('target_name')}"
)
#: One pair for each relation that the record allows, in a fixed order.
_PAIRS = "filter(array({}), p -> p is not null)".format(
    ", ".join(
        (
            f"if(size({_SYNONYMS}) > 0, {_PAIR.format(label='synonym', first='name', second=f'get({_SYNONYMS}, 0)')}, null)",
            f"if(size({_PARENTS}) > 0, {_PAIR.format(label='parent', first=f'get({_PARENTS}, 0).target_name', second='name')}, null)",
            f"if(size({_PARENTS}) > 0, {_PAIR.format(label='child', first='name', second=f'get({_PARENTS}, 0).target_name')}, null)",
            f"if({_UNRELATED}, {_PAIR.format(label='unrelated', first='name', second='partner.name')}, null)",
        )
    )
)

TASK = Task(
    id="task47",
    name="do_word_relation_classification",
    category="Word Relation Classification",
    domain="Medical Knowledge",
    source="disease_ontology",
    kind="concepts",
    input_language="English",
    output_language="English",
    pairing=Pairing(columns=("concept_id", "name", "synonyms", "relations"), used="item.label = 'unrelated'"),
    # One pair a concept, drawn by hash among those it allows: the size of MedS-Ins, and all four labels in similar numbers.
    items=f"transform(filter(array({_PAIRS}), l -> size(l) > 0), l -> l[cast(pmod(xxhash64(record_id, 47), size(l)) as int)])",
    input_sql="concat('Word1: ', item.first, '\\nWord2: ', item.second)",
    output_sql="item.label",
    labels=("synonym", "parent", "child", "unrelated"),
    notes=(
        "The label is read from Word1 to Word2: parent means that Word1 is the parent of Word2. Unrelated pairs take the next "
        "concept of the same split in a seeded hash order, unless the two are synonyms, share a parent or one is the other's parent."
    ),
    definitions=definitions(
        plain=(
            "You see two medical terms, Word1 and Word2. Say what Word1 is to Word2: synonym if both mean the same, parent if Word1 "
            "is the broader term, child if Word1 is the narrower term, unrelated if none of these holds. Write the one word.",
            "How does Word1 relate to Word2 in a disease ontology? Choose synonym, parent, child or unrelated, reading from the "
            "first to the second, so that parent means Word1 is the class of Word2. Output only your choice.",
            "Name the relation between the two terms below. The choices are synonym (same meaning), parent (Word1 contains Word2), "
            "child (Word1 is a kind of Word2) and unrelated. Reply with a single choice.",
        ),
        role=(
            "You are an ontologist who places terms in a hierarchy of diseases. For the pair given, enter whether Word1 is a "
            "synonym, the parent or the child of Word2, or whether they are unrelated. Enter that label only.",
            "As a curator of medical vocabulary, judge the pair of terms. Use the label synonym, parent, child or unrelated, where "
            "parent says that Word1 stands directly above Word2 and child that it stands directly below. Give no reasons.",
            "Imagine a student asks how Word1 stands to Word2. Answer in one word: synonym for another name, parent for its "
            "superclass, child for its subclass, unrelated for no such link.",
        ),
        stepwise=(
            "First ask whether both terms name one disease; if so, write synonym. Otherwise ask whether Word1 covers Word2; if so, "
            "write parent. Otherwise ask whether Word1 is a kind of Word2; if so, write child. In all other cases write unrelated.",
            "Step 1: understand Word1. Step 2: understand Word2. Step 3: decide whether Word1 is broader (parent), narrower (child), "
            "equal (synonym) or neither (unrelated). Step 4: print the label alone.",
            "Compare the meanings of the two terms, then fix the direction from Word1 to Word2, and then choose among synonym, "
            "parent, child and unrelated. Show only what you chose.",
        ),
        formal=(
            "Classify the relation that holds from Word1 to Word2 with respect to a disease ontology. The classes are synonym, "
            "parent (Word1 subsumes Word2), child (Word1 is subsumed by Word2) and unrelated. The output shall be exactly one class "
            "name.",
            "Given an ordered pair of medical terms, the relation of the first to the second is to be returned as one of: synonym; "
            "parent; child; unrelated. Any further text is to be omitted.",
            "The input is a pair (Word1, Word2). The output shall be synonym where the terms are equivalent, parent where Word1 is "
            "the immediate superclass, child where Word1 is the immediate subclass and unrelated elsewhere.",
        ),
        terse=(
            "Word1 is the ... of Word2: synonym, parent, child or unrelated. One word.",
            "Relation Word1 -> Word2? synonym / parent (broader) / child (narrower) / unrelated.",
            "Label the pair: synonym, parent, child, unrelated. Direction: first to second.",
        ),
    ),
    example=TaskExample(
        row={
            "record_id": "DOID:9000010",
            "concept_id": "DOID:9000010",
            "name": "miller's asthma",
            "synonyms": ["flour lung"],
            "relations": [{"type": "is_a", "target": "DOID:9000099", "target_name": "occupational asthma"}],
        },
        others=tuple(
            {
                "record_id": f"DOID:90000{n}",
                "concept_id": f"DOID:90000{n}",
                "name": name,
                "synonyms": [],
                "relations": [{"type": "is_a", "target": f"DOID:90001{n}", "target_name": parent}],
            }
            for n, name, parent in (
                (11, "dyer's eczema", "contact dermatitis"),
                (12, "piper's palsy", "facial palsy"),
                (13, "tanner's fever", "zoonosis"),
            )
        ),
        instances=(
            ("Word1: miller's asthma\nWord2: flour lung", "synonym"),
            ("Word1: dyer's eczema\nWord2: tanner's fever", "unrelated"),
            ("Word1: piper's palsy\nWord2: miller's asthma", "unrelated"),
            ("Word1: tanner's fever\nWord2: zoonosis", "child"),
        ),
    ),
)
