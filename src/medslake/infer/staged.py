"""Answers of engines that are themselves a stage of Ray Data: rows go in one by one, and come back together by their key."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from medslake.engines.base import Generation, Prompt

__all__ = ["staged_answers"]


def staged_answers(stage: Callable[[Any], Any], items: Sequence[tuple[str, list[list[Prompt]]]]) -> Iterator[tuple[str, list[Generation]]]:
    """Each key with the answers to its prompts, as soon as they are complete. A row that the stage fails at is a Generation with an error;
    a row that it loses leaves its key out.
    """
    import ray.data

    rows = [{"key": key, "item": json.dumps(vars(prompt))} for key, batches in items for batch in batches for prompt in batch]
    wanted = Counter(row["key"] for row in rows)
    found: dict[str, list[Generation]] = defaultdict(list)
    for row in stage(ray.data.from_items(rows)).iter_rows():
        if error := row.get("__inference_error__"):
            answer = Generation.failed(Prompt(**json.loads(row["item"])), str(error).splitlines()[0])
        else:
            answer = Generation(**json.loads(row["answer"]))
        found[row["key"]].append(answer)
        if len(found[row["key"]]) == wanted[row["key"]]:
            yield row["key"], found.pop(row["key"])
