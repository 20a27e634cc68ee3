"""The payment sandbox: the subset of Stripe's API that Box Office uses, on 127.0.0.1, for tests and demonstrations.

It answers to any `sk_test_` key, all of one account, and is driven by the unmodified `stripe` package. What can be
switched (failures, challenges) is under `/_sandbox/`. Everything is kept in one file and outlives a kill -9.

Where it is not Stripe:
- Parameters that it does not have are refused as Stripe refuses unknown ones, never ignored.
- `pm_card_refundFail` refunds have failed by the time they are answered; with Stripe that takes a while.
- Pending refunds and bank debits (`pm_usBankAccount_*`, the way to reach `processing`, taken by intents for cards
  too) stay as they are until `/_sandbox/settle` ends them.
- Of Stripe's events it sends those of payment intents, refunds, disputes and attached methods; no `*.created` of
  intents, no `charge.succeeded`.
"""
