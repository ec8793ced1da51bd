"""Writers of native files: ours alone, none uses what reads them."""

from medslake.synth.writers.annotated import BioC, Document, bioc, brat, iob, pubtator
from medslake.synth.writers.base import RowsWriter, TextWriter, Writer, files, lines, plain_text, written
from medslake.synth.writers.json import json_array, json_lines, json_members
from medslake.synth.writers.tables import csv, csv_text, parquet, tsv, workbook, xlsx
from medslake.synth.writers.xml import tag, xml

__all__ = [
    "BioC",
    "Document",
    "RowsWriter",
    "TextWriter",
    "Writer",
    "bioc",
    "brat",
    "csv",
    "csv_text",
    "files",
    "iob",
    "json_array",
    "json_lines",
    "json_members",
    "lines",
    "parquet",
    "plain_text",
    "pubtator",
    "tag",
    "tsv",
    "workbook",
    "written",
    "xlsx",
    "xml",
]
