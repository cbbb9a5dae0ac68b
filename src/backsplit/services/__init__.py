"""One function a user job: read, call a rule, write, in one transaction; returns a domain value."""
