"""Great Expectations, which judges what is committed: `medslake check`.

Its start-up is paid once per process. Small tables are judged by its pandas engine, which needs no Spark jobs, all others by its Spark
engine. Results are BOOLEAN_ONLY: values of rows never enter a result.
"""

from __future__ import annotations

import functools
import logging
import os
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from medslake.errors import UsageError
from medslake.lake.quality.suites import Rule

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from pyspark.sql import DataFrame

__all__ = ["judge", "sql_flag", "to_pandas"]

_LOCK = threading.Lock()


def sql_flag(position: int) -> str:
    """Column of the pandas frame that holds the outcome of the rule at this position, which was written as SQL."""
    return f"__rule_{position}"


def judge(frame: DataFrame | pd.DataFrame, rules: Sequence[Rule]) -> dict[str, Any]:
    """Great Expectations' validation result as JSON; each expectation's meta.rule is the rule's name.

    frame: a Spark DataFrame, or a pandas DataFrame in which `sql_flag(i)` is true where the i-th rule, given as SQL, is broken.
    Raises UsageError where an expectation cannot be evaluated at all.
    """
    import pandas as pd

    small = isinstance(frame, pd.DataFrame)
    written = [_for_pandas(i, rule) if small else (rule.type, dict(rule.kwargs)) for i, rule in enumerate(rules)]
    with _LOCK:
        definition, suite, configuration = _engine("pandas" if small else "spark")
        expectations = [
            configuration(
                type=kind,
                kwargs=kwargs | ({"mostly": rule.mostly} if rule.mostly < 1 and kind != "unexpected_rows_expectation" else {}),
                meta={"rule": rule.name, "severity": rule.severity},
            )
            for rule, (kind, kwargs) in zip(rules, written, strict=True)
        ]
        batch = definition.get_batch(batch_parameters={"dataframe": frame})
        validated = batch.validate(suite(name="medslake", expectations=expectations), result_format="BOOLEAN_ONLY")
    result: dict[str, Any] = validated.to_json_dict()
    for one in result["results"]:
        raised = one.get("exception_info") or {}
        for info in [raised] if "raised_exception" in raised else raised.values():
            if info.get("raised_exception"):
                name = one["expectation_config"]["meta"]["rule"]
                raise UsageError(f"Great Expectations cannot evaluate rule {name}: {str(info.get('exception_message'))[:300]}.")
    return result


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """The frame for the pandas engine. Numbers keep their Arrow type: numpy's would turn null into NaN and NaN into a missing value."""
    import pandas as pd
    import pyarrow as pa

    def kept(kind: pa.DataType) -> Any:
        return pd.ArrowDtype(kind) if pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind) else None

    return table.to_pandas(types_mapper=kept)


def _for_pandas(position: int, rule: Rule) -> tuple[str, dict[str, Any]]:
    if rule.type == "unexpected_rows_expectation":
        return "expect_column_values_to_be_in_set", {"column": sql_flag(position), "value_set": [False]}
    return rule.type, dict(rule.kwargs)


@functools.cache
def _engine(name: str) -> tuple[Any, Any, Any]:
    """(batch definition, suite class, configuration class) of one engine, in one ephemeral context per process."""
    context, suite, configuration = _context()
    # The rows are cached already; Great Expectations would cache them again and never let go.
    source = context.data_sources.add_pandas(name=name) if name == "pandas" else context.data_sources.add_spark(name=name, persist=False)
    asset = source.add_dataframe_asset(name="rows")
    return asset.add_batch_definition_whole_dataframe("whole"), suite, configuration


@functools.cache
def _context() -> tuple[Any, Any, Any]:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.core import ExpectationSuite
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    # The second one sets its own level when it is imported.
    for name in ("great_expectations", "great_expectations.data_context.types.base"):
        logging.getLogger(name).setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context, ExpectationSuite, ExpectationConfiguration
