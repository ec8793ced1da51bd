"""The fifteen wordings of a task, declared by style."""

from __future__ import annotations

from medslake.tasks.base import Definition

__all__ = ["definitions"]

Three = tuple[str, str, str]


def definitions(*, plain: Three, role: Three, stepwise: Three, formal: Three, terse: Three) -> tuple[Definition, ...]:
    """Five styles of three wordings each, as `Task.definitions` wants them: plain, role, stepwise, formal, terse."""
    styles = {"plain": plain, "role": role, "stepwise": stepwise, "formal": formal, "terse": terse}
    return tuple(Definition(style, text) for style, texts in styles.items() for text in texts)
