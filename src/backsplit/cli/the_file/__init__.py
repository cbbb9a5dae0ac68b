"""Commands about the database file itself."""
