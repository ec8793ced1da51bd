"""What leaves the lake for other programs, each form in one file."""
