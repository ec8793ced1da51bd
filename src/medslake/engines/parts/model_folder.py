"""A folder in the Hugging Face layout: the digest of what decides its answers, whether it is still what was digested, the class of what it
was trained on, and the name under which its answers stand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from medslake.errors import DataCheckFailed, UsageError
from medslake.identity import identity_of
from medslake.lake.access import LEVELS

__all__ = ["FACTS", "ModelChanged", "ModelFiles", "model_access", "model_digest", "model_name"]

#: What medslake writes beside a model that it trained: recipe, run, access class.
FACTS = "medslake.json"
#: What is read of a folder. Cards, facts and states of a training decide nothing.
_READ = (
    "*.safetensors",
    "*.safetensors.index.json",
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "vocab.txt",
    "merges.txt",
    "*.model",
    "chat_template.jinja",
    "chat_template.json",
    "additional_chat_templates/*.jinja",
)
_THREADS = 8


class ModelChanged(DataCheckFailed):
    """A file of the model is no longer what was digested."""

    def __init__(self, model: str, files: list[str]) -> None:
        super().__init__(
            f"Model {model}: {', '.join(files[:3])} changed while it was in use ({len(files)} of its files; rule file_changed).",
            hint="Run the same command again once the folder stays as it is.",
        )


@dataclass(frozen=True)
class ModelFiles:
    """A model as it was digested. identities: file -> what changes when it does; empty for what is no folder here."""

    model: str
    digest: str
    identities: Mapping[str, str]

    @classmethod
    def of(cls, model: str, identify: Callable[[str], str]) -> ModelFiles:
        """identify: gives the digest, as an engine's. ModelChanged when a file changes meanwhile."""
        before = _identities(model)
        digest = identify(model)
        files = cls(model, digest, before)
        if changed := files._changed():
            raise ModelChanged(model, changed)
        return files

    def check(self, identify: Callable[[str], str]) -> None:
        """ModelChanged unless the files are the same or, as copies on other machines, give the same digest."""
        changed = self._changed()
        if changed and identify(self.model) != self.digest:
            raise ModelChanged(self.model, changed)

    def _changed(self) -> list[str]:
        now = _identities(self.model)
        return sorted(name for name in {*now, *self.identities} if now.get(name) != self.identities.get(name))


def model_digest(model: str) -> str:
    """SHA-256 over the names and contents of what is read of a folder: weights, configuration, tokenizer, chat template.

    UsageError where there is no such folder or no weights in it.
    """
    folder = Path(model)
    files = _files(folder)
    if not any(file.suffix == ".safetensors" for file in files):
        what = "holds no safetensors" if folder.is_dir() else "is no folder"
        raise UsageError(f"Model {model} {what}.", hint="Give a folder with config.json, tokenizer.json and *.safetensors.")
    with ThreadPoolExecutor(_THREADS) as threads:
        digests = threads.map(_digest, files)
        told = "".join(f"{digest} {file.relative_to(folder).as_posix()}\n" for file, digest in zip(files, digests, strict=True))
    return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()


def model_access(model: str) -> str:
    """Highest access class of what medslake trained a model on, as its facts say; public for a model that has none."""
    facts = Path(model) / FACTS
    if not facts.is_file():
        return LEVELS[0]
    try:
        access = json.loads(facts.read_text(encoding="utf-8"))["access"]
    except (ValueError, KeyError, TypeError):
        access = None
    return access if access in LEVELS else LEVELS[-1]


def model_name(model: str) -> str:
    """Last part of the path that says something: `smollm2` for `./smollm2/`, `tiny-1f3a` for `./tiny-1f3a/model`."""
    parts = [part for part in Path(model).parts if part not in {"/", ".", "..", "model", "export", "hf"}]
    return parts[-1] if parts else Path(model).resolve().name


def _files(folder: Path) -> list[Path]:
    return sorted({file for pattern in _READ for file in folder.glob(pattern) if file.is_file()})


def _identities(model: str) -> dict[str, str]:
    return {str(file): identity_of(str(file)) for file in _files(Path(model))}


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
