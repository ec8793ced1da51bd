"""Four steps of the tiny model, on two workers."""

from medslake.recipes import Recipe

RECIPE = Recipe(
    "ward_short",
    about="Four steps of the tiny model on the ward's tasks.",
    model="tiny",
    length=256,
    batch=8,
    epochs=1,
    steps=4,
    precision="fp32",
    tasks=("task901", "task902", "task903"),
    workers=2,
)
