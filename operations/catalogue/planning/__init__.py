"""Checks a plan, and decides what it changes. Pure, as the domain is."""
