"""The payment sandbox: the subset of Stripe's API that Box Office uses, on 127.0.0.1, for tests and demonstrations.

It answers to any `sk_test_` key, all of one account, and is driven by the unmodified `stripe` package; a page loads the
script at `/v3/`, which has Stripe.js's calls, with any `pk_test_` key. Switches for failures and challenges are under
`/_sandbox/`. Everything is kept in one file and outlives a kill -9.

It differs from Stripe:
- It speaks one version, the pinned package's own; Stripe has all.
- Parameters that Stripe has and it does not are refused, never ignored.
- Where a bank would answer after days, it answers at once (`pm_card_refundFail`), or at a call of `/_sandbox/settle`:
  pending refunds, disputes, bank debits (`pm_usBankAccount_*`, which make an intent `processing`; intents for cards
  take them too).
- Of Stripe's events it sends those of payment intents, refunds, disputes, attached methods and deleted customers; no
  `*.created` of intents, no `charge.succeeded`.
"""
