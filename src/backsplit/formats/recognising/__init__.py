"""Step 3: recognise the format by the header, or refuse the file with the way out."""
