"""The only schema truth: `lakehouse/<layer>/<table>.sql`, read without a JVM.

The files hold `CREATE TABLE` (tables) or `CREATE VIEW` (`lakehouse/views`), in the dialect of Spark SQL. Every column of a Delta table is
declared nullable on disk, because literals make Spark's own frames "not null" at random; NOT NULL is held by the adapters on write.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from medslake.errors import UnknownName, UsageError
from medslake.lake.schema.types import Type, arrow_type, parse_type, spell
from medslake.settings import ddl_dir

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql.types import StructType

__all__ = ["LAYERS", "Column", "TableSpec", "bronze_spec", "names", "parse_columns", "parse_table", "spec", "specs", "views"]

LAYERS = ("bronze", "silver", "gold", "ops")
_NAME = r"[A-Za-z_][\w$]*"
_CREATE = re.compile(rf"\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>{_NAME}\.{_NAME})\s*\(", re.IGNORECASE)
_VIEW = re.compile(
    rf"\bCREATE\s+(?:OR\s+REPLACE\s+)?VIEW\s+(?P<name>{_NAME}\.{_NAME})(?:\s+COMMENT\s+'(?:[^']|'')*')?\s+AS\s+(?P<sql>.*)",
    re.IGNORECASE | re.DOTALL,
)
#: Metadata of a column on disk. delta-rs refuses properties of a table that it does not know, hence the columns bear them.
_NOT_NULL = "medslake.not_null"
_KEY = "medslake.key"
_STRING = re.compile(r"'((?:[^'\\]|\\.|'')*)'", re.DOTALL)


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
    """The TableSpec of one CREATE TABLE statement; raises UsageError that names `origin` and what is wrong."""
    text = _without_comments(sql)
    start = _CREATE.search(text)
    if start is None:
        raise UsageError(f"{origin} holds no CREATE TABLE <layer>.<table> (...) statement.")
    end = _closing(text, start.end() - 1, origin)
    tail = text[end + 1 :]
    columns = parse_columns(text[start.end() : end], origin)
    parts = re.search(r"\bPARTITIONED\s+BY\s*\(([^)]*)\)", tail, re.IGNORECASE)
    comment = re.search(rf"\bCOMMENT\s+{_STRING.pattern}", tail, re.IGNORECASE | re.DOTALL)
    key = re.search(rf"'medslake\.key'\s*=\s*{_STRING.pattern}", tail, re.DOTALL)
    found = TableSpec(
        name=start.group("name"),
        columns=columns,
        partition_by=_names(parts.group(1)) if parts else (),
        key=_names(key.group(1)) if key else (),
        comment=_unquote(comment.group(1)) if comment else "",
    )
    _validate(found, origin)
    return found


def parse_columns(ddl: str, origin: str = "DDL") -> tuple[Column, ...]:
    """Columns of `name TYPE [NOT NULL] [COMMENT '...'], ...`."""
    return tuple(_column(part, origin) for part in _split(_without_comments(ddl)) if part.strip())


def bronze_spec(source: str, table: str, native_ddl: str, key: Sequence[str] = ()) -> TableSpec:
    """Spec of `bronze.<source>__<table>`: the native columns, then those of bronze/_shared.sql."""
    shared = specs()["bronze._shared"]
    name = f"bronze.{source}__{table}"
    native = parse_columns(native_ddl, name)
    found = TableSpec(name, native + shared.columns, (), tuple(key), f"{table} of {source} as delivered")
    _validate(found, name)
    return found


@functools.cache
def specs() -> dict[str, TableSpec]:
    """All tables of `lakehouse/` by name (bronze only as the shared part `bronze._shared`)."""
    found: dict[str, TableSpec] = {}
    for layer in LAYERS:
        for path in sorted((ddl_dir() / layer).glob("*.sql")):
            table = parse_table(path.read_text(encoding="utf-8"), str(path))
            if table.name != f"{layer}.{path.stem}":
                raise UsageError(f"{path} declares {table.name}; the file of that table is {table.name.replace('.', '/')}.sql.")
            found[table.name] = table
    return found


def names() -> list[str]:
    """Tables that `lakehouse/` declares, without the parts that several share."""
    return [name for name in specs() if not name.endswith("._shared")]


def spec(name: str) -> TableSpec:
    """The spec of a table that `lakehouse/` declares; raises UnknownName."""
    if name not in names():
        raise UnknownName("table", name, names())
    return specs()[name]


@functools.cache
def views() -> dict[str, str]:
    """View name (`layer.view`) -> its SELECT, of `lakehouse/views/*.sql`."""
    found: dict[str, str] = {}
    for path in sorted((ddl_dir() / "views").glob("*.sql")):
        made = _VIEW.search(_without_comments(path.read_text(encoding="utf-8")))
        if made is None:
            raise UsageError(f"{path} holds no CREATE VIEW <layer>.<view> AS SELECT ... statement.")
        found[made.group("name")] = made.group("sql").strip().rstrip(";").strip()
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


def _column(text: str, origin: str) -> Column:
    head = re.match(r"\s*(?:`([^`]+)`|([\w$]+))\s+(.*)\Z", text, re.DOTALL)
    if head is None:
        raise UsageError(f"{origin}: {text.strip()!r} is no column declaration.")
    name, rest = head.group(1) or head.group(2), head.group(3)
    comment = re.search(rf"\bCOMMENT\s+{_STRING.pattern}\s*\Z", rest, re.IGNORECASE | re.DOTALL)
    if comment:
        rest = rest[: comment.start()]
    bare = re.sub(r"\bNOT\s+NULL\s*\Z", "", rest.strip(), flags=re.IGNORECASE)
    kind = spell(parse_type(bare.strip()))
    return Column(name, kind, nullable=bare == rest.strip(), comment=_unquote(comment.group(1)) if comment else "")


def _names(text: str) -> tuple[str, ...]:
    return tuple(n.strip().strip("`") for n in text.split(",") if n.strip())


def _unquote(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text.replace("''", "'"))


def _pieces(text: str) -> Iterable[tuple[int, str, bool]]:
    """(position, piece, quoted): quoted strings as one piece, all else character by character."""
    at = 0
    while at < len(text):
        quoted = _STRING.match(text, at)
        piece = quoted.group(0) if quoted else text[at]
        yield at, piece, quoted is not None
        at += len(piece)


def _without_comments(sql: str) -> str:
    """SQL without `-- ...` and `/* ... */`, strings untouched."""
    pattern = re.compile(rf"{_STRING.pattern}|--[^\n]*|/\*.*?\*/", re.DOTALL)
    return pattern.sub(lambda m: m.group(0) if m.group(0).startswith("'") else " ", sql)


def _closing(text: str, opening: int, origin: str) -> int:
    depth = 0
    for at, piece, quoted in _pieces(text[opening:]):
        if quoted:
            continue
        depth += (piece == "(") - (piece == ")")
        if depth == 0:
            return opening + at
    raise UsageError(f"{origin}: the column list is not closed.")


def _split(text: str) -> list[str]:
    """The declarations between commas outside of strings, <> and ()."""
    parts, depth = [""], 0
    for _, piece, quoted in _pieces(text):
        if not quoted:
            depth += (piece in "<(") - (piece in ">)")
            if piece == "," and depth == 0:
                parts.append("")
                continue
        parts[-1] += piece
    return parts
