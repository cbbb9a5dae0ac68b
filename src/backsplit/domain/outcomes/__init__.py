"""What a command did, or would do under `--dry-run`: the values that are rendered.

A module each for what is done together, so that a command makes no other classes than its own.
"""
