"""The ports of the hold in memory: synchronous, without threads, I/O or time of their own.

Each passes the same contract as the adapter that it stands for (tests/contracts), so that it cannot rot. They are
written from the design, not from the adapters.
"""
