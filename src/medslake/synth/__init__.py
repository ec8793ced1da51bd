"""Synthetic data in the native formats of all sources: invented from one word list, the same bytes for the same seed."""

from __future__ import annotations

__all__ = ["generate_all"]

from medslake.synth.generate import generate_all
