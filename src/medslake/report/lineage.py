"""Which table was made of which, by layer: what a table was made of and what is made of it, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from medslake.lake.schema.ddl import LAYERS

__all__ = ["Layer", "Node", "layers_of"]

FILES = "files"
#: Files of a source that are named; the sentence below them says how many more there are.
NAMED = 200


@dataclass(frozen=True)
class Node:
    """A table, or the files of one source. made_of, makes: names of tables. files: of the source; more: those not named."""

    name: str
    version: int | None
    rows: int | None
    made_of: list[str]
    makes: list[str]
    files: list[str]
    more: int = 0


@dataclass(frozen=True)
class Layer:
    """made_of: layer -> tables of it that this one was made of."""

    name: str
    rows: int
    nodes: list[Node]
    made_of: dict[str, int]


def layers_of(tables: Sequence[dict[str, Any]], edges: Iterable[tuple[str, str]]) -> list[Layer]:
    """Files, then the layers that have a table. tables: name, version, rows. edges: (input, output) of ops.lineage."""
    known = {t["table"]: t for t in tables}
    made_of: dict[str, set[str]] = defaultdict(set)
    makes: dict[str, set[str]] = defaultdict(set)
    files: dict[str, set[str]] = defaultdict(set)
    for given, made in edges:
        if given in known or (given.partition(".")[0] in LAYERS and "/" not in given):
            made_of[made].add(given)
            makes[given].add(made)
        else:
            source = f"{given.partition('/')[0]} (files)"
            files[source].add(given.partition("/")[2])
            made_of[made].add(source)
            makes[source].add(made)
    found = []
    if files:
        sources = [
            Node(s, None, None, [], sorted(makes[s]), sorted(own)[:NAMED], max(len(own) - NAMED, 0)) for s, own in sorted(files.items())
        ]
        found.append(Layer(FILES, sum(len(own) for own in files.values()), sources, {}))
    for layer in LAYERS:
        names = sorted(name for name in {*known, *made_of, *makes} if name.startswith(f"{layer}."))
        nodes = [_node(name, known.get(name), made_of[name], makes[name]) for name in names]
        inputs = {name for node in nodes for name in node.made_of}
        counts = {FILES: len(inputs & set(files))} | {one: sum(n.startswith(f"{one}.") for n in inputs) for one in LAYERS}
        if nodes:
            found.append(Layer(layer, sum(node.rows or 0 for node in nodes), nodes, {k: n for k, n in counts.items() if n and k != layer}))
    return found


def _node(name: str, table: dict[str, Any] | None, made_of: set[str], makes: set[str]) -> Node:
    return Node(
        name, table["version"] if table else None, table["rows"] if table else None, sorted(made_of - {name}), sorted(makes - {name}), []
    )
