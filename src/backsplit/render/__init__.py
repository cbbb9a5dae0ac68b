"""Turns domain values into sentences, tables, JSON-ready dicts and CSV rows. It neither prints nor reads."""
