"""Limits of what is taken in; beyond them a row is bad. They keep every sum far below SQLite's 2^63."""

from __future__ import annotations

LONGEST_NUMBER = 200  # characters in an order number, so that every `-backorder-N` still fits
LONGEST_SKU = 255
LONGEST_TEXT = 10_000  # a name, a customer, a note
LARGEST_QUANTITY = 1_000_000_000  # units on a line, or in one delivery of a SKU
LARGEST_ON_HAND = 1_000_000_000_000
MOST_LINES = 100_000  # lines of one order
