"""What taggers are written with."""
