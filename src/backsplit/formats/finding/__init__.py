"""What the shops' formats share: they find orders and counts in rows and records, unchecked."""
