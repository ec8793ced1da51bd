"""The only schema truth: `lakehouse/<layer>/<table>.sql`, read without a JVM.

The files hold `CREATE TABLE` (tables) or `CREATE VIEW` (`lakehouse/views`), in the dialect of Spark SQL. Every column of a Delta table is
declared nullable on disk, because literals make Spark's own frames "not null" at random; NOT NULL is held by the adapters on write.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from medslake.errors import UnknownName, UsageError
from medslake.lake.schema.types import Type, arrow_type, from_sqlglot, parse_type, spell
from medslake.settings import ddl_dir, ddl_dirs

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql.types import StructType
    from sqlglot import exp

__all__ = [
    "LAYERS",
    "Column",
    "TableSpec",
    "broken_specs",
    "bronze_spec",
    "brought",
    "later_columns",
    "names",
    "parse_columns",
    "parse_table",
    "spec",
    "specs",
    "view_comments",
    "views",
]

LAYERS = ("bronze", "silver", "gold", "ops")
#: Columns that all silver tables have behind their own ones.
_BEHIND = ("origin", "joined")
#: Metadata of a column on disk. delta-rs refuses properties of a table that it does not know, hence the columns bear them.
_NOT_NULL = "medslake.not_null"
_KEY = "medslake.key"


@dataclass(frozen=True)
class Column:
    """type: Spark type as printed by Spark, such as `array<struct<name:string>>`. nullable: False = NOT NULL, held on write."""

    name: str
    type: str
    nullable: bool = True
    comment: str = ""

    @property
    def json_type(self) -> Type:
        """The type as Delta's schema JSON."""
        return parse_type(self.type)


