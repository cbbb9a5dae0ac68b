"""Commands that only look, and change nothing."""
