"""The payment sandbox: the subset of Stripe's API that Box Office uses, on 127.0.0.1, for tests and demonstrations.

It answers to any `sk_test_` key, all of one account, and is driven by the unmodified `stripe` package. What can be
switched (failures, challenges) is under `/_sandbox/`. Everything is kept in one file and outlives a kill -9.

Where it is not Stripe:
- It speaks one version, the pinned package's own; Stripe has all.
- Parameters that Stripe has and it does not are refused, never ignored.
- What a bank says after a while it says at once (`pm_card_refundFail`), or when `/_sandbox/settle` tells it to: pending
  refunds, disputes, bank debits (`pm_usBankAccount_*`, the way to reach `processing`, taken by intents for cards too).
- Of Stripe's events it sends those of payment intents, refunds, disputes, attached methods and deleted customers; no
  `*.created` of intents, no `charge.succeeded`.
"""