@dataclass(frozen=True)
class TableSpec:
    """One table: its columns in order, its (string) partition columns and the columns that are unique together (empty = none promised)."""

    name: str
    columns: tuple[Column, ...]
    partition_by: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    comment: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)

    def column(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise UnknownName(f"column of {self.name}", name, list(self.names))

    def metadata(self, column: Column) -> dict[str, Any]:
        """What a table on disk keeps of a column beside name and type: comment, NOT NULL and its place in the key, counted from 1."""
        kept: dict[str, Any] = {"comment": column.comment} if column.comment else {}
        if not column.nullable:
            kept[_NOT_NULL] = True
        if column.name in self.key:
            kept[_KEY] = self.key.index(column.name) + 1
        return kept

    def schema_json(self) -> dict[str, Any]:
        """The schema as Delta and Spark write it; everything nullable, the rest in the metadata."""
        fields = [{"name": c.name, "type": c.json_type, "nullable": True, "metadata": self.metadata(c)} for c in self.columns]
        return {"type": "struct", "fields": fields}

    @classmethod
    def from_schema_json(cls, name: str, schema: Mapping[str, Any], partition_by: Sequence[str] = (), comment: str = "") -> Self:
        """The spec that a table on disk tells; one that others wrote promises neither key nor NOT NULL."""
        columns, places = [], {}
        for field in schema["fields"]:
            kept = field.get("metadata") or {}
            columns.append(Column(field["name"], spell(field["type"]), _NOT_NULL not in kept, kept.get("comment", "")))
            if _KEY in kept:
                places[field["name"]] = kept[_KEY]
        return cls(name, tuple(columns), tuple(partition_by), tuple(sorted(places, key=places.__getitem__)), comment)

    def spark_schema(self) -> StructType:
        from pyspark.sql.types import StructType

        return StructType.fromJson(self.schema_json())

    def arrow_schema(self) -> pa.Schema:
        import pyarrow as pa

        return pa.schema([pa.field(c.name, arrow_type(c.json_type)) for c in self.columns])


def parse_table(sql: str, origin: str = "DDL") -> TableSpec:
    """The TableSpec of one CREATE TABLE statement; raises UsageError that names `origin`, the line and what is wrong."""
    spec = _parsed(sql, origin)
    _validate(spec, origin)
    return spec


@functools.cache
def parse_columns(ddl: str, origin: str = "DDL") -> tuple[Column, ...]:
    """Columns of `name TYPE [NOT NULL] [COMMENT '...'], ...`."""
    return _parsed(f"CREATE TABLE layer.columns ({ddl})", origin).columns if ddl.strip() else ()


def bronze_spec(source: str, table: str, native_ddl: str, key: Sequence[str] = ()) -> TableSpec:
    """Spec of `bronze.<source>__<table>`: the native columns, then those of bronze/_shared.sql."""
    shared = specs()["bronze._shared"]
    name = f"bronze.{source}__{table}"
    native = parse_columns(native_ddl, name)
    found = TableSpec(name, native + shared.columns, (), tuple(key), f"{table} of {source} as delivered")
    _validate(found, name)
    return found


def specs() -> dict[str, TableSpec]:
    """All tables of `lakehouse/` and of the plug-in folders by name. What the tables of a layer share is `<layer>._shared`: bronze
    tables, which are not declared, end with it, and silver tables begin and end with it."""
    return _specs(ddl_dirs())[0]


def broken_specs() -> list[str]:
    """Why files of silver kinds of plug-ins are none, a sentence each; these kinds are missing, and nothing else is."""
    return _specs(ddl_dirs())[1]


def brought() -> list[str]:
    """Silver tables that plug-ins from outside bring."""
    return [name for name in specs() if name not in _specs(ddl_dirs()[:1])[0]]


@functools.cache
def _specs(folders: tuple[Path, ...]) -> tuple[dict[str, TableSpec], list[str]]:
    own, *others = folders
    files = [(layer, path) for layer in LAYERS for path in sorted((own / layer).glob("*.sql"))]
    found: dict[str, TableSpec] = {}
    for layer, path in files:
        table = _of_file(path, layer, found.get(f"{layer}._shared"))
        found[table.name] = table
    broken = []
    for path in (path for folder in others for path in sorted((folder / "silver").glob("[!.]*.sql"))):
        try:
            table = _of_file(path, "silver", found["silver._shared"])
            _require_comments(table, path)
        except UsageError as error:
            broken.append(error.message)
            continue
        except (OSError, UnicodeDecodeError) as error:
            broken.append(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}.")
            continue
        if table.name in found:
            broken.append(f"{path} declares {table.name}, which another file declares already.")
        found.setdefault(table.name, table)
    return found, broken


def _of_file(path: Path, layer: str, shared: TableSpec | None) -> TableSpec:
    table = _parsed(path.read_text(encoding="utf-8"), str(path))
    if table.name != f"{layer}.{path.stem}":
        raise UsageError(f"{path} declares {table.name}; the file of that table is {table.name.replace('.', '/')}.sql.")
    if shared is not None and layer == "silver":
        head = tuple(c for c in shared.columns if c.name not in _BEHIND)
        behind = tuple(c for c in shared.columns if c.name in _BEHIND)
        table = replace(table, columns=head + table.columns + behind, partition_by=shared.partition_by, key=shared.key)
    _validate(table, str(path))
    return table


def _require_comments(table: TableSpec, path: Path) -> None:
    if not table.comment.strip():
        raise UsageError(f"{path}: {table.name} has no comment that says what it holds; end the statement with COMMENT '...'.")
    for column in table.columns:
        if not column.comment.strip():
            lines = enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
            at = next((f", line {n}" for n, line in lines if re.search(rf"\b{re.escape(column.name)}\b", line)), "")
            raise UsageError(f"{path}{at}: column {column.name} of {table.name} has no COMMENT that says what stands in it.")


def names() -> list[str]:
    """Tables that `lakehouse/` declares, without the parts that several share."""
    return [name for name in specs() if not name.endswith("._shared")]


def spec(name: str) -> TableSpec:
    """The spec of a table that `lakehouse/` declares; raises UnknownName."""
    if name not in names():
        raise UnknownName("table", name, names())
    return specs()[name]


def later_columns(name: str, there: Sequence[str]) -> tuple[Column, ...]:
    """Columns that `lakehouse/` declares of a table and a version of it does not have yet; they read as null."""
    known = specs().get(name)
    return tuple(c for c in known.columns if c.name not in there) if known is not None else ()


def views() -> dict[str, str]:
    """View name (`layer.view`) -> its SELECT as written, of `lakehouse/views/*.sql`."""
    return {name: select for name, (select, _) in _views().items()}


def view_comments() -> dict[str, str]:
    """View name -> what it holds."""
    return {name: comment for name, (_, comment) in _views().items()}


@functools.cache
def _views() -> dict[str, tuple[str, str]]:
    import sqlglot
    from sqlglot import exp

    found: dict[str, tuple[str, str]] = {}
    for path in sorted((ddl_dir() / "views").glob("*.sql")):
        sql = path.read_text(encoding="utf-8")
        made = _statement(sql, str(path))
        if made.kind != "VIEW" or not made.this.db or made.expression is None:
            raise UsageError(f"{path} holds no CREATE VIEW <layer>.<view> AS SELECT ... statement.")
        start = next(token.end + 1 for token in sqlglot.tokenize(sql, "spark") if token.text.upper() == "AS")
        comment = made.find(exp.SchemaCommentProperty)
        found[f"{made.this.db}.{made.this.name}"] = sql[start:].strip().rstrip(";").strip(), comment.this.name if comment else ""
    return found


def with_columns(table: TableSpec, columns: Iterable[Column]) -> TableSpec:
    """The spec with further columns at its end (nullable: old rows have none)."""
    known = set(table.names)
    return replace(table, columns=table.columns + tuple(replace(c, nullable=True) for c in columns if c.name not in known))


def _validate(table: TableSpec, origin: str) -> None:
    names = [c.name for c in table.columns]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise UsageError(f"{origin}: column {twice[0]} of {table.name} is declared twice.")
    odd = [n for n in names if set(n) & set(" ,;{}()\n\t=")]
    if odd:
        # delta-spark refuses such names, so a table that has them could never be used on a cluster.
        raise UsageError(f"{origin}: column name {odd[0]!r} of {table.name} has a blank or one of ,;{{}}()=, which Delta does not allow.")
    for name in (*table.partition_by, *table.key):
        if name not in names:
            raise UsageError(f"{origin}: {name} in PARTITIONED BY or medslake.key is no column of {table.name}.")
    for name in table.partition_by:
        if table.column(name).type != "string":
            raise UsageError(f"{origin}: partition column {name} of {table.name} must be STRING.")


def _statement(sql: str, origin: str) -> exp.Create:
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import ParseError, SqlglotError

    try:
        found = sqlglot.parse(sql, dialect="spark")
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        at = f"line {first.get('line')}, at {first.get('highlight')!r}: {first.get('description')}"
        raise UsageError(f"{origin} is no SQL of Spark, {at}.") from error
    except SqlglotError as error:
        raise UsageError(f"{origin} is no SQL of Spark: {str(error).splitlines()[0]}.") from error
    made = [one for one in found if one is not None]
    if len(made) != 1 or not isinstance(made[0], exp.Create):
        raise UsageError(f"{origin} holds no CREATE TABLE <layer>.<table> (...) or CREATE VIEW statement, or more than one.")
    return made[0]


def _parsed(sql: str, origin: str) -> TableSpec:
    from sqlglot import exp

    made = _statement(sql, origin)
    table = made.this.this if isinstance(made.this, exp.Schema) else None
    if made.kind != "TABLE" or table is None or not table.db:
        raise UsageError(f"{origin} holds no CREATE TABLE <layer>.<table> (...) statement.")
    properties = made.args.get("properties")
    partition_by: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    comment = ""
    for one in properties.expressions if properties else ():
        if isinstance(one, exp.PartitionedByProperty):
            partition_by = tuple(column.name for column in one.this.expressions)
        elif isinstance(one, exp.SchemaCommentProperty):
            comment = one.this.name
        elif isinstance(one, exp.Property) and one.name == _KEY:
            key = tuple(name.strip() for name in one.args["value"].name.split(","))
    columns = tuple(_column(column, origin) for column in made.this.expressions)
    return TableSpec(f"{table.db}.{table.name}", columns, partition_by, key, comment)


def _column(found: exp.Expression, origin: str) -> Column:
    from sqlglot import exp

    if not isinstance(found, exp.ColumnDef) or found.kind is None:
        raise UsageError(f"{origin}: {found.sql('spark')!r} is no column declaration.")
    try:
        kind = spell(from_sqlglot(found.kind))
    except UsageError as error:
        raise UsageError(f"{origin}, column {found.name}: {error}") from error
    constraints = [one.kind for one in found.constraints]
    comments = [one.this.name for one in constraints if isinstance(one, exp.CommentColumnConstraint)]
    required = any(isinstance(one, exp.NotNullColumnConstraint) and not one.args.get("allow_null") for one in constraints)
    return Column(found.name, kind, nullable=not required, comment=comments[0] if comments else "")
