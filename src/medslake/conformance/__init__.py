"""What every plug-in must keep, its own example as the judge: run by `medslake plugin check` and by the project's own tests."""

from medslake.conformance.check import Checked, check_file, check_name, checked
from medslake.conformance.lines import TARGETS, own_lines
from medslake.conformance.scratch import Scratch

__all__ = ["TARGETS", "Checked", "Scratch", "check_file", "check_name", "checked", "own_lines"]
