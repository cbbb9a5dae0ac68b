"""Domain values to what is read: sentences, Rich tables, JSON-ready dicts, CSV rows. Never prints, never reads."""
