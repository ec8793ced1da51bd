"""One side of benchmarks/inference.py in a process of its own: python inference_side.py loop|lm_eval|ours JOB.json RESULT.json

JOB: {"model": folder, "dtype", "threads", "batch": rows per batch (lm_eval) or tokens (ours), "share": whether ours shares prefixes,
"rows": [{"id", "messages", "max_new_tokens"}]}.
RESULT: {"seconds": from messages to texts, after loading and one warm-up, "texts": {id: text}}.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Rows = list[dict[str, Any]]
Side = Callable[[Rows], dict[str, str]]


def loop(job: dict[str, Any]) -> Side:
    """The released evaluation's way: one prompt after the other through Hugging Face generate."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(job["model"])
    network: Any = AutoModelForCausalLM.from_pretrained(job["model"], dtype=getattr(torch, job["dtype"])).eval()

    def answer(rows: Rows) -> dict[str, str]:
        texts = {}
        for row in rows:
            given = tokenizer.apply_chat_template(row["messages"], add_generation_prompt=True, return_tensors="pt", return_dict=True)
            with torch.inference_mode():
                written = network.generate(**given, max_new_tokens=row["max_new_tokens"], do_sample=False)
            texts[row["id"]] = tokenizer.decode(written[0, given["input_ids"].shape[1] :], skip_special_tokens=True)
        return texts

    return answer


def lm_eval(job: dict[str, Any]) -> Side:
    """lm-evaluation-harness, model `hf`; it sorts by length and batches by itself."""
    from lm_eval.api.instance import Instance
    from lm_eval.models.huggingface import HFLM

    harness = HFLM(pretrained=job["model"], dtype=job["dtype"], batch_size=job["batch"], device="cpu")

    def answer(rows: Rows) -> dict[str, str]:
        asked = [
            Instance("generate_until", {}, (harness.apply_chat_template(row["messages"]), _settings(row)), k) for k, row in enumerate(rows)
        ]
        written = harness.generate_until(asked, disable_tqdm=True)
        return {row["id"]: text for row, text in zip(rows, written, strict=True)}

    return answer


def _settings(row: dict[str, Any]) -> dict[str, Any]:
    return {"until": [], "max_gen_toks": row["max_new_tokens"], "do_sample": False}


def ours(job: dict[str, Any]) -> Side:
    """The engine on planned batches, as an actor runs it."""
    from medslake import registry
    from medslake.engines.base import Prompt
    from medslake.infer.batching import Size, batched

    options = {
        "dtype": job["dtype"],
        "device": registry.get("accelerator", "cpu"),
        "share_prefixes": job["share"],
        "batch_tokens": job["batch"],
    }
    generator = registry.get("engine", "transformers").open(job["model"], **options)

    def answer(rows: Rows) -> dict[str, str]:
        prompts = {row["id"]: Prompt(row["id"], row["messages"], row["max_new_tokens"]) for row in rows}
        measured = zip(prompts.values(), generator.measure(list(prompts.values())), strict=True)
        sizes = [Size(p.id, m.tokens, p.max_new_tokens, m.head, m.shared) for p, m in measured]
        texts = {}
        for shard in batched(sizes, len(rows)):
            for batch in shard.batches:
                for found in generator.generate([prompts[row_id] for row_id in batch]):
                    if found.text is None:
                        raise RuntimeError(f"a row was not answered: {found.error}")
                    texts[found.id] = found.text
        return texts

    return answer


def main() -> None:
    import torch

    name, job_file, result_file = sys.argv[1:]
    job = json.loads(Path(job_file).read_text())
    torch.set_num_threads(job["threads"])
    side = {"loop": loop, "lm_eval": lm_eval, "ours": ours}[name](job)
    side([row | {"max_new_tokens": 4} for row in job["rows"][:1]])
    begun = time.perf_counter()
    texts = side(job["rows"])
    Path(result_file).write_text(json.dumps({"seconds": time.perf_counter() - begun, "texts": texts}))


if __name__ == "__main__":
    main()
