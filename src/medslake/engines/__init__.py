"""What answers prompts: one file per engine, bound to ENGINE, and what engines are written with."""

from medslake.engines.base import MODES, TINY, Chooser, Engine, EngineUnavailable, Generation, Generator, Measure, Measurer, Prompt

__all__ = ["MODES", "TINY", "Chooser", "Engine", "EngineUnavailable", "Generation", "Generator", "Measure", "Measurer", "Prompt"]
