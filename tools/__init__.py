"""Scripts that make what is kept in the repository but follows from the program: pages of reference, and a picture."""
