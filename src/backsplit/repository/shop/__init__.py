"""Rule 11: orders in bulk, and what is remembered of the shop."""
