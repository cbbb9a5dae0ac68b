"""Rule 15: what is expected, and the promised days."""
