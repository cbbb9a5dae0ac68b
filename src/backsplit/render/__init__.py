"""Turns domain values into sentences, Rich tables, JSON-ready dicts and CSV rows. It neither prints nor reads."""
