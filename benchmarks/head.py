"""The output head and its loss: on supervised positions in parts, as medslake trains, against logits of all positions, as Trainer does.

    python benchmarks/head.py --rows 4 --width 1024

Forward and backward of the head alone on given hidden states, with Llama 3's vocabulary and row length. Each side runs in a process of its
own, whose peak memory is that of the side. Loss and gradients are compared.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from record import record

LENGTH = 2048
REPEATS = 3


def side(args: argparse.Namespace) -> dict[str, Any]:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    from medslake.train.loss import PackedLoss
    from medslake.train.packs.feed import IGNORE

    kind = getattr(torch, args.type)
    config = LlamaConfig(
        vocab_size=args.vocabulary, hidden_size=args.width, intermediate_size=8, num_hidden_layers=1, num_attention_heads=8
    )
    config.tie_word_embeddings = True
    torch.manual_seed(0)
    net: Any = LlamaForCausalLM(config).to(kind).train()
    hidden = torch.randn(args.rows, LENGTH, args.width).to(kind).requires_grad_()
    targets = torch.randint(args.vocabulary, (args.rows, LENGTH))
    # The end of each row bears loss, as outputs follow prompts.
    targets[:, : round(LENGTH * (1 - args.supervised))] = IGNORE
    count = int(targets.ne(IGNORE).sum())

    def ours() -> torch.Tensor:
        bearing = targets.ne(IGNORE)
        return PackedLoss(net).head_loss(hidden[bearing], targets[bearing]) / count

    def plain() -> torch.Tensor:
        # What LlamaForCausalLM does with labels; the shift is in the targets already.
        return net.loss_function(logits=net.lm_head(hidden), labels=None, shift_labels=targets, vocab_size=args.vocabulary)

    # The peak so far is that of making the weights.
    Path("/proc/self/clear_refs").write_text("5")
    before, seconds = _memory("VmRSS"), []
    for _ in range(REPEATS + 1):
        net.zero_grad()
        hidden.grad = None
        began = time.perf_counter()
        loss = {"ours": ours, "plain": plain}[args.side]()
        loss.backward()
        seconds.append(time.perf_counter() - began)
    weight = net.lm_head.weight.grad
    assert hidden.grad is not None and weight is not None
    norms = [float(g.float().norm()) for g in (hidden.grad, weight)]
    return {"seconds": statistics.median(seconds[1:]), "bytes": _memory("VmHWM") - before, "loss": loss.item(), "norms": norms}


def _memory(field: str) -> int:
    """Bytes of this process: VmRSS now, VmHWM at most since the last reset (Linux)."""
    found = re.search(rf"{field}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=4, help=f"rows of {LENGTH} tokens per forward pass")
    parser.add_argument("--width", type=int, default=1024, help="of the hidden states; Llama 3 8B has 4096")
    parser.add_argument("--vocabulary", type=int, default=128_256)
    parser.add_argument("--supervised", type=float, default=0.25, help="share of positions that bear loss")
    parser.add_argument("--type", default="bfloat16", help="of weights and hidden states")
    parser.add_argument("--side", choices=("ours", "plain"), help="run one side and print JSON")
    parser.add_argument("--dry-run", action="store_true", help="print only")
    args = parser.parse_args()
    if args.side:
        print(json.dumps(side(args)))
        return 0
    settings = [f"--{n}={getattr(args, n)}" for n in ("rows", "width", "vocabulary", "supervised", "type")]
    found = {}
    for name in ("plain", "ours"):
        command = [sys.executable, str(Path(__file__)), f"--side={name}", *settings]
        found[name] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    ours, plain = found["ours"], found["plain"]
    gap = max(abs(a / b - 1) for a, b in zip([ours["loss"], *ours["norms"]], [plain["loss"], *plain["norms"]], strict=True))
    assert gap < (0.01 if args.type == "bfloat16" else 1e-4), found
    lines = [
        f"{args.rows} rows of {LENGTH}, {args.supervised:.0%} of the positions supervised, vocabulary {args.vocabulary:,},"
        f" width {args.width}, {args.type}; forward and backward, median of {REPEATS}; memory beyond weights and hidden states.",
        f"Loss and gradient norms differ by {gap:.1e} at most.",
        "",
        "| head | seconds | GiB |",
        "| --- | ---: | ---: |",
        f"| logits of all positions, cross entropy over them (Trainer) | {plain['seconds']:.2f} | {plain['bytes'] / 2**30:.2f} |",
        f"| supervised positions in parts (medslake) | {ours['seconds']:.2f} | {ours['bytes'] / 2**30:.2f} |",
        f"| ratio | {plain['seconds'] / ours['seconds']:.1f} | {plain['bytes'] / ours['bytes']:.1f} |",
    ]
    record("Output head", f"python benchmarks/head.py --rows {args.rows} --width {args.width}", lines, write=not args.dry_run)
    return 0


if __name__ == "__main__":
    sys.exit(main())
