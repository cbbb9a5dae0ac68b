"""Step 1: open a file, unpack it, tell its encoding, decode it."""
