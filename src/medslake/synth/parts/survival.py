"""Invented survival of groups of patients, as SEER*Stat exports it: the figures of a file and the dictionary that explains them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from medslake.synth.draw import Draw

__all__ = ["EXPORTS", "Export", "converted_row"]

_INTERVALS = [f"{at}-<{at + 1} yr" if at else "<1 yr" for at in range(36)]
_AGES, _STAGES, _YEARS = ("00-49", "45-65s", "65+"), ("Localized", "Regional", "Distant"), [str(year) for year in range(2101, 2138)]
_MORE = (
    *("Alive at Start", "Died", "Lost to Followup", "Observed Survival (Interval)", "Observed Survival (Cum)"),
    *("Expected Survival (Interval)", "Expected Survival (Cum)", "Relative Survival (Interval)", "Relative Survival (Cum)"),
    *("Observed SE (Interval)", "Observed SE (Cum)", "Relative SE (Interval)", "Relative SE (Cum)"),
)
_CAUSE = (
    *("Alive at Start", "Died", "Lost to Followup", "Cause-Specific Survival (Interval)", "Cause-Specific Survival (Cum)"),
    *("Cause-Specific SE (Interval)", "Cause-Specific SE (Cum)"),
)


@dataclass(frozen=True)
class Export:
    """groups: variable -> labels of its codes; the last is the interval. summary: of the summary pages, none where there are none."""

    groups: Mapping[str, Sequence[str]]
    figures: Sequence[str]
    statistic: str
    missing: str
    summary: Sequence[str] = ()
    named: bool = False
    flagged: bool = False
    percent: bool = True

    @property
    def names(self) -> list[str]:
        return ["Page type", *self.groups, *self.figures]

    def dictionary(self) -> str:
        told = [f"[System]\nDatabase name=Invented, 9 Parishes\n\n[Session Options]\nType=Survival\nStatistic={self.statistic}\n"]
        yes = {True: "true", False: "false"}
        told.append(
            f"[Export Options]\nGZipped=false\nVariable format=numeric\nFile format=DOS/Windows\nField delimiter=tab\n"
            f"Missing character={self.missing}\nFlags included={yes[self.flagged]}\nVariable names included={yes[self.named]}\n"
        )
        pages = {"Summary": [*list(self.names[: -1 - len(self.figures)]), "Summary Interval", *self.summary]} if self.summary else {}
        for page, names in {**pages, "Life": self.names}.items():
            told.append(f"[{page} Page Variables]\n" + "".join(f"Var{at}Name={name}\n" for at, name in enumerate(names, 1)))
        labels = {"Page type": ["Life Page", "Summary Page"], **self.groups}
        for name, values in labels.items():
            first = int(name == "Interval")
            told.append(f"[Format={name}]\n" + "".join(f"{at}={value}\n" for at, value in enumerate(values, first)))
        if self.summary:
            told.append("[Format=Summary Interval]\n" + "".join(f"{at}={at + 1} yr\n" for at in range(36)))
        return "\n".join(told).replace("\n", "\r\n")

    def row(self) -> Callable[[Draw, int], list[object]]:
        """Records of the file: groups in order, the first of ten or so on summary pages; few figures of late intervals are known."""
        gap = {"period": ".", "space": " "}[self.missing]

        def record(draw: Draw, number: int) -> list[object]:
            if self.summary and number % 3 == 0:
                codes = self._codes(number // 3)
                return [1, *codes[:-1], codes[-1] - 1, draw.whole(20, 990), *(self._share(draw) for _ in self.summary[1:])]
            codes = self._codes(number)
            alive = draw.whole(20, 9_000)
            counts = [alive, draw.whole(0, alive // 9), draw.whole(0, alive // 9)]
            absent = draw.chance(0.49) and gap == "."
            shares: list[object] = [gap if absent else self._share(draw) for _ in self.figures[3:]]
            if self.flagged and draw.chance(0.19):
                shares[0] = f"{shares[0]}#" if draw.chance(0.9) else "+"
            return [0, *codes, *counts, *shares]

        return record

    def _codes(self, number: int) -> list[int]:
        """Mixed radix: the interval runs fastest, and counts from 1."""
        codes = []
        for place, values in enumerate(reversed(list(self.groups.values()))):
            codes.append(number % len(values) + int(place == 0))
            number //= len(values)
        return codes[::-1]

    def _share(self, draw: Draw) -> str:
        return f"{draw.random() * 100:.5f}" if self.percent else f"{draw.random():.5f}"


EXPORTS = {
    "Parish_causespecific": Export(
        {"Age groups": _AGES, "Marsh stage": _STAGES, "Year of diagnosis": _YEARS, "Interval": _INTERVALS},
        *(_CAUSE, "Cause-Specific Survival", "period"),
        ("N", "Cause-Spec", "SE Cause-Spec", "Cause-Spec Cum CI Lower", "Cause-Spec Cum CI Upper"),
    ),
    "Tutorial_parish": Export(
        {"Marsh stage": _STAGES, "Year of diagnosis": _YEARS, "Interval": _INTERVALS[:10]}, _MORE, "Relative Survival", "space"
    ),
    "curesurv_example": Export(
        {
            "Age groups": _AGES,
            "Marsh stage": _STAGES,
            "Sex": ('"  Male"', '"  Female"'),
            "Parish": ("Reed", "Ash"),
            "Interval": _INTERVALS[:19],
        },
        *(_MORE, "Relative Survival", "space"),
        named=True,
        flagged=True,
        percent=False,
    ),
}


def converted_row(draw: Draw, number: int) -> list[object]:
    """A row of a CSV that a program wrote of an export: codes, counts, shares, nothing where a figure is missing."""
    alive = draw.whole(20, 9_000)
    shares = [None if draw.chance(0.1) else round(draw.random(), 4) for _ in range(10)]
    return [
        0,
        number // 1_080 % 3,
        number // 360 % 3,
        number // 36 % 37,
        number % 36 + 1,
        alive,
        draw.whole(0, 9),
        draw.whole(0, 9),
        *shares,
    ]
