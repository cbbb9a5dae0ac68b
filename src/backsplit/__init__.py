"""backsplit: split an order, so that what is there goes out now and the rest follows by itself."""

__version__ = "0.1.0"
