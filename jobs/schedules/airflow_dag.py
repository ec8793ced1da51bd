"""Airflow example: ingest each source, build, check. Needs apache-airflow-providers-apache-spark and a connection `spark_default`."""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk import DAG

HOME = "/opt/medslake"
LAKE = "s3a://bucket/lake"
SOURCES = {"medqa": "s3a://bucket/native/medqa", "hoc": "s3a://bucket/native/hoc"}


def submit(task_id: str, script: str, *arguments: str) -> SparkSubmitOperator:
    return SparkSubmitOperator(task_id=task_id, application=f"{HOME}/jobs/{script}", application_args=["--lake", LAKE, *arguments])


with DAG(
    "medslake",
    schedule="30 1 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    # Safe to repeat: a job on unchanged input commits nothing.
    default_args={"retries": 2, "retry_delay": timedelta(minutes=1)},
):
    ingested = [submit(f"ingest_{name}", "ingest.py", name, "--from", folder) for name, folder in SOURCES.items()]
    instructions = submit("build_instructions", "build_instructions.py")
    benchmark = submit("build_benchmark", "build_benchmark.py")
    leaks = submit("check_leakage", "check_leakage.py")
    ingested >> instructions >> benchmark >> leaks
