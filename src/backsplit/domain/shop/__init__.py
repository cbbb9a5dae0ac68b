"""Rule 11: what arrives in files, and what changed in the shop."""
