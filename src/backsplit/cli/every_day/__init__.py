"""Commands for every day: orders and stock come in, orders are split, parcels go out."""
