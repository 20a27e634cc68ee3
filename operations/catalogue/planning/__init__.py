"""Whether a plan can be, and what it changes: pure, as the domain is."""
