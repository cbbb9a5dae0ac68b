"""Step 6: take in. Found orders and counts become checked domain values."""
