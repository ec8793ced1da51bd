"""The same pieces, and the same plan byte by byte, whoever encodes: this process or actors of Ray."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from training_corpus import Packed, fill, instances

from medslake.lake import open_lake
from medslake.train.models import load_tokenizer
from medslake.train.packs import encode_ray
from medslake.train.packs import rows as laid_out
from medslake.train.packs.chat import chat_format
from medslake.train.packs.encode import Encoded, Encoder, id_bytes
from medslake.train.packs.encode_ray import on_ray
from medslake.train.packs.pack import pack
from medslake.train.packs.token_pool import Pieces, TokenPool, gather


def files_of(lake: Any) -> dict[str, list[str]]:
    """Digests of the data files of both tables."""
    return {
        name: sorted(hashlib.sha256(p.read_bytes()).hexdigest() for p in Path(lake.root, *name.split(".")).rglob("*.parquet"))
        for name in ("gold.packs", "gold.pack_instances")
    }


def test_a_plan_is_the_same_with_ray_and_without(packed: Packed, ray_local: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = dataclasses.replace(packed.recipe, few_shot=0.5, epochs=2, limit=400)
    used = []
    monkeypatch.setattr(laid_out, "encoded_on_ray", lambda *a: used.append(1) or encode_ray.encoded_on_ray(*a))
    found = []
    for name, least in (("alone", 10**9), ("ray", 1)):
        monkeypatch.setattr(encode_ray, "LEAST_INSTANCES", least)
        lake = fill(open_lake(str(tmp_path / name)), instances(500))
        found.append((pack(lake, recipe)["plan"], files_of(lake)))
    assert used == [1]
    assert found[0] == found[1]
    assert all(found[0][1].values())


def test_few_instances_are_not_worth_the_start_of_actors(ray_local: Any) -> None:
    assert on_ray(10**6) and not on_ray(100)


def test_only_wanted_rows_are_encoded_and_told_where_they_belong(packed: Packed) -> None:
    chat = chat_format(load_tokenizer(packed.plan.model))
    encoder = Encoder(chat, id_bytes(pa.array(["a", "bb", "d"])), answers=True)
    batch = pa.table({"instance_id": ["d", "c", "a"], "input": ["fever", "x", "cough"], "output": ["yes", "x", ""]})
    found = encoder(batch)
    assert found.at.tolist() == [2, 0]
    assert {name: len(p) for name, p in found.pieces.items()} == {"input": 2, "output": 2, "answer": 2}
    assert found.pieces["output"].lengths[1] == 0
    again = Encoded.from_arrow(found.to_arrow())
    assert again.at.tolist() == [2, 0]
    for name, pieces in found.pieces.items():
        assert np.array_equal(again.pieces[name].values, pieces.values) and np.array_equal(again.pieces[name].lengths, pieces.lengths)
    nothing = encoder(batch.slice(1, 1))
    assert nothing.at.size == 0 and Encoded.from_arrow(nothing.to_arrow()).pieces["input"].lengths.size == 0


def test_ids_of_any_length_sort_as_texts() -> None:
    ids = sorted(["b", "aa", "a", "é", "中", "ab" * 40, "z" * 3])
    column = pa.chunked_array([pa.array(ids[:3]), pa.array(ids[3:])])
    assert (np.diff(np.argsort(id_bytes(column))) == 1).all()
    assert id_bytes(pa.array([], pa.string())).size == 0


def test_pieces_come_back_from_the_pool(tmp_path: Path) -> None:
    pool = TokenPool(tmp_path / "tokens")
    first = pool.add([[1, 2], [], [3]])
    second = pool.add(Pieces.of([[4, 5, 6]]))
    tokens = pool.open()
    starts, lengths = (np.concatenate(x) for x in zip(first, second, strict=True))
    assert lengths.tolist() == [2, 0, 1, 3]
    assert gather(tokens, starts[::-1], lengths[::-1]).tolist() == [4, 5, 6, 3, 1, 2]
