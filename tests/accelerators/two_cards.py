"""Run with `stand_in` on PYTHONPATH and as MEDSLAKE_PLUGINS: `train` on a Ray cluster with two cards, then on the CPU. Facts as JSON."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import ray
from training_corpus import fill, instances

from medslake.lake import open_lake
from medslake.train.launch import room_for_sockets
from medslake.train.recipes import resolve
from medslake.train.run import train

RECIPE = resolve("tiny", ["batch=20", "steps=3", "checkpoint_every=3", "micro_rows=2", "workers=none"])


def main(folder: Path) -> dict[str, Any]:
    os.environ["CARD_FACTS"] = str(folder)
    ray.init(address="local", num_cpus=4, resources={"NPU": 2}, include_dashboard=False, log_to_driver=False, **room_for_sockets())
    lake = fill(open_lake(str(folder / "lake")), instances(200))
    cards = train(lake, RECIPE, accelerator="npu_in_host_memory", out=folder / "cards")
    plain = train(lake, RECIPE, accelerator="cpu", out=folder / "plain", workers=1)
    ray.shutdown()
    return {
        "workers": [json.loads((folder / f"{rank}.json").read_text()) for rank in range(cards["workers"])],
        "device": cards["device"],
        "cards": [cards["first_loss"], cards["last_loss"]],
        "plain": [plain["first_loss"], plain["last_loss"]],
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
