"""Base models: a folder with config.json, safetensors and a fast tokenizer, built once where it must be built."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medslake.errors import UsageError
from medslake.train.models import smollm2, tiny

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["base_model", "load_tokenizer", "model_folder", "needs_texts"]

_BUILDERS: dict[str, Callable[[Path, Iterable[str]], None]] = {tiny.NAME: tiny.build, smollm2.NAME: smollm2.build}


def model_folder(lake: Lake) -> Path:
    """Where models, checkpoints and scratch files go by default: `_models` in a local lake, `./medslake_models` beside a remote one."""
    place = lake.arrow.place
    return Path(place.base, "_models") if place.is_local else Path.cwd() / "medslake_models"


def needs_texts(model: str) -> bool:
    """Whether the tokenizer of a model is trained on the lake's own text."""
    return model == tiny.NAME


def base_model(model: str, cache: Path, *, key: str = "", texts: Callable[[], Iterable[str]] = tuple) -> Path:
    """Folder of the model. Built models lie in `cache/<name>[-key]`; `texts` is read only when a tokenizer must be trained.

    UsageError for a folder that is not there, MissingDependency when the package with the weights is absent.
    """
    if model not in _BUILDERS:
        return _existing(Path(model))
    folder = cache / (f"{model}-{key}" if key else model)
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=cache))
        try:
            with _no_bars():
                _BUILDERS[model](building, texts())
            _publish(building, folder)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    return folder


def load_tokenizer(folder: Path) -> Any:
    """The fast tokenizer of a model folder, never from the network."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(str(folder), local_files_only=True)


@contextlib.contextmanager
def _no_bars() -> Iterator[None]:
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def _publish(building: Path, folder: Path) -> None:
    building.chmod(0o755)
    try:
        building.rename(folder)
    except OSError:
        # Another process was first; its result is the same.
        if not folder.exists():
            raise


def _existing(folder: Path) -> Path:
    if not (folder / "config.json").exists():
        known = ", ".join(sorted(_BUILDERS))
        raise UsageError(
            f"Model folder {folder} has no config.json (built-in models: {known}).",
            hint="Download the weights yourself, such as: hf download Henrychur/MMed-Llama-3-8B --local-dir ./MMed-Llama-3-8B"
            " and pass --set model=./MMed-Llama-3-8B",
        )
    if not list(folder.glob("*.safetensors")):
        raise UsageError(f"Model folder {folder} has no safetensors; convert it with transformers' save_pretrained.")
    return folder.absolute()
