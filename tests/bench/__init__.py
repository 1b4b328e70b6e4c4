"""Benchmarks: run them by hand; they print ratios and never fail on time."""
