"""The words and the rules: frozen values and plain functions. Standard library only, no I/O."""
