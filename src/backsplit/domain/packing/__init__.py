"""Rule 16: pick lists, packing slips and labels."""
