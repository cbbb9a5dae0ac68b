"""What is done every day: split, receive, expect, pick, pack."""
