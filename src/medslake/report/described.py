"""What is known of a table, a view, a source or a task, by its name: facts for programs, a page for the screen."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from medslake import registry
from medslake.errors import UnknownName
from medslake.lake.schema import ddl
from medslake.report import task_page
from medslake.report.task_page import cell
from medslake.tasks import UNRELEASED

if TYPE_CHECKING:
    from medslake.lake import Lake
    from medslake.sources import Source

__all__ = ["describe", "page"]

#: A view of more lines is shown without its SQL; the facts have it.
LINES = 40


def describe(name: str, lake: Lake | None = None) -> dict[str, Any]:
    """Facts, all plain values; the first key is table, view, source or task. Raises UnknownName.

    lake: where the tables lie; one that does not exist tells nothing. A table that is declared and not in the lake has `there` false.
    """
    if "." in name:
        return _view(name, lake) if name in ddl.views() else _table(name, lake)
    if name in _tasks():
        return task_page.describe(name, lake)
    if name in registry.names("source"):
        return _source(registry.get("source", name), lake)
    raise UnknownName("table, view, source or task", name, [*_tasks(), *registry.names("source"), *_tables(lake), *ddl.views()])


def page(facts: dict[str, Any]) -> str:
    """The facts as Markdown."""
    if "task" in facts:
        return task_page.page(facts)
    kind = next(iter(facts))
    if kind == "table":
        told = _of_table(facts)
    elif kind == "view":
        told = {"Reads": ", ".join(f"`{name}`" for name in facts["reads"])}
    else:
        told = _of_source(facts)
    head = f"# {facts[kind]}: {facts['about']}" if facts["about"] else f"# {facts[kind]}"
    rows = "\n".join(f"| {what} | {cell(value)} |" for what, value in told.items())
    columns = "".join(f"| {c['name']} | {c['type']} | {cell(c['comment'])} |\n" for c in facts.get("columns", ()))
    listed = f"\n| column | type | |\n| --- | --- | --- |\n{columns}" if columns else ""
    short = "sql" in facts and len(facts["sql"].splitlines()) <= LINES
    sql = f"\n```sql\n{facts['sql']}\n```\n" if short else ""
    return f"{head}\n\n| | |\n| --- | --- |\n{rows}\n{listed}{sql}"


def _tasks() -> set[str]:
    return {*registry.names("task"), *(one.id for one in UNRELEASED)}


def _tables(lake: Lake | None) -> list[str]:
    return sorted({*ddl.names(), *(lake.names() if lake is not None else ())})


def _table(name: str, lake: Lake | None) -> dict[str, Any]:
    if name not in _tables(lake):
        raise UnknownName("table or view", name, [*_tables(lake), *ddl.views()])
    if lake is None or not lake.exists(name):
        spec, held = ddl.spec(name), {}
    else:
        from medslake.lake.care.told import table_facts

        facts = table_facts(lake, name)
        spec = facts.spec
        held = {
            **{f.name: getattr(facts, f.name) for f in fields(facts) if f.name in ("rows", "files", "bytes", "classes", "last")},
            "versions": list(facts.versions or ()),
        }
    return {
        "table": name,
        "about": spec.comment,
        "key": list(spec.key),
        "partitioned_by": list(spec.partition_by),
        "columns": [{"name": c.name, "type": c.type if c.nullable else f"{c.type} NOT NULL", "comment": c.comment} for c in spec.columns],
        "there": bool(held),
        **held,
    }


def _view(name: str, lake: Lake | None) -> dict[str, Any]:
    from medslake.lake.schema.types import from_arrow, spell
    from medslake.lake.sql.names import named

    sql = ddl.views()[name]
    facts: dict[str, Any] = {"view": name, "about": ddl.view_comments()[name], "reads": sorted(named(sql, "spark"))}
    if lake is not None and lake.place.is_lake():
        schema = lake.query(f"select * from {name} limit 0").schema
        facts["columns"] = [{"name": field.name, "type": spell(from_arrow(field.type)), "comment": ""} for field in schema]
    return facts | {"sql": sql}


def _source(source: Source, lake: Lake | None) -> dict[str, Any]:
    return {
        "source": source.name,
        "about": source.title,
        "licence": source.licence,
        "access": source.access,
        "agreement": source.agreement,
        "release": source.release,
        "page": list(source.urls),
        "citation": source.citation,
        "split": source.split_rule,
        "files": [
            {"globs": list(one.globs), "required": one.required, "table": f"bronze.{source.name}__{one.table}"} for one in source.files
        ],
        "kinds": list(source.silver),
        "needs": list(source.needs),
        "tasks": sorted((t.id for t in registry.sound("task").values() if t.source == source.name), key=registry.natural),
        "fetched": bool(source.downloads),
        "tables": _held(source, lake),
    }


def _held(source: Source, lake: Lake | None) -> dict[str, int]:
    """Table -> rows of this source that it has in the lake."""
    if lake is None or not lake.place.is_lake():
        return {}
    bronze = {name: lake.arrow.count(name) for name in lake.names() if name.startswith(f"bronze.{source.name}__")}
    found = {}
    for kind in source.silver:
        slice = lake.slices(f"silver.{kind}", "source").get(source.name)
        if slice is not None:
            found[f"silver.{kind}"] = slice.rows
    return bronze | found


def _of_table(facts: dict[str, Any]) -> dict[str, str]:
    told = {"Key": ", ".join(facts["key"]) or "none", "Partitioned by": ", ".join(facts["partitioned_by"]) or "nothing"}
    if not facts["there"]:
        return told | {"In this lake": "no"}
    versions, last, classes = facts["versions"], facts["last"], facts["classes"]
    return told | {
        "Rows": f"{facts['rows']:,} in {facts['files']:,} files, {facts['bytes']:,} bytes",
        "Versions": f"{versions[0]} to {versions[1]}, see: medslake history {facts['table']}",
        "Access classes": ", ".join(f"{level} {rows:,}" for level, rows in classes.items()) if classes is not None else "rows bear none",
        "Last run": " ".join(str(last[k]) for k in ("verb", "run", "state", "ended") if k in last) if last else "none of ours",
    }


def _of_source(facts: dict[str, Any]) -> dict[str, str]:
    files = "; ".join(f"`{one['globs'][0]}`{'' if one['required'] else ' (may be absent)'}" for one in facts["files"])
    signed = f"; to be signed: {facts['agreement']}" if facts["agreement"] else ""
    return {
        "Licence, access": f"{facts['licence']}; {facts['access']}{signed}",
        "Page": ", ".join(facts["page"]) or "none",
        "Release": facts["release"] or "not stated",
        "Citation": facts["citation"],
        "Files": files,
        "Had by": f"medslake fetch {facts['source']}" if facts["fetched"] else "your own copy",
        "Split": facts["split"],
        "Makes": ", ".join(f"`silver.{kind}`" for kind in facts["kinds"]),
        "Joins": ", ".join(f"`{name}`" for name in facts["needs"]) or "no other source",
        "Tasks": ", ".join(facts["tasks"]) or "none",
        "In this lake": ", ".join(f"`{name}` {rows:,}" for name, rows in facts["tables"].items()) or "nothing",
    }
