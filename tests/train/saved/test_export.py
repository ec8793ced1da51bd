"""The exported folder: how it is split, and what the card says."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from training_corpus import FACTS, Packed

from medslake import registry
from medslake.engines.parts.chat_prompts import ChatPrompts
from medslake.train.models import load_tokenizer
from medslake.train.packs.chat import chat_format
from medslake.train.saved.checkpoints import Checkpoints
from medslake.train.saved.export import FILE_BYTES, export_weights, finish_model
from medslake.train.sharding import load_weights, sharded


def test_a_large_model_is_split_into_files_that_transformers_reads(packed: Packed, single_rank: None, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    base = packed.plan.model
    model = sharded(base, packed.recipe, registry.get("accelerator", "cpu"))
    group = Checkpoints(tmp_path / "checkpoints", keep=1).group
    load_weights(model, base, group)
    most = 600_000
    export_weights(model, tmp_path / "weights", half=False, group=group, file_bytes=most)
    finish_model(tmp_path / "weights", base, tmp_path / "model", FACTS, half=False)
    files = sorted((tmp_path / "model").glob("*.safetensors"))
    index = json.loads((tmp_path / "model" / "model.safetensors.index.json").read_text())
    assert len(files) > 2
    assert oct((tmp_path / "model").stat().st_mode & 0o777) == "0o700"
    assert [f.name for f in files] == [f"model-{n:05d}-of-{len(files):05d}.safetensors" for n in range(1, len(files) + 1)]
    assert set(index["weight_map"].values()) == {f.name for f in files}
    largest = {f.name: max(_sizes(f).values()) for f in files}
    assert all(sum(_sizes(f).values()) <= max(most, largest[f.name]) for f in files)
    loaded, original = (AutoModelForCausalLM.from_pretrained(p, dtype="auto").state_dict() for p in (tmp_path / "model", base))
    assert loaded.keys() == original.keys()
    assert all(torch.equal(loaded[name], original[name]) for name in original)
    assert FILE_BYTES == 5_000_000_000
    assert not (tmp_path / "model" / "adapter").exists()


def test_a_base_without_a_template_gets_the_one_it_was_packed_with(packed: Packed, tmp_path: Path) -> None:
    import shutil

    base = shutil.copytree(packed.plan.model, tmp_path / "base")
    (base / "chat_template.jinja").unlink()
    chat = chat_format(load_tokenizer(base))
    assert chat.hash == packed.plan.chat.hash and packed.plan.chat.template is None
    (tmp_path / "none").mkdir()
    finish_model(tmp_path / "none", base, tmp_path / "model", FACTS, half=False, template=chat.template)
    asked = ChatPrompts.of(load_tokenizer(tmp_path / "model"), "model")
    turns = [{"role": "system", "content": "Define."}, {"role": "user", "content": "Ask."}]
    assert asked.encode(turns) == chat.prompt("Define.", "Ask.")


def _sizes(path: Path) -> dict[str, int]:
    """Bytes of each tensor of a safetensors file."""
    content = path.read_bytes()
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    return {n: v["data_offsets"][1] - v["data_offsets"][0] for n, v in header.items() if n != "__metadata__"}
