"""`medslake plan`: the whole forecast of a recipe on given chips, and how it compares with the paper's run."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from medslake import registry
from medslake.accelerators import Accelerator, detect
from medslake.errors import UsageError
from medslake.planning.chips import Chips
from medslake.planning.hours import Rate, Way, hours, rates, ways
from medslake.planning.lengths import Lengths, lake_lengths
from medslake.planning.memory import memory
from medslake.planning.paper import PAPER
from medslake.planning.probe import Probe, probe
from medslake.planning.shapes import KNOWN, Shape, shape_of
from medslake.planning.tracker import traced
from medslake.progress import Progress, quiet
from medslake.recipes import Recipe
from medslake.train.sharing import idle

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["forecast"]

PAPER_MODEL = KNOWN["MMed-Llama-3-8B"]
#: Instance length of the probe's rows where no lengths are known.
TYPICAL_INSTANCE = 256
#: Bytes per second between a device and its host, by which a training waits for a background checkpoint.
HOST_LINK = 16e9


def forecast(
    recipe: Recipe,
    chips: str,
    *,
    lake: Lake | None = None,
    plan: str | None = None,
    instances: int | None = None,
    mfu: float | None = None,
    peak: float | None = None,
    storage: float = 2e9,
    price: float | None = None,
    measure: bool = False,
    trace: bool = False,
    progress: Progress = quiet,
) -> dict[str, Any]:
    """Everything as plain values, for JSON and for the command line.

    lake, plan: where the length histogram comes from (the largest pack plan by default; without a lake only padding is forecast).
    instances: of the training set; default the recipe's limit, else the paper's. mfu: share of the peak to plan at. peak: FLOP/s of a chip,
    overrides the table's. storage: bytes per second that all devices together write. price: of a device hour.
    measure: time the model on the device at hand. trace: peak memory by FSDP2's tracker.
    """
    fleet = Chips.parse(chips, peak)
    shape = shape_of(recipe.model).adapted(recipe)
    if recipe.length > shape.positions:
        raise UsageError(f"Recipe length {recipe.length} exceeds the {shape.positions} positions of {recipe.model}.")
    lengths = lake_lengths(lake, plan) if lake is not None else None
    count = instances or recipe.limit or PAPER.instances
    all_ways = ways(recipe, count, fleet.count, lengths)
    all_rates = rates(shape, fleet, PAPER_MODEL, lengths, mfu)
    packed = all_ways[-1].rows_per_step
    timed = _measured(shape, recipe, lengths, progress) if measure else None
    if timed is not None:
        all_rates += _probe_rates(timed, shape, fleet)
    result: dict[str, Any] = {
        "recipe": recipe.name,
        "model": {
            "name": recipe.model,
            "parameters": shape.parameters,
            "trained": shape.trained,
            "flops_per_token": shape.flops_per_token,
        },
        "chips": {"count": fleet.count, "chip": fleet.chip, "peak_flops": fleet.peak, "memory": fleet.memory},
        "instances": count,
        "epochs": recipe.epochs,
        "batch": recipe.batch,
        "length": recipe.length,
        "lengths": _histogram(lengths, recipe),
        "ways": [{**dataclasses.asdict(w), "tokens_per_instance": w.tokens / (count * recipe.epochs)} for w in all_ways],
        "rates": [dataclasses.asdict(r) for r in all_rates],
        "hours": _hours(all_ways, all_rates, fleet.count, price),
        "memory": _memory(shape, recipe, fleet, trace),
        "checkpoint": _checkpoint(shape, recipe, fleet, storage, all_ways[-1].steps),
        "paper": _paper(lengths),
    }
    if timed is not None:
        result["probe"] = {**dataclasses.asdict(timed), "tokens_per_second": timed.tokens_per_second}
        if packed is not None:
            way = all_ways[-1]
            result["probe"]["packed_step_seconds"] = timed.step(way.tokens / way.steps / fleet.count, fleet.count)
    result["assumptions"] = _assumptions(recipe, all_rates, lengths, all_ways[-1], fleet)
    return result


def _device() -> Accelerator:
    """The device at hand."""
    return detect(registry.items("accelerator").values())


def _measured(shape: Shape, recipe: Recipe, lengths: Lengths | None, progress: Progress) -> Probe:
    device = _device()
    name = device.chip(device.device_name()) or device.name
    instance = round(lengths.capped(recipe.length).mean) if lengths is not None else TYPICAL_INSTANCE
    return probe(shape, recipe, Chips.parse(f"1x{name}"), instance=instance, progress=progress)


def _probe_rates(timed: Probe, shape: Shape, fleet: Chips) -> list[Rate]:
    """The measured speed where it was measured on such a chip; on another chip, its share of the peak where both peaks are known."""
    device = _device()
    chip = device.chip(device.device_name())
    why = f"{timed.rows} x {timed.length} tokens on {timed.device}, layers timed: {', '.join(map(str, timed.depths))}"
    if (chip or device.name) == fleet.chip:
        share = timed.tokens_per_second * shape.flops_per_token / fleet.peak if fleet.peak else None
        return [Rate("probe", timed.tokens_per_second, share, why)]
    if chip is None or fleet.peak is None:
        return []
    share = timed.tokens_per_second * shape.flops_per_token / device.peak_flops[chip]
    return [Rate(f"probe of {chip}", share * fleet.peak / shape.flops_per_token, share, f"{why}; the same share of the peak")]


def _histogram(lengths: Lengths | None, recipe: Recipe) -> dict[str, Any] | None:
    if lengths is None:
        return None
    capped = lengths.capped(recipe.length)
    return {
        "source": lengths.source,
        "instances": lengths.instances,
        "mean": capped.mean,
        "median": capped.quantile(0.5),
        "p90": capped.quantile(0.9),
        "p99": capped.quantile(0.99),
        "fill": capped.fill(recipe.length),
    }


def _hours(all_ways: list[Way], speeds: list[Rate], devices: int, price: float | None) -> list[dict[str, Any]]:
    table = []
    for way in all_ways:
        for rate in speeds:
            taken = hours(way, rate, devices)
            cost = {} if price is None else {"cost": taken * devices * price}
            table.append({"way": way.name, "rate": rate.name, "hours": taken, "device_hours": taken * devices, **cost})
    return table


def _memory(shape: Shape, recipe: Recipe, fleet: Chips, trace: bool) -> dict[str, Any]:
    half = fleet.accelerator.bf16
    computed = memory(shape, recipe, fleet.count, half=half)
    sizes: dict[str, Any] = {**dataclasses.asdict(computed), "peak": computed.peak}
    if fleet.memory is not None:
        sizes["free"] = fleet.memory - computed.peak
    if trace:
        sizes["traced"] = dataclasses.asdict(traced(shape, recipe, fleet.count, half=half))
    return sizes


def _checkpoint(shape: Shape, recipe: Recipe, fleet: Chips, storage: float, steps: int) -> dict[str, Any]:
    size = 12 * shape.trained
    count = max(1, steps // recipe.checkpoint_every)
    return {
        "bytes": size,
        "write_seconds": size / storage,
        "wait_seconds": size / fleet.count / HOST_LINK,
        "count": count,
        "kept_bytes": size * (recipe.keep + (recipe.keep_best if recipe.holdout else 0)),
        "exported_bytes": 2 * shape.parameters + 4 * shape.adapters,
    }


def _paper(lengths: Lengths | None) -> dict[str, Any]:
    """What follows from the published numbers alone, and with our lengths."""
    reference = Chips.parse(f"1x{PAPER.chip}").peak or 0.0
    upper = PAPER.tokens_per_second(PAPER.length)
    numbers = {
        "steps": PAPER.steps,
        "hours": PAPER.hours,
        "seconds_per_step": PAPER.hours * 3600 / PAPER.steps,
        "device_hours": PAPER.hours * PAPER.devices,
        "sequences_per_second": PAPER.instances * PAPER.epochs / (PAPER.hours * 3600),
        "tokens_per_second_per_device_at_most": upper,
        "mfu_at_most": upper * PAPER_MODEL.flops_per_token / reference,
    }
    if lengths is not None:
        useful = PAPER.tokens_per_second(lengths.capped(PAPER.length).mean)
        numbers |= {"useful_tokens_per_second_per_device": useful, "useful_mfu": useful * PAPER_MODEL.flops_per_token / reference}
    return numbers


def _assumptions(recipe: Recipe, speeds: list[Rate], lengths: Lengths | None, packed: Way, fleet: Chips) -> list[str]:
    lines = [
        "Model FLOPs are 6 per token and parameter (frozen: 4); attention over the row and recomputed activations are not counted.",
        "A speed is tokens per second of all that is computed, padding included, and stays the same when rows are packed.",
        *(f"Speed {r.name!r}: {r.why}." for r in speeds),
    ]
    if fleet.peak is not None:
        lines.append(f"{fleet.chip}: {fleet.peak / 1e12:,.0f} TFLOP/s dense bf16.")
    if lengths is None:
        return [
            *lines,
            "No lengths: nothing is packed in the lake yet, so only padding to the row length is forecast (run: medslake pack).",
        ]
    lines.append(f"Lengths: {lengths.source}; the training set is taken to have the same mix.")
    rows = packed.rows_per_step
    if rows is not None and packed.busy is not None and idle(rows, fleet.count, packed.busy):
        tokens = packed.tokens / packed.steps / fleet.count
        lines.append(
            f"{recipe.batch} instances per step fill {rows} rows, cut between instances for {fleet.count} devices: each has time for"
            f" {tokens:,.0f} tokens per step, {packed.busy:.0%} of them instances'. What devices tell each other weighs more in so short a"
            " step; a larger batch or fewer devices use them better."
        )
    return lines
