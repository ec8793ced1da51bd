"""Definitions of a task beyond its written ones: combined of small parts, imported, rewritten; and the gate that all of them pass."""
