"""Base models: a folder with config.json, safetensors and a fast tokenizer, built once where it must be built."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medslake.errors import UsageError
from medslake.train.models import smollm2, tiny

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["base_model", "closed_folder", "load_tokenizer", "model_folder"]

_BUILT: dict[str, Any] = {tiny.NAME: tiny, smollm2.NAME: smollm2}


def model_folder(lake: Lake) -> Path:
    """Where models, checkpoints and scratch files go by default: `_models` in a local lake, `./medslake_models` beside a remote one."""
    place = lake.arrow.place
    return Path(place.base, "_models") if place.is_local else Path.cwd() / "medslake_models"


def closed_folder(folder: Path) -> Path:
    """Make a folder, and those above it that are missing, for its owner alone: models and packed rows are as closed as the rows behind."""
    for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    return folder


def base_model(model: str, cache: Path) -> Path:
    """Folder of the model; those that are built lie below `cache`.

    UsageError for a folder that is not there, MissingDependency when the package with the weights is absent.
    """
    if model not in _BUILT:
        return _existing(Path(model))
    folder = cache / _BUILT[model].folder_name()
    if not folder.exists():
        building = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=closed_folder(cache)))
        try:
            with _no_bars():
                _BUILT[model].build(building)
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
    try:
        building.rename(folder)
    except OSError:
        # Another process was first; its result is the same.
        if not folder.exists():
            raise


def _existing(folder: Path) -> Path:
    if not (folder / "config.json").exists():
        known = ", ".join(sorted(_BUILT))
        raise UsageError(
            f"Model folder {folder} has no config.json (built-in models: {known}).",
            hint="Download the weights yourself, such as: hf download Henrychur/MMed-Llama-3-8B --local-dir ./MMed-Llama-3-8B"
            " and pass --set model=./MMed-Llama-3-8B",
        )
    if not list(folder.glob("*.safetensors")):
        raise UsageError(f"Model folder {folder} has no safetensors; convert it with transformers' save_pretrained.")
    return folder.absolute()
