"""What is known of a task, from its declaration, that of its source and, where there is one, the lake: a page for screen and docs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medslake import registry
from medslake.bench.mixture import figures
from medslake.sources import Source
from medslake.tasks import UNRELEASED, Task
from medslake.tasks.base import ONCE

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["describe", "page", "write_pages"]

#: How a count of the paper was come by (Wu et al. 2025, Fig. 2d).
_STATUS = {
    "split": "the source's own split, which the figure confirms",
    "figure": "measured in the figure",
    "divided": "the source's total in the figure, divided by its tasks",
    "pooled": "of all {} tasks of its kind together",
}


def describe(name: str, lake: Lake | None = None) -> dict[str, Any]:
    """Facts of a task by name, all plain values. lake: whose instances and benchmark rows are counted.

    A task that cannot be made has `unreleased`, the reason, and no more than its name. Raises UnknownName.
    """
    unreleased = {one.id: one._asdict() for one in UNRELEASED if one.id not in registry.names("task")}
    if name in unreleased:
        return {"task": name, "unreleased": unreleased[name]}
    task: Task = registry.get("task", name)
    source: Source = registry.get("source", task.source)
    asked, answer = task.example.instances[0]
    paper = next((one for one in figures() if name in one.tasks), None)
    return {
        "task": name,
        "name": task.name,
        "category": task.category,
        "domain": task.domain,
        "collection": task.collection,
        "languages": {
            "input": task.input_language,
            "output": task.output_language,
            "definition": task.definition_language,
            "further": sorted({definition.language for definition in task.native}),
        },
        "source": {"name": source.name, "title": source.title, "licence": source.licence, "access": source.access, "page": source.urls},
        "kind": task.kind,
        "labels": list(task.labels or ()),
        "definition": task.definitions[0].text,
        "example": {"input": asked, "output": answer},
        "trained": task.trained,
        "bench": asdict(task.bench) if task.bench else None,
        "requires": list(task.requires),
        "published_otherwise": sorted(task.paper),
        "notes": task.notes,
        "train_instances": {
            "paper": paper and paper.instances,
            "how": paper and _STATUS[paper.basis].format(len(paper.tasks)),
            **_counted(lake, name),
        },
    }


def page(facts: dict[str, Any]) -> str:
    """The facts as Markdown."""
    if "unreleased" in facts:
        told = facts["unreleased"]
        return f"# {facts['task']}: {told['name']}\n\n{told['category']}, from {told['source']}. It cannot be made: {told['reason']}.\n"
    source, bench, counts = facts["source"], facts["bench"], facts["train_instances"]
    spoken = facts["languages"]
    further = f", on request in {' or '.join(spoken['further'])}" if spoken["further"] else ""
    otherwise = ", ".join(f"`{field}`" for field in facts["published_otherwise"])
    rows = {
        "Category, domain": f"{facts['category']}, {facts['domain']}",
        "Source": f"{source['title']} (`{source['name']}`): {', '.join(source['page']) or 'no page'}",
        "Licence, access": f"{source['licence']}; {source['access']}",
        "Languages": f"{spoken['input']} to {spoken['output']}, asked in {spoken['definition']}{further}",
        "Read from": f"`silver.{facts['kind']}`",
        "Labels": "; ".join(facts["labels"]) or "open",
        "Trained on": "yes" if facts["trained"] else "no, its train rows serve as shots",
        "Benchmark": _bench(bench) if bench else "no part",
        "Train instances": _counts(counts),
        "A record must have": "; ".join(f"not: {reason}" for reason in facts["requires"]) or "nothing more",
        "Published otherwise": f"{otherwise} (docs/differences.md)" if otherwise else "no",
    }
    told = "\n".join(f"| {what} | {cell(value)} |" for what, value in rows.items())
    notes = f"\n{facts['notes']}\n" if facts["notes"] else ""
    example = "\n\n".join(f"{what}\n\n```text\n{text}\n```" for what, text in facts["example"].items())
    head = f"# {facts['task']}: {facts['name']}\n\n| | |\n| --- | --- |\n{told}\n{notes}"
    return f"{head}\nDefinition\n\n```text\n{facts['definition']}\n```\n\nOne invented example, {example}\n"


def write_pages(folder: Path) -> list[Path]:
    """Write a page for every task, those that cannot be made included, without counts of a lake; returns the files."""
    names = sorted({*registry.sound("task"), *(one.id for one in UNRELEASED)}, key=registry.natural)
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{name}.md" for name in names]
    for name, file in zip(names, files, strict=True):
        file.write_text(page(describe(name)), encoding="utf-8")
    return files


def _bench(bench: dict[str, Any]) -> str:
    size = "all rows" if bench["size"] is None else f"{bench['size']:,} rows"
    return f"{bench['group']}, {bench['dataset']}: {', '.join(bench['metrics'])}; {size}, {bench['shots']} shots"


def _counts(counts: dict[str, Any]) -> str:
    paper = "none in the paper" if counts["how"] is None else f"paper: {counts['paper']:,} ({counts['how']})"
    here = f"; here: {counts['here']:,} train, {counts['bench']:,} in the benchmark" if "here" in counts else ""
    return paper + here


def _counted(lake: Lake | None, name: str) -> dict[str, int]:
    if lake is None or not lake.exists("gold.instructions"):
        return {}
    whose = f"task_id = '{name}' and {ONCE}"
    # What is rendered in two ways counts once.
    return {"here": _rows(lake, "gold.instructions", f"{whose} and split = 'train'"), "bench": _rows(lake, "gold.benchmark", whose)}


def _rows(lake: Lake, table: str, condition: str) -> int:
    if not lake.exists(table):
        return 0
    return int(lake.query(f"select count(*) n from {table} where {condition}").to_pylist()[0]["n"])


def cell(text: str) -> str:
    """A text as it stands in a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")
