"""Synthetic native files: what a source's twin is declared with. See docs/synthetic.md."""

from medslake.synth.base import LEAST, Dirt, Part, Rows, Twin, TwinFile, TwinTables
from medslake.synth.draw import Draw, Length
from medslake.synth.writers.annotated import BioC, Document, bioc, brat, iob, pubtator
from medslake.synth.writers.base import Writer, files, lines, plain_text, written
from medslake.synth.writers.json import json_array, json_lines, json_members
from medslake.synth.writers.tables import csv, csv_text, parquet, tsv, workbook, xlsx
from medslake.synth.writers.xml import tag, xml

__all__ = [
    "LEAST",
    "BioC",
    "Dirt",
    "Document",
    "Draw",
    "Length",
    "Part",
    "Rows",
    "Twin",
    "TwinFile",
    "TwinTables",
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
