"""Rule 15: what is expected, and the days that are kept."""
