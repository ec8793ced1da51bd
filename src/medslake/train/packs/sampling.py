"""What an epoch draws by seeded hashes, for all instances at once: how often each is seen, with which definition, after which shots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from medslake.train.packs.seeding import mix, rank_within, stream

if TYPE_CHECKING:
    from medslake.recipes import Recipe
    from medslake.train.packs.instances import Definitions, Instances

__all__ = ["draw_definitions", "draw_entries", "draw_shots"]

#: Draws for one shot before its place stays empty: each finds an instance that is taken already less often than not.
ATTEMPTS = 8


def draw_entries(instances: Instances, weights: Mapping[str, float], seed: int, epoch: int) -> tuple[np.ndarray, np.ndarray]:
    """Instances of an epoch, each as often as its task's weight says, and the key of each entry's further draws.

    A weight's whole part repeats every instance; its fraction is a sample of just that share, another one in every epoch.
    """
    if not weights:
        return np.arange(instances.key.size), instances.key
    weight = np.array([weights.get(task, 1.0) for task in instances.task_names])
    codes = instances.task_codes
    times = np.floor(weight).astype(np.int64)
    extra = np.rint((weight - times) * np.bincount(codes, minlength=weight.size)).astype(np.int64)
    drawn = rank_within(codes, mix(instances.key, stream(seed, "weight", epoch))) < extra[codes]
    often = times[codes] + drawn
    at = np.repeat(np.arange(often.size), often)
    copy = np.arange(at.size) - np.repeat(np.cumsum(often) - often, often)
    key = instances.key[at]
    for number in range(1, int(often.max(initial=0))):
        again = np.flatnonzero(copy == number)
        key[again] = mix(key[again], stream("copy", number))
    return at, key


def draw_definitions(
    instances: Instances, at: np.ndarray, key: np.ndarray, definitions: Definitions, recipe: Recipe, epoch: int
) -> np.ndarray:
    """Index of each entry's definition: the one that gold.instructions names, or a draw among all of its task (see Recipe.definitions).

    Where wordings in the language of the data alone are asked for, the one of gold.instructions, which is in that of the task, gives way to
    a draw among them.
    """
    chosen = instances.definition[at]
    drawn = key != instances.key[at] if recipe.definitions == "table" and epoch == 0 else np.ones(at.size, bool)
    if recipe.definitions == "fixed":
        return chosen
    codes = np.where(drawn, instances.task_codes[at], -1)
    hashed = mix(key, stream(recipe.seed, "definition", epoch))

    def draw(rows: np.ndarray, pool: np.ndarray) -> None:
        chosen[rows] = pool[(hashed[rows] % np.uint64(pool.size)).astype(np.int64)]

    for code, task in enumerate(instances.task_names):
        draw(np.flatnonzero(codes == code), definitions.by_task[task])
    if instances.languages is None:
        return chosen
    if "task" not in recipe.definition_languages:
        codes = instances.task_codes[at]
    known = {task: code for code, task in enumerate(instances.task_names)}
    for (task, language), pool in definitions.by_language.items():
        rows = np.flatnonzero(codes == known.get(task, len(known)))
        draw(rows[instances.languages[at[rows]] == language], pool)
    return chosen


def draw_shots(instances: Instances, at: np.ndarray, key: np.ndarray, recipe: Recipe, epoch: int) -> np.ndarray:
    """Instances shown before each entry, int32 [entries, shots] in the order of the prompt; -1 where there is none.

    They are of the entry's task, have an output, and no two inputs of one prompt are the same, the entry's own included.
    """
    few = _share(mix(key, stream(recipe.seed, "few_shot", epoch))) < recipe.few_shot
    count = np.where(few, 1 + mix(key, stream(recipe.seed, "shots", epoch)) % np.uint64(recipe.shots), 0)
    chosen = np.full((at.size, recipe.shots if few.any() else 0), -1, np.int32)
    usable = np.flatnonzero(instances.output_length > 0)
    codes = instances.task_codes
    usable = usable[np.argsort(codes[usable], kind="stable")]
    size = np.bincount(codes[usable], minlength=len(instances.task_names))
    first = np.cumsum(size) - size
    for slot in range(chosen.shape[1]):
        rows = np.flatnonzero((count > slot) & (size[codes[at]] > 0))
        for attempt in range(ATTEMPTS):
            code = codes[at[rows]]
            hashed = mix(key[rows], stream(recipe.seed, "shot", epoch, slot, attempt))
            candidates = usable[first[code] + (hashed % size[code].astype(np.uint64)).astype(np.int64)]
            taken = instances.asked[candidates] == instances.asked[at[rows]]
            for earlier in chosen[rows, :slot].T:
                taken |= (earlier >= 0) & (instances.asked[earlier] == instances.asked[candidates])
            chosen[rows[~taken], slot] = candidates[~taken]
            rows = rows[taken]
    return chosen


def _share(hashed: np.ndarray) -> np.ndarray:
    """Hashes as numbers in [0, 1)."""
    return (hashed >> np.uint64(11)) * 2.0**-53
