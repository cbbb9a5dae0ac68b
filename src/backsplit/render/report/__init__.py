"""The report: as values for programs, and drawn."""
