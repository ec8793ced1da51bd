"""How long a declaration is, without its example and its twin."""

from __future__ import annotations

import ast
import tokenize
from collections.abc import Iterator
from pathlib import Path

__all__ = ["TARGETS", "own_lines"]

#: What the median of all plug-ins of a kind should stay within, in lines.
TARGETS = {"source": 60, "task": 25}
#: Arguments of a declaration that do not count.
_APART = ("example", "twin")


def own_lines(path: Path) -> int:
    """Lines of a file, blank ones included, without those that serve examples and twins only: these themselves, and what just they use."""
    # As Python itself reads it: with a byte order mark, or in the encoding that its first line names.
    with tokenize.open(path) as file:
        text = file.read()
    tree = ast.parse(text)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    serving: list[ast.AST] = [keyword.value for call in calls for keyword in call.keywords if keyword.arg in _APART]
    serving += [call for call in calls if isinstance(call.func, ast.Name) and call.func.id.endswith("Example")]
    candidates = [node for node in tree.body if _defined(node)]
    while True:
        more = [node for node in candidates if node not in serving and _serves(node, tree, serving)]
        if not more:
            break
        serving += more
    lines = {line for node in serving for line in range(_first(node), (node.end_lineno or _first(node)) + 1)}  # type: ignore[attr-defined]
    every = text.splitlines()
    # With the blank ones that set them apart from what follows.
    for node in (node for node in tree.body if node in serving):
        after = (node.end_lineno or 0) + 1
        while after <= len(every) and not every[after - 1].strip():
            lines.add(after)
            after += 1
    return len(every) - len(lines)


def _first(node: ast.AST) -> int:
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(d.lineno for d in decorators)])  # type: ignore[attr-defined]


def _defined(node: ast.stmt) -> list[str]:
    """Names that a statement of the file defines."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _serves(node: ast.stmt, tree: ast.Module, serving: list[ast.AST]) -> bool:
    """Whether what the statement defines is used, and by what serves the examples alone."""
    names = set(_defined(node))
    inside = {id(one) for served in (*serving, node) for one in ast.walk(served)}
    uses = [one for one in _names(tree) if one.id in names and isinstance(one.ctx, ast.Load)]
    own = {id(one) for one in ast.walk(node)}
    return any(id(one) not in own for one in uses) and all(id(one) in inside for one in uses)


def _names(tree: ast.AST) -> Iterator[ast.Name]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Name))
