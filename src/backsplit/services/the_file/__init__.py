"""What is done with the whole file."""
