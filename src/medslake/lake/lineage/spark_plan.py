"""Column lineage from Spark's analyzed plan: which columns of which tables each output column is made of.

The plan is Spark's own and not a public API, so everything here may fail on another Spark: `PlanNotRead` says so, and the caller falls back
to lineage between tables. Tests hold joins, self-joins, unions, windows, aggregates, lambdas, generators and common table expressions.
Columns that only filter, join or order are not lineage.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["Origin", "PlanNotRead", "column_lineage", "output_ids"]

#: (table, column)
Origin = tuple[str, str]


class PlanNotRead(Exception):
    """Spark's plan has not the shape we know (another version, Spark Connect)."""


def output_ids(df: DataFrame) -> dict[int, str]:
    """Expression id -> column name of a frame's output; to be remembered for frames just read. Raises PlanNotRead."""
    with _plan_errors():
        return dict(_attributes(_plan(df).output()))


def column_lineage(df: DataFrame, known: Mapping[int, Origin], table_of: Callable[[str], str | None]) -> dict[str, list[Origin]]:
    """Output column -> its origins, sorted; empty for literals and for rows made in Python.

    known: origins by expression id (see `output_ids`). table_of: name of the table that a file's path belongs to, None for others. It
    finds tables behind ids that Spark renamed, as in self-joins. Raises PlanNotRead.
    """
    with _plan_errors():
        plan = _plan(df)
        made: dict[int, set[int]] = {}
        origins = dict(known)
        for node in json.loads(plan.toJSON()):
            for field in (v for k, v in node.items() if k not in ("class", "num-children")):
                _read_expressions(field, made)
            if node["class"].endswith(".Generate"):
                sources = set(_references(_tree(node["generator"])))
                for attribute in node["generatorOutput"]:
                    made.setdefault(_id(attribute[0]), set()).update(sources)
        _read_nodes(plan, made, origins, table_of)
        return {name: sorted(_resolve(i, made, origins)) for i, name in _attributes(plan.output())}


def _plan(df: DataFrame) -> Any:
    return df._jdf.queryExecution().analyzed()


def _attributes(sequence: Any) -> Iterator[tuple[int, str]]:
    for i in range(sequence.size()):
        attribute = sequence.apply(i)
        yield attribute.exprId().id(), attribute.name()


def _ids(sequence: Any) -> list[int]:
    return [i for i, _ in _attributes(sequence)]


def _id(node: Mapping[str, Any]) -> int:
    return int(node["exprId"]["id"])


Tree = tuple[dict[str, Any], list[Any]]


def _tree(flat: list[dict[str, Any]]) -> Tree:
    """Spark writes an expression as its nodes in pre-order, each with its number of children."""
    at = 0

    def parse() -> Tree:
        nonlocal at
        node = flat[at]
        at += 1
        return node, [parse() for _ in range(node.get("num-children", 0))]

    return parse()


def _walk(tree: Tree) -> Iterator[Tree]:
    yield tree
    for child in tree[1]:
        yield from _walk(child)


def _references(tree: Tree) -> list[int]:
    return [_id(node) for node, _ in _walk(tree) if node["class"].endswith((".AttributeReference", ".OuterReference")) and "exprId" in node]


def _read_expressions(value: Any, made: dict[int, set[int]]) -> None:
    """Note what every Alias inside a plan node's field is made of."""
    if isinstance(value, dict):
        for inner in value.values():
            _read_expressions(inner, made)
    elif isinstance(value, list):
        if value and isinstance(value[0], dict) and "num-children" in value[0]:
            for node, children in _walk(_tree(value)):
                if node["class"].endswith(".Alias"):
                    made.setdefault(_id(node), set()).update(r for child in children for r in _references(child))
        for inner in value:
            _read_expressions(inner, made)


def _read_nodes(node: Any, made: dict[int, set[int]], origins: dict[int, Origin], table_of: Callable[[str], str | None]) -> None:
    """What only the plan's nodes tell: columns of unions, of Python functions and of common table expressions, and tables at the leaves."""
    definitions: dict[int, list[int]] = {}
    stack = [node]
    order = []
    while stack:
        node = stack.pop()
        order.append(node)
        children = node.children()
        stack.extend(children.apply(i) for i in range(children.size()))
    names = [node.nodeName() for node in order]
    for node, name in zip(order, names, strict=True):
        if name == "CTERelationDef":
            definitions[node.id()] = _ids(node.child().output())
    for node, name in zip(order, names, strict=True):
        if name == "Union":
            children = node.children()
            for i in range(children.size()):
                _note(made, _ids(node.output()), [{j} for j in _ids(children.apply(i).output())])
        elif name == "Expand":
            projections = node.projections()
            for i in range(projections.size()):
                row = projections.apply(i)
                _note(made, _ids(node.output()), [_expression_ids(row.apply(j)) for j in range(row.size())])
        elif name in ("MapInArrow", "MapInPandas", "FlatMapGroupsInPandas", "FlatMapGroupsInArrow", "PythonMapInArrow"):
            everything = set(_ids(node.children().apply(0).output()))
            _note(made, _ids(node.output()), [everything] * node.output().size())
        elif name == "CTERelationRef" and node.cteId() in definitions:
            _note(made, _ids(node.output()), [{j} for j in definitions[node.cteId()]])
        elif name.startswith("Relation") or name == "LogicalRelation":
            table = _table(node, table_of)
            if table is not None:
                origins.update({i: (table, column) for i, column in _attributes(node.output()) if i not in origins})


def _note(made: dict[int, set[int]], outputs: list[int], sources: list[set[int]]) -> None:
    for output, source in zip(outputs, sources, strict=True):
        made.setdefault(output, set()).update(source - {output})


def _expression_ids(expression: Any) -> set[int]:
    references = expression.references().toSeq()
    return {references.apply(i).exprId().id() for i in range(references.size())}


def _table(relation: Any, table_of: Callable[[str], str | None]) -> str | None:
    files = relation.relation().location().rootPaths()
    return table_of(unquote(files.apply(0).toString())) if files.size() else None


def _resolve(start: int, made: Mapping[int, set[int]], origins: Mapping[int, Origin]) -> set[Origin]:
    found: set[Origin] = set()
    seen: set[int] = set()
    todo = [start]
    while todo:
        i = todo.pop()
        if i in seen:
            continue
        seen.add(i)
        if i in origins:
            found.add(origins[i])
        else:
            todo.extend(made.get(i, ()))
    return found


class _plan_errors:
    """Turn whatever py4j, JSON or a changed plan raises into PlanNotRead."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        from py4j.protocol import Py4JError

        if isinstance(error, Py4JError | AttributeError | KeyError | IndexError | TypeError | ValueError | RecursionError):
            raise PlanNotRead(f"{type(error).__name__}: {str(error)[:200]}") from error
