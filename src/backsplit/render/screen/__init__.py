"""How rows of cells become a table that fits a terminal."""
