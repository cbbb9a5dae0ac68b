"""How fast backsplit is, beside the least that the same work can cost: `python -m benchmarks --help`."""
