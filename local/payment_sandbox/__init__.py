"""The payment sandbox: the subset of Stripe's API that Box Office uses, on 127.0.0.1, for tests and demonstrations.

It answers to any `sk_test_` key, all of one account, and is driven by the unmodified `stripe` package. What can be
switched (failures, challenges) is under `/_sandbox/`. Everything is kept in one file and outlives a kill -9.
"""
