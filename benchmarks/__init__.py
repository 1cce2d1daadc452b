"""Benchmarks: each measures Tollgate beside its baseline in one interleaved run and reports ratios. `make bench` runs them."""
