"""Benchmarks of the consistency engine: how much it notices, and how fast. Run by `make mutation` and `make bench`."""
