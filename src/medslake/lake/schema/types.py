"""Types of columns in one form, the JSON of Delta and Spark schemas, and what may go into what.

Both engines' schemas are turned into this form, so that rows of Spark and of pyarrow are held to the DDL by the same code.
A type is a string ("string", "long", "decimal(10,2)") or a dict ({"type": "array", "elementType": ..., "containsNull": true}).
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from medslake.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlglot import exp

__all__ = ["Type", "arrow_type", "fits", "from_arrow", "from_sqlglot", "parse_type", "spell"]

Type = str | dict[str, Any]

#: Name of sqlglot -> name in schema JSON. STRING is its TEXT.
_PRIMITIVES = {
    "TEXT": "string",
    "BOOLEAN": "boolean",
    "TINYINT": "byte",
    "SMALLINT": "short",
    "INT": "integer",
    "BIGINT": "long",
    "FLOAT": "float",
    "DOUBLE": "double",
    "DATE": "date",
    "TIMESTAMPTZ": "timestamp",
    "TIMESTAMPLTZ": "timestamp",
    "TIMESTAMPNTZ": "timestamp_ntz",
    "BINARY": "binary",
}
_SPELLED = {"byte": "tinyint", "short": "smallint", "integer": "int", "long": "bigint"}
# What loses nothing: every value of the left type is a value of the right one.
_WIDER = {
    "byte": ("short", "integer", "long"),
    "short": ("integer", "long"),
    "integer": ("long", "double"),
    "float": ("double",),
}


@functools.cache
def parse_type(text: str) -> Type:
    """A Spark DDL type such as `ARRAY<STRUCT<name: STRING>>` as schema JSON, not to be changed; raises UsageError where it is not one."""
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        return from_sqlglot(exp.DataType.build(text, dialect="spark"))
    except (SqlglotError, ValueError) as error:
        raise UsageError(f"{text!r} is no Spark type.") from error


def from_sqlglot(kind: exp.DataType) -> Type:
    """The type of a parsed column; raises UsageError for what no Delta table holds."""
    name = kind.this.name if hasattr(kind.this, "name") else str(kind.this)
    if name == "ARRAY" and kind.expressions:
        return {"type": "array", "elementType": from_sqlglot(kind.expressions[0]), "containsNull": True}
    if name == "MAP" and len(kind.expressions) == 2:
        key, value = map(from_sqlglot, kind.expressions)
        return {"type": "map", "keyType": key, "valueType": value, "valueContainsNull": True}
    if name == "STRUCT" and kind.expressions:
        fields = [{"name": f.name, "type": from_sqlglot(f.kind), "nullable": True, "metadata": {}} for f in kind.expressions]
        return {"type": "struct", "fields": fields}
    if name == "DECIMAL":
        given = [str(parameter.this) for parameter in kind.expressions]
        precision, scale = [*given, *["10", "0"][len(given) :]]
        return f"decimal({precision},{scale})"
    if name in ("VARCHAR", "CHAR"):
        raise UsageError(f"{name} is no type of a table here; use STRING.")
    if name not in _PRIMITIVES or kind.expressions:
        raise UsageError(f"{kind.sql('spark')} is no type of a table here.")
    return _PRIMITIVES[name]


def spell(kind: Type) -> str:
    """The type as Spark prints it: array<struct<name:string>>."""
    if isinstance(kind, str):
        return _SPELLED.get(kind, kind)
    if kind["type"] == "array":
        return f"array<{spell(kind['elementType'])}>"
    if kind["type"] == "map":
        return f"map<{spell(kind['keyType'])},{spell(kind['valueType'])}>"
    inner = ",".join(f"{_quoted(f['name'])}:{spell(f['type'])}" for f in kind["fields"])
    return f"struct<{inner}>"


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"\w+", name) else f"`{name}`"


def fits(found: Type, wanted: Type) -> bool:
    """Whether values of `found` go into `wanted` unchanged: same type, a wider number, or no values at all (void).

    Structs need the same names in the same order, since both engines cast them by position.
    """
    if found == "void" or found == wanted:
        return True
    if isinstance(found, str) or isinstance(wanted, str):
        return isinstance(found, str) and isinstance(wanted, str) and wanted in _WIDER.get(found, ())
    if found["type"] != wanted["type"]:
        return False
    if found["type"] == "array":
        return fits(found["elementType"], wanted["elementType"])
    if found["type"] == "map":
        return fits(found["keyType"], wanted["keyType"]) and fits(found["valueType"], wanted["valueType"])
    names = [f["name"] for f in found["fields"]] == [f["name"] for f in wanted["fields"]]
    return names and all(fits(a["type"], b["type"]) for a, b in zip(found["fields"], wanted["fields"], strict=True))


def arrow_type(kind: Type) -> pa.DataType:
    """The pyarrow type that Spark and delta-rs use for it in Parquet (timestamps in microseconds, UTC)."""
    import pyarrow as pa

    if isinstance(kind, str):
        if kind.startswith("decimal"):
            precision, scale = (int(n) for n in re.findall(r"\d+", kind))
            return pa.decimal128(precision, scale)
        simple: dict[str, pa.DataType] = {
            "string": pa.string(),
            "boolean": pa.bool_(),
            "byte": pa.int8(),
            "short": pa.int16(),
            "integer": pa.int32(),
            "long": pa.int64(),
            "float": pa.float32(),
            "double": pa.float64(),
            "date": pa.date32(),
            "timestamp": pa.timestamp("us", tz="UTC"),
            "timestamp_ntz": pa.timestamp("us"),
            "binary": pa.binary(),
            "void": pa.null(),
        }
        if kind not in simple:
            raise UsageError(f"Type {kind} cannot be read without Spark.")
        return simple[kind]
    if kind["type"] == "array":
        return pa.list_(pa.field("element", arrow_type(kind["elementType"])))
    if kind["type"] == "map":
        return pa.map_(arrow_type(kind["keyType"]), arrow_type(kind["valueType"]))
    return pa.struct([pa.field(f["name"], arrow_type(f["type"])) for f in kind["fields"]])


def from_arrow(kind: pa.DataType) -> Type:
    """Schema JSON of a pyarrow type; unsigned and other types without a Spark counterpart keep their arrow name and fit nowhere."""
    import pyarrow as pa

    t = pa.types
    if t.is_dictionary(kind):
        return from_arrow(kind.value_type)
    if t.is_list(kind) or t.is_large_list(kind) or t.is_fixed_size_list(kind) or t.is_list_view(kind):
        return {"type": "array", "elementType": from_arrow(kind.value_type), "containsNull": True}
    if t.is_map(kind):
        return {"type": "map", "keyType": from_arrow(kind.key_type), "valueType": from_arrow(kind.item_type), "valueContainsNull": True}
    if t.is_struct(kind):
        fields = [{"name": f.name, "type": from_arrow(f.type), "nullable": True, "metadata": {}} for f in kind]
        return {"type": "struct", "fields": fields}
    if t.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    if t.is_timestamp(kind):
        return "timestamp_ntz" if kind.tz is None else "timestamp"
    texts = (t.is_string, t.is_large_string, t.is_string_view)
    if any(is_text(kind) for is_text in texts):
        return "string"
    if t.is_binary(kind) or t.is_large_binary(kind) or t.is_binary_view(kind):
        return "binary"
    simple = {
        "bool": "boolean",
        "int8": "byte",
        "int16": "short",
        "int32": "integer",
        "int64": "long",
        "float": "float",
        "double": "double",
        "date32[day]": "date",
        "null": "void",
    }
    return simple.get(str(kind), str(kind))
