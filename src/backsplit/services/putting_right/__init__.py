"""A mistake put right: amend, undo, and changes of status, priority and counts."""
