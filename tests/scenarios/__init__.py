"""Scenarios that speak verbs alone, each written once.

A suite collects a module with a star import, and its own fixture `cinema` says over which world: tests/unit over the
fakes, tests/integration over the tables and the cache.
"""
