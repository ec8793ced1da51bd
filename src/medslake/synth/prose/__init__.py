"""Words and sentences of each language: one file each, which binds PROSE."""
