"""Prompts with fewer examples, for models whose context the whole prompt does not fit. The question is never cut."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

__all__ = ["with_fewer_shots"]

Messages = Sequence[dict[str, str]]
_SHOT = re.compile(r"(?:\A|(?<=\n\n\n))Input:\n")


def with_fewer_shots(messages: Messages) -> Iterator[list[dict[str, str]]]:
    """The messages without their first example, without the first two, and so on; oldest first, definition and question kept.

    Examples are user and assistant turns before the last user turn (prompt `chat`), or blocks `Input: ... Output: ...` at the head of the
    system turn, set off by blank lines (prompt `paper`).
    """
    turns = [dict(m) for m in messages]
    first = next((k for k, m in enumerate(turns) if m["role"] != "system"), len(turns))
    while len(turns) - first >= 3 and turns[first]["role"] == "user" and turns[first + 1]["role"] == "assistant":
        del turns[first : first + 2]
        yield [dict(m) for m in turns]
    if not turns or turns[0]["role"] != "system":
        return
    system = turns[0]["content"]
    starts = [match.start() for match in _SHOT.finditer(system)]
    if not starts or starts[0] != 0:
        return
    # What stands after the last example's blank lines is the definition.
    after = system.rfind("\n\n\n")
    for cut in [*starts[1:], after + 3] if after >= starts[-1] else starts[1:]:
        yield [{**turns[0], "content": system[cut:]}, *turns[1:]]
