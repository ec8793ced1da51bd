"""What a training will take, before it runs: steps, tokens, memory, hours, checkpoints, cost. `forecast` is what `medslake plan` shows.

Not to be confused with a pack plan (`medslake.train.packs.epochs`), which lays instances into token rows.
"""
