"""The tables, and what may happen to them."""
