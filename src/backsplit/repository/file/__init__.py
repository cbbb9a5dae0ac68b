"""The database file: made, opened, copied and put back, and why it cannot be used."""
