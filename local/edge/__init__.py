"""The edge of one machine: what CloudFront makes of a request, read from the template of the edge's stack.

Behaviours, cache keys and lifetimes, error caching and header policies, each a pure part. A cache that is kinder than
CloudFront would hide mistakes of the template, so where AWS documents an unwelcome rule (an error is cached although it
says no-store) that rule is kept.
"""
