"""SVG pictures of the report: paired bars, a loss curve, the lineage graph. Colours come from the page's CSS variables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup, escape

__all__ = ["domain_bars", "lineage_graph", "loss_curve"]

#: Characters of a table's name that its box holds.
_SHOWN = 31
_LAYERS = ("files", "bronze", "silver", "gold", "ops")


def domain_bars(domains: Sequence[dict[str, Any]]) -> Markup:
    """Share of training instances by domain, ours above the paper's, percent."""
    width, label, row = 720, 170, 44
    scale = (width - label - 70) / 100
    parts = []
    for i, d in enumerate(domains):
        y = i * row + 6
        parts.append(f'<text x="{label - 10}" y="{y + 20}" text-anchor="end">{escape(d["domain"])}</text>')
        for k, (kind, value) in enumerate((("ours", d["ours"]), ("paper", d["paper"]))):
            w = max(value * scale, 1)
            parts.append(f'<rect class="{kind}" x="{label}" y="{y + k * 16}" width="{w:.1f}" height="13" rx="2"/>')
            parts.append(f'<text class="n" x="{label + w + 6:.1f}" y="{y + k * 16 + 11}">{value:.1f} %</text>')
    return _svg(width, len(domains) * row, parts, "Share of training instances by domain, this lake and the paper")


def loss_curve(steps: Sequence[dict[str, Any]]) -> Markup:
    """Training loss over optimiser steps, linear axes from zero."""
    width, height, left, bottom = 720, 240, 48, 28
    top = max(s["loss"] for s in steps) * 1.05 or 1.0
    last = max(steps[-1]["step"], 1)

    def x(step: float) -> float:
        return left + step / last * (width - left - 16)

    def y(loss: float) -> float:
        return (height - bottom) * (1 - loss / top) + 6

    parts = []
    for k in range(5):
        v = top * k / 4
        parts.append(f'<line class="grid" x1="{left}" x2="{width - 16}" y1="{y(v):.1f}" y2="{y(v):.1f}"/>')
        parts.append(f'<text class="n" x="{left - 6}" y="{y(v) + 4:.1f}" text-anchor="end">{v:.1f}</text>')
    points = " ".join(f"{x(s['step']):.1f},{y(s['loss']):.1f}" for s in steps)
    parts.append(f'<polyline class="curve" points="{points}"/>')
    for s in (steps[0], steps[-1]):
        parts.append(f'<circle class="dot" cx="{x(s["step"]):.1f}" cy="{y(s["loss"]):.1f}" r="3.5"/>')
    parts.append(f'<text class="n" x="{left}" y="{height - 6}">step {steps[0]["step"]}</text>')
    parts.append(f'<text class="n" x="{width - 16}" y="{height - 6}" text-anchor="end">step {steps[-1]["step"]}</text>')
    return _svg(width, height, parts, f"Training loss from {steps[0]['loss']:.3f} to {steps[-1]['loss']:.3f}")


def lineage_graph(edges: Sequence[tuple[str, str]]) -> Markup:
    """Tables as boxes in columns by layer, one curve for each input of a table."""
    nodes = sorted({n for e in edges for n in e})
    columns: dict[str, list[str]] = defaultdict(list)
    for n in nodes:
        layer = n.split(".")[0]
        columns[layer if layer in _LAYERS else "files"].append(n)
    used = [layer for layer in _LAYERS if columns[layer]]
    box, gap, row, head = 230, 90, 26, 30
    place = {n: (i * (box + gap), head + k * row) for i, layer in enumerate(used) for k, n in enumerate(columns[layer])}
    width = len(used) * (box + gap) - gap + 2
    height = head + max((len(columns[layer]) for layer in used), default=0) * row + 4
    parts = [f'<text class="head" x="{i * (box + gap)}" y="16">{layer}</text>' for i, layer in enumerate(used)]
    for a, b in edges:
        (ax, ay), (bx, by) = place[a], place[b]
        x1, y1, x2, y2 = ax + box, ay + 10, bx, by + 10
        if bx <= ax:
            x1, x2 = ax + box, bx + box
        bend = max((x2 - x1) / 2, 30)
        parts.append(f'<path class="edge" d="M{x1},{y1} C{x1 + bend},{y1} {x2 - bend if bx > ax else x2 + bend},{y2} {x2},{y2}"/>')
    for n, (x, y) in place.items():
        short = n if len(n) <= _SHOWN else n[: _SHOWN - 1] + "…"
        parts.append(f'<g><title>{escape(n)}</title><rect class="box {n.split(".")[0]}" x="{x}" y="{y}" width="{box}" height="20" rx="3"/>')
        parts.append(f'<text x="{x + 8}" y="{y + 14}">{escape(short)}</text></g>')
    return _svg(width, height, parts, "Which tables were made of which")


def _svg(width: int, height: int, parts: Sequence[str], title: str) -> Markup:
    # Every text that is not ours has been escaped where it was put in.
    body = "".join(str(p) for p in parts)
    return Markup(
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{escape(title)}">{body}</svg>'
    )
