"""How two terms of the Disease Ontology are related."""

from medslake.tasks import Partners, Task, TaskExample, wordings

PARENTS = "filter(relations, r -> r.type = 'is_a' and r.target_name is not null)"
SYNONYMS = "filter(synonyms, s -> lower(s) <> lower(name))"
PAIR = "named_struct('label', '{label}', 'first', {first}, 'second', {second})"


def shared(field: str) -> str:
    """Whether both concepts have a relation to the same target."""
    mine, theirs = (f"filter(transform({r}, r -> r.{field}), t -> t is not null)" for r in ("relations", "p.relations"))
    return f"arrays_overlap({mine}, {theirs})"


#: A partner that is a parent, a child, a sibling or a synonym is no stranger. Some files have relations by id, some by name, hence both.
UNRELATED = (
    "exists(partners, p -> lower(p.name) <> lower(name) "
    "and not array_contains(synonyms, p.name) and not array_contains(p.synonyms, name) "
    "and not exists(relations, r -> coalesce(r.target = p.concept_id or r.target_name = p.name, false)) "
    "and not exists(p.relations, r -> coalesce(r.target = concept_id or r.target_name = name, false)) "
    f"and not {shared('target')} and not {shared('target_name')})"
)
#: One pair for each relation that the record allows, in a fixed order.
PAIRS = "filter(array({}), p -> p is not null)".format(
    ", ".join(
        (
            f"if(size({SYNONYMS}) > 0, {PAIR.format(label='synonym', first='name', second=f'get({SYNONYMS}, 0)')}, null)",
            f"if(size({PARENTS}) > 0, {PAIR.format(label='parent', first=f'get({PARENTS}, 0).target_name', second='name')}, null)",
            f"if(size({PARENTS}) > 0, {PAIR.format(label='child', first='name', second=f'get({PARENTS}, 0).target_name')}, null)",
            f"if({UNRELATED}, {PAIR.format(label='unrelated', first='name', second='partners[0].name')}, null)",
        )
    )
)

ROWS = tuple(
    {
        "record_id": f"DOID:90000{n}",
        "concept_id": f"DOID:90000{n}",
        "name": name,
        "synonyms": synonyms,
        "relations": [{"type": "is_a", "target": f"DOID:90001{n}", "target_name": parent}],
    }
    for n, name, synonyms, parent in (
        (10, "miller's asthma", ["flour lung"], "occupational asthma"),
        (11, "dyer's eczema", [], "contact dermatitis"),
        (12, "piper's palsy", [], "facial palsy"),
        (13, "tanner's fever", [], "zoonosis"),
    )
)

TASK = Task(
    id="task47",
    name="do_word_relation_classification",
    category="Word Relation Classification",
    domain="Medical Knowledge",
    source="disease_ontology",
    kind="concepts",
    partners=Partners(("concept_id", "name", "synonyms", "relations"), used="item.label = 'unrelated'"),
    # One pair a concept, drawn by hash among those it allows: the size of MedS-Ins, and all four labels in similar numbers.
    items=f"transform(filter(array({PAIRS}), l -> size(l) > 0), l -> l[cast(pmod(xxhash64(record_id, 47), size(l)) as int)])",
    input_sql="concat('Word1: ', item.first, '\\nWord2: ', item.second)",
    output_sql="item.label",
    labels=("synonym", "parent", "child", "unrelated"),
    notes=(
        "The label is read from Word1 to Word2: parent means that Word1 is the parent of Word2. Unrelated pairs take the next "
        "concept of the same split in a seeded hash order, unless the two are synonyms, share a parent or one is the other's parent."
    ),
    definitions=wordings(__file__),
    example=TaskExample(
        ROWS[0],
        (
            ("Word1: miller's asthma\nWord2: flour lung", "synonym"),
            ("Word1: dyer's eczema\nWord2: tanner's fever", "unrelated"),
            ("Word1: piper's palsy\nWord2: miller's asthma", "unrelated"),
            ("Word1: tanner's fever\nWord2: zoonosis", "child"),
        ),
        others=ROWS[1:],
    ),
)
