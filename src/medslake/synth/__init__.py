"""Words and writers of synthetic native files: invented from one word list, the same bytes for the same seed."""
