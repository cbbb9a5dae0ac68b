"""Step 2: find columns by name."""
