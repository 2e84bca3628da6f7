"""Bringing data in from files: all rows or none, and every bad row named by line, column and reason.

`files` turns a .csv or .xlsx into rows of text, `table` holds them against the columns of a kind, `run` wraps a
whole import in one transaction. The kinds: departments and people here, links and interactions in
supplychain/imports.py, ratings in surveys/imports.py, where KINDS lists all five.
"""

from dealership.imports.files import COMMAND_LIMITS, WEB_LIMITS, ImportRefused, Limits
from dealership.imports.run import run_import
from dealership.imports.table import Column, Job, Kind, Report, Row, RowError

__all__ = [
    "COMMAND_LIMITS",
    "WEB_LIMITS",
    "Column",
    "ImportRefused",
    "Job",
    "Kind",
    "Limits",
    "Report",
    "Row",
    "RowError",
    "run_import",
]
