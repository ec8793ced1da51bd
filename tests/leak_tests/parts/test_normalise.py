"""The normal form: what counts as the same text and what does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from medslake.leak_tests.parts.normalise import key, normalised

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

FORMS = {
    "plain": ("Fever, chills.", "fever chills"),
    "space and case": ("  FEVER\t\n chills ", "fever chills"),
    "full width": ("ＦＥＶＥＲ、　ｃｈｉｌｌｓ。", "fever chills"),
    "ligature and superscript": ("ﬁne 10³ cells", "fine 103 cells"),
    "marks on Latin letters": ("Sjögren, Ménière", "sjogren meniere"),
    "marks of their own": ("Sjo\u0308gren Me\u0301nie\u0300re", "sjogren meniere"),
    "marks of other scripts": ("и\u0306од か\u3099", "йод が"),
    "zero width and soft hyphen": ("fe\u200bver chil\u00adls", "fever chills"),
    "dashes and quotes": ("“anti–inflammatory”", "anti inflammatory"),
    "symbols stay": ("pH < 7.1 + K", "ph < 7 1 + k"),
    "chinese": ("发热，寒战。", "发热 寒战"),
    "nothing left": ("... —", ""),
}


@pytest.fixture(scope="module")
def results(spark: SparkSession) -> dict[str, tuple[str, str | None]]:
    rows = spark.createDataFrame([(name, text) for name, (text, _) in FORMS.items()] + [("null", None)], "name string, text string")
    found = rows.select("name", normalised("text").alias("form"), key("text").alias("key")).collect()
    return {r["name"]: (r["form"], r["key"]) for r in found}


@pytest.mark.parametrize("name", FORMS)
def test_normal_form(results: dict[str, tuple[str, str | None]], name: str) -> None:
    assert results[name][0] == FORMS[name][1]


def test_equal_forms_share_a_key_and_nothing_else_does(results: dict[str, tuple[str, str | None]]) -> None:
    keys = {name: key for name, (_, key) in results.items()}
    assert keys["plain"] == keys["space and case"] == keys["full width"]
    assert keys["zero width and soft hyphen"] == keys["plain"]
    assert keys["marks of their own"] == keys["marks on Latin letters"]
    assert len({keys[n] for n in keys if keys[n]}) == 7
    assert keys["nothing left"] is None and keys["null"] is None
