"""backsplit: split an order, so that what is there goes out now and the rest follows by itself.

The command line is public (docs/contract.md); the modules below are not.
"""

__version__ = "0.1.0"
