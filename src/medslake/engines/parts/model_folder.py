"""A folder in the Hugging Face layout: its digest and the name under which its answers stand."""

from __future__ import annotations

import hashlib
from pathlib import Path

from medslake.errors import UsageError

__all__ = ["model_digest", "model_name"]


def model_digest(model: str) -> str:
    """SHA-256 over the safetensors files of a folder, in name order; UsageError where there is no such folder or no weights in it."""
    folder = Path(model)
    files = sorted(folder.glob("*.safetensors")) if folder.is_dir() else []
    if not files:
        what = "holds no safetensors" if folder.is_dir() else "is no folder"
        raise UsageError(f"Model {model} {what}.", hint="Give a folder with config.json, tokenizer.json and *.safetensors.")
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode())
        with file.open("rb") as opened:
            while block := opened.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def model_name(model: str) -> str:
    """Last part of the path that says something: `smollm2` for `./smollm2/`, `tiny-1f3a` for `./tiny-1f3a/model`."""
    parts = [part for part in Path(model).parts if part not in {"/", ".", "..", "model", "export", "hf"}]
    return parts[-1] if parts else Path(model).resolve().name
