"""OpenLineage events of a run: START, then COMPLETE or FAIL, as JSON lines in `<lake>/_events/openlineage.jsonl`.

The standard `OPENLINEAGE_*` variables of the environment send them elsewhere (Marquez by HTTP, Kafka, the console). Events hold names,
types, versions, counts and rules; never the contents of rows. A lineage server that is down must not stop a run: it is logged.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from medslake import __version__
from medslake.lake.lineage.spark_plan import Origin
from medslake.lake.quality.gate import CheckResult
from medslake.lake.schema.ddl import TableSpec
from medslake.lake.storage.place import Place

__all__ = ["Events", "Output"]

_LOG = logging.getLogger(__name__)
_PRODUCER = "https://pypi.org/project/medslake"
EVENTS = "_events/openlineage.jsonl"


@dataclass(frozen=True)
class Output:
    """One committed table, as events and ops.lineage tell of it. columns: output column -> its origins."""

    spec: TableSpec
    version: int
    rows: int
    columns: Mapping[str, Sequence[Origin]] = field(default_factory=dict)
    results: Sequence[CheckResult] = ()


class Events:
    """Sends the events of one run. engine: (name, version) of what computed it."""

    def __init__(self, place: Place, run_id: str, job: str) -> None:
        self.place, self.run_id, self.job = place, run_id, job
        self.engine = ("medslake", __version__)

    def start(self, when: datetime) -> None:
        self._emit("START", when, {}, {}, [])

    def complete(self, when: datetime, inputs: Mapping[str, Any], outputs: Sequence[Output]) -> None:
        self._emit("COMPLETE", when, {}, inputs, outputs)

    def fail(self, when: datetime, inputs: Mapping[str, Any], outputs: Sequence[Output], error: str) -> None:
        from openlineage.client.facet_v2 import error_message_run

        self._emit("FAIL", when, {"errorMessage": error_message_run.ErrorMessageRunFacet(error, "python")}, inputs, outputs)

    def _emit(self, state: str, when: datetime, facets: dict[str, Any], inputs: Mapping[str, Any], outputs: Sequence[Output]) -> None:
        from openlineage.client import event_v2, set_producer
        from openlineage.client.facet_v2 import job_type_job, processing_engine_run

        set_producer(_PRODUCER)

        facets["processing_engine"] = processing_engine_run.ProcessingEngineRunFacet(
            version=self.engine[1], name=self.engine[0], openlineageAdapterVersion=__version__
        )
        event = event_v2.RunEvent(
            eventType=event_v2.RunState(state),
            eventTime=when.isoformat(),
            run=event_v2.Run(runId=self.run_id, facets=facets),
            job=event_v2.Job(
                namespace="medslake",
                name=self.job,
                facets={"jobType": job_type_job.JobTypeJobFacet(processingType="BATCH", integration="MEDSLAKE", jobType="JOB")},
            ),
            inputs=[self._input(name, version) for name, version in sorted(inputs.items())],
            outputs=[self._output(output) for output in outputs],
            producer=_PRODUCER,
        )
        try:
            with self._client() as client:
                client.emit(event)
        except Exception as error:
            _LOG.warning("OpenLineage event %s of run %s was not sent: %s", state, self.run_id, error)

    def _input(self, name: str, version: Any) -> Any:
        from openlineage.client.event_v2 import InputDataset
        from openlineage.client.facet_v2 import dataset_version_dataset

        facets: dict[str, Any] = {}
        if isinstance(version, int | str):
            facets["version"] = dataset_version_dataset.DatasetVersionDatasetFacet(str(version))
        return InputDataset(namespace=self.namespace, name=name, facets=facets)

    def _output(self, output: Output) -> Any:
        from openlineage.client.event_v2 import OutputDataset
        from openlineage.client.facet_v2 import (
            column_lineage_dataset,
            data_quality_assertions_dataset,
            dataset_version_dataset,
            output_statistics_output_dataset,
            schema_dataset,
            storage_dataset,
        )

        columns = {
            name: column_lineage_dataset.Fields(
                inputFields=[column_lineage_dataset.InputField(self.namespace, table, column) for table, column in origins]
            )
            for name, origins in output.columns.items()
            if origins
        }
        assertions = [
            data_quality_assertions_dataset.Assertion(
                assertion=r.rule, success=r.success, severity="error" if r.severity == "error" else "warn", actual=str(r.unexpected)
            )
            for r in output.results
        ]
        facets: dict[str, Any] = {
            "schema": schema_dataset.SchemaDatasetFacet(
                fields=[schema_dataset.SchemaDatasetFacetFields(c.name, c.type, c.comment or None) for c in output.spec.columns]
            ),
            "version": dataset_version_dataset.DatasetVersionDatasetFacet(str(output.version)),
            "storage": storage_dataset.StorageDatasetFacet(storageLayer="delta", fileFormat="parquet"),
        }
        if columns:
            facets["columnLineage"] = column_lineage_dataset.ColumnLineageDatasetFacet(fields=columns)
        if assertions:
            facets["dataQualityAssertions"] = data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(assertions=assertions)
        statistics = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(rowCount=output.rows)
        return OutputDataset(namespace=self.namespace, name=output.spec.name, facets=facets, outputFacets={"outputStatistics": statistics})

    @property
    def namespace(self) -> str:
        """The lake, as OpenLineage names data sets on a file system or object store."""
        return f"file://{self.place.base}" if self.place.is_local else self.place.base

    @contextlib.contextmanager
    def _client(self) -> Iterator[Any]:
        from openlineage.client import OpenLineageClient
        from openlineage.client.transport.file import FileConfig, FileTransport

        if any(name.startswith("OPENLINEAGE_") for name in os.environ):
            with contextlib.closing(OpenLineageClient()) as client:
                yield client
            return
        path = f"{self.place.base}/{EVENTS}"
        client = OpenLineageClient(transport=FileTransport(FileConfig(log_file_path=path, append=True)))
        if not self.place.is_local:
            yield client
            return
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        # An event can be longer than what one write to a file in append mode keeps whole.
        with Path(path).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield client
