"""One epoch's entries, each made to fit into a row: shots give way first, the last before the others, then the input's beginning."""

from __future__ import annotations

import numpy as np

from medslake.recipes import by_task
from medslake.train.packs.corpus import Corpus
from medslake.train.packs.sampling import draw_definitions, draw_entries, draw_shots

__all__ = ["Fitted"]


class Fitted:
    """n entries, as arrays. at, key: as drawn. kept: those that can be packed.

    length, supervised, affix: tokens of the whole, of output and end, and of what stands where an input was cut. definition: index.
    shots [n, k]: instances, -1 where there is none. shot_length [n, k]. input_start, input_length: what is left of the input.
    counted: packed, few_shot (packed with shots), shots_cut (shots without room), cut (input shortened), dropped_long (definition and
    output alone exceed the row), dropped_empty (no output).
    """

    def __init__(self, corpus: Corpus, epoch: int) -> None:
        self.corpus = corpus
        recipe, instances, fixed = corpus.recipe, corpus.instances, corpus.pieces
        self.at, self.key = draw_entries(instances, by_task("weights", recipe.weights), recipe.seed, epoch)
        self.definition = draw_definitions(instances, self.at, self.key, corpus.definitions, recipe, epoch)
        self.shots = draw_shots(instances, self.at, self.key, recipe, epoch)
        self.input_start, self.input_length = instances.input_start[self.at], instances.input_length[self.at]
        output = instances.output_length[self.at]
        self.supervised = output + fixed["end"][1]
        rest = sum(fixed[name][1] for name in ("opening", "between", "closing")) + corpus.definitions.length[self.definition]
        rest += self.supervised
        empty = output == 0
        shots_cut = self._cut_shots(recipe.length - rest - self.input_length)
        over = ~empty & (rest + self.input_length > recipe.length)
        affix = fixed["before"][1] if recipe.cut == "left" else fixed["after"][1]
        room = recipe.length - rest - affix
        long = over & (room < 0)
        cut = np.flatnonzero(over & ~long)
        self.affix = np.zeros(rest.size, np.int64)
        self.affix[cut] = affix
        self._cut_inputs(cut, room[cut])
        self.length = rest + self.affix + self.input_length + self.shot_length.sum(axis=1)
        self.kept = np.flatnonzero(~empty & ~long)
        self.counted = {
            "packed": int(self.kept.size),
            "few_shot": int((self.shots[self.kept] >= 0).any(axis=1).sum()),
            "shots_cut": int(shots_cut[self.kept].sum()),
            "cut": int(cut.size),
            "dropped_long": int(long.sum()),
            "dropped_empty": int(empty.sum()),
        }

    def _cut_shots(self, room: np.ndarray) -> np.ndarray:
        """Keep the first shots that fit into `room` tokens, as benchmark prompts do; returns how many of each entry gave way."""
        instances, fixed = self.corpus.instances, self.corpus.pieces
        shown = self.shots >= 0
        frame = fixed["to_answer"][1] + fixed["to_question"][1] if shown.any() else 0
        size = np.where(shown, instances.input_length[self.shots] + instances.answer_length[self.shots] + frame, 0)
        gone = shown & (np.cumsum(size, axis=1) > room[:, None])
        self.shots[gone] = -1
        self.shot_length = np.where(gone, 0, size)
        return gone.sum(axis=1)

    def _cut_inputs(self, at: np.ndarray, room: np.ndarray) -> None:
        """Shorten inputs to `room` tokens, a little more where the cut would fall inside a character."""
        tokens, continues = self.corpus.tokens, self.corpus.chat.continues
        start, stop = self.input_start[at], self.input_start[at] + self.input_length[at]
        if self.corpus.recipe.cut == "left":
            start = stop - room
            while (inside := (start < stop) & continues[tokens[np.minimum(start, stop - 1)]]).any():
                start = start + inside
        else:
            stop = start + room
            while (inside := (start < stop) & continues[tokens[stop]]).any():
                stop = stop - inside
        self.input_start[at], self.input_length[at] = start, stop - start

    def pieces(self, members: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Starts and lengths [members, parts] in the pool of what each entry is made of, in the order of its tokens."""
        fixed, instances, definitions = self.corpus.pieces, self.corpus.instances, self.corpus.definitions
        none = np.zeros(members.size, np.int64)
        left = self.corpus.recipe.cut == "left"
        affix, own, definition = self.affix[members], self.at[members], self.definition[members]

        def part(name: str, length: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
            return none + fixed[name][0], none + fixed[name][1] if length is None else length

        parts = [part("opening"), (definitions.start[definition], definitions.length[definition]), part("between")]
        for shot in self.shots[members].T:
            shown = shot >= 0
            parts += [
                (instances.input_start[shot], instances.input_length[shot] * shown),
                part("to_answer", fixed["to_answer"][1] * shown),
                (instances.answer_start[shot], instances.answer_length[shot] * shown),
                part("to_question", fixed["to_question"][1] * shown),
            ]
        parts += [
            part("before", affix if left else none),
            (self.input_start[members], self.input_length[members]),
            part("after", none if left else affix),
            part("closing"),
            (instances.output_start[own], instances.output_length[own]),
            part("end"),
        ]
        starts, lengths = (np.stack(x, axis=1) for x in zip(*parts, strict=True))
        return starts, lengths
