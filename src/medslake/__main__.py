"""`python -m medslake` is the command `medslake`."""

from __future__ import annotations

from medslake.cli import main

if __name__ == "__main__":
    main()
