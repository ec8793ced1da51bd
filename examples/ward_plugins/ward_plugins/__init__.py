"""Plug-ins for medslake; see README.md."""
