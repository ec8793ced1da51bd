"""The official splits of HEAD-QA's exams, also where other releases took its questions: these mix exams of all splits."""

from __future__ import annotations

from functools import reduce

from medslake.sources.base import Bronze, Frame, Rule
from medslake.sources.parts.mapping import by_file, chosen, joined_on

__all__ = ["BY_FILE", "BY_YEAR", "TABLES", "with_exam_split"]

BY_FILE = by_file(train="train_HEAD", validation="dev_HEAD", test="test_HEAD")
#: SQL for the split of an exam by its year, for copies that name no split.
BY_YEAR = chosen("year", {"2013": "train", "2014": "train", "2015": "validation", "2016": "test", "2017": "test"})
#: Where the exams lie, as another source names them that needs them.
TABLES = tuple(f"bronze.headqa__{table}" for table in ("spanish", "english", "collected"))
#: A question that several exams ask is of the first of these.
_SPLITS = "array('test', 'validation', 'train')"


def with_exam_split(table: str, asked: str) -> Rule:
    """Rows of a table with `exam_split`: that of the exam which asks `asked` (SQL; null for what is of no exam), alone or with its options.

    test where no exam at hand asks it, so that nothing trains of which nobody knows that it may; null where `asked` is.
    """

    def rule(bronze: Bronze) -> Frame:
        rows = bronze[table].selectExpr("*", f"{_plain(asked)} AS asked")
        exams = [_asked(bronze[name]) for name in TABLES if name in bronze]
        if not exams:
            return rows.selectExpr("*", "IF(asked IS NULL, NULL, 'test') AS exam_split")
        first = reduce(lambda a, b: a.union(b), exams).groupBy("asked").agg({"place": "min"}).withColumnRenamed("min(place)", "place")
        found = joined_on(rows, first, "asked")
        return found.selectExpr("*", f"IF(asked IS NULL, NULL, get({_SPLITS}, coalesce(place, 1) - 1)) AS exam_split")

    return rule


def _asked(exams: Frame) -> Frame:
    """What the exams of a table ask, and the place of their split in _SPLITS."""
    with_options = "concat(qtext, array_join(transform(answers, a -> a.atext), ' '))"
    split = f"coalesce({BY_FILE.sql('_file')}, {BY_YEAR})"
    asked = f"explode(array({_plain('qtext')}, {_plain(with_options)})) AS asked"
    return exams.selectExpr(asked, f"nullif(array_position({_SPLITS}, {split}), 0) AS place")


def _plain(text: str) -> str:
    """SQL: letters and digits alone, as copies differ in blanks, in stops and in case."""
    return rf"lower(regexp_replace({text}, '[^\\p{{L}}\\p{{N}}]+', ''))"
