"""Step 4: read rows, or JSON records, with their places in the file."""
