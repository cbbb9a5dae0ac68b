"""Step 5: read cells. Text becomes a checked value, or FieldError."""
