"""Rule 11 and all that comes in by files: orders, counts, deliveries."""
