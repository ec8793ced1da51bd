"""SVG curves of the report, without a letter in them: what is written beside a picture is text of the page and never shrinks with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

__all__ = ["Curve", "Plot", "plot"]

Points = Sequence[tuple[float, float]]
#: Colours of the page's style sheet.
COLOURS = 6


@dataclass(frozen=True)
class Curve:
    """A named line. held: dashed, with a mark at each point."""

    name: str
    points: Points
    held: bool = False
    colour: int = 0


@dataclass(frozen=True)
class Plot:
    """x, y: what the axes carry, as (share of the axis in percent, label). picture: fills the space between them."""

    x: list[tuple[float, str]]
    y: list[tuple[float, str]]
    picture: Markup


def plot(curves: Sequence[Curve], ticks: int = 5) -> Plot | None:
    """All curves in one picture, linear axes, the vertical one from zero; None without a point."""
    points = [p for curve in curves for p in curve.points]
    if not points:
        return None
    right = max(x for x, _ in points) or 1
    step = _step(max(y for _, y in points) or 1.0, ticks)
    top = step * ticks

    def place(x: float, y: float) -> str:
        return f"{100 * x / right:.2f},{100 - 100 * y / top:.2f}"

    parts = []
    for k in range(ticks + 1):
        y = 100 * k / ticks
        parts.append(f'<line class="grid" x1="0" x2="100" y1="{y:.1f}" y2="{y:.1f}"/>')
    for curve in curves:
        kind = f"curve c{curve.colour % COLOURS}{' held' if curve.held else ''}"
        parts.append(f'<polyline class="{kind}" points="{" ".join(place(*p) for p in curve.points)}"/>')
        # A line of no length with a round end is a dot, however the picture is stretched.
        marked = curve.points if curve.held else (curve.points[0], curve.points[-1])
        parts += [f'<path class="dot c{curve.colour % COLOURS}" d="M{place(*p)}h0"/>' for p in marked]
    picture = Markup('<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">' + "".join(parts) + "</svg>")
    halves = [0.0, right / 2, right] if right >= 2 else [0.0, right]
    return Plot([(100 * x / right, f"{x:,.0f}") for x in halves], [(100 * k / ticks, _label(step * k)) for k in range(ticks + 1)], picture)


def _step(top: float, ticks: int) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten whose `ticks` reach the top."""
    size = 10.0**-12
    while True:
        for part in (1, 2, 2.5, 5):
            if part * size * ticks >= top:
                return part * size
        size *= 10


def _label(value: float) -> str:
    return f"{value:.4g}"
