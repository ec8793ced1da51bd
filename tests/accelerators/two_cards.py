"""Run with `stand_in` on PYTHONPATH and as MEDSLAKE_PLUGINS: `train` on a Ray cluster with two cards, then on the CPU. Facts as JSON."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import ray
import torch.distributed as dist
from training_corpus import fill, instances

from medslake.accelerators.cpu import ACCELERATOR as CPU
from medslake.cluster import room_for_sockets
from medslake.lake import open_lake
from medslake.recipes import override
from medslake.recipes.tiny import RECIPE as TINY
from medslake.train.logs.steplog import StepLog
from medslake.train.loop import Job, run
from medslake.train.models import model_folder
from medslake.train.packs.feed import make_feed, rows_per_step
from medslake.train.packs.packed_rows import packed_rows
from medslake.train.packs.plan import plan_of
from medslake.train.run import train

RECIPE = override(TINY, ["batch=20", "steps=3", "checkpoint_every=3", "micro_rows=2", "workers=none"])


def main(folder: Path) -> dict[str, Any]:
    os.environ["CARD_FACTS"] = str(folder)
    ray.init(address="local", num_cpus=4, resources={"NPU": 2}, include_dashboard=False, log_to_driver=False, **room_for_sockets())
    lake = fill(open_lake(str(folder / "lake")), instances(200))
    cards = train(lake, RECIPE, accelerator="npu_in_host_memory", out=folder / "cards")
    ray.shutdown()
    plain = on_the_cpu(lake, folder / "plain")
    return {
        "workers": [json.loads((folder / f"{rank}.json").read_text()) for rank in range(cards["workers"])],
        "device": cards["device"],
        "mfu": [line["mfu"] for line in StepLog.read(Path(cards["model"]).parent / "steps.jsonl")],
        "cards": [cards["first_loss"], cards["last_loss"]],
        "plain": [plain[0], plain[-1]],
    }


def on_the_cpu(lake: Any, folder: Path) -> list[float]:
    """Losses of the same plan and recipe in this process."""
    plan = plan_of(lake, RECIPE)
    rows = packed_rows(lake, plan.id)
    feed = make_feed(lake, rows, lake.arrow.version("gold.packs"), model_folder(lake))
    per_step = rows_per_step(RECIPE.batch, len(rows), rows.instances)
    dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    run(Job("plain", RECIPE, CPU, plan.model, feed, folder, RECIPE.steps or 0, per_step, plan.chat.tokenizer.pad_token_id))
    dist.destroy_process_group()
    return [line["loss"] for line in StepLog.read(folder / "steps.jsonl")]


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
