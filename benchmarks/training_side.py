"""One side of benchmarks/training.py in a process of its own: python training_side.py ours|compiled|bare|trainer|trl JOB.json RESULT.json

RESULT: {"steps", "seconds", "useful": tokens of instances, "computed": those and padding, all after the first step; "losses", "bytes": peak
memory of the process}.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

#: Seconds, useful tokens, all tokens and loss of every step.
Steps = list[tuple[float, int, int, float]]


def ours(job: dict[str, Any]) -> Steps:
    """The training loop of one rank, as Ray Train's workers run it."""
    import torch.distributed as dist

    from medslake.accelerators.cpu import ACCELERATOR as CPU
    from medslake.recipes import Recipe
    from medslake.train.logs.steplog import StepLog
    from medslake.train.loop import Job, run

    fields: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in job["recipe"].items()}
    recipe = Recipe(**fields)
    dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    folder = Path(job["folder"]) / ("compiled" if recipe.compile else "ours")
    steps = -(-job["rows"] // job["rows_per_step"])
    # Every number of rows is compiled for in a first pass, which is not counted.
    passes = 2 if recipe.compile else 1
    feed = Path(job["folder"]) / "feed"
    run(Job("benchmark", recipe, CPU, Path(job["model"]), feed, folder, passes * steps, job["rows_per_step"], pad=0))
    return [
        (line["seconds"], line["useful_tokens"], line["tokens"], line["loss"]) for line in StepLog.read(folder / "steps.jsonl")[-steps:]
    ]


def compiled(job: dict[str, Any]) -> Steps:
    return ours({**job, "recipe": {**job["recipe"], "compile": True}})


def bare(job: dict[str, Any]) -> Steps:
    """What one writes without a framework: ready-made packed tensors, autocast, the model's own loss."""
    import torch
    from transformers import AutoModelForCausalLM

    from medslake.train.packs.feed import Feed, collate, rows_of_step

    recipe = job["recipe"]
    net: Any = AutoModelForCausalLM.from_pretrained(job["model"], dtype=torch.float32, attn_implementation="sdpa").train()
    if recipe["checkpointing"]:
        net.gradient_checkpointing_enable({"use_reentrant": False})
    optimizer = torch.optim.AdamW(net.parameters(), lr=recipe["lr"], weight_decay=recipe["weight_decay"], fused=True)
    feed = Feed.open(Path(job["folder"]) / "feed")
    batches = []
    for step in range(-(-job["rows"] // job["rows_per_step"])):
        rows = rows_of_step(step, job["rows_per_step"], len(feed))
        micro = [collate(feed, rows[at : at + recipe["micro_rows"]], 0) for at in range(0, len(rows), recipe["micro_rows"])]
        batches.append((micro, int(feed.rows[rows.start : rows.stop, 1].sum()), int(feed.rows[rows.start : rows.stop, 3].sum())))
    found: Steps = []
    for micro, useful, supervised in batches:
        began, total, computed = time.perf_counter(), 0.0, sum(batch["input_ids"].numel() for batch in micro)
        for batch in micro:
            with torch.autocast("cpu", torch.bfloat16, enabled=recipe["precision"] == "bf16"):
                given = {n: batch[n] for n in ("input_ids", "position_ids")}
                loss = net(
                    **given, use_cache=False, labels=batch["targets"], shift_labels=batch["targets"], num_items_in_batch=supervised
                ).loss
            loss.backward()
            total += loss.item()
        torch.nn.utils.clip_grad_norm_(net.parameters(), recipe["clip"])
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        found.append((time.perf_counter() - began, useful, computed, total))
    return found


def trainer(job: dict[str, Any]) -> Steps:
    """transformers.Trainer as its documentation has it: a collator that pads to the longest of the batch."""
    from transformers import AutoModelForCausalLM, AutoTokenizer, DataCollatorForSeq2Seq, Trainer, TrainingArguments

    tokenizer = AutoTokenizer.from_pretrained(job["model"])
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    steps: Steps = []
    it: Any = Trainer(
        model=AutoModelForCausalLM.from_pretrained(job["model"], dtype="float32"),
        args=TrainingArguments(per_device_train_batch_size=job["recipe"]["batch"], **_arguments(job)),
        train_dataset=_instances(job),
        data_collator=DataCollatorForSeq2Seq(tokenizer),
    )
    it.add_callback(_timed(it.model, steps))
    it.train()
    return steps


def trl(job: dict[str, Any]) -> Steps:
    """TRL's SFTTrainer on the same ids and labels, packed best fit decreasing."""
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    recipe = job["recipe"]
    micro = min(recipe["micro_rows"], job["rows_per_step"])
    steps: Steps = []
    it: Any = SFTTrainer(
        model=job["model"],
        args=SFTConfig(
            per_device_train_batch_size=micro,
            gradient_accumulation_steps=max(1, job["rows_per_step"] // micro),
            packing=True,
            max_length=recipe["length"],
            model_init_kwargs={"dtype": "float32"},
            **_arguments(job),
        ),
        train_dataset=Dataset.from_list(_instances(job)),
    )
    it.add_callback(_timed(it.model, steps))
    it.train()
    return steps


def _arguments(job: dict[str, Any]) -> dict[str, Any]:
    recipe = job["recipe"]
    return {
        "output_dir": f"{job['folder']}/trainer",
        "num_train_epochs": 1,
        "learning_rate": recipe["lr"],
        "weight_decay": recipe["weight_decay"],
        "max_grad_norm": recipe["clip"],
        "lr_scheduler_type": recipe["schedule"],
        "bf16": recipe["precision"] == "bf16",
        "gradient_checkpointing": recipe["checkpointing"],
        "gradient_checkpointing_kwargs": {"use_reentrant": False},
        "use_cpu": True,
        "logging_steps": 1,
        "report_to": "none",
        "save_strategy": "no",
        "disable_tqdm": True,
    }


def _instances(job: dict[str, Any]) -> list[dict[str, list[int]]]:
    held = np.load(Path(job["folder"]) / "instances.npz")
    ends = np.cumsum(held["sizes"])
    found = []
    for end, size, prompt in zip(ends, held["sizes"], held["prompts"], strict=True):
        ids = held["tokens"][end - size : end].tolist()
        found.append({"input_ids": ids, "labels": [-100] * int(prompt) + ids[prompt:]})
    return found


def _timed(net: Any, steps: Steps) -> Any:
    """A callback that takes the time of each step, and counts what the network is given in it: all that no mask hides."""
    from transformers import TrainerCallback

    began, useful, computed = 0.0, 0, 0

    def count(_net: Any, _args: Any, given: dict[str, Any]) -> None:
        nonlocal useful, computed
        mask = given.get("attention_mask")
        computed += given["input_ids"].numel()
        useful += given["input_ids"].numel() if mask is None else int(mask.sum())

    net.register_forward_pre_hook(count, with_kwargs=True)

    class Timed(TrainerCallback):
        def on_step_begin(self, *_: Any, **__: Any) -> None:
            nonlocal began, useful, computed
            began, useful, computed = time.perf_counter(), 0, 0

        def on_step_end(self, *_: Any, **__: Any) -> None:
            steps.append((time.perf_counter() - began, useful, computed, 0.0))

        def on_log(self, *_: Any, logs: dict[str, float] | None = None, **__: Any) -> None:
            if logs and "loss" in logs:
                steps[-1] = (*steps[-1][:3], logs["loss"])

    return Timed()


def main() -> int:
    name, job, out = sys.argv[1:]
    steps = {"ours": ours, "compiled": compiled, "bare": bare, "trainer": trainer, "trl": trl}[name](json.loads(Path(job).read_text()))
    result = {
        "steps": len(steps) - 1,
        "seconds": sum(step[0] for step in steps[1:]),
        "useful": sum(step[1] for step in steps[1:]),
        "computed": sum(step[2] for step in steps[1:]),
        "losses": [step[3] for step in steps],
        "bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }
    Path(out).write_text(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
