"""The loader of plans: reads one, checks it against the tables, and writes the catalogue. No function imports it."""
