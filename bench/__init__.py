"""Benchmarks: `make bench`. Each bar is a ratio measured in one run; see docs/performance.md."""
