"""Leak tests: the noun, and what declarations are written with."""

from medslake.leak_tests.base import ACTIONS, SIDES, TRAINED, LeakExample, LeakTest
from medslake.leak_tests.parts.normalise import grams

__all__ = ["ACTIONS", "SIDES", "TRAINED", "LeakExample", "LeakTest", "grams"]
