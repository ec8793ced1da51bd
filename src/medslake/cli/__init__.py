"""The command line: `medslake VERB ...`. Every verb calls one library function and prints its outcome."""

from __future__ import annotations

from medslake.cli.app import app, main, script

__all__ = ["app", "main", "script"]
