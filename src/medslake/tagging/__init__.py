"""What runs taggers: conversations of silver to verdicts in gold.tags."""
